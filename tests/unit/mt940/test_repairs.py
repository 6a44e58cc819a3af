"""Repairs asked for by name: the strict profile takes them as lightly as the lenient one, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from statements.formats import mt940
from tests.rule_cases import MT940, Case

CASES = [case for case in MT940.cases(bad=True) if MT940.rules()[case.rule].repair]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_repair_by_name(case: Case) -> None:
    """In ``swift`` the finding has the severity of ``swift``; asked for, that of ``qonto``; the others their own."""
    rule_id = case.rule
    rule = mt940.rules()[rule_id]
    asked = msgspec.structs.replace(mt940.PROFILES["swift"], repairs=frozenset({rule.repair}))
    strict = mt940.validate(case.data, profile="swift").findings
    lenient = mt940.validate(case.data, profile=asked).findings
    assert {finding.severity for finding in strict if finding.id == rule_id} <= {rule.severity("swift")}
    assert {finding.severity for finding in lenient if finding.id == rule_id} <= {rule.severity("qonto")}
    for finding in lenient:
        if finding.rule.repair != rule.repair:
            assert finding.severity is finding.rule.severity("swift"), finding.id
    assert rule_id in {finding.id for finding in lenient}


def test_there_are_cases() -> None:
    """Most named repairs have a fixture of their own."""
    assert len({case.rule for case in CASES}) > 25
