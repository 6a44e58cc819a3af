"""docs/formats/mt940.md: fields, sequence, profiles and repairs of MT940, MT942 and MT950."""

from __future__ import annotations

from collections.abc import Iterator

from generators.common import repairs, settings
from generators.markdown import code, generated, join, table
from statements.formats.mt940.fields import END, FIELDS, SEQUENCE, START, Field, subfield_number
from statements.formats.mt940.profile import PROFILES
from statements.rules import RuleBook

_TITLES = {
    "940": "MT940, customer statement",
    "942": "MT942, interim report (read and reported, no statement)",
    "950": "MT950, statement message between banks (read)",
}


_DECISIONS = (
    "An amount is read to its end. Groups of three between points, commas, blanks or apostrophes with one decimal mark "
    "of another sign have one reading (`grouped-amount`); anything else is M940-050, and the statement is not passed "
    "on. In a balance, blanks that leave the standard form when they are taken out are M940-043.",
    "A day 29 to 31 that a month does not have is its last, for value dates and entry dates alike.",
    "A `-` alone before a field, or glued to one, is no text: before the closing balance it is left out (M940-027), "
    "after it, it ends the message. Between two lines of a text it is text.",
    "The IBAN is found beside or below a BIC, the word IBAN, a currency, and between blanks, dots, slashes, hyphens, "
    "commas or brackets (M940-035). None is computed: a German bank code and account stay as they are written.",
    "Chains, statement numbers and, in what we write, `:20:` go by account and currency.",
    "Of a number of more than five digits the last five count (M940-037). `2026/10` is number 10 of the year, unless "
    "page 9 came before.",
    "Subfield 9 without a code word is the remittance when there is no other text, else a detail that is written there "
    "again.",
    "A German purpose key of less than 27 characters ends a word; a reference goes on in the next key only when it is "
    "full.",
    "A first `:86:` that holds the code of the operation alone belongs to the one behind it.",
    "The account of a message without `:25:` is the one that the caller names.",
    "UTF-16 and EBCDIC are named (M940-093) and not read.",
)


def pages() -> dict[str, str]:
    """The page by its path under docs/."""
    return {"formats/mt940.md": page()}


def page() -> str:
    """The whole page."""
    parts = [
        "# MT940",
        "The fields as the standard prints them, from the table that reader, writer and `show --ruler` use. "
        "`M` is mandatory, `O` optional; formats are in SWIFT notation (`16x`: up to 16 characters of set x, `6!n`: "
        "exactly six digits, `15d`: amount with a comma, brackets: optional).",
    ]
    for kind, fields in FIELDS.items():
        parts += [
            f"## {_TITLES[kind]}",
            _fields(fields),
            *_subfields(fields),
            "### What may follow what",
            _sequence(kind),
        ]
    parts += ["## Profiles", settings(PROFILES), "## Named repairs", repairs(RuleBook.load("statements.formats.mt940"))]
    parts += ["## How it is read", "\n".join(f"- {decision}" for decision in _DECISIONS)]
    return generated("statements/formats/mt940") + join(parts)


def _fields(fields: tuple[Field, ...]) -> str:
    rows = [
        (
            code(f":{row.tag}:"),
            row.name,
            row.name_fr,
            code(row.format),
            row.status,
            "yes" if row.repeats else "",
            row.note,
        )
        for row in fields
    ]
    return table(("tag", "name", "nom", "format", "status", "repeats", "note"), rows)


def _subfields(fields: tuple[Field, ...]) -> Iterator[str]:
    rows = []
    seen = set()
    for row in fields:
        if len(row.subfields) < 2 or row.subfields in seen:
            continue
        seen.add(row.subfields)
        tags = " ".join(f":{other.tag}:" for other in fields if other.subfields == row.subfields)
        for at, part in enumerate(row.subfields, start=1):
            codes = " ".join(part.codes)
            number = subfield_number(row.tag, at)
            rows.append((tags if at == 1 else "", number, part.name, part.name_fr, codes, part.errors))
    if rows:
        yield "### Subfields"
        yield table(("fields", "no", "name", "nom", "values", "network error codes"), rows)


def _sequence(kind: str) -> str:
    rows = [
        ("(start)" if state == START else state, " ".join("(end)" if tag == END else tag for tag in tags))
        for state, tags in SEQUENCE[kind].items()
        if state != END
    ]
    said = (
        "A number alone stands for every option letter of the field; 86 is the text of an entry, "
        "86 last that of the statement."
    )
    return f"{table(('after', 'may come'), rows)}\n{said}"
