"""Fixed-width tables: a wrong table is refused, and parse, format, cutter and template agree."""

from __future__ import annotations

import pytest

from statements.wire.fixed import RecordTable, Zone, record_table, ruler, zone

ZONES = (
    zone("A", "1-2", "M", "N", "code", "code", "code"),
    zone("B", "3-8", "M", "AN", "label", "label", "libellé"),
    zone("C", "9", "N", "-", "blank", "reserved", "réservé"),
    zone("D", "10-12", "M", "N", "count", "count", "nombre"),
    zone("E", "13-14", "D", "N", "reason", "reason", "motif"),
)


@pytest.fixture
def table() -> RecordTable:
    """A small table with every kind of zone."""
    return record_table("04", "movement", "mouvement", 14, ZONES)


def test_positions_are_spelled_as_the_norm_prints_them() -> None:
    """A zone gives back the position it was made from, its length and its slice."""
    for spelled, length in (("43-48", 6), ("20", 1)):
        made = zone("X", spelled, "M", "N", "x", "", "")
        assert (made.position, made.length) == (spelled, length)
        assert made.slice == slice(made.start - 1, made.end)


@pytest.mark.parametrize(
    "zones",
    [
        (ZONES[0], ZONES[2]),
        (ZONES[0], zone("B", "2-8", "M", "AN", "label", "", "")),
        (ZONES[0], zone("B", "3-2", "M", "AN", "label", "", "")),
        ZONES[:-1],
        (),
    ],
)
def test_a_gap_an_overlap_or_a_wrong_width_is_refused(zones: tuple[Zone, ...]) -> None:
    """A table that does not cover its record exactly cannot be made."""
    with pytest.raises(ValueError, match="record 04"):
        record_table("04", "", "", 14, zones)


def test_parse_and_format_are_inverse(table: RecordTable) -> None:
    """What format fills, parse finds: digits on zeros, texts on blanks, reserved zones blank."""
    text = table.format({"label": "AB", "count": "17"})
    assert text == "04AB     017  "
    assert table.parse(text) == {"code": "04", "label": "AB    ", "blank": " ", "count": "017", "reason": "  "}
    assert table.format(table.parse(text)) == text


def test_format_refuses_what_does_not_fit(table: RecordTable) -> None:
    """Nothing is cut in silence, and no value gets lost under a wrong key."""
    with pytest.raises(ValueError, match="longer than zone B"):
        table.format({"label": "ABCDEFG"})
    with pytest.raises(KeyError, match="lable"):
        table.format({"lable": "A"})
    with pytest.raises(KeyError):
        table.zone("lable")
    with pytest.raises(ValueError, match="14 characters"):
        table.parse("04")


def test_cutter_and_template_follow_the_table(table: RecordTable) -> None:
    """The fast forms give what the plain forms give; a template cuts and fills every place to its zone."""
    text = "04ABCDEF 01731"
    assert table.cutter("label", ("blank", "reason"))(text) == ("ABCDEF", " 01731")
    assert table.template({"count": "017"}) % ("100 % SÛR ET LONG", "3") == "04100 %  0173 "
    assert table.template({"label": "5%", "count": "1", "reason": ""}) % () == "045%     1    "


def test_ruler() -> None:
    """One character a column, the tens as a digit, hundreds wrapped."""
    assert ruler(120)[9::10] == "123456789012"
    assert len(ruler(120)) == 120
