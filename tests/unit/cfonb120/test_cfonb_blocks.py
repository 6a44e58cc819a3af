"""However the bytes come, the same is read and said; nothing in the data raises."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.cfonb120 import iter_read, outline, read, split, validate, write
from tests.cfonb_records import closing, complement, file, movement, opening
from tests.rule_cases import CFONB120

FOLDER = Path(__file__).parents[3] / "fixtures" / "cfonb120"
EXAMPLE = (FOLDER / "worked-example.txt").read_bytes()

QUALIFIERS = st.sampled_from(
    ["NPY", "NBE", "LIB", "LCC", "LC2", "CBE", "CPY", "RUM", "RCN", "REF", "IBE", "MMO", "FEE", "NPO", "AAA", "   "]
)
INFORMATION = st.sampled_from(
    [
        "VIR DUPONT",
        "VIR DUPONT ET FILS, MENUISERIE",
        "FR7699991000010000000010139",
        "USD200000000001083" + "0400000010830",
        "USD000000000008358" + "300000001077",
        "EUR200000001875625",
        "RUM-1".ljust(35) + "RCUR",
        "ABCDEFG1234567".ljust(35) + "REF-2",
        "X" * 70,
        "Y" * 69 + " ",
        "",
    ]
)
MOVEMENTS = st.builds(
    movement,
    st.sampled_from([1_000, -1_000, 0, 5]),
    st.sampled_from(["VIR DUPONT", "X" * 31, "", "Vir"]),
    st.sampled_from(["150126", "160126", "140126", "310226"]),
    operation=st.sampled_from(["05", "06", "91", "A3", "01", "ZZ"]),
    value_date=st.sampled_from(["150126", "160126", "000000", "150124", "320126"]),
    reject=st.sampled_from(["  ", "  ", "14", "98"]),
    entry_number=st.sampled_from(["0000000", "0001234", "       ", "1234567"]),
    reference=st.sampled_from(["", "QABC", "qabc"]),
    bank=st.sampled_from(["16958", "16958", "16959"]),
)
COMPLEMENTS = st.builds(
    complement,
    QUALIFIERS,
    INFORMATION,
    st.just("150126"),
    st.sampled_from(["05", "06"]),
)
RECORDS = st.lists(
    st.one_of(MOVEMENTS, MOVEMENTS, COMPLEMENTS, COMPLEMENTS, st.just(closing()), st.just(opening())), max_size=12
)


@given(RECORDS)
def test_line_ends_do_not_show(records: list[str]) -> None:
    """Whole lines, lines of another kind and no line ends at all: equal statements and findings, whatever follows what.

    Without line ends every record is taken apart with its own place, and its characters are looked at one by one.
    """
    whole = read(file(opening(), *records, closing(), eol="\r\n"), partial=True)
    assert read(file(opening(), *records, closing(), eol="\r"), partial=True) == whole
    assert read(file(opening(), *records, closing(), eol=""), partial=True) == whole


@given(RECORDS)
def test_what_stands_before_does_not_show(records: list[str]) -> None:
    """A statement reads the same after another one that says all the same things: nothing kept of it is mixed in."""
    alone = read(file(opening(), *records, closing()), partial=True)
    before = file(
        opening("130126", 10_000, account="99999999999"), *records, closing("130126", 10_000, account="99999999999")
    )
    both = read(before + file(opening(), *records, closing()), partial=True)
    assert both.value[-len(alone.value) :] == alone.value


def test_a_movement_goes_on_after_an_unknown_record() -> None:
    """A complement belongs to the movement before it, wherever that stands."""
    data = file(opening(), movement(), complement("LIB", "ONE"), "99".ljust(120), complement("LIB", "TWO"), closing())
    outcome = read(data)
    assert [finding.id for finding in outcome.findings] == ["C120-002"]
    assert outcome.value[0].entries[0].remittance == ("ONE", "TWO")


def _entries(count: int) -> bytes:
    records = []
    for number in range(count):
        records.append(movement(100, f"CLIENT {number:05d}", reference=f"Q{number:015d}"))
        records.append(complement("NPY", f"CLIENT {number:05d}"))
        records.append(complement("LCC", f"FACTURE {number:05d} DU 15 JANVIER 2026"))
    return file(opening(), *records, closing(minor=10_000 + 100 * count), eol="\n")


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r", ""])
def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch, eol: str) -> None:
    """A file cut into small blocks at any place reads as in one piece, from bytes and from a stream."""
    data = _entries(60).replace(b"\n", eol.encode())
    whole = read(data)
    assert whole.findings == ()
    assert len(whole.value[0].entries) == 60
    for size in (400, 1_000, 2_441):
        monkeypatch.setattr(split, "BLOCK", size)
        assert read(data) == whole, size
        streamed = list(iter_read(io.BytesIO(data)))
        assert tuple(one.value for one in streamed) == whole.value, size


def test_text_is_taken_as_text() -> None:
    """`str` input is text, never a path, and reads as its bytes do."""
    assert read(EXAMPLE.decode("ascii")).value == read(EXAMPLE).value
    outcome = read(opening() + "\n" + movement(label="SOCIÉTÉ") + "\n" + closing() + "\n")
    assert [finding.id for finding in outcome.findings] == ["C120-045"]
    assert outcome.value[0].entries[0].counterparty is not None
    assert outcome.value[0].entries[0].counterparty.name == "SOCIÉTÉ"


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(data: bytes) -> None:
    """Whatever the bytes, there is an answer and no exception."""
    outcome = read(data, partial=True)
    assert outcome.findings or outcome.value
    validate(data, profile="strict")
    outline(data)


@given(st.integers(0, len(EXAMPLE)))
def test_a_cut_file_is_noticed(end: int) -> None:
    """The example cut at any byte has an error, unless only blanks and the line end of its last record are missing."""
    outcome = read(EXAMPLE[:end])
    if end < len(EXAMPLE) - 18:
        assert not outcome.ok
    elif end >= len(EXAMPLE) - 2:
        assert outcome.ok


@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 255))
def test_a_changed_byte_never_changes_an_amount_in_silence(place: int, byte: int) -> None:
    """One changed byte: the amounts are the same, or an error says so."""
    changed = EXAMPLE[:place] + bytes([byte]) + EXAMPLE[place + 1 :]
    outcome = read(changed)
    original = read(EXAMPLE).value
    if outcome.ok:
        assert [_figures(one) for one in outcome.value] == [_figures(one) for one in original]


def _figures(statement: object) -> object:
    return (
        statement.opening.amount,  # type: ignore[attr-defined]
        statement.closing.amount,  # type: ignore[attr-defined]
        [entry.amount for entry in statement.entries],  # type: ignore[attr-defined]
    )


@given(st.integers(0, 12), st.sampled_from("ABC012 {}~\t"), st.integers(2, 119))
def test_a_damaged_character_shows_the_same_with_any_line_end(record: int, char: str, column: int) -> None:
    """One damaged character anywhere in a good file: what is read and said does not depend on the line ends."""
    lines = EXAMPLE.decode("ascii").split("\r\n")
    lines[record] = lines[record][:column] + char + lines[record][column + 1 :]
    whole = read("\r\n".join(lines).encode("latin-1"), partial=True)
    joined = read("".join(lines).encode("latin-1"), partial=True)
    assert joined == whole


def test_writing_again_changes_nothing() -> None:
    """Every clean fixture that we write is read back equal and written with the same bytes."""
    for case in CFONB120.cases(bad=False):
        first = write(read(case.data).value)
        again = write(read(first.value).value)
        assert again.value == first.value, case.id
