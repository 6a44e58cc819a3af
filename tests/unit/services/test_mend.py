"""The mended copy as the library gives it."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import BinaryIO

import pytest

import statements
from statements.findings import Proposal
from statements.services.mend import PASSES, MendError, mend, mend_stream
from statements.services.validate import CheckOptions
from statements.wire.mending import Remedies
from tests.rule_cases import PAIN001

TODAY = datetime.date(2026, 11, 30)
CLEAN = PAIN001.clean("03", "").encode()
START, END = CLEAN.index(b"<CdtTrfTxInf>"), CLEAN.index(b"</CdtTrfTxInf>") + len(b"</CdtTrfTxInf>")


def many(count: int, old: bytes, new: bytes) -> bytes:
    """A file with the same fault in each of so many payments beside the sound ones."""
    payment = CLEAN[START:END]
    assert old in payment
    return CLEAN[:START] + payment.replace(old, new) * count + CLEAN[START:]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b">1200.00</InstdAmt>", b">1200,00</InstdAmt>"),
        (b"<IBAN>DE96", b"<IBAN>DE96 "),
        (b"Rechnung", b"R & S"),
        (b"Rechnung", "Rechnung \u00e9".encode()),
        (b"Rechnung", b"Rech<!-- <x> -->nung"),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_fault_of_every_payment_is_mended_everywhere(old: bytes, new: bytes, mark: bytes) -> None:
    """Not only the places that a report lists."""
    data = mark + many(1_700, old, new)
    assert data.count(new) == 1_700
    made = mend(data, today=TODAY)
    assert made.complete
    assert made.data.count(new) == 0
    assert made.data.startswith(b"<?xml")
    assert max(change.count for change in made.changes) >= 1_700
    assert not {change.rule.id for change in made.changes} & {finding.id for finding in made.report.findings}


def test_blocks_of_one_payment() -> None:
    """Faults of blocks and of payments, found in portions, are mended all."""
    start, end = CLEAN.index(b"<PmtInf>"), CLEAN.index(b"</PmtInf>") + len(b"</PmtInf>")
    block = CLEAN[start:end].replace(b"<IBAN>DE96", b"<IBAN>DE96 ").replace(b"<IBAN>FR76", b"<IBAN>FR76 ")
    made = mend(CLEAN[:start] + block * 600 + CLEAN[start:], today=TODAY)
    assert b"<IBAN>DE96 " not in made.data
    assert b"<IBAN>FR76 " not in made.data


def test_public_names() -> None:
    """The verb is one of the library."""
    assert statements.mend is mend
    made = statements.mend(Path("fixtures/pain001/clean-03.xml").read_bytes(), today=TODAY)
    assert isinstance(made, statements.Mended)
    assert (made.changed, made.data) == (False, CLEAN)


def test_settings_decide_what_is_told() -> None:
    """A rule that is off in a profile, or left out, changes nothing; ``only`` names the rules that may."""
    data = CLEAN.replace(b"Rechnung", "Rechnung \u00e9".encode())
    assert mend(data, today=TODAY).changed
    assert not mend(data, today=TODAY, profile="iso").changed
    assert not mend(data, today=TODAY, ignore=["P001-160"]).changed
    assert not mend(data, today=TODAY, only=["P001-035"]).changed
    assert mend(data, today=TODAY, only=["P001-160"]).changed
    with pytest.raises(ValueError, match="accept"):
        mend(data, accept="all")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="profile"):
        mend(data, profile="none")


class Other(io.BytesIO):
    """A file that another program changes once it was read so many times."""

    def __init__(self, data: bytes, later: bytes) -> None:
        super().__init__(data)
        self.later, self.written = later, False

    def turn(self) -> None:
        """Put the other content there."""
        self.seek(0)
        self.write(self.later)
        self.truncate()


@pytest.mark.parametrize("later", [CLEAN, CLEAN[:700], b""])
def test_a_file_that_changes_meanwhile_is_refused(later: bytes) -> None:
    """The old text is looked at before each edit; nothing wrong is ever written."""
    source = Other(CLEAN.replace(b"<IBAN>DE96", b"<IBAN>DE96 "), later)

    def scratch() -> BinaryIO:
        source.turn()
        return io.BytesIO()

    with pytest.raises(MendError, match="byte"):
        mend_stream(source, CheckOptions(today=TODAY), scratch=scratch)


def test_there_is_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not done after so many passes is said; the copy is then mended once more."""
    monkeypatch.setattr("statements.services.mend.PASSES", 1)
    data = CLEAN.replace(b"Rechnung", b"Rechnung & S\xc3\xb6hne")
    first = mend(data, today=TODAY)
    assert not first.complete
    assert mend(first.data, today=TODAY).complete
    assert PASSES == 16


def test_conflicts_are_for_the_next_pass() -> None:
    """The first place in the file goes; what overlaps it is left out, and so is a proposal of several places."""
    remedies = Remedies()
    (finding,) = mend(CLEAN.replace(b"Rechnung", b"R & D"), only=["X"], today=TODAY).before.findings[:1]
    for proposal in (
        Proposal(8, "d", "D", "safe"),
        Proposal(2, "ab", "x", "safe"),
        Proposal(3, "b", "y", "safe"),
        Proposal(0, "_", "-", "review", ((8, "d", "-"),)),
        Proposal(4, "", "+", "safe"),
    ):
        remedies.take(type(finding)(finding.rule, finding.severity, proposal=proposal))
    chosen = remedies.chosen()
    assert (len(chosen), b"".join(chosen.over([b"__", b"ab____d!"]))) == (3, b"-_x+____-!")
