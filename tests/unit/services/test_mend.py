"""The mended copy as the library gives it."""

from __future__ import annotations

import datetime
import io
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

import statements
from statements.findings import Finding, Proposal
from statements.formats import pain001
from statements.services.mend import PASSES, MendError, mend, mend_stream
from statements.services.validate import CheckOptions
from statements.wire.mending import Remedies
from tests.rule_cases import PAIN001
from tests.strategies import share

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
    data = mark + many(1_100, old, new)
    assert data.count(new) == 1_100
    made = mend(data, today=TODAY)
    assert made.complete
    assert made.data.count(new) == 0
    assert made.data.startswith(b"<?xml")
    assert max(change.count for change in made.changes) >= 1_100
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


ODD = [
    (b"<Nm>", "<Nm>\u00c9t\u00e9 &amp; fils ".encode()),
    (b"<Nm>", b"<Nm>R &amp; S</Nm><!-- R &amp; S --><Nm>"),
    (b"<Ustrd>", "<Ustrd>\u00e9 \U0001f600 ".encode()),
    (b"<Ustrd>", "<Ustrd>  \u00e9 ".encode()),
    (b"<Nm>", "<Nm ><![CDATA[\u00e9 & >]]>".encode()),
    (b"<Nm>", b"<Nm\tx='>'>&#233; "),
    (b"<Cdtr>", "<UltmtCdtr><Nm>\u00e9</Nm></UltmtCdtr><Cdtr>".encode()),
    (b"<EndToEndId>", b"<EndToEndId> "),
    (b'Ccy="EUR"', b'Ccy="eur"'),
    (b">1200.00<", b">1200.000<"),
]
"""Payments with remedies in texts of every kind: with characters of several bytes, references, blanks, marks, twins."""


class _Kept:
    """Keeps what a check tells of proposals."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    @property
    def size(self) -> int:
        return len(self.found)

    def take(self, finding: Finding) -> None:
        self.found.append(finding)

    def cut(self, size: int) -> None:
        del self.found[size:]


@share(2)
@given(st.lists(st.sampled_from(ODD), min_size=1, max_size=4), st.sampled_from([b"", b"\xef\xbb\xbf"]), st.booleans())
def test_places_at_hand_are_those_of_another_reading(
    changes: list[tuple[bytes, bytes]], mark: bytes, breaks: bool
) -> None:
    """Beyond the limit a text is placed while its payment goes by; below it, by reading the file again."""
    payments = []
    for number in range(12):
        payment = CLEAN[START:END].replace(b"EndToEndId>", b"EndToEndId>%d" % number, 1)
        old, new = changes[number % len(changes)]
        payments.append(payment.replace(old, new))
    data = mark + CLEAN[:START] + b"\n".join(payments) + CLEAN[START:]
    data = data.replace(b"\n", b"\r\n") if breaks else data
    proposals = []
    for limit in (1, None):
        kept = _Kept()
        pain001.validate(data, today=TODAY, limit=limit, told=kept)
        proposals.append({(item.id, item.proposal) for item in kept.found})
    assert proposals[0] == proposals[1]


@pytest.mark.parametrize(
    ("fault", "rule"), [(b"R&D ", "P001-002"), (b"</b>", "P001-002"), (b"<b>", "P001-002"), (b"", "")]
)
def test_a_parser_that_has_stopped_is_asked_at_once(fault: bytes, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows a fault is not gathered by the parser, and the fault is the first one; a sound file goes to its end.

    Behind the document nothing grows, and nothing is asked.
    """
    monkeypatch.setattr("statements.formats.pain001.stream._STOPPED", 100_000)
    payment = CLEAN[START:END]
    comments = b"<!-- " + b"x" * 1_000 + b" <a> -->\n"
    start = CLEAN[:START] + payment.replace(b"Rechnung", b"Rechnung " + fault)
    data = start + payment * 800 + CLEAN[START:] + comments * 400
    report = pain001.validate(data, today=TODAY)
    stops = [finding for finding in report.findings if finding.id == rule]
    assert bool(stops) == bool(rule)
    if fault == b"R&D ":
        assert stops[0].location.line == start[: start.index(fault)].count(b"\n") + 1
    inside = CLEAN[:START] + comments * 400 + CLEAN[START:]
    assert pain001.validate(inside, today=TODAY).valid


def test_a_bare_sign_in_each_payment_is_mended_in_flat_memory(tmp_path: Path) -> None:
    """The parser stops at the first one and would keep all that follows."""
    program = """
import datetime, io, pathlib, resource, sys, tempfile
from statements.services.mend import mend_stream
from statements.services.validate import CheckOptions
with open(sys.argv[1], "rb") as stream:
    options = CheckOptions(today=datetime.date(2026, 11, 30))
    made = mend_stream(stream, options, scratch=tempfile.TemporaryFile)
    assert made.changes[0].count >= int(sys.argv[2]), made.changes
status = pathlib.Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
own = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    used = []
    for count in (10_000, 40_000):
        path = tmp_path / f"{count}.xml"
        path.write_bytes(many(count, b"Rechnung", b"R&D"))
        run = subprocess.run(
            [sys.executable, "-c", program, str(path), str(count)],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        )
        used.append(int(run.stdout) // (1024 if sys.platform == "darwin" else 1))
    assert used[1] < 100 * 1024
    assert used[1] - used[0] < 20 * 1024
