"""libxml2 gives the verdict, xmlschema explains: on random documents and random mutants both say the same."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from statements.findings import Reporter
from statements.formats.pain001.message import inspect
from statements.formats.pain001.profiles import PROFILES, rules
from statements.formats.pain001.schema import packaged
from statements.formats.pain001.schema.explain import explain
from statements.formats.pain001.schema.faults import faults_of
from statements.formats.pain001.source import Source
from tests.pain_documents import MESSAGES, document, mutate
from tests.strategies import share

# A mutant is small: twice the examples of the profile.
MUTANTS = 2 * settings().max_examples


@pytest.mark.parametrize("message", MESSAGES)
def test_random_documents_of_the_schema_are_valid_in_both(message: str) -> None:
    """A document built from the schema is accepted by both engines, whatever optional parts it has."""
    for seed in range(25):
        root = document(message, random.Random(f"{message}-{seed}"))
        assert packaged().lxml(message).validate(root), packaged().lxml(message).error_log
        assert list(packaged().xmlschema(message).iter_errors(root)) == []


@settings(max_examples=MUTANTS)
@given(st.sampled_from(MESSAGES), st.integers(0, 1 << 62), st.integers(1, 3))
def test_both_engines_give_the_same_verdict(message: str, seed: int, changes: int) -> None:
    """After one to three random changes either both accept the document or both refuse it."""
    source = random.Random(seed)
    root = document(message, source)
    for _ in range(changes):
        mutate(root, message, source)
    # Through bytes, as a file comes: what cannot be written is no document.
    root = etree.fromstring(etree.tostring(root))
    accepted = packaged().lxml(message).validate(root)
    # The explaining engine is used through our reading of it, which knows the blanks it takes too lightly.
    faults = faults_of(root, packaged().xmlschema(message), message)
    assert accepted is (not faults), (packaged().lxml(message).error_log, faults)


@share(5)
@given(st.sampled_from(("02", "03", "09")), st.integers(0, 1 << 62), st.integers(1, 3))
def test_every_refused_mutant_is_explained_part_by_part(message: str, seed: int, changes: int) -> None:
    """The explanation of the stream finds faults exactly when libxml2 refuses the whole document."""
    source = random.Random(seed)
    root = document(message, source)
    for _ in range(changes):
        mutate(root, message, source)
    data = etree.tostring(root)
    text = Source(data)
    envelope = inspect(text, Reporter(rules(), PROFILES["iso"]))
    if envelope.version is None:
        return
    reporter = Reporter(rules(), PROFILES["iso"])
    size = source.choice([64, 1 << 16])
    explain(lambda: text.pieces(envelope.encoding, envelope.mark, size), envelope, packaged(), reporter)
    assert packaged().lxml(message).validate(etree.fromstring(data)) is (reporter.findings == [])
    for finding in reporter.findings:
        assert finding.location.line is not None
        assert finding.id != "P001-030" or finding.location.path != "Document" or finding.found is not None
