"""Our schemas and the published ones, as test packages carry them, accept the same and report the same faults."""

from __future__ import annotations

import random
import re
from functools import lru_cache
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from statements.formats.pain001.schema import packaged
from tests.pain_documents import document, mutate

# Version .02 is in no package of the index; its schema is compared with the facts of the message elsewhere.
PUBLISHED = {
    "03": ("sepaxml", "schemas/pain.001.001.03.xsd"),
    "09": ("sepaxml", "schemas/pain.001.001.09.xsd"),
    "pain.002.001.03": ("pain001", "pain002/schemas/pain.002.001.03.xsd"),
}


@lru_cache
def published(message: str) -> etree.XMLSchema:
    """The published schema of a message."""
    package, name = PUBLISHED[message]
    return etree.XMLSchema(etree.fromstring(files(package).joinpath(name).read_bytes()))


def faults(schema: etree.XMLSchema, root: etree._Element) -> list[tuple[str, str]]:
    """What libxml2 reports, without the names that a schema gives to its types."""
    schema.validate(root)
    return [
        (entry.type_name, re.sub(r"(type|union type) '[^']*'", "type", entry.message)) for entry in schema.error_log
    ]


@given(st.sampled_from(sorted(PUBLISHED)), st.integers(0, 1 << 62), st.integers(0, 3))
def test_ours_and_the_published_schema_agree(message: str, seed: int, changes: int) -> None:
    """On a random document with up to three random changes both give the same faults in the same order."""
    source = random.Random(seed)
    root = document(message, source)
    for _ in range(changes):
        mutate(root, message, source)
    root = etree.fromstring(etree.tostring(root))
    assert faults(packaged().lxml(message), root) == faults(published(message), root)
