"""The table of payment faults is complete and says what it means, before any rule is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from statements.formats.pain001.profiles import rules
from tests.spec.pain001.cases import FOLDER, VERSIONS, Case, cases, clean_files, files, table

SCHEMAS = Path(__file__).parents[3] / "schemas"

BAD = list(cases(bad=True))
GOOD = list(cases(bad=False))

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
    return {v: etree.XMLSchema(etree.parse(SCHEMAS / f"pain.001.001.{v}.xsd")) for v in VERSIONS}


def test_every_rule_has_a_bad_file_in_every_version_where_it_applies() -> None:
    """143 rules, each tried in each version of its column ``versions``; exceptions are named with their reason."""
    tried = {(case.rule, case.version) for case in BAD}
    wanted = {(rule.id, version) for rule in rules() for version in rule.columns["versions"].split()}
    assert len(rules()) == 143
    assert wanted - tried == set(NEVER)
    assert tried <= wanted


def test_names_of_cases_are_unique() -> None:
    """A case is found by its name."""
    names = [case.id for case in [*BAD, *GOOD]]
    assert len(names) == len(set(names))


def test_rules_are_in_order() -> None:
    """The table is read beside the rule list, so it keeps its order."""
    order = [row["rule"] for row in table()["bad"]]
    assert order == sorted(order)


def test_whole_files_are_those_of_the_table() -> None:
    """The files of ``bad/`` are the instructive cases of the table, byte for byte, and no others."""
    folder = FOLDER / "bad"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files()


@pytest.mark.parametrize("path", clean_files(), ids=lambda path: path.stem)
def test_clean_files_follow_their_schema(path: Path, schemas: dict[str, etree.XMLSchema]) -> None:
    """A clean file is valid by libxml2 alone, without our reader."""
    schema = schemas[path.stem[6:8]]
    assert schema.validate(etree.parse(path)), schema.error_log


@pytest.mark.parametrize("case", [case for case in [*BAD, *GOOD] if case.rule >= "P001-013"], ids=lambda case: case.id)
def test_only_schema_faults_break_the_schema(case: Case, schemas: dict[str, etree.XMLSchema]) -> None:
    """A bad file of a schema rule is invalid; any other keeps the schema, so that its own rule alone must find it."""
    valid = schemas[case.version].validate(etree.fromstring(case.data))
    assert valid == (not (case.bad and "P001-030" <= case.rule <= "P001-059")), schemas[case.version].error_log
