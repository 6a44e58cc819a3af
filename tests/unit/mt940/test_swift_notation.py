"""The SWIFT field notation: what a spelling accepts, refuses and prints."""

from __future__ import annotations

import pytest

from statements.wire.swift import compile_notation


@pytest.mark.parametrize(
    ("notation", "text", "values"),
    [
        ("16x", "REF-1 / A", ("REF-1 / A",)),
        ("5n[/5n]", "26246/1", ("26246", "1")),
        ("5n[/5n]", "26246", ("26246", None)),
        ("1!a6!n3!a15d", "C260902EUR12450,75", ("C", "260902", "EUR", "12450,75")),
        ("1!a6!n3!a15d", "D260902JPY0,", ("D", "260902", "JPY", "0,")),
        ("3!a[1!a]15d", "EURD12345,67", ("EUR", "D", "12345,67")),
        ("3!a[1!a]15d", "EUR12345,67", ("EUR", None, "12345,67")),
        ("6!n4!n1!x4!n", "1901091733+0100", ("190109", "1733", "+", "0100")),
        ("16x[//16x]", "REF//B1", ("REF", "B1")),
        ("2*5x", "ab\r\ncd", ("ab\r\ncd",)),
        ("35x CRLF 4!a2!a2!c[3!c]", "FR76\r\nQNTOFRP1XXX", ("FR76", "QNTO", "FR", "P1", "XXX")),
    ],
)
def test_a_text_of_the_notation_is_parsed_and_printed_again(
    notation: str, text: str, values: tuple[str | None, ...]
) -> None:
    """Standard text and values side by side, both ways."""
    compiled = compile_notation(notation)
    assert compiled.parse(text) == values
    assert compiled.format(values) == text


@pytest.mark.parametrize(
    ("notation", "text"),
    [
        ("16x", ""),
        ("16x", "12345678901234567"),
        ("16x", "é"),
        ("5n", "123456"),
        ("5n[/5n]", "1/"),
        ("3!a", "eur"),
        ("3!a", "EU"),
        ("15d", "1"),
        ("15d", ",50"),
        ("15d", "1.50"),
        ("15d", "123456789012345,"),
        ("2*5x", "ab\r\ncd\r\nef"),
        ("3!c", "A-1"),
    ],
)
def test_a_text_outside_the_notation_is_refused(notation: str, text: str) -> None:
    """Lengths, characters and the mandatory comma are held."""
    assert compile_notation(notation).parse(text) is None


@pytest.mark.parametrize("spelling", ["", "16", "16y", "[16x", "16x]", "[/]", "5n[[/5n]]", "5n/"])
def test_a_spelling_that_is_no_notation_raises(spelling: str) -> None:
    """A slip in the table of fields must not compile."""
    with pytest.raises(ValueError, match=r"notation|bracket|ends too early|digits"):
        compile_notation(spelling)


def test_a_closed_list_tries_the_longest_code_first() -> None:
    """RC is the mark of a reversal, never a credit with something before it."""
    compiled = compile_notation("2a[1!a]15d", ((1, ("C", "D", "RC", "RD")),))
    assert compiled.parse("RC10,00") == ("RC", None, "10,00")
    assert compiled.parse("CR10,00") == ("C", "R", "10,00")
    assert compiled.parse("RCR10,00") == ("RC", "R", "10,00")
    assert compiled.parse("X10,00") is None


def test_values_that_do_not_fit_are_not_printed() -> None:
    """The formatter holds the same rules as the parser."""
    compiled = compile_notation("5n[/5n]")
    with pytest.raises(ValueError, match="mandatory"):
        compiled.format((None, "1"))
    with pytest.raises(ValueError, match="is not"):
        compiled.format(("123456", None))
    with pytest.raises(ValueError, match="subfields"):
        compiled.format(("1",))


def test_spans_say_where_a_subfield_stands() -> None:
    """0-based start and end, nothing for a part left out."""
    assert compile_notation("5n[/5n]").spans("123/4") == ((0, 3), (4, 5))
    assert compile_notation("5n[/5n]").spans("123") == ((0, 3), None)
    assert compile_notation("5n").spans("x") is None
