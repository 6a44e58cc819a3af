"""The reports on a payment file, word for word: whoever changes a rendering sees here what people and tools will read.

``python -m tests.golden.test_payment_reports`` writes the expected files anew; read the difference before it is kept.
"""

from __future__ import annotations

import io
import os
import sys
import xml.etree.ElementTree as ET
from contextlib import redirect_stdout
from pathlib import Path

import msgspec
import pytest

from statements.cli.main import run

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "payments"
SAMPLE = "several-faults-03.xml"

COMMANDS = {
    "validate.en.txt": ["validate", SAMPLE, "--today", "2026-11-30"],
    "validate.fr.txt": ["validate", SAMPLE, "--today", "2026-11-30", "--lang", "fr"],
    "validate.concise": ["validate", SAMPLE, "--today", "2026-11-30", "--format", "concise"],
    "validate.json": ["validate", SAMPLE, "--today", "2026-11-30", "--format", "json"],
    "validate.jsonl": ["validate", SAMPLE, "--today", "2026-11-30", "--format", "jsonl"],
    "validate.sarif": ["validate", SAMPLE, "--today", "2026-11-30", "--format", "sarif"],
    "validate.junit.xml": ["validate", SAMPLE, "--today", "2026-11-30", "--format", "junit"],
    "validate.github": ["validate", SAMPLE, "--today", "2026-11-30", "--format", "github"],
    "validate.pain.002.xml": ["validate", SAMPLE, "--today", "2026-11-30T18:06:00", "--format", "pain.002"],
    "show.en.txt": ["show", SAMPLE],
    "show.fr.txt": ["show", SAMPLE, "--lang", "fr"],
    "convert.json": ["convert", SAMPLE, "--to", "json"],
}
EXIT = {name: 1 if name.startswith("validate") else 0 for name in COMMANDS}


def output(arguments: list[str]) -> tuple[int, str]:
    """Exit code and standard output of the command, run in the folder of the payment fixtures."""
    before = Path.cwd()
    os.chdir(ROOT / "fixtures" / "pain001")
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")
    try:
        with redirect_stdout(out):
            code = run([*arguments, "--lang", "en"] if "--lang" not in arguments else arguments)
    finally:
        os.chdir(before)
    out.flush()
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return code, buffer.getvalue().decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_report_is_word_for_word_as_expected(name: str) -> None:
    """Text, lines, JSON, SARIF, JUnit, annotations, show and convert of one file with five faults."""
    code, text = output(COMMANDS[name])
    assert text == (GOLDEN / name).read_text("utf-8")
    assert code == EXIT[name]


def test_every_form_tells_the_same_findings() -> None:
    """concise, json, jsonl, sarif, github and junit name the same rules at the same lines."""
    golden = {name: (GOLDEN / name).read_text("utf-8") for name in COMMANDS}
    document = msgspec.json.decode(golden["validate.json"])
    wanted = [(each["rule"], each["line"], each["column"]) for each in document["files"][0]["findings"]]
    assert len(wanted) == 5
    lines = [msgspec.json.decode(line) for line in golden["validate.jsonl"].splitlines()]
    assert [(each["rule"], each["line"], each["column"]) for each in lines if "rule" in each] == wanted
    concise = [line.split(" ")[:2] for line in golden["validate.concise"].splitlines()]
    assert [(rule, *map(int, place.split(":")[1:3])) for place, rule in concise] == wanted
    results = msgspec.json.decode(golden["validate.sarif"])["runs"][0]["results"]
    regions = [each["locations"][0]["physicalLocation"]["region"] for each in results]
    assert [
        (each["ruleId"], region["startLine"], region["startColumn"])
        for each, region in zip(results, regions, strict=True)
    ] == wanted
    properties = [line.split("::")[1].split(" ", 1)[1] for line in golden["validate.github"].splitlines()]
    annotations = [dict(part.split("=") for part in each.split(",")) for each in properties]
    assert [(each["title"], int(each["line"]), int(each["col"])) for each in annotations] == wanted
    said = "".join(ET.fromstring(golden["validate.junit.xml"]).itertext())
    assert all(f":{line}:{column}: {rule} " in said for rule, line, column in wanted)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, arguments in COMMANDS.items():
        sys.stdout.write(f"{name}\n")
        (GOLDEN / name).write_text(output(arguments)[1], "utf-8", newline="")
