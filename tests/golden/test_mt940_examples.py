"""The worked examples of the project: byte-exact both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from statements.formats import mt940, neutral

EXAMPLES = [
    ("worked-example.sta", "qonto", 1, 6),
    ("german-example.sta", "german", 1, 2),
    ("blocks-example.sta", "blocks", 1, 0),
    ("pages-example.sta", "swift", 1, 12),
]


@pytest.mark.parametrize(("name", "profile", "statements", "entries"), EXAMPLES)
def test_what_was_read_is_written_again_byte_for_byte(
    fixtures: Path, name: str, profile: str, statements: int, entries: int
) -> None:
    """write(read(b)) == b for each example in its profile, without any finding in either direction."""
    data = (fixtures / "mt940" / "examples" / name).read_bytes()
    read = mt940.read(data, profile=profile)
    assert [finding for finding in read.findings if finding.severity != "info"] == []
    assert len(read.value) == statements
    assert sum(len(statement.entries) for statement in read.value) == entries
    written = mt940.write(read.value, profile=profile)
    assert written.findings == ()
    assert written.value == data


@pytest.mark.parametrize(("name", "profile", "statements", "entries"), EXAMPLES)
def test_the_projection_of_what_was_read_is_itself(
    fixtures: Path, name: str, profile: str, statements: int, entries: int
) -> None:
    """An example is canonical: nothing of it is lost by writing it, so its projection changes nothing."""
    data = (fixtures / "mt940" / "examples" / name).read_bytes()
    for statement in mt940.read(data).value:
        assert mt940.project(statement, profile) == statement


def test_the_worked_example_and_its_neutral_form_say_the_same(fixtures: Path) -> None:
    """MT940 and JSON give the same statements, and each is written from the other byte for byte."""
    folder = fixtures / "mt940" / "examples"
    wire, json = (folder / "worked-example.sta").read_bytes(), (folder / "worked-example.json").read_bytes()
    from_json = neutral.read(json)
    assert from_json.findings == ()
    assert mt940.read(wire).value == from_json.value
    assert mt940.write(from_json.value).value == wire
    assert neutral.read(neutral.write(mt940.read(wire).value)).value == from_json.value
