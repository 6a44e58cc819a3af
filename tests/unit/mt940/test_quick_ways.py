"""The quick ways of reading and writing give what the careful ways give, for the cases where they could part."""

from __future__ import annotations

import datetime

import pytest

from statements.formats import mt940
from statements.formats.mt940 import entry_out, reader
from statements.formats.mt940.quick_out import quick_entry
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import Balance, Entry, OperationCodes, References, Statement

IBAN = "FR7616958000011234567890177"
DAY = datetime.date(2026, 9, 3)
TEXTS = [
    "Facture", "USTD", "STRD", "USTD/x", "a / b", "a/b", "/REMI", "x/REMI/y", "x/IBAN", "end/", "/start", " edge",
    "edge ",
    "two  blanks", "é", "", "word " * 20 + "x", "x" * 140, "x" * 64 + ":" + "y" * 64, "-" * 130, "a/" * 50 + "b",
]  # fmt: skip


def _statement(entry: Entry) -> Statement:
    opening, closing = Money(0, "EUR"), entry.amount
    day = DAY - datetime.timedelta(days=1)
    return Statement(Account(IBAN, "EUR"), Balance(opening, day), Balance(closing, DAY), (entry,), 26246, 1)


def _entry(text: str, name: str | None = "Anne", reference: str | None = None, minor: int = 5) -> Entry:
    return Entry(
        DAY,
        Money(minor, "EUR"),
        DAY,
        False,
        OperationCodes("05", "NTRF"),
        References("Q1", None, reference),
        Party(name, None, None, "payer"),
        (text,),
    )


ENTRIES = [
    *map(_entry, TEXTS),
    *[_entry("Don", name) for name in TEXTS],
    *[_entry("Don", "Anne", reference) for reference in TEXTS],
    *[_entry("Don", None, None, minor) for minor in (-7, 99, 12_345_678, 10**13, 10**14)],
]


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_quick_way_of_writing_gives_the_bytes_of_the_careful_way(entry: Entry) -> None:
    """Bytes and findings are the same with and without it, whatever stands in text, name or reference."""
    quick = mt940.write([_statement(entry)], verify=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entry_out, "quick_entry", lambda *_: None)
        careful = mt940.write([_statement(entry)], verify=False)
    assert quick == careful


@pytest.mark.parametrize("text", ["Facture", "a/b", "a / b", "word " * 20 + "x"])
def test_plain_entries_are_written_the_quick_way(text: str) -> None:
    """The test above compares two ways: the quick one must not decline plain entries."""
    assert quick_entry(_entry(text), mt940.PROFILES["qonto"].settings, "\r\n") is not None


@pytest.mark.parametrize(
    "narrative",
    [
        "/REMI/USTD", "/REMI/STRD", "/REMI/USTD/x", "/REMI/a /IBAN/ b", "/REMI/ x", "/NAME/ A/REMI/x", "/NAME//REMI/x",
        "/REMI/12/", "/ORDP//REMI/x", "/IBAN/DE 1", "/REMI/x/REMI", "/EREF/" + "x" * 65, "\n166?20x", " 166?20x",
        "166?20x ",
        "166?20EREF+?21KREF+a+b", "166?20SVWZ+a?21BIC+x", "166?32a?32b", "166?20a?", "999x", "9991", "166?9x", "  ", "",
        "x\n\n/REMI/y", "-\nx", "a\n-b", "a\n:b", "a\n:61:x", "a\n :62F:x", "a \nb", "\u00e4\nb", "\u00ad", "\ufeff",
    ],
)  # fmt: skip
@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_the_quick_way_of_reading_gives_the_values_of_the_careful_way(narrative: str, eol: str) -> None:
    """Statements, findings and figures are the same with and without it, whatever a text holds."""
    text = (
        f":20:R1\n:25:{IBAN}\n:28C:1/1\n:60F:C260101EUR100,00\n:61:2601020102C10,00NTRFREF//B1\n"
        f":86:{narrative}\n:62F:C260102EUR110,00\n-\n"
    )
    data = (text + text).replace("\n", eol).encode()
    quick = mt940.read(data), mt940.validate(data, limit=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_fast", lambda *_: None)
        careful = mt940.read(data), mt940.validate(data, limit=1)
    assert quick == careful


@pytest.mark.parametrize("narrative", ["VIR SEPA\nFACTURE 12", "166?00X?20EREF+1?21SVWZ+a?32Anne", "/REMI/Facture 12"])
@pytest.mark.parametrize("end", ["-\n", "-}\n", ""])
def test_ordinary_files_are_read_the_quick_way(narrative: str, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """LF, plain or German texts, no last line: none of these may send a file the careful way."""
    from statements.formats.mt940 import fast_entries

    def careful(*_: object) -> None:
        raise LookupError("read the careful way")

    monkeypatch.setattr(reader.Tokens, "feed", careful)
    monkeypatch.setattr(fast_entries, "read_entry", careful)
    data = (
        f":20:R1\n:25:{IBAN}\n:28C:1/1\n:60F:C260101EUR100,00\n:61:2601020102C10,00NTRFREF//B1\n"
        f":86:{narrative}\n:62F:C260102EUR110,00\n{end}"
    )
    outcome = mt940.read(data)
    assert len(outcome.value[0].entries) == 1
    assert {finding.id for finding in outcome.findings} == {"M940-004"} | ({"M940-008"} if not end else set())
