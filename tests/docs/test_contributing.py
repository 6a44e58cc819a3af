"""The lists of CONTRIBUTING.md lead to what they say, and nothing else has to be touched."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from statements.cli.render import RENDERERS
from statements.formats import register
from statements.formats.cfonb120.records import QUALIFIERS
from statements.formats.mt940.narrative import DIALECTS
from statements.formats.mt940.profile import CHOICES
from statements.formats.pain001.rules import RULES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
LISTS = dict(re.findall(r"^### (.+)\n\n((?:.+\n?|\n(?!#))*)", TEXT, re.MULTILINE))


def paths(title: str) -> list[Path]:
    """The files that a list names."""
    return [ROOT / name for name in re.findall(r"`((?:statements|tests|fixtures)/[\w./]+)`", LISTS[title])]


def test_there_is_a_list_for_each_thing() -> None:
    """Rule, qualifier, dialect, format, output."""
    assert list(LISTS) == [
        "A rule",
        "A qualifier of CFONB-120",
        "A dialect of `:86:`",
        "A format",
        "An output of `validate`",
    ]


@pytest.mark.parametrize("title", LISTS)
def test_every_file_of_a_list_is_there(title: str) -> None:
    """A list that names a file which has gone is no help."""
    assert paths(title)
    assert [path for path in paths(title) if not path.exists()] == []


def mentions(*words: str, under: str = "statements") -> set[str]:
    """The files of the package that hold one of the words, quoted."""
    found = set()
    for path in (ROOT / under).rglob("*.py"):
        source = path.read_text("utf-8")
        if any(re.search(rf"[\"']{re.escape(word)}[\"']", source) for word in words):
            found.add(path.relative_to(ROOT).as_posix())
    return found


def test_a_rule_stands_in_two_files() -> None:
    """The id of a rule of payments is in its table and in the file of its area; runner and streams name none."""
    areas = {path.name for path in (ROOT / "statements/formats/pain001/rules").glob("*.py")}
    plain = [each for each in RULES if each.stages == ("payment",)]
    assert len(plain) > 20
    for rule_id in {rule_id for each in plain for rule_id in each.ids}:
        assert {Path(path).name for path in mentions(rule_id, under="statements/formats/pain001/rules")} <= areas, (
            rule_id
        )
        assert not mentions(rule_id, under="statements/cli") | mentions(rule_id, under="statements/services"), rule_id


def test_a_qualifier_stands_in_one_row() -> None:
    """A qualifier with members of its own is named by its row alone, in the rooms that read and write it."""
    kept = [row.code for row in QUALIFIERS.values() if any(member.startswith("details.") for member in row.members)]
    assert kept
    for code in kept:
        assert mentions(code, under="statements/formats/cfonb120") == {"statements/formats/cfonb120/records.py"}, code


def test_a_dialect_is_a_row() -> None:
    """The dialects that are read are the rows; those that are written are words of the setting."""
    names = {each.name for each in DIALECTS}
    assert set(CHOICES["narrative"]) <= names


def test_a_format_is_a_row() -> None:
    """Services and command compare no format's name with anything."""
    names = {row.name for row in register.FORMATS}
    found = []
    for folder in ("statements/services", "statements/cli"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                words = [part for part in ast.walk(node) if isinstance(part, ast.Constant)]
                # ``form`` is a form of output and ``family`` one of ISO messages: neither is a format of ours.
                other = isinstance(node, ast.Compare) and ast.unparse(node.left) in ("form", "family")
                if isinstance(node, ast.Compare) and not other and names & {str(word.value) for word in words}:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_an_output_is_a_row() -> None:
    """Every form is a file of the folder, and no other file of the command names it."""
    for form, renderer in RENDERERS.items():
        name = renderer.place.split(":")[0].rpartition(".")[2]
        assert (ROOT / "statements/cli/render" / f"{name}.py").exists(), form
    assert not mentions("sarif", "junit", "github", under="statements/cli") - {"statements/cli/render/__init__.py"}
