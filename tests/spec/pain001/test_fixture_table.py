"""The table of payment faults is complete and says what it means, before any rule is run."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from lxml import etree

from statements.formats import pain001
from tests.rule_cases import FIXTURES, OF_VERSION, PAIN001, TODAY, Case, whole_files

SCHEMAS = Path(__file__).parents[3] / "schemas"

FOLDER = FIXTURES / "pain001"
CLEAN = sorted(FOLDER.glob("clean-*.xml"))
BAD = list(PAIN001.cases(bad=True))
GOOD = list(PAIN001.cases(bad=False))

# In these versions the rule cannot fire by itself: the schema forbids what it looks for, or the version is another one.
NEVER = {
    ("P001-001", "02"): "a file without text has no version",
    ("P001-001", "09"): "a file without text has no version",
    ("P001-009", "02"): "a status report has no version of a credit transfer",
    ("P001-010", "02"): "a direct debit has no version of a credit transfer",
    ("P001-010", "09"): "a direct debit has no version of a credit transfer",
    ("P001-011", "02"): "packed bytes have no version",
    ("P001-011", "09"): "packed bytes have no version",
    ("P001-016", "09"): ".09 is the version that it asks for",
    ("P001-190", "02"): "the schema of .02 ends names at 70 characters",
}


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    """Our schemas of the three versions."""
    return {v: etree.XMLSchema(etree.parse(SCHEMAS / f"pain.001.001.{v}.xsd")) for v in PAIN001.versions}


def test_every_rule_has_a_bad_file_in_every_version_where_it_applies() -> None:
    """152 rules, each tried in each version of its column ``versions``; exceptions are named with their reason."""
    tried = {(case.rule, case.version) for case in BAD}
    wanted = {(rule.id, version) for rule in PAIN001.rules() for version in rule.columns["versions"].split()}
    assert len(PAIN001.rules()) == 152
    assert wanted - tried == set(NEVER)
    assert tried <= wanted


def test_whole_files_are_those_of_the_table() -> None:
    """The files of ``bad/`` are the instructive cases of the table, byte for byte, and no others."""
    folder = FOLDER / "bad"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole_files()


@pytest.mark.parametrize("profile", PAIN001.profiles)
@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_clean_files_have_no_finding(path: Path, profile: str) -> None:
    """A clean file says nothing but the age of its version."""
    report = pain001.validate(path.read_bytes(), profile=profile, today=datetime.date.fromisoformat(TODAY))
    wanted = OF_VERSION[path.stem[6:8]].get(profile)
    assert [finding.id for finding in report.findings] == ([wanted] if wanted else [])
    assert report.valid


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_clean_files_follow_their_schema(path: Path, schemas: dict[str, etree.XMLSchema]) -> None:
    """A clean file is valid by libxml2 alone, without our reader."""
    schema = schemas[path.stem[6:8]]
    assert schema.validate(etree.parse(path)), schema.error_log


# What is no message that is checked has no schema.
KNOWN = [case for case in [*BAD, *GOOD] if case.rule >= "P001-013" and case.rule != "P001-018"]


@pytest.mark.parametrize(
    "case",
    KNOWN,
    ids=lambda case: case.id,
)
def test_only_schema_faults_break_the_schema(case: Case, schemas: dict[str, etree.XMLSchema]) -> None:
    """A bad file of a schema rule is invalid; any other keeps the schema, so that its own rule alone must find it."""
    valid = schemas[case.version].validate(etree.fromstring(case.data))
    assert valid == (not (case.bad and "P001-030" <= case.rule <= "P001-059")), schemas[case.version].error_log
