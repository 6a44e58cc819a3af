"""The norm and the program side by side: each record with its printed zones, and what happens when one is damaged.

The good record of each kind stands as text; the object it means stands beside it, and both directions are checked.
The negatives are made from the record table: every mandatory zone, damaged by its kind, must be noticed.
"""

from __future__ import annotations

from datetime import date

import pytest

from statements.formats.cfonb120 import read, validate, write
from statements.formats.cfonb120.records import CLOSING, COMPLEMENT, MOVEMENT, OPENING, TABLES
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import Balance, Entry, OperationCodes, References, Statement
from statements.rules import Severity
from statements.wire.fixed import RecordTable, Zone, ruler
from tests.cfonb_records import closing, complement, file, movement, opening

RULER = "".join(f".........{tens}" for tens in "123456789012")
TEXT = """\
0116958    00001EUR2 12345678901  290926                                                  0000000123456G                
0416958    00001EUR2 1234567890106300926  300926MENUISERIE DUFOUR ET FILS SARL   0000000000000000012505}Q5DIZDOOTFHUEGUV
0516958    00001EUR2 1234567890106300926     NBEMENUISERIE DUFOUR ET FILS SARL                                          
0516958    00001EUR2 1234567890106300926     CBEFR7699991000010000000010139                                             
0516958    00001EUR2 1234567890106300926     LCCFACTURE FA-2026-0912                                                    
0716958    00001EUR2 12345678901  300926                                                  0000000110951G                
"""  # noqa: W291 - the blanks are part of the records
OBJECT = Statement(
    Account("FR7616958000011234567890177", "EUR"),
    Balance(Money(1_234_567, "EUR"), date(2026, 9, 29)),
    Balance(Money(1_109_517, "EUR"), date(2026, 9, 30)),
    (
        Entry(
            date(2026, 9, 30),
            Money(-125_050, "EUR"),
            date(2026, 9, 30),
            codes=OperationCodes("06"),
            references=References("Q5DIZDOOTFHUEGUV"),
            counterparty=Party("MENUISERIE DUFOUR ET FILS SARL", "FR7699991000010000000010139", role="beneficiary"),
            remittance=("FACTURE FA-2026-0912",),
        ),
    ),
)

# Zone names and positions as the norm prints them.
PRINTED = {
    OPENING: (
        "A 1-2, B 3-7, C 8-11, D 12-16, E 17-19, F 20, G 21, H 22-32, I 33-34, J 35-40, K 41-90, L 91-104, M 105-120"
    ),
    MOVEMENT: (
        "2-A 1-2, 2-B 3-7, 2-C 8-11, 2-D 12-16, 2-E 17-19, 2-F 20, 2-G 21, 2-H 22-32, 2-I 33-34, 2-J 35-40, 2-K 41-42, "
        "2-L 43-48, 2-M 49-79, 2-N 80-81, 2-O 82-88, 2-P 89, 2-Q 90, 2-R 91-104, 2-S 105-120"
    ),
    COMPLEMENT: (
        "2b-A 1-2, 2b-B 3-7, 2b-C 8-11, 2b-D 12-16, 2b-E 17-19, 2b-F 20, 2b-G 21, 2b-H 22-32, 2b-I 33-34, 2b-J 35-40, "
        "2b-K 41-45, 2b-L 46-48, 2b-M 49-118, 2b-N 119-120"
    ),
}


def test_text_and_object() -> None:
    """The printed text reads as the object, and the object is written as the text."""
    outcome = read(TEXT)
    assert outcome.findings == ()
    assert outcome.value == (OBJECT,)
    assert write([OBJECT], eol="lf").value.decode("ascii") == TEXT


@pytest.mark.parametrize("table", PRINTED, ids=lambda table: table.code)
def test_zones_as_printed(table: RecordTable) -> None:
    """Names and positions of the table are those of the norm; 01 and 07 share one layout."""
    assert ", ".join(f"{zone.name} {zone.position}" for zone in table.zones) == PRINTED[table]
    assert CLOSING.zones == OPENING.zones
    assert ruler(120) == RULER


def _mandatory() -> list[tuple[str, Zone]]:
    return [
        (table.code, zone)
        for table in TABLES.values()
        for zone in table.zones
        if zone.status == "M" and zone.key not in ("code", "label", "information", "qualifier", "entry_number")
    ]


@pytest.mark.parametrize(("code", "zone"), _mandatory(), ids=lambda part: getattr(part, "name", part))
def test_a_damaged_mandatory_zone_is_noticed(code: str, zone: Zone) -> None:
    """Question marks in a mandatory zone give a finding in that zone of that record, and never a clean file."""
    records = [opening(), movement(), complement("NPY", "VIR DUPONT"), closing()]
    number = next(index for index, record in enumerate(records) if record.startswith(code))
    damaged = records[number]
    records[number] = damaged[: zone.start - 1] + "?" * zone.length + damaged[zone.end :]
    findings = validate(file(*records)).findings
    assert any(one.location.line == number + 1 and one.location.field == zone.name for one in findings), zone
    if zone.key in ("amount", "date", "booking_date", "branch", "account", "decimals") and code != "05":
        assert any(one.severity is Severity.ERROR for one in findings)


def _reserved() -> list[tuple[str, Zone]]:
    return [(table.code, zone) for table in TABLES.values() for zone in table.zones if zone.kind == "-"]


@pytest.mark.parametrize(("code", "zone"), _reserved(), ids=lambda part: getattr(part, "name", part))
def test_text_in_a_reserved_zone_changes_nothing(code: str, zone: Zone) -> None:
    """Banks fill reserved zones: the text is named, the reading stays the same."""
    records = [opening(), movement(), complement("NPY", "VIR DUPONT"), closing()]
    clean = read(file(*records)).value
    number = next(index for index, record in enumerate(records) if record.startswith(code))
    records[number] = records[number][: zone.start - 1] + "X" * zone.length + records[number][zone.end :]
    outcome = read(file(*records))
    assert outcome.value == clean
    assert [(one.id, one.location.field) for one in outcome.findings] == [("C120-213", zone.name)]


@pytest.mark.parametrize("code", TABLES)
def test_the_fast_writer_follows_the_table(code: str) -> None:
    """Every record that the writer makes is the plain form of the table filled with its zones."""
    for record in TEXT.splitlines():
        if record.startswith(code):
            assert TABLES[code].format(TABLES[code].parse(record)) == record
