"""Repairs asked for by name: the strict profile takes them as lightly as the lenient one, and nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from statements.formats import mt940
from statements.formats.mt940.report import rules

FOLDER = Path(__file__).parents[3] / "fixtures" / "mt940" / "rules"
CASES = [(rule.id, path) for rule in rules() if rule.repair for path in sorted(FOLDER.glob(f"{rule.id}-bad-*.sta"))]


@pytest.mark.parametrize(("rule_id", "path"), CASES, ids=[path.stem for _, path in CASES])
def test_a_repair_by_name(rule_id: str, path: Path) -> None:
    """In ``swift`` the finding has the severity of ``swift``; asked for, that of ``qonto``; the others their own."""
    rule = rules()[rule_id]
    asked = msgspec.structs.replace(mt940.PROFILES["swift"], repairs=frozenset({rule.repair}))
    strict = mt940.validate(path.read_bytes(), profile="swift").findings
    lenient = mt940.validate(path.read_bytes(), profile=asked).findings
    assert {finding.severity for finding in strict if finding.id == rule_id} <= {rule.severity("swift")}
    assert {finding.severity for finding in lenient if finding.id == rule_id} <= {rule.severity("qonto")}
    for finding in lenient:
        if finding.rule.repair != rule.repair:
            assert finding.severity is finding.rule.severity("swift"), finding.id
    assert rule_id in {finding.id for finding in lenient}


def test_there_are_cases() -> None:
    """Most named repairs have a fixture of their own."""
    assert len({rule_id for rule_id, _ in CASES}) > 25
