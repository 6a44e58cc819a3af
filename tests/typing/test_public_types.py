"""The types of the public surface, as a caller's type checker sees them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

CALLER = """
from typing import Any, assert_type

import statements
from statements.findings import Finding, Outcome, Report
from statements.formats import pain001
from statements.formats.pain001.answer import FileVerdict
from statements.rules import Severity
from statements.model.statement import Statement
from statements.services.convert import StatementFile
from statements.services.identify import FileIdentity

outcome = statements.read(b"")
assert_type(outcome, Outcome[tuple[Statement, ...]])
assert_type(outcome.unwrap(), tuple[Statement, ...])
assert_type(outcome.findings, tuple[Finding, ...])
files = statements.convert(outcome.value, to="mt940")
assert_type(files, Outcome[tuple[StatementFile, ...]])
assert_type(files.value[0].content, bytes)
report = statements.validate("")
assert_type(report, Report[Any])
assert_type(pain001.validate(b"").details, FileVerdict)
assert_type(report.valid, bool)
assert_type(report.findings[0].severity, Severity)
assert_type(statements.identify(b""), FileIdentity)
assert_type(report.findings[0].message("fr"), str)
"""


WRONG = "import statements\n\nstatements.convert((), to=3)\n"


def test_a_caller_sees_the_types(tmp_path: Path) -> None:
    """Every call has the type that the documentation promises; a wrong argument is the one error of both callers."""
    (tmp_path / "caller.py").write_text(CALLER)
    (tmp_path / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--follow-imports=silent", "--no-pretty"]
    environment = {"MYPYPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*command, "caller.py", "wrong.py"], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    error, summary = done.stdout.splitlines()
    assert error.startswith('wrong.py:3: error: Argument "to"')
    assert summary == "Found 1 error in 1 file (checked 2 source files)"
