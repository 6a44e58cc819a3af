"""A document is read whole or refused: cut files, broken texts and own limits."""

from __future__ import annotations

import datetime

import pytest

from statements.formats.pain001 import validate
from statements.formats.pain001.limits import first_excess
from tests.rule_cases import PAIN001

TODAY = datetime.date(2026, 11, 30)
WHOLE = PAIN001.clean("03", "").encode().rstrip()


@pytest.mark.parametrize("start", range(1, 61, 10))
def test_a_file_that_was_cut_is_refused(start: int) -> None:
    """Wherever a file breaks off, the one finding is that it is not well-formed: a part never passes for the whole."""
    for length in range(start, len(WHOLE), 61):
        findings = validate(WHOLE[:length], profile="iso", today=TODAY).findings
        assert [finding.id for finding in findings] == ["P001-002"], WHOLE[:length][-40:]


@pytest.mark.parametrize("broken", [b"Nord & Co", b"Nord &nobody; Co", b"Nord < Co", b"Nord &#0; Co", b"Nord \x01 Co"])
def test_a_broken_text_stops_the_reading(broken: bytes) -> None:
    """What no XML parser may read is told, with its line, and nothing is said of what would come after it."""
    data = WHOLE.replace(b"Papierhaus Nord GmbH", broken)
    findings = validate(data, profile="qonto", today=TODAY).findings
    assert [(finding.id, finding.location.line) for finding in findings] == [("P001-002", 31)]


@pytest.mark.parametrize(
    ("settings", "line", "column", "found"),
    [
        ({"max_depth": 5, "max_text": 10_000_000}, 17, 25, "depth 6"),
        ({"max_depth": 7, "max_text": 10_000_000}, 43, 29, "depth 8"),
        ({"max_depth": 256, "max_text": 26}, 23, 27, "text of 27 characters"),
    ],
)
def test_own_limits_name_the_first_place(settings: dict[str, int], line: int, column: int, found: str) -> None:
    """A narrower limit of depth or length is checked exactly, and its finding stands where it is passed."""
    excess = first_excess([WHOLE[:700], WHOLE[700:]], settings)
    assert excess is not None
    assert (excess.line, excess.column, excess.found) == (line, column, found)


@pytest.mark.parametrize("settings", [{"max_depth": 256, "max_text": 10_000_000}, {"max_depth": 12, "max_text": 60}])
def test_within_the_limits_nothing_is_found(settings: dict[str, int]) -> None:
    """The limits of libxml2 need no scan; a document inside narrower ones passes it."""
    assert first_excess([WHOLE], settings) is None
    assert first_excess([WHOLE[:500]], settings) is None
