"""Cut and damaged files: never an exception, never a long wait, and no changed amount accepted in silence."""

from __future__ import annotations

import pytest

from statements.formats import cfonb120, mt940
from statements.model.statement import Statement
from statements.rules import Severity
from tests.hostile.mutations import CHANGES, amount_digits, changed, files, truncations

FORMS = {"mt940": mt940, "cfonb120": cfonb120}


def figures(read: tuple[Statement, ...]) -> list[object]:
    """The balances and the amounts of what was read."""
    return [(one.opening, one.closing, [entry.amount for entry in one.entries]) for one in read]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_cut_at_every_byte(form: str) -> None:
    """A file that ends anywhere is read and judged without an exception; a cut inside is never called clean."""
    module = FORMS[form]
    for name, data in files(form).items():
        complete = module.validate(data)
        whole = module.read(data).value if complete.valid and complete.summary.statements == 1 else None
        for part in truncations(data):
            report = module.validate(part)
            read = module.read(part).value if report.valid or len(part) % 8 == 0 else ()
            # A message without balances (MT942) cannot show that something is missing.
            if report.valid and whole and whole[0].opening is not None and whole[0].closing is not None:
                # Blanks, a last zero, the end line or a text below the closing balance may be missing; no figure is.
                assert figures(read) == figures(whole), (name, len(part))


@pytest.mark.parametrize("form", sorted(FORMS))
def test_single_bytes_changed(form: str) -> None:
    """Thousands of files with one wrong byte: each is read and judged, and what reading refuses the check refuses."""
    module = FORMS[form]
    made = files(form)
    for seed, data in enumerate(made.values()):
        for broken in changed(data, seed, CHANGES // len(made)):
            report = module.validate(broken)
            assert report.valid == (report.summary.errors == 0)
            assert module.read(broken).ok or not report.valid, broken


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_changed_digit_of_an_amount_is_noticed(form: str) -> None:
    """Law 7: with every digit of every balance and amount changed, the balances tell, each single time."""
    module = FORMS[form]
    tried = noticed = 0
    for name, data in files(form).items():
        if not name.startswith("written"):
            continue
        assert module.validate(data).valid
        for place, record in amount_digits(form, data):
            for digit in b"0123456789":
                if data[place] == digit:
                    continue
                broken = data[:place] + bytes([digit]) + data[place + 1 :]
                errors = [finding for finding in module.validate(broken).findings if finding.severity is Severity.ERROR]
                tried += 1
                noticed += bool(errors)
                assert errors, (name, place, record)
                assert all(finding.location.line for finding in errors), (name, place, record)
    assert tried > 500
    assert noticed == tried
