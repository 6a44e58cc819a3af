"""The round-trip laws of our own JSON."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from statements.formats import neutral
from statements.model.statement import Statement
from tests.strategies import FITTING_ENTRIES, WILD_ENTRIES, share, statements


@given(statements(FITTING_ENTRIES))
def test_our_json_is_exact(statement: Statement) -> None:
    """Our own JSON gives back every statement as it is: it has a member for everything in the model."""
    data = neutral.write([statement])
    back = neutral.read(data)
    assert back.ok, [finding.message() for finding in back.findings]
    assert back.value == (statement,)
    assert neutral.write(back.value) == data


@share(3)
@given(statements(WILD_ENTRIES))
def test_any_text_is_carried(statement: Statement) -> None:
    """Any text goes through JSON as it is; only what the reader cleans, it names."""
    back = neutral.read(neutral.write([statement]))
    assert back.ok, [finding.message() for finding in back.findings]
    (read,) = back.value
    assert [entry.amount for entry in read.entries] == [entry.amount for entry in statement.entries]
    if not back.findings:
        assert read == statement


@share(2)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_judged(data: bytes) -> None:
    """Law 3: no bytes make the reader raise."""
    outcome = neutral.read(data)
    assert outcome.ok or not outcome.value
    for finding in outcome.findings:
        assert finding.message("en")
        assert finding.message("fr")
