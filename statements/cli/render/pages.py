"""HTML pages from the templates beside this file: escaped, self-contained, nothing of a file acts in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from statements.cli.texts import Texts
from statements.cli.words import amount, day
from statements.visible import blotted

if TYPE_CHECKING:
    from jinja2 import Environment


def page(template: str, texts: Texts, **values: Any) -> str:
    """The page that a template makes. In it ``t`` gives the sentences of the language, ``money`` and ``date`` write
    amounts and days, ``iban`` groups an IBAN, ``css`` quotes a text for a style sheet.

    Characters that act instead of being seen stand as ``�``. The same values give the same page.
    """
    tools = {
        "t": texts,
        "lang": texts.lang,
        "money": lambda value: amount(value, texts) or "-",
        "date": lambda value: day(value, texts) or "-",
        "iban": grouped,
        "css": quoted,
    }
    return _engine().get_template(template).render(**tools, **values)


@cache
def _engine() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("statements.cli.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _seen(value: Any) -> Any:
    from markupsafe import Markup

    return blotted(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}", re.ASCII)


def grouped(account: str | None) -> str:
    """An IBAN in groups of four, as it stands on paper; any other account as it is.

    >>> grouped("FR7616958000011234567890177"), grouped("KONTO 7")
    ('FR76 1695 8000 0112 3456 7890 177', 'KONTO 7')
    """
    if account is None or _IBAN.fullmatch(account) is None:
        return account or ""
    return " ".join(account[at : at + 4] for at in range(0, len(account), 4))


def quoted(text: str) -> str:
    r"""A text as a string of a style sheet: everything but letters, digits and blanks as an escape.

    >>> print(quoted('a"b</style>'))
    "a\22 b\3c \2f style\3e "
    """
    inside = "".join(
        char if char.isascii() and (char.isalnum() or char == " ") else f"\\{ord(char):x} " for char in text
    )
    from markupsafe import Markup

    return Markup(f'"{inside}"')  # noqa: S704 - nothing but letters, digits, blanks and escapes


def meaning(grade: str, texts: Texts) -> Mapping[str, str]:
    """The word and the sign of a verdict or a severity: never by colour alone."""
    signs = {"error": "✗", "warning": "!", "info": "·", "ready": "✓", "refused": "✗", "looked": "!"}
    return {"grade": grade, "sign": signs[grade], "word": texts(f"html.grade.{grade}")}
