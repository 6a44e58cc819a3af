"""What must hold of the bytes of a written file, counted without any reader of ours."""

from __future__ import annotations

import re
from collections import Counter

from statements.model.money import exponent
from statements.model.statement import Statement

X_LINE = re.compile(rb"[A-Za-z0-9 /\-?:().,'+]*")
TAG = re.compile(rb":([0-9]{2}[A-Z]?):")
CFONB_SETS = {
    "sepa": re.compile(rb"[A-Za-z0-9 /\-?:().,'+{}]*"),
    "strict": re.compile(rb"[A-Z0-9 /\-().{}]*"),
}
SIGNS = "{ABCDEFGHI}JKLMNOPQR"


def check_mt940(data: bytes, statement: Statement, *, blocks: bool = False, one_page: bool = True) -> None:
    """Only set x, no line over its length, exactly the tags and the amounts that the statement implies."""
    assert data.endswith(b"\r\n")
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    tags: Counter[bytes] = Counter()
    amounts: list[int] = []
    narrative_lines = 0
    inside = b""
    for line in lines:
        if blocks and line.startswith(b"{1:"):
            assert re.fullmatch(rb"\{1:F01[A-Z0-9]{12}0{10}\}\{2:I940[A-Z0-9]{12}N\}\{4:", line), line
            continue
        if line == (b"-}" if blocks else b"-"):
            tags[b"end"] += 1
            inside = b""
            continue
        assert X_LINE.fullmatch(line), line
        assert line == line.rstrip(b" "), line
        tag = TAG.match(line)
        if tag is not None:
            inside = tag[1]
            tags[inside] += 1
            text = line[tag.end() :]
            narrative_lines = 1
            assert 0 < len(text) <= 65
            if inside == b"61":
                amounts.append(_amount_of_61(text, statement))
        else:
            # A later line: only of 86 and 61, never empty, never like a tag or an end, even after blanks.
            assert inside in (b"86", b"61"), line
            assert line.strip(b" ")[:1] not in (b"", b":", b"-"), line
            narrative_lines += 1
            assert len(line) <= (65 if inside == b"86" else 34)
            assert narrative_lines <= (6 if inside == b"86" else 2)
    pages = tags[b"20"]
    if one_page:
        assert pages == 1
    for tag_name in (b"25", b"28C", b"end"):
        assert tags[tag_name] == pages
    assert (tags[b"60F"], tags[b"62F"]) == (1, 1)
    assert (tags[b"60M"], tags[b"62M"]) == (pages - 1, pages - 1)
    assert tags[b"61"] == len(statement.entries)
    assert tags[b"86"] <= len(statement.entries)
    assert tags[b"64"] == (statement.available is not None)
    assert tags[b"65"] == len(statement.forward_available)
    assert set(tags) <= {b"20", b"25", b"28C", b"60F", b"60M", b"61", b"86", b"62F", b"62M", b"64", b"65", b"end"}
    assert amounts == [entry.amount.minor for entry in statement.entries]


def _amount_of_61(text: bytes, statement: Statement) -> int:
    match = re.match(rb"[0-9]{10}(R?[CD])([0-9]+),([0-9]*)[NSF]", text)
    assert match is not None, text
    places = exponent(statement.currency or "EUR")
    assert len(match[3]) <= places
    assert len(match[2]) + 1 + len(match[3]) <= 15
    minor = int(match[2] + match[3].ljust(places, b"0"))
    return minor if match[1] in (b"C", b"RD") else -minor


def check_cfonb(data: bytes, statement: Statement, *, profile: str = "sepa", separator: bytes = b"\r\n") -> None:
    """Records of exactly 120 bytes of the set: one 01, one 04 for each entry with its 05, one 07, and the amounts."""
    assert len(data) % (120 + len(separator)) == 0
    records = []
    for start in range(0, len(data), 120 + len(separator)):
        record = data[start : start + 120]
        assert data[start + 120 : start + 120 + len(separator)] == separator
        assert CFONB_SETS[profile].fullmatch(record), record
        records.append(record.decode("ascii"))
    kinds = [record[:2] for record in records]
    assert kinds[0] == "01"
    assert kinds[-1] == "07"
    assert kinds.count("01") == kinds.count("07") == 1
    assert kinds.count("04") == len(statement.entries)
    assert set(kinds) <= {"01", "04", "05", "07"}
    assert "05" not in kinds[1:2]
    assert [_overpunched(record) for record in records if record[:2] == "04"] == [
        entry.amount.minor for entry in statement.entries
    ]
    for record in records:
        assert record[2:7] + record[11:16] + record[21:32] == _rib(statement)
        braces = record[:90] + record[104:] if record[:2] != "05" else record
        assert "{" not in braces
        assert "}" not in braces


def _overpunched(record: str) -> int:
    sign = SIGNS.index(record[103])
    minor = int(record[90:103]) * 10 + sign % 10
    return minor if sign < 10 else -minor


def _rib(statement: Statement) -> str:
    iban = statement.account.iban or ""
    return iban[4:25]
