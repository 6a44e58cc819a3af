"""The amounts of a payment file: those of its payments, and the control sums of file and blocks."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from statements.formats.pain001.decimals import exact, spelled
from statements.services.anonymise.amounts import SCALE, Amounts, written
from statements.services.anonymise.figures import Edit, edited
from statements.services.anonymise.xml import NAME, PIECE, is_amount


class _Amount(msgspec.Struct, frozen=True):
    """The text of an element that holds an amount: its parts and where they begin, the block it is in."""

    element: str
    parts: tuple[tuple[int, str], ...]
    block: int
    """0 for the header of the file."""
    paid: bool
    """Whether it is added up in the control sums."""

    @property
    def text(self) -> str:
        """The text, without what stands between its parts."""
        return "".join(text for _, text in self.parts)

    @property
    def value(self) -> int | None:
        """The amount, also of a text that has one reading only."""
        value = exact(spelled(self.text) or self.text)
        return None if value is None or value.scale > SCALE else value.at(SCALE)


def shifted(text: str, amounts: Amounts) -> str:
    """The file with other amounts."""
    found = list(_amounts(text))
    paid: dict[int, list[int]] = {}
    for item in found:
        if item.paid and item.value is not None:
            paid.setdefault(item.block, []).append(item.value)
    everything = [value for values in paid.values() for value in values]
    edits: list[Edit] = []
    for item in found:
        value = item.value
        if value is None:
            edits += ((start, start + len(part), amounts.digits(part)) for start, part in item.parts)
            continue
        if item.element == "CtrlSum":
            value = amounts.sum(value, paid.get(item.block, []) if item.block else everything)
        else:
            value = amounts.value(value)
        edits += _edits(item, value)
    return edited(text, edits)


def _edits(item: _Amount, value: int) -> Iterator[Edit]:
    old = item.text
    mark = max(old.rfind("."), old.rfind(",")) if spelled(old) else old.rfind(".")
    decimals = 0 if mark < 0 else sum(char.isdecimal() for char in old[mark:])
    new, at = written(old, value, decimals), 0
    for number, (start, part) in enumerate(item.parts, 1):
        # What comes to be longer grows at the end.
        end = len(new) if number == len(item.parts) else at + len(part)
        yield start, start + len(part), new[at:end]
        at = end


def _amounts(text: str) -> Iterator[_Amount]:
    block, path, parts, counted = 0, [""], [], False
    for match in PIECE.finditer(text):
        piece = match[0]
        if piece[0] != "<" or len(piece) == 1:
            parts.append((match.start(), piece))
        elif piece.startswith("<![CDATA["):
            parts.append((match.start() + 9, piece[9:].removesuffix("]]>")))
        elif piece[1] not in "!?":
            if parts and is_amount(path[-1], "".join(text for _, text in parts)):
                # Of two amounts of a payment the first one counts.
                paid = _paid(path) and not counted
                counted = counted or paid
                yield _Amount(path[-1], tuple(parts), block if "PmtInf" in path else 0, paid)
            parts = []
            entered = _entered(piece, path)
            block += entered == "PmtInf"
            counted = counted and entered != "CdtTrfTxInf"


def _entered(piece: str, path: list[str]) -> str:
    """Go into an element or out of it; the name of one that was gone into."""
    name = NAME.match(piece.replace("/", "", 1) if piece.startswith("</") else piece)
    if name is None or piece.endswith("/>"):
        return ""
    if piece.startswith("</"):
        if name[1] in path:
            while path.pop() != name[1]:
                pass
        return ""
    path.append(name[1])
    return name[1]


def _paid(path: list[str]) -> bool:
    """``Amt/InstdAmt`` of a payment, or the amount that is to be changed into another currency."""
    return path[-1] == "InstdAmt" or path[-2:] == ["EqvtAmt", "Amt"]
