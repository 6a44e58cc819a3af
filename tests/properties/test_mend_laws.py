"""Laws of a mended copy: nothing of value changes, nothing new is wrong, and mending again changes nothing."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import Any

import pytest

from statements.findings import Report
from statements.rules import Severity
from statements.services.mend import Mended, mend
from statements.services.read import read
from statements.wire.mending import mended
from tests.hostile.mutations import files
from tests.rule_cases import CFONB120, MT940, PAIN001, Case
from tests.spec.pain001.test_obeyed import mutant, texts, values

TODAY = datetime.date(2026, 11, 30)
# The first fault of a broken document, or one in the envelope, hides all others.
HIDING = frozenset(f"P001-{number:03d}" for number in (*range(1, 20), *range(30, 50)))


def errors(report: Report[Any]) -> set[str]:
    """The rules with an error."""
    return {finding.id for finding in report.findings if finding.severity is Severity.ERROR}


def law(data: bytes, **options: Any) -> Mended:
    """What holds of every file and every choice; the copy that was made."""
    made = mend(data, today=TODAY, **options)
    assert made.complete
    result = made.data
    assert made.changed == (result != data)
    assert bool(made.changes) == made.changed
    if made.changed:
        again = mend(result, today=TODAY, **options)
        assert not again.changed
        assert again.data == result
    if not errors(made.before) & HIDING:
        assert errors(made.report) <= errors(made.before)
    return made


# ---------------------------------------------------------------------------------------------- files with one fault

CASES = [case for table in (PAIN001, MT940, CFONB120) for case in table.cases(bad=True)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_is_safe_goes_and_touches_no_other_byte(case: Case) -> None:
    """Of a file with one fault: its safe remedy is all that changes, and the finding goes."""
    made = law(case.data)
    first = made.before.findings
    safe = [each.proposal for each in first if each.proposal is not None and each.proposal.grade == "safe"]
    if not safe:
        assert made.data == case.data
        return
    assert made.changed
    assert not [each for each in made.report.findings if each.proposal is not None and each.proposal.grade == "safe"]
    if not errors(made.before) & HIDING:
        # What goes may leave an empty element behind, which goes then.
        assert made.data == mend(b"".join(mended([case.data], safe))).data


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.rule[:4] in ("M940", "C120")], ids=lambda case: case.id
)
def test_what_is_to_be_looked_at_goes_too(case: Case) -> None:
    """Every proposal of a statement is obeyed, and what its rule said is gone."""
    proposed = bool(case_rule_proposals(case))
    made = law(case.data, accept="review")
    assert made.changed == proposed
    if proposed:
        rules = {each.rule.id for each in made.changes}
        assert not rules & {finding.id for finding in made.report.findings}
        assert worth(made.data) == worth(case.data)


def case_rule_proposals(case: Case) -> list[str]:
    """The rules of a file with a proposal."""
    return [each.id for each in mend(case.data, only=["X"]).before.findings if each.proposal is not None]


@pytest.mark.parametrize("table", [PAIN001, MT940, CFONB120], ids=["pain001", "mt940", "cfonb120"])
def test_a_clean_file_keeps_its_bytes(table: Any) -> None:
    """Nothing is proposed for a clean file, so the copy is the file."""
    for version in table.versions:
        data = table.clean(version, "").encode()
        if table is MT940:
            data = data.replace(b"\n", b"\r\n")
        for accept in ("safe", "review"):
            made = law(data, accept=accept)
            assert (made.data, made.changed) == (data, False)


# ----------------------------------------------------------------------------------------------- mutants of payments


def payments(seed: int, choices: tuple[str, ...] = ("safe", "review")) -> bool:
    """Amounts, accounts, names and check digits of a mutant stay; whether something was mended."""
    data = mutant(seed)
    before, known = values(data), texts(data)
    for accept in choices:
        made = law(data, accept=accept)
        after = values(made.data)
        assert not before - after
        assert set(after - before) <= known
    return made.changed


def test_mutants_of_payments() -> None:
    """The law on some of them."""
    assert sum(map(payments, range(100))) > 30


@pytest.mark.long
def test_thousands_of_mutants_of_payments() -> None:
    """The law on many, each for one choice: with those of statements ten thousand."""
    assert sum(payments(seed, (("safe", "review")[seed % 2],)) for seed in range(4_000)) > 1_200


# --------------------------------------------------------------------------------------------- mutants of statements


def worth(data: bytes) -> list[Any]:
    """What of the statements of a file nobody may change; nothing for a file that is not read."""
    return [
        (
            each.account,
            [
                (balance.amount, balance.date) if balance is not None else None
                for balance in (each.opening, each.closing)
            ],
            [(entry.amount, entry.booking_date, entry.value_date, entry.reversal) for entry in each.entries],
        )
        for each in read(data).value
    ]


def kept(before: list[Any], after: list[Any]) -> bool:
    """Whether all that was read is still read as it was. A balance that could not be read at all may be now."""
    return len(before) == len(after) and all(
        old[0] == new[0]
        and old[2] == new[2]
        and all(was in (None, now) for was, now in zip(old[1], new[1], strict=True))
        for old, new in zip(before, after, strict=True)
    )


def bent(data: bytes, source: random.Random) -> bytes:
    """Lines as transfers, editors and converters leave them."""
    lines = data.splitlines(keepends=True)
    for _ in range(source.randrange(1, 4)):
        at = source.randrange(len(lines))
        line = lines[at]
        text = line.rstrip(b"\r\n")
        end = line[len(text) :]
        lines[at] = source.choice(
            (
                text + b"\n",
                text + b"   " + end,
                text.rstrip(b" ") + end,
                text[: source.randrange(len(text) + 1)] + end,
                line + end,
                b"-" + line,
                b"-" + end + line,
                line.replace(b":", b": ", 1),
                line.replace(b",", b".", 1),
                text[:20] + b"1.2" + text[20:] + end,
                b"\x1a" + line,
                text,
                bytes([source.randrange(256)]) + line,
            )
        )
    made = b"".join(lines)
    return source.choice((made, made, b"\xef\xbb\xbf" + made, made.replace(b"\r\n", b"\n"), made + b"\x1a"))


def statements(form: str) -> Iterator[bytes]:
    """Mutants of the files of a format, without end."""
    originals = list(files(form).values())
    number = 0
    while True:
        source = random.Random(number)
        yield bent(source.choice(originals), source)
        number += 1


def some(form: str, count: int) -> int:
    """The law on so many statements; how many were changed."""
    changed = 0
    for data, _ in zip(statements(form), range(count), strict=False):
        for accept in ("safe", "review"):
            made = law(data, accept=accept)
            assert kept(worth(data), worth(made.data))
        changed += made.changed
    return changed


@pytest.mark.parametrize("form", ["mt940", "cfonb120"])
def test_mutants_of_statements(form: str) -> None:
    """Accounts, balances, amounts and days of statements stay."""
    assert some(form, 100) > 30


@pytest.mark.long
@pytest.mark.parametrize("form", ["mt940", "cfonb120"])
def test_thousands_of_mutants_of_statements(form: str) -> None:
    """The same on many."""
    assert some(form, 3_000) > 900
