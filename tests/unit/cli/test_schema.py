"""The JSON Schemas against real outputs, and the scripts of completion in real shells' hands."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.cli.completion import SHELLS, script
from statements.cli.schema import SCHEMAS, schema
from statements.formats import neutral
from statements.model.statement import Statement
from tests import strategies
from tests.unit.cli.conftest import Run
from tests.unit.cli.conftest import command as command

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "fixtures"
EXAMPLES = [
    *sorted((FIXTURES / "mt940").glob("*.sta")),
    *sorted((FIXTURES / "cfonb120").glob("*.txt")),
    *sorted((FIXTURES / "pain001").glob("*.xml")),
    *sorted((FIXTURES / "pain001" / "bad").glob("*.xml"))[::9],
    *sorted((FIXTURES / "qonto" / "checks").glob("*.json"))[:6],
]


@functools.cache
def checker(name: str) -> jsonschema.Draft202012Validator:
    """What checks documents against a schema; made once."""
    return jsonschema.Draft202012Validator(schema(name), format_checker=jsonschema.FormatChecker())


def check(document: Any, name: str) -> None:
    """The document follows the schema; every member of it is named there."""
    faults = [f"{fault.json_path}: {fault.message[:200]}" for fault in checker(name).iter_errors(document)]
    assert faults == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one(name: str, command: Run) -> None:
    """Each is valid by its own draft, closed for members it does not name, and printed by the command."""
    made = schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    assert json.loads(command("schema", name).out) == made

    def objects(value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return [found for item in value for found in objects(item)]
        if not isinstance(value, dict):
            return []
        own = [value] if value.get("type") == "object" else []
        return own + [found for item in value.values() for found in objects(item)]

    assert all("additionalProperties" in item and item["additionalProperties"] is not True for item in objects(made))


def test_the_list_names_each_schema_and_its_command(command: Run) -> None:
    """Without a name every schema is listed, in both languages; an unknown one is misuse."""
    for language in ("en", "fr"):
        shown = command("--lang", language, "schema")
        assert (shown.code, [line.split()[0] for line in shown.out.splitlines()]) == (0, list(SCHEMAS))
    assert command("schema", "nothing").code == 2


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_outputs_follow_their_schemas(path: Path, command: Run) -> None:
    """validate, identify, show and convert of files of every format, good and bad."""
    name = str(path)
    report = json.loads(command("validate", name, "--format", "json", "--today", "2026-11-30").out)
    check(report, "report")
    for line in command("validate", name, "--format", "jsonl", "--today", "2026-11-30").out.splitlines():
        check(json.loads(line), "report-line")
    check(json.loads(command("identify", name, "--format", "json").out), "identify")
    shown = command("show", name, "--format", "json").out
    if shown:
        check(json.loads(shown), "show")
        kind = "status-report" if ".pain.002" in path.name else "payments" if path.suffix == ".xml" else "statements"
        check(json.loads(shown), kind)


def test_reports_with_everything_follow_their_schema(command: Run, tmp_path: Path) -> None:
    """Hidden and suppressed findings and a file that cannot be read have their members too."""
    path = FIXTURES / "pain001" / "bad"
    some = [str(item) for item in sorted(path.glob("*.xml"))[:40]]
    missing = str(tmp_path / "missing.xml")
    first = json.loads(command("validate", *some, "--format", "json", "--today", "2026-11-30").out)
    rule = next(item["rule"] for file in first["files"] for item in file["findings"])
    for form in ("json", "jsonl"):
        out = command("validate", *some, missing, "--ignore", rule, "--format", form, "--today", "2026-11-30").out
        if form == "json":
            document = json.loads(out)
            check(document, "report")
            assert document["unread"]
            assert any("suppressed" in file for file in document["files"])
        else:
            for line in out.splitlines():
                check(json.loads(line), "report-line")


@given(st.lists(strategies.statements(strategies.WILD_ENTRIES), max_size=2))
def test_any_statement_follows_the_schema_of_our_json(statements: list[Statement]) -> None:
    """What the writer writes of any statement is what the schema says, and the reader takes it."""
    data = neutral.write(statements)
    check(json.loads(data), "statements")
    assert neutral.read(data).ok


@pytest.mark.parametrize(
    "change", [{"unknown": 1}, {"number": "5"}, {"entries": [{"amount": "1.00"}]}, {"account": {"iban": None}}]
)
def test_the_schema_of_our_json_refuses_what_is_not_written(change: dict[str, Any]) -> None:
    """A schema that lets everything pass would prove nothing."""
    document = {"statements": [{"account": {"iban": "FR7616958000011234567890177"}, "entries": []} | change]}
    with pytest.raises(AssertionError):
        check(document, "statements")


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_prints_a_script(shell: str, command: Run) -> None:
    """The script names the program and the variable by which it asks for words; another shell is misuse."""
    shown = command("completion", shell)
    assert (shown.code, shown.out) == (0, script(shell))
    assert "_STATEMENTS_COMPLETE" in shown.out
    assert command("completion", "tcsh").code == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("statements con", {"convert"}),
        ("statements convert --to ", {"mt940", "cfonb120", "json", "csv", "xlsx"}),
        ("statements completion ", set(SHELLS)),
        ("statements schema re", {"report", "report-line"}),
    ],
)
def test_completion_knows_commands_and_words(line: str, words: set[str]) -> None:
    """What bash asks on a tab is answered with the words of that place."""
    split = line.split(" ")
    environment = {
        **os.environ,
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(split) - 1),
        "_STATEMENTS_COMPLETE": "bash_complete",
    }
    done = subprocess.run(
        [sys.executable, "-m", "statements"], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert {item.split(",")[1] for item in done.stdout.splitlines()} == words
    assert done.stderr == ""


def test_the_script_of_bash_is_read_by_bash() -> None:
    """Bash takes the script and binds it to the command."""
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "--norc", "-c", f"{script('bash')}\ncomplete -p statements"], capture_output=True, text=True, check=True
    )
    assert "_statements_completion" in done.stdout
