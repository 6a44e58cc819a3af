"""The shapes of a line: tags whole and broken, block headers, bank headers, ends of a message."""

from __future__ import annotations

import re

CONTROLS = "".join(map(chr, range(32))) + "\x7f\u00ad\ufeff"
"""What may stand before a tag by mistake: C0 controls, DEL, soft hyphen, byte order mark."""

TAG = re.compile(r":([0-9]{2}[A-Z]?|NSF?):", re.ASCII)
BROKEN = re.compile(r": *([0-9]{2}[A-Z]?) *:", re.ASCII)
CUT = re.compile(r"([0-9]{2}[A-Z]?|NSF?):", re.ASCII)
TYPE_LINE = re.compile(r":9[0-9]{2}:\s*$")
BLOCK = re.compile(r"\s*\{[1-5S]:|\s*[^\w\s:]?[äÄ{][1-5]:")
HEADER = re.compile(
    r"[0-9]{4} [0-9]{2}[A-Z0-9]{8,}\s*$|9[0-9]{2}(?: [0-9]{2})?\s*$|[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\s*$"
)
END = re.compile(r"\s*-(?:[}å].*|[A-Z]{3})?\s*$")
ODD_END = re.compile(r"-?[A-Z]{3}\s*$|\$\s*$")
ENTRY = re.compile(r"[0-9]{6}(?:[0-9]{4}| {4})?[A-Z]{1,3}[0-9,]")
BALANCE = re.compile(r"[A-Z][0-9]{6}")
FRAME_OF = {"20": "20", "21": "21", "25": "25", "25P": "25", "28C": "28", "28": "28"}
ONLY_942 = frozenset(("34F", "13D", "90D", "90C"))
BALANCES = frozenset(("60F", "60M", "62F", "62M", "64", "65"))
