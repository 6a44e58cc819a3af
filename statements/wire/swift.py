"""The field notation of the SWIFT standard, compiled: ``6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]``.

A format table spells each field as the standard prints it; this module turns the spelling into a regular
expression, a parser and a formatter, so that the table is the only place where a field is described.

=======  ================================================  =========================================
letter   characters                                        example
=======  ================================================  =========================================
``n``    digit                                             ``6!n`` exactly six, ``5n`` one to five
``a``    capital letter                                    ``2a`` one or two
``c``    capital letter or digit                           ``3!c``
``d``    amount: digits and one comma, comma included      ``15d`` at most fifteen characters
``x``    the character set x                               ``16x``, ``6*65x`` lines times width
=======  ================================================  =========================================

``[ ]`` is optional; a literal (``/``, ``//``) stands for itself; ``CRLF`` is a line end.

    >>> number = compile_notation("5n[/5n]")
    >>> number.parse("26246/1"), number.parse("26246"), number.parse("no")
    (('26246', '1'), ('26246', None), None)
    >>> number.format(("26246", "1"))
    '26246/1'

Source: SWIFT user handbook, category 9, and Bank BPH, *SWIFT MT 940/942* (2005), for the notation itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import msgspec

CHARACTERS_X = r"A-Za-z0-9 /\-?:().,'+"
"""The inside of a regular expression class: the SWIFT character set x, without its line end."""

_CLASSES = {"n": "0-9", "a": "A-Z", "c": "A-Z0-9", "x": CHARACTERS_X}
_LINE_END = r"\r?\n"
_TOKEN = re.compile(
    r"(?P<open>\[)|(?P<close>\])|(?P<lines>\d+\*)?(?P<length>\d+)(?P<exact>!)?(?P<kind>[nacdx])|(?P<crlf>CRLF)|(?P<literal>[^\[\]0-9A-Z]+?)"
)


class Subfield(msgspec.Struct, frozen=True):
    """One part of a field: ``kind`` letter, greatest ``length``, ``exact``, ``lines`` (1 but for ``6*65x``).

    ``optional`` says that it stands in brackets; ``prefix`` is the literal or line end printed before it.
    """

    kind: str
    length: int
    exact: bool
    lines: int
    optional: bool
    prefix: str
    notation: str
    codes: tuple[str, ...] = ()
    ends_at: str = ""
    """The literal that opens the next subfield: a text of the set x ends at its first occurrence."""

    @property
    def pattern(self) -> str:
        """The regular expression of this subfield alone, without group and prefix."""
        if self.codes:
            return "|".join(sorted(map(re.escape, self.codes), key=len, reverse=True))
        if self.kind == "d":
            # The comma is mandatory and counted; at least one digit stands before it.
            return rf"(?=[0-9,]{{2,{self.length}}}(?![0-9,]))[0-9]+,[0-9]*"
        characters = f"[{_CLASSES[self.kind]}]"
        if self.ends_at and self.kind == "x":
            characters = f"(?:(?!{re.escape(self.ends_at)}){characters})"
        width = f"{{{self.length}}}" if self.exact else f"{{1,{self.length}}}"
        line = f"{characters}{width}"
        return line if self.lines == 1 else f"{line}(?:{_LINE_END}{line}){{0,{self.lines - 1}}}"


class Notation(msgspec.Struct, frozen=True):
    """A compiled field: its spelling, its subfields in order, and the expression of the whole text."""

    text: str
    subfields: tuple[Subfield, ...]
    regex: re.Pattern[str]

    def parse(self, text: str) -> tuple[str | None, ...] | None:
        """The subfields of a field text, ``None`` for an optional one left out; ``None`` when the text does not fit."""
        match = self.regex.fullmatch(text)
        return None if match is None else match.groups()

    def format(self, values: Sequence[str | None]) -> str:
        """The field text of subfields. Raises ``ValueError`` for a value that its subfield cannot hold."""
        if len(values) != len(self.subfields):
            raise ValueError(f"{self.text} has {len(self.subfields)} subfields, not {len(values)}")
        parts: list[str] = []
        for subfield, value in zip(self.subfields, values, strict=True):
            if value is None:
                if not subfield.optional:
                    raise ValueError(f"{subfield.notation} of {self.text} is mandatory")
                continue
            if re.fullmatch(subfield.pattern, value, re.ASCII) is None:
                raise ValueError(f"{value!r} is not {subfield.notation}")
            parts.append(subfield.prefix.replace("CRLF", "\r\n") + value)
        return "".join(parts)

    def spans(self, text: str) -> tuple[tuple[int, int] | None, ...] | None:
        """Where each subfield stands in a field text: 0-based start and end; ``None`` as in :meth:`parse`."""
        match = self.regex.fullmatch(text)
        if match is None:
            return None
        return tuple(
            match.span(index) if match[index] is not None else None for index in range(1, len(self.subfields) + 1)
        )


def _next_literal(notation: str, position: int) -> str:
    match = re.compile(r"\[?([^\[\]0-9A-Z!*]+)").match(notation, position)
    return match[1] if match else ""


@cache
def compile_notation(text: str, codes: tuple[tuple[int, tuple[str, ...]], ...] = ()) -> Notation:
    """Compile a notation. Blanks between parts are ignored, as some pages print them.

    ``codes`` narrows subfields to closed lists: ``((3, ("C", "D", "RC", "RD")),)`` for the third. Longer codes are
    tried first, so that ``RC`` is never read as ``R``. Raises ``ValueError`` for a spelling that is not of the
    notation.

        >>> [part.notation for part in compile_notation("3!a[1!a]15d").subfields]
        ['3!a', '[1!a]', '15d']
    """
    notation = text.replace(" ", "")
    subfields: list[Subfield] = []
    pattern: list[str] = []
    position, depth, prefix = 0, 0, ""
    opened = False
    while position < len(notation):
        match = _TOKEN.match(notation, position)
        if match is None:
            raise ValueError(f"{text!r} is no field notation: {notation[position:]!r}")
        position = match.end()
        if match["open"]:
            if depth:
                raise ValueError(f"{text!r}: brackets do not nest")
            depth, opened = 1, True
        elif match["close"]:
            if not depth or opened or prefix:
                raise ValueError(f"{text!r}: a bracket closes nothing")
            depth = 0
        elif match["crlf"]:
            prefix += "CRLF"
        elif match["literal"]:
            prefix += match["literal"]
        else:
            lines = int(match["lines"][:-1]) if match["lines"] else 1
            core = match[0]
            printed = prefix.replace("CRLF", "")
            subfield = Subfield(
                match["kind"],
                int(match["length"]),
                bool(match["exact"]),
                lines,
                bool(depth),
                prefix,
                f"[{printed}{core}]" if depth else core,
                dict(codes).get(len(subfields) + 1, ()),
                _next_literal(notation, position),
            )
            subfields.append(subfield)
            before = "".join(_LINE_END if word == "CRLF" else re.escape(word) for word in re.split("(CRLF)", prefix))
            piece = f"{before}({subfield.pattern})"
            if depth:
                if not opened:
                    raise ValueError(f"{text!r}: one subfield in a bracket")
                piece = f"(?:{piece})?"
                opened = False
            pattern.append(piece)
            prefix = ""
    if depth or prefix or not subfields:
        raise ValueError(f"{text!r} ends too early")
    return Notation(text, tuple(subfields), re.compile("".join(pattern), re.ASCII))
