"""All that is said of each fixture: findings with place and quotation, figures, and the statements as data.

``python -m tests.spec.cfonb120.test_cfonb_said`` writes the expected file anew; read the difference before it is kept.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import pytest

from statements.findings import Finding
from statements.formats import neutral
from statements.formats.cfonb120 import PROFILES, read, validate
from tests.rule_cases import CFONB120

FOLDER = Path(__file__).parents[3] / "fixtures" / "cfonb120"
GOLDEN = Path(__file__).parents[2] / "golden" / "cfonb120" / "said.jsonl"
FILES = {f"edge/{path.name}": path.read_bytes() for path in sorted((FOLDER / "edge").glob("*.txt"))}
FILES |= {f"{case.rule} {case.row['case']}": case.data for case in CFONB120.cases(bad=True)}
REPAIRS = frozenset({"french-sign-letters", "invalid-day-to-month-end"})


def said(name: str, profile: str) -> dict[str, object]:
    """Findings, figures and statements of a file, with every named repair that a caller may ask for."""
    data = FILES[name]
    chosen = msgspec.structs.replace(PROFILES[profile], repairs=PROFILES[profile].repairs | REPAIRS)
    report = validate(data, profile=chosen)
    read_ = read(data, profile=chosen, partial=True)
    return {
        "file": name,
        "profile": profile,
        "findings": [one(finding) for finding in report.findings],
        "figures": [msgspec.to_builtins(figures) for figures in report.details.statements],
        "statements": msgspec.json.decode(neutral.write(read_.value)),
    }


def one(finding: Finding) -> dict[str, object]:
    """A finding without its rule's texts."""
    return {
        "rule": finding.id,
        "severity": finding.severity,
        **msgspec.to_builtins(finding.location),
        "found": finding.found,
        "expected": finding.expected,
        **{f"value {name}": text for name, text in sorted(finding.values.items())},
    }


@lru_cache(maxsize=1)
def golden() -> dict[tuple[str, str], dict[str, object]]:
    """What is expected, by file and profile."""
    rows = map(msgspec.json.decode, GOLDEN.read_bytes().splitlines())
    return {(row["file"], row["profile"]): row for row in rows}


@pytest.mark.parametrize("profile", ["standard", "strict"])
@pytest.mark.parametrize("name", FILES)
def test_all_that_is_said(name: str, profile: str) -> None:
    """Whoever changes a rule, a figure or a mapping sees here every answer that changes with it."""
    assert msgspec.to_builtins(said(name, profile)) == golden()[name, profile]


def write() -> None:
    """Write the expected file anew."""
    GOLDEN.parent.mkdir(exist_ok=True)
    lines = [msgspec.json.encode(said(name, profile)) + b"\n" for name in FILES for profile in ("standard", "strict")]
    GOLDEN.write_bytes(b"".join(lines))


if __name__ == "__main__":
    write()
