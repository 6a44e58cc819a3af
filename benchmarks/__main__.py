"""`python -m benchmarks [NAME ...]`: run all benchmarks, or those named, and print the tables of `RESULTS.md`."""

from __future__ import annotations

import logging
import platform
import sys
from importlib import import_module
from importlib.metadata import version

NAMES = ("reading", "writing", "payments", "from_qonto", "startup", "memory", "fetch", "bank", "families")
PEERS = ("lxml", "xmlschema", "msgspec", "mt-940", "mt940-writer", "python-cfonb", "sepaxml")

# mt-940 logs what it does not know; that is no part of the measured work.
logging.disable(logging.CRITICAL)
print(f"CPython {platform.python_version()}, " + ", ".join(f"{peer} {version(peer)}" for peer in PEERS))
for name in sys.argv[1:] or NAMES:
    print(f"\n### {name}")
    import_module(f"benchmarks.{name}").main()
