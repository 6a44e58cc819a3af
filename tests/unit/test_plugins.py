"""Formats and rules of other packages: an installed package names them, and the command and the library know them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import statements
from statements.formats.pain001.rules import add_rule, remove_rule
from statements.formats.pain001.silence import PAYMENT, RuleFunction
from statements.rules import Rule, Severity, Text
from tests.unit.cli.conftest import IBAN

ROOT = Path(__file__).parents[2]
CLEAN = ROOT / "fixtures" / "pain001" / "clean-03-salaries.xml"

PLUGIN = """
from statements.formats.pain001.silence import PAYMENT, RuleFunction
from statements.rules import Rule, Severity, Text
from tests.toy_format import ROW

OURS = Rule(
    id="OUR-001",
    severities={"default": Severity.WARNING},
    message=Text("A salary of more than {expected}.", "Un salaire de plus de {expected}."),
)


def look(payment, check):
    check.add("OUR-001", payment, "Amt/InstdAmt", expected="0.01")


RULES = [(OURS, RuleFunction(look, ("OUR-001",), PAYMENT))]
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder on the path of Python with an installed package that has a format and a rule."""
    (tmp_path / "toy_plugin.py").write_text(PLUGIN)
    info = tmp_path / "toy_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[statements.formats]\ntoy = toy_plugin:ROW\n[statements.rules]\nours = toy_plugin:RULES\n"
    )
    (tmp_path / "good.toy").write_text(f"TOY;{IBAN};2026-09-02;100.00\n2026-09-03;12.34;ACOMPTE\n")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own that sees the package."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{ROOT}", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_loads_them(installed: Path) -> None:
    """The format is identified and converted, the rule fires on plain payments; --isolated has neither."""
    command = ("-m", "statements")
    assert run(installed, *command, "identify", "good.toy").stdout == "good.toy: toy statement\n"
    assert run(installed, *command, "convert", "good.toy", "--to", "mt940").stdout.startswith(":20:")
    checked = run(installed, *command, "validate", str(CLEAN), "--format", "concise")
    assert "OUR-001 warning: A salary of more than 0.01." in checked.stdout
    both = run(installed, *command, "validate", str(CLEAN), "good.toy", "--jobs", "2", "--format", "concise")
    assert checked.stdout == both.stdout
    assert "A salary of more than" in run(installed, *command, "explain", "our-001").stdout
    assert run(installed, *command, "validate", str(CLEAN), "--ignore", "OUR").returncode == 0
    assert "toy" not in run(installed, *command, "--isolated", "identify", "good.toy").stdout.partition(":")[2]


def test_a_program_loads_them(installed: Path) -> None:
    """``statements.load_plugins()`` says what was loaded; a second call changes nothing."""
    done = run(
        installed,
        "-c",
        "import statements; print(statements.identify(b'TOY;x').format); "
        "print(statements.load_plugins(), statements.load_plugins()); print(statements.identify(b'TOY;x').format)",
    )
    assert done.stdout.splitlines() == ["unknown", "('toy', 'ours') ('toy', 'ours')", "toy"]


def test_a_broken_one_is_told(installed: Path) -> None:
    """One sentence with its name, and the way out."""
    (installed / "toy_plugin.py").write_text("raise RuntimeError('no such table')")
    done = run(installed, "-m", "statements", "identify", "good.toy")
    assert done.returncode == 2
    assert done.stderr == "Error: the plugin toy cannot be used: no such table. Leave it out with --isolated.\n"
    assert run(installed, "-m", "statements", "--isolated", "identify", "good.toy").returncode == 0


def test_an_own_rule_has_an_id_of_its_own() -> None:
    """Ids that begin as ours do, or that are taken, are refused; a rule that was added can be taken away."""

    def look(payment: object, check: object) -> None:
        return

    def row(rule_id: str) -> Rule:
        return Rule(id=rule_id, severities={"default": Severity.ERROR}, message=Text("x", "x"))

    with pytest.raises(ValueError, match="P001 is kept"):
        add_rule(row("P001-999"), RuleFunction(look, ("P001-999",), PAYMENT))
    with pytest.raises(ValueError, match="does not name it"):
        add_rule(row("OUR-2"), RuleFunction(look, ("OUR-3",), PAYMENT))
    add_rule(row("OUR-2"), RuleFunction(look, ("OUR-2",), PAYMENT))
    try:
        with pytest.raises(ValueError, match="already"):
            add_rule(row("OUR-2"), RuleFunction(look, ("OUR-2",), PAYMENT))
        assert statements.validate(CLEAN, ignore=["OUR-2"]).valid
    finally:
        remove_rule("OUR-2")
    remove_rule("P001-222")
    assert not statements.validate(CLEAN.read_bytes().replace(b"<IBAN>FR", b"<IBAN>FX", 1)).valid
