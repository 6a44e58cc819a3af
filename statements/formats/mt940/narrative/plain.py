"""Plain narratives: each line is one line of remittance, trailing blanks dropped."""

from __future__ import annotations

from statements.formats.mt940.narrative.parts import Parts


def read_plain(lines: list[str]) -> Parts:
    """The lines as they stand; empty ones inside are left out.

    >>> read_plain(["INVOICE 12  ", "", "-suite"]).remittance
    ('INVOICE 12', '-suite')
    """
    texts = (line.strip() for line in lines)
    return Parts(dialect="plain", remittance=tuple(text for text in texts if text))
