"""``statements.split``: what is held, what stops, and that parts which are not right are never given out."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pytest

import statements
from statements.formats.pain001 import PROFILES
from statements.formats.pain001.parts import MemoryStore, Split
from statements.formats.pain001.sorting import SplitFault
from statements.rules import Severity
from statements.services.split import NotSplit

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "fixtures" / "pain001"
TODAY = datetime.date(2026, 11, 30)
WRONG = "FR7616958000011234567890178"


def sample(name: str = "clean-03-two-blocks.xml", *edits: tuple[str, str]) -> bytes:
    """A clean file with edits; each finds its text once."""
    text = (FIXTURES / name).read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text.encode()


def split(data: bytes, **options: Any) -> Split:
    """The parts on a fixed day."""
    return statements.split(data, today=TODAY, **options)


def shape(made: Split) -> list[tuple[str, int]]:
    """Name and count of each part."""
    return [(part.name, part.payments) for part in made.parts]


def test_a_wrong_account_holds_its_payment() -> None:
    """The others are ready; the reason names payment, rule and finding."""
    made = split(_with_wrong_account())
    assert shape(made) == [("ready", 2), ("held", 1)]
    assert not made.clean
    (reason,) = made.held
    assert (reason.part, reason.block, reason.payment, reason.rules) == (1, 1, 2, ("P001-222",))
    assert [item.id for item in reason.findings] == ["P001-222"]
    assert [part.held for part in made.parts] == [0, 1]
    assert [part.errors for part in made.parts] == [0, 1]


def _with_wrong_account() -> bytes:
    text = (FIXTURES / "clean-03-salaries.xml").read_text("utf-8")
    second = text.index("<CdtTrfTxInf>", text.index("<CdtTrfTxInf>") + 1)
    account = re.compile("<IBAN>[^<]*</IBAN>").search(text, second)
    assert account is not None
    return (text[: account.start()] + f"<IBAN>{WRONG}</IBAN>" + text[account.end() :]).encode()


def test_a_sound_file_is_one_ready_part() -> None:
    """All payments, another reference, nothing held."""
    made = split(sample())
    assert shape(made) == [("ready", 3)]
    assert made.clean
    assert made.parts[0].sums == (("EUR", "310.03"),)


def test_an_error_of_a_block_holds_all_of_it() -> None:
    """A wrong debtor account concerns every payment of its block, and no other."""
    made = split(sample("clean-03-two-blocks.xml", ("FR7616958000011234567890274", WRONG)))
    assert shape(made) == [("ready", 2), ("held", 1)]
    (reason,) = made.held
    assert (reason.block, reason.block_id, reason.payment, reason.payments) == (2, "MULTI-B", None, 1)


def test_a_schema_fault_of_a_block_holds_all_of_it() -> None:
    """What is no payment in the block and wrong by the schema."""
    made = split(sample("clean-03-two-blocks.xml", ("<PmtInfId>MULTI-B</PmtInfId>", "<Nonsense/>")))
    assert shape(made) == [("ready", 2), ("held", 1)]
    assert {rule for reason in made.held for rule in reason.rules} <= {"P001-031", "P001-032"}


def test_a_payment_under_a_wrong_name_is_held_with_its_block_and_never_twice() -> None:
    """It is no payment for anybody, so it goes where its block goes; a count would put it into each part."""
    data = sample().decode()
    start, end = data.index("<CdtTrfTxInf>"), data.index("</CdtTrfTxInf>")
    hidden = data[:start] + "<CdtTrfTxInff>" + data[start + 13 : end] + "</CdtTrfTxInff>" + data[end + 14 :]
    made = split(hidden.encode())
    assert shape(made) == [("ready", 1), ("held", 1)]
    assert [(part.content or b"").count(b"<CdtTrfTxInff>") for part in made.parts] == [0, 1]
    assert split(hidden.encode(), by="count=1").stopped == ("P001-031",)


def test_every_payment_with_a_schema_fault_is_held_however_many_there_are() -> None:
    """Also those whose faults are counted and not listed."""
    text = sample("clean-03.xml").decode()
    start, end = text.index("<CdtTrfTxInf>"), text.rindex("</CdtTrfTxInf>") + len("</CdtTrfTxInf>")
    good = re.sub("<CtrlSum>[^<]*</CtrlSum>", "", text[start:end].partition("</CdtTrfTxInf>")[0]) + "</CdtTrfTxInf>"
    bad = re.sub(r"(<InstdAmt[^>]*>)[^<]*", r"\g<1>one", good)
    text = text[:start] + (bad * 150 + good) * 2 + text[end:]
    text = re.sub("<CtrlSum>[^<]*</CtrlSum>", "", text)
    text = re.sub("<NbOfTxs>[^<]*</NbOfTxs>", "<NbOfTxs>302</NbOfTxs>", text)
    made = split(text.encode())
    assert shape(made) == [("ready", 2), ("held", 300)]
    assert made.parts[1].unread == 300
    assert len(made.held) == 300
    assert all(reason.rules for reason in made.held)


@pytest.mark.parametrize("by", ["verdict", "account", "date", "count=1"])
@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<MsgId>MULTI-2026-11</MsgId>", "<MsgId>MULTI_2026</MsgId>", "P001-130"),
        ("<MsgId>MULTI-2026-11</MsgId>", "", "P001-032"),
        ("<CreDtTm>", "<CreDtTm>x", "P001-035"),
        ("<GrpHdr>", "x<GrpHdr>", "P001-030"),
    ],
)
def test_an_error_of_the_header_stops(old: str, new: str, rule: str, by: str) -> None:
    """It would be in every part."""
    made = split(sample("clean-03-two-blocks.xml", (old, new)), by=by)
    assert (made.parts, made.held) == ((), ())
    assert rule in made.stopped
    assert rule in {item.id for item in made.findings}


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"<Document/>", "P001-007"), (sample()[:-30], "P001-002"), (b"<!DOCTYPE a><a/>", "P001-003")],
)
def test_what_cannot_be_read_stops(data: bytes, rule: str) -> None:
    """XML that is no payment file, or none at all."""
    assert split(data).stopped == (rule,)


def test_a_known_reference_stops() -> None:
    """The payments may have gone already; under a new reference nobody would know."""
    assert split(sample(), known_ids={"MULTI-2026-11"}).stopped == ("P001-137",)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<NbOfTxs>3</NbOfTxs>", "<NbOfTxs>4</NbOfTxs>", "P001-100"),
        ("<CtrlSum>310.03</CtrlSum>", "<CtrlSum>410.03</CtrlSum>", "P001-101"),
        ("<CtrlSum>10.01</CtrlSum>", "<CtrlSum>10.02</CtrlSum>", "P001-103"),
    ],
)
def test_wrong_totals_stop_until_somebody_has_looked(old: str, new: str, rule: str) -> None:
    """A payment may be missing. Once that is settled the parts have right totals; that they were wrong is said."""
    data = sample("clean-03-two-blocks.xml", (old, new))
    stopped = split(data)
    assert (stopped.stopped, stopped.totals, shape(stopped)) == ((rule,), (rule,), [])
    made = split(data, accept="review")
    assert (made.totals, shape(made), made.held) == ((rule,), [("ready", 3)], ())
    assert statements.validate(made.parts[0].content or b"", today=TODAY).valid


def test_a_double_that_is_an_error_is_held_and_the_first_is_ready() -> None:
    """As the rules say: the later place has the finding."""
    data = sample().replace(b"<EndToEndId>M-2<", b"<EndToEndId>M-1<")
    assert shape(split(data)) == [("ready", 3)]
    made = split(data, strict_duplicates=True)
    assert [(reason.payment, reason.rules) for reason in made.held] == [(2, ("P001-134",))]


def graded(rule: str, **settings: Any) -> Any:
    """The default profile with one rule as an error."""
    base = PROFILES["qonto"]
    return msgspec.structs.replace(
        base,
        severities={**base.severities, rule: Severity.ERROR},
        settings={**base.settings, **settings},
    )


def test_a_block_reference_used_twice_holds_the_second_block() -> None:
    """Where a profile makes it an error."""
    data = sample("clean-03-two-blocks.xml", ("<PmtInfId>MULTI-B<", "<PmtInfId>MULTI-A<"))
    assert shape(split(data)) == [("ready", 3)]
    made = split(data, profile=graded("P001-132"))
    assert [(reason.block, reason.payments, reason.rules) for reason in made.held] == [(2, 1, ("P001-132",))]


def test_too_many_payments_are_no_fault_of_the_parts() -> None:
    """Smaller parts are the remedy; as one part they stay too many, which is said."""
    profile = graded("P001-110", max_transactions=2)
    assert split(sample(), profile=profile).stopped == ("P001-110",)
    made = split(sample(), profile=profile, by="count=2")
    assert shape(made) == [("1", 2), ("2", 1)]
    assert made.clean


def test_references_are_new_short_and_unknown() -> None:
    """Whatever the original is."""
    data = sample("clean-03-two-blocks.xml", ("MULTI-2026-11<", "X" * 35 + "<"))
    made = split(data, by="count=1", known_ids={"X" * 33 + "-1"})
    assert [part.message_id for part in made.parts] == ["X" * 31 + "-1-2", "X" * 33 + "-2", "X" * 33 + "-3"]


def test_a_reference_with_marks_stays_well_formed() -> None:
    """What the original writes as a reference to a character is written so again."""
    data = sample("clean-03-two-blocks.xml", ("MULTI-2026-11<", "A&amp;B&#233;<")).decode().encode("latin-1")
    data = data.replace(b"UTF-8", b"ISO-8859-1")
    (part,) = split(data, profile="iso").parts
    assert part.message_id == "A&Bé-READY"
    assert b"<MsgId>A&amp;B\xe9-READY</MsgId>" in (part.content or b"")


def test_a_block_without_payments_is_in_no_part() -> None:
    """It would be a fault of every part; the check of the source names it."""
    empty = "<PmtInf><PmtInfId>X</PmtInfId></PmtInf>"
    data = sample().decode().replace("</GrpHdr>", f"</GrpHdr>{empty}").encode()
    made = split(data)
    assert shape(made) == [("ready", 3)]
    assert empty.encode() not in (made.parts[0].content or b"")


def test_other_files_are_refused_by_name() -> None:
    """Statements, and bytes that are nothing."""
    with pytest.raises(NotSplit, match="MT940"):
        split(b":20:A\r\n:25:B\r\n:60F:C260902EUR1,00\r\n:62F:C260902EUR1,00\r\n-\r\n")
    with pytest.raises(NotSplit):
        split(b"")


@pytest.mark.parametrize("by", ["", "count", "count=0", "count=-1", "Verdict", "count=1x", "count=9999999999"])
def test_an_unknown_way_is_misuse(by: str) -> None:
    """Whatever the file holds."""
    with pytest.raises(ValueError, match="no way to split"):
        split(sample(), by=by)


def test_an_unknown_grade_is_misuse() -> None:
    """Two words are known."""
    with pytest.raises(ValueError, match="accept"):
        split(sample(), accept="all")


def test_a_stream_is_never_taken_whole() -> None:
    """Its content goes to the store in pieces; the parts are those of the bytes."""

    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert size > 0
            self.largest = max(self.largest, size)
            return super().read(size)

    stream, store = Watched(sample()), MemoryStore()
    made = statements.split(stream, by="account", today=TODAY, store=store)
    assert [part.content for part in made.parts] == [None, None]
    whole = split(sample(), by="account")
    for number, part in enumerate(whole.parts):
        with store.stream(number) as written:
            assert written.read() == part.content


class Spoiling(MemoryStore):
    """A disk that does not keep what it is given."""

    def __init__(self, old: bytes, new: bytes) -> None:
        super().__init__()
        self._old, self._new = old, new

    def stream(self, part: int) -> BinaryIO:
        """The part with other bytes in it."""
        return io.BytesIO(super().stream(part).read().replace(self._old, self._new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Monte Presse", b"Monte Pressa"),
        (b"<EndToEndId>M-3<", b"<EndToEndId>M-4<"),
        (b"310.03", b"310.04"),
        (b"-READY", b"-OTHER"),
        (b"</Document>", b""),
        (b"<CdtTrfTxInf>", b"<CdtTrfTxInf><!-- -->"),
    ],
)
def test_what_does_not_hold_the_source_is_never_given_out(old: bytes, new: bytes) -> None:
    """Every part is read again: another byte in a payment, another total, another reference is noticed."""
    with pytest.raises(SplitFault):
        statements.split(sample(), today=TODAY, store=Spoiling(old, new))


def test_a_lost_payment_is_noticed() -> None:
    """Also when the totals were lost with it."""

    class Losing(MemoryStore):
        def stream(self, part: int) -> BinaryIO:
            text = super().stream(part).read().decode()
            start = text.rindex("<PmtInf>")
            text = text[:start] + text[text.rindex("</PmtInf>") + len("</PmtInf>") :]
            text = text.replace("<NbOfTxs>3", "<NbOfTxs>2", 1).replace("310.03", "300.02", 1)
            return io.BytesIO(text.encode())

    with pytest.raises(SplitFault):
        statements.split(sample(), today=TODAY, store=Losing())
