"""A file as a person reads it: every record with its zones, what each zone is and what it says.

>>> record = outline("0116958    00001EUR2 12345678901  290926" + " " * 50 + "0000000123456G" + " " * 16)[0]
>>> zone = record.zones[11]
>>> zone.name, zone.position, zone.raw, zone.says.en
('L', '91-104', '0000000123456G', '12345.67 EUR')
>>> record.ruler[:24]
'.........1.........2....'
"""

from __future__ import annotations

import msgspec

from statements.findings import Reporter
from statements.formats.cfonb120.foreign import FOREIGN, read_foreign, rescale
from statements.formats.cfonb120.overpunch import decode, fault
from statements.formats.cfonb120.profile import Repairs, profile_of, rules
from statements.formats.cfonb120.records import INFORMATION_START, QUALIFIERS, TABLES, WIDTH
from statements.formats.cfonb120.split import Place, RecordSplitter
from statements.model.money import Money
from statements.reference.operations import cfonb_operations, reject_reasons
from statements.rules import Text
from statements.wire.dates import ddmmyy
from statements.wire.fixed import Zone, ruler

_NOTHING = Text()


class OutlineZone(msgspec.Struct, frozen=True):
    """One zone as it stands. ``inner`` zones are parts of the information (2b-M) of a known qualifier."""

    name: str
    position: str
    start: int
    end: int
    raw: str
    meaning: Text
    """What the zone is."""
    says: Text = _NOTHING
    """What its characters say, where they say more than they show: dates, amounts, codes."""
    inner: bool = False


class OutlineRecord(msgspec.Struct, frozen=True):
    """One record: its line and column in the file, its text padded to 120, its name and its zones.

    A record of an unknown code has one zone, the whole of it. ``length`` is the length it had in the file.
    """

    line: int
    column: int
    code: str
    name: Text
    text: str
    length: int
    zones: tuple[OutlineZone, ...]

    @property
    def ruler(self) -> str:
        """The columns, to print above the text: a dot each, the tens as a digit."""
        return ruler(WIDTH)


def outline(data: bytes | str) -> tuple[OutlineRecord, ...]:
    """Every record of a file in order, unknown and damaged ones too; empty for data that are no CFONB-120.

    Nothing in the data raises. What is wrong with them is for ``validate`` to say.
    """
    profile = profile_of("standard")
    splitter = RecordSplitter(Repairs(Reporter(rules(), profile), profile), profile)
    records: list[OutlineRecord] = []
    for block in splitter.blocks(data):
        records += (_outlined(text, block.place(index)) for index, text in enumerate(block.texts))
    return tuple(records)


def _outlined(text: str, place: Place) -> OutlineRecord:
    line, column, length = place
    code = text[:2]
    table = TABLES.get(code)
    if table is None:
        whole = OutlineZone("?", f"1-{WIDTH}", 1, WIDTH, text, Text("unknown record", "enregistrement inconnu"))
        name = Text("unknown record", "enregistrement inconnu")
        return OutlineRecord(line, column + 1, code, name, text, length, (whole,))
    raw = table.parse(text)
    zones: list[OutlineZone] = []
    for zone in table.zones:
        zones.append(_zone(zone, raw[zone.key], _says(zone, raw)))
        if zone.key == "information":
            zones += _inner(raw["qualifier"], raw["information"])
    return OutlineRecord(line, column + 1, code, table.name, text, length, tuple(zones))


def _zone(zone: Zone, raw: str, says: Text, *, inner: bool = False) -> OutlineZone:
    return OutlineZone(zone.name, zone.position, zone.start, zone.end, raw, zone.meaning, says, inner)


def _inner(name: str, information: str) -> list[OutlineZone]:
    qualifier = QUALIFIERS.get(name)
    if qualifier is None or len(qualifier.zones) == 1:
        return []
    zones = []
    for zone in qualifier.zones:
        part = information[zone.start - INFORMATION_START : zone.end - INFORMATION_START + 1]
        zones.append(_zone(zone, part, _NOTHING, inner=True))
    return zones


def _says(zone: Zone, raw: dict[str, str]) -> Text:
    """What one zone says; an empty text where it says no more than it shows."""
    text = raw[zone.key]
    key = zone.key
    if key in ("date", "booking_date", "value_date"):
        day = ddmmyy(text)
        return _NOTHING if day is None else _same(day.isoformat())
    if key == "amount":
        return _same(_amount(text, raw["currency"].strip(), raw["decimals"]))
    if key == "operation":
        row = cfonb_operations().get(text)
        return _NOTHING if row is None else Text(row.english, row.french)
    if key == "reject":
        reason = reject_reasons().get(text)
        return _NOTHING if reason is None else Text(reason.english, reason.french)
    if key == "qualifier":
        qualifier = QUALIFIERS.get(text)
        return _NOTHING if qualifier is None else qualifier.meaning
    if key == "information":
        return _same(_foreign(raw["qualifier"], text))
    return _FLAGS.get((key, text), _NOTHING)


_FLAGS = {
    ("exempt", "0"): Text("not exempt", "non exonéré"),
    ("exempt", "1"): Text("exempt", "exonéré"),
    ("unavailable", "0"): Text("available", "disponible"),
    ("unavailable", "1"): Text("not available", "indisponible"),
    ("entry_number", "0000000"): Text("none", "aucun"),
    ("reject", "  "): Text("none", "aucun"),
    ("decimals", " "): Text("not stated", "non indiqué"),
}


def _same(text: str) -> Text:
    return Text(text, text) if text else _NOTHING


def _amount(text: str, currency: str, decimals: str) -> str:
    """The amount with its currency; empty when it cannot be read or does not fit the currency."""
    if fault(text) is not None or not currency or not (decimals.isascii() and decimals.isdigit()):
        return ""
    minor = rescale(decode(text), int(decimals), currency)
    return "" if minor is None else f"{Money(minor, currency).text} {currency}"


def _foreign(name: str, information: str) -> str:
    if name not in FOREIGN:
        return ""
    foreign = read_foreign(information, rate=name == "MMO")
    if foreign is None:
        return ""
    amount = f"{Money(foreign.minor, foreign.currency).text} {foreign.currency}"
    return f"{amount} × {foreign.rate}" if foreign.rate else amount
