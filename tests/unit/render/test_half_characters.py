"""A text of a file may hold half a character; JSON cannot say it, so it is written out."""

from __future__ import annotations

import msgspec

from statements.cli.render.json_report import _encode


def test_half_a_character_is_written_out() -> None:
    """In values, in names and in lists; everything else stays as it is."""
    value = {"found": "A\ud800", "\udfff": [1, "é", None, {"x": True}]}
    assert msgspec.json.decode(_encode(value)) == {"found": "A\\ud800", "\\udfff": [1, "é", None, {"x": True}]}
    assert _encode({"found": "é"}) == '{"found":"é"}'.encode()
