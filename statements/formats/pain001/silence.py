"""What a rule function is, and the plain values on which it says nothing.

A rule is asked about every payment, unless it declares its silence: forms and words of values on which it has nothing
to say. Payments of one shape are looked at together, value by value of one member; only where a value is not among the
declared ones the rule itself is called. So a declaration may say less than the rule knows, never more.

    >>> doubts = matching("[A-Z]+", "Purp/Cd")(Shape({"Purp/Cd": 0}, {}), None)
    >>> [list(doubt.odd(Columns([["SALA"], ["x"], ["CHAR"]]))) for doubt in doubts]
    [[1]]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.scope import Shape, text_of, unresolved

Stage = Literal["group", "block", "payment", "block_end", "file_end"]
Function = Callable[..., None]

_PLAIN_AMOUNTS = re.compile(r"(?>[0-9]{1,15}\.[0-9]{2}\0)++", re.ASCII)
_SEPARATOR = "\0"  # the one character that no XML document can hold

REFERENCE = r"(?! )[A-Za-z0-9\-?:().,'+ ]++(?:/[A-Za-z0-9\-?:().,'+ ]++)*+(?<! )"
"""Of the SEPA set, no blank at an edge, no slash at an edge or doubled."""
LABEL = "(?! )[ -~\u00a1-\u00ac\u00ae-\u00ff]{1,70}+(?<! )"
"""At most 70 visible characters of western Europe, no blank at an edge."""
SHOWN_LABEL = "(?! )[ -~\u00a1-\u00ac\u00ae-\u00ff]*+(?<! )"
"""The same of any length."""
AMOUNT = r"(?!0+\.00)[0-9]{1,9}\.[0-9]{2}"
"""More than nothing, no more than the SEPA maximum, in cents and plain digits."""
SEPA_TEXT = r"[A-Za-z0-9/\-?:().,'+ ]*+"
VISIBLE = "[ -~\u00a1-\u00ac\u00ae-\u00ff]*+"
SAYS_SOMETHING = f" *+[!-~\u00a1-\u00ac\u00ae-\u00ff]{VISIBLE}"


class Columns:
    """The texts of several payments of one shape, by their position among the texts."""

    __slots__ = ("_cents", "_columns", "_joined", "rows", "size")

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.rows = rows
        self.size = len(rows)
        self._columns: list[Sequence[str]] = list(zip(*rows, strict=True))
        self._joined: dict[int, str] = {}
        self._cents: dict[int, list[int] | None] = {}

    def joined(self, place: int) -> str:
        """The texts at a place one after another, each followed by the character NUL."""
        found = self._joined.get(place)
        if found is None:
            found = _SEPARATOR.join(self._columns[place]) + _SEPARATOR
            if unresolved(found):
                self._columns[place] = list(map(text_of, self._columns[place]))
                found = _SEPARATOR.join(self._columns[place]) + _SEPARATOR
            self._joined[place] = found
        return found

    def cents(self, place: int) -> list[int] | None:
        """The amounts at a place in hundredths; ``None`` unless all are plain ones."""
        if place not in self._cents:
            text = self.joined(place)
            plain = _PLAIN_AMOUNTS.fullmatch(text) is not None
            digits = text[:-1].replace(".", "").split(_SEPARATOR)
            self._cents[place] = list(map(int, digits)) if plain else None
        return self._cents[place]

    def texts(self, place: int | str | None) -> Sequence[str]:
        """The texts at a place; a text that the tags give stands for each payment, and empty texts for what is not."""
        if not isinstance(place, int):
            return (place or "",) * self.size
        self.joined(place)
        return self._columns[place]


class Doubt(msgspec.Struct, frozen=True):
    """A look at the values of many payments: ``odd`` gives the positions of those about which a rule must be asked.

    Doubts of one ``key`` are the same, whichever rule has them.
    """

    key: Hashable
    odd: Callable[[Columns], Iterable[int]]
    spares: Callable[[Columns, int], bool] | None = None
    """Of a position that is odd: whether the rule of this doubt, for its part, has nothing to say of it."""


Silence = Callable[[Shape, CheckContext], list[Doubt] | None]
"""The doubts of a rule about payments of a shape; none when it never speaks of them, ``None``: it must be asked."""


class RuleFunction(msgspec.Struct, frozen=True):
    """A rule function, the ids of the findings it can give, and the stages that call it.

    At ``group``, ``block`` and ``payment`` it is called ``function(scope, check)``; at ``block_end`` and ``file_end``
    ``function(scope, tally, check)``.
    """

    function: Function
    ids: tuple[str, ...]
    stages: tuple[Stage, ...]
    needs: tuple[str, ...] = ()
    """Element names of which one must be there for the function to have anything to say; empty = it always looks."""
    silent: Silence | None = None
    """The plain values on which it says nothing; without it the function is asked about every payment."""


PAYMENT: tuple[Stage, ...] = ("payment",)
BLOCK: tuple[Stage, ...] = ("block",)
GROUP: tuple[Stage, ...] = ("group",)
BLOCK_AND_PAYMENT: tuple[Stage, ...] = ("block", "payment")
EVERY_LEVEL: tuple[Stage, ...] = ("group", "block", "payment")
BLOCK_END: tuple[Stage, ...] = ("block_end",)
FILE_END: tuple[Stage, ...] = ("file_end",)


@lru_cache(maxsize=256)
def pattern(form: str) -> re.Pattern[str]:
    """The compiled form of one text."""
    return re.compile(form, re.ASCII)


@lru_cache(maxsize=256)
def _all_of_them(form: str) -> re.Pattern[str]:
    return re.compile(f"(?>(?:{form}){_SEPARATOR})*+", re.ASCII)


def _paths(shape: Shape, wanted: Iterable[str]) -> list[str]:
    """The paths that are meant: a name stands for every element of that name, a path with ``/`` for itself."""
    paths: list[str] = []
    for each in wanted:
        paths += ([each] if each in shape.places else []) if "/" in each else shape.names.get(each, ())
    return paths


def unlike(columns: Columns, place: int, form: str) -> Iterable[int]:
    """The positions of the texts at a place that have not the form."""
    if _all_of_them(form).fullmatch(columns.joined(place)) is not None:
        return ()
    fits = pattern(form).fullmatch
    return [position for position, text in enumerate(columns.texts(place)) if fits(text) is None]


def matching(form: str, *wanted: str, wider: str | None = None) -> Silence:
    """Silent where every text of these elements has the form (a regular expression); absent ones have it too.

    ``wider`` is a form on which the rule is silent as well, where ``form`` is one that other rules share.
    """
    one = pattern(wider or form)

    def spares(place: int) -> Callable[[Columns, int], bool]:
        return lambda columns, position: one.fullmatch(columns.texts(place)[position]) is not None

    def silent(shape: Shape, check: CheckContext) -> list[Doubt] | None:
        doubts: list[Doubt] = []
        for path in _paths(shape, wanted):
            place = shape.places[path]
            if isinstance(place, int):
                doubts.append(
                    Doubt(
                        (place, form),
                        lambda columns, place=place: unlike(columns, place, form),  # type: ignore[misc]
                        None if wider is None else spares(place),
                    )
                )
            elif place is not None and one.fullmatch(place) is None:
                return None
        return doubts

    return silent


def present(*paths: str) -> Silence:
    """Silent where one of these elements is there."""
    return lambda shape, check: [] if any(path in shape.places for path in paths) else None


def absent(*paths: str) -> Silence:
    """Silent where none of these elements is there."""
    return lambda shape, check: None if any(path in shape.places for path in paths) else []


def unless(speaks: Callable[[CheckContext], bool]) -> Silence:
    """Silent in a block or a run of which ``speaks`` is not true."""
    return lambda shape, check: [Doubt(speaks, lambda columns: range(columns.size) if speaks(check) else ())]


def known(good: Callable[..., bool], *paths: str, letters: int | None = None) -> Silence:
    """Silent where ``good(check, *texts)`` is true of the texts of these elements, ``None`` for an absent one.

    Of the first text ``letters`` are looked at; each combination is judged once in a batch.
    """

    def silent(shape: Shape, check: CheckContext) -> list[Doubt] | None:
        places = [shape.places.get(path) for path in paths]
        there = [path in shape.places for path in paths]

        def odd(columns: Columns) -> Iterable[int]:
            found: list[Sequence[str | None]] = [
                columns.texts(place) if here and place is not None else (None,) * columns.size
                for place, here in zip(places, there, strict=True)
            ]
            if letters is not None:
                found[0] = [text and text[:letters] for text in found[0]]
            values = list(zip(*found, strict=True))
            bad = {value for value in set(values) if not good(check, *value)}
            return [position for position, value in enumerate(values) if value in bad] if bad else ()

        return [Doubt((good, *paths), odd)]

    return silent


def every(good: Callable[[str], bool], *wanted: str) -> Silence:
    """Silent where ``good`` is true of every text of these elements; each text is judged once in a batch."""

    def silent(shape: Shape, check: CheckContext) -> list[Doubt] | None:
        doubts: list[Doubt] = []
        for path in _paths(shape, wanted):
            place = shape.places[path]
            if isinstance(place, int):
                doubts.append(Doubt((place, good), lambda columns, place=place: odd(columns, place)))  # type: ignore[misc]
            elif place is not None and not good(place):
                return None
        return doubts

    def odd(columns: Columns, place: int) -> Iterable[int]:
        texts = columns.texts(place)
        bad = {text for text in set(texts) if not good(text)}
        return [position for position, text in enumerate(texts) if text in bad] if bad else ()

    return silent


def both(*silences: Silence) -> Silence:
    """Silent where all of these are."""

    def silent(shape: Shape, check: CheckContext) -> list[Doubt] | None:
        doubts: list[Doubt] = []
        for each in silences:
            found = each(shape, check)
            if found is None:
                return None
            doubts += found
        return doubts

    return silent


def either(*silences: Silence) -> Silence:
    """Silent where the first of these that need not be asked at once is."""

    def silent(shape: Shape, check: CheckContext) -> list[Doubt] | None:
        return next((found for each in silences if (found := each(shape, check)) is not None), None)

    return silent


def rules_of(*areas: Sequence[RuleFunction]) -> tuple[RuleFunction, ...]:
    """The rule functions of the areas, in order. Raises ``ValueError`` when a rule has two at one stage."""
    seen: set[tuple[str, Any]] = set()
    for each in (rule for area in areas for rule in area):
        for place in [(rule_id, stage) for rule_id in each.ids for stage in each.stages]:
            if place in seen:
                raise ValueError(f"{place[0]} has two functions at one stage")
            seen.add(place)
    return tuple(rule for area in areas for rule in area)
