"""A CFONB-120 with other names, texts and accounts: zone by zone, every record as long as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statements.formats.cfonb120.foreign import FOREIGN
from statements.formats.cfonb120.records import COMPLEMENT, QUALIFIERS, TABLES, WIDTH
from statements.model.money import CURRENCIES
from statements.services.anonymise.mask import Mask
from statements.wire.fixed import Zone

_KEPT = frozenset("code bank decimals date amount operation booking_date reject value_date exempt unavailable".split())
_DATES = frozenset(("date", "booking_date", "value_date"))


def replaced(text: str, mask: Mask) -> str:
    """The text of a file, record by record."""
    return "".join(_line(line, mask) for line in lines(text))


def lines(text: str) -> Iterator[str]:
    """Records with their line ends; a file without line ends is cut into records."""
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n\x1a")
        if len(body) < 2 * WIDTH:
            yield line
            continue
        yield from (line[at : at + WIDTH] for at in range(0, len(body) // WIDTH * WIDTH, WIDTH))
        yield line[len(body) // WIDTH * WIDTH :]


def _line(line: str, mask: Mask) -> str:
    body = line.lstrip("\ufeff")
    table = TABLES.get(body[:2])
    if table is None:
        return mask.text(line)
    made = list(body)
    zones = {zone.key: zone for zone in table.zones}
    for zone in table.zones:
        made[zone.slice] = list(_zone(body, zone, mask))
    branch, account = (body[zones[key].slice] for key in ("branch", "account"))
    if re.fullmatch("[0-9]{5}", branch) and re.fullmatch("[A-Z0-9]{11}", account):
        made[zones["branch"].slice], made[zones["account"].slice] = map(list, mask.rib(branch, account))
    if table is COMPLEMENT:
        made[zones["information"].slice] = list(_information(body, zones, mask))
    # What stands behind the record: line end, or more columns than there are.
    return line[: len(line) - len(body)] + "".join(made[:WIDTH]) + mask.text(body[WIDTH:])


def _zone(body: str, zone: Zone, mask: Mask) -> str:
    text = body[zone.slice]
    if zone.key in _DATES:
        return mask.written(text, "%d%m%y")
    if zone.key in _KEPT or (zone.key == "currency" and text in CURRENCIES):
        return text
    if zone.key == "qualifier" and (text in QUALIFIERS or re.fullmatch("[A-Z0-9]{3}", text)):
        return text
    return mask.text(text)


def _information(body: str, zones: dict[str, Zone], mask: Mask) -> str:
    qualifier, text = (body[zones[key].slice] for key in ("qualifier", "information"))
    if qualifier in FOREIGN:
        return mask.text(text, _FIGURES)
    return mask.text(text)


_FIGURES = re.compile(r"[A-Z]{3}[0-9]+[0-9 ]*|[0-9]{2,}[0-9 ]*")
"""The currency, amount and rate of a purchase."""
