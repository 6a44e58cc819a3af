"""The CSV exports, word by word and cell by cell: headers, statuses, payment methods (those of the caller before ours),
amounts and dates in the spellings that exports and spreadsheets write.

>>> normalised("Date de l’opération (UTC)"), header_columns({})[normalised("Solde")]
('datedeloperationutc', 'balance')
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from statements.rules import Text, WordedError

COLUMNS = frozenset(
    "status settled_utc settled_local amount debit credit balance currency local_amount local_currency account_name "
    "account_iban name counterparty_iban method transaction_id reference bank private".split()
)
"""What a header can mean. ``private`` columns are known and never read."""

METHODS: Mapping[str, tuple[str, str]] = {
    "transfer": ("transfer", "income"),
    "card": ("card", "card"),
    "direct_debit": ("direct_debit", "direct_debit_collection"),
    "cheque": ("cheque", "cheque"),
    "fee": ("qonto_fee", "qonto_fee"),
}
"""Operation type of a payment method for money out and for money in."""

STATUSES = ("completed", "pending", "declined", "canceled", "reversed")

# The columns of VAT rates and labels vary in number and name.
_VARIABLE = re.compile(
    r"montantdelatva[0-9]*|montant[0-9]+ht|montantht[0-9]*|(?:total)?vatamount[0-9]*|label[0-9]+|labels?"
)


def normalised(text: str) -> str:
    """Letters and digits only, without accents and case: how headers and words are compared."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in letters if char.isalnum())


@lru_cache(maxsize=4)
def _rows(name: str) -> tuple[dict[str, str], ...]:
    lines = files("statements.formats.qonto").joinpath(name).read_text("utf-8").splitlines()
    columns = lines[1].split("\t")
    return tuple(dict(zip(columns, line.split("\t"), strict=True)) for line in lines[2:])


def header_columns(mapping: Mapping[str, Any]) -> dict[str, str]:
    """Normalised header to column."""
    built_in = {normalised(row["header"]): row["column"] for row in _rows("csv_columns.tsv")}
    return {**built_in, **{normalised(word): column for word, column in _part(mapping, "headers").items()}}


def column_of(header: str, columns: Mapping[str, str]) -> str | None:
    """The column of a header, ``None`` when it is unknown."""
    name = normalised(header)
    found = columns.get(name)
    return "private" if found is None and _VARIABLE.fullmatch(name) else found


def status_words(mapping: Mapping[str, Any]) -> dict[str, str]:
    """Normalised status word to status."""
    return {**_words("status"), **{normalised(word): value for word, value in _part(mapping, "statuses").items()}}


def method_words(mapping: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Normalised payment method to the operation types for money out and for money in."""
    words = {word: METHODS[value] for word, value in _words("method").items()}
    for word, value in _part(mapping, "methods").items():
        words[normalised(word)] = METHODS.get(value, (value, value))
    return words


def method_of(word: str, methods: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """The operation types of a payment method; ``Frais …`` and ``Fee …`` count by their first word."""
    name = normalised(word)
    found = methods.get(name)
    if found is None and word:
        first = normalised(word.split()[0]) if word.split() else ""
        if first in ("frais", "fee", "fees"):
            return METHODS["fee"]
    return found


def _words(kind: str) -> dict[str, str]:
    return {normalised(row["word"]): row["meaning"] for row in _rows("csv_words.tsv") if row["kind"] == kind}


def _part(mapping: Mapping[str, Any], name: str) -> Mapping[str, str]:
    part: Mapping[str, str] = (mapping.get("csv") or {}).get(name) or {}
    return part


def _unknown(what: str, unknown: str, table: str, known: Iterable[str]) -> WordedError:
    listed = ", ".join(known)
    return WordedError(
        Text(f"unknown {what} in [csv.{table}]; known: {listed}", f"{unknown} dans [csv.{table}] ; il y a {listed}")
    )


def checked_mapping(mapping: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The mapping as given, when its ``csv`` tables are well formed. Raises ``ValueError`` when they are not."""
    mapping = mapping or {}
    tables = mapping.get("csv", {})
    if not isinstance(tables, Mapping) or not set(tables) <= {"headers", "statuses", "methods"}:
        raise WordedError(
            Text(
                "the csv tables of a mapping file are [csv.headers], [csv.statuses] and [csv.methods]",
                "les tables csv d'un fichier de correspondance sont [csv.headers], [csv.statuses] et [csv.methods]",
            )
        )
    for name, table in tables.items():
        if not isinstance(table, Mapping) or not all(isinstance(value, str) for value in table.values()):
            raise WordedError(
                Text(
                    f"[csv.{name}] of a mapping file gives a word for each word",
                    f"[csv.{name}] d'un fichier de correspondance donne un mot pour chaque mot",
                )
            )
    for value in tables.get("headers", {}).values():
        if value not in COLUMNS:
            raise _unknown(f"column {value!r}", f"colonne « {value} » inconnue", "headers", sorted(COLUMNS))
    for value in tables.get("statuses", {}).values():
        if value not in STATUSES:
            raise _unknown(f"status {value!r}", f"statut « {value} » inconnu", "statuses", STATUSES)
    return mapping


# -- cells ------------------------------------------------------------------------------------------------------------

_BLANKS = " \u00a0\u202f\u2009"
_MINUS = {ord("\u2212"): "-", ord("\u2019"): "'"}
_NUMBER = re.compile(
    rf"([+-]?)[{_BLANKS}]?(?:([0-9]+)|([0-9]{{1,3}})((?:[{_BLANKS}][0-9]{{3}})+))(?:[.,]([0-9]{{1,2}}))?", re.ASCII
)
_GROUPED = re.compile(r"([+-]?)([0-9]{1,3}(?:([.,'])[0-9]{3})(?:\3[0-9]{3})*)(?!\3)[.,]([0-9]{1,2})", re.ASCII)


class CellAmount(NamedTuple):
    """An amount as plain decimal text, and whether marks between its thousands had to be read."""

    text: str
    grouped: bool = False


def amount_of(cell: str) -> CellAmount | None:
    """An amount as written in a cell; ``None`` when it is none, or when more than one amount could be meant.

    The exports write groups of three with blanks between them. Points, commas or apostrophes between the thousands are
    of a spreadsheet or of another program: one reading is possible only with groups of three and another mark for the
    decimals.

    >>> amount_of("-1 250,50").text, amount_of("1,250.50"), amount_of("1,250"), amount_of("1 25,00")
    ('-1250.50', CellAmount(text='1250.50', grouped=True), None, None)
    """
    text = cell.translate(_MINUS)
    if match := _NUMBER.fullmatch(text):
        sign, whole, fraction = match[1], match[2], match[5] or ""
        if whole is None:
            if len(set(re.sub(r"[0-9]", "", match[4]))) > 1:
                # Two kinds of blanks are two kinds of groups.
                return None
            whole = match[3] + re.sub(r"[^0-9]", "", match[4])
        grouped = False
    elif match := _GROUPED.fullmatch(text):
        sign, whole, fraction, grouped = match[1], re.sub(r"[^0-9]", "", match[2]), match[4], True
    else:
        return None
    return CellAmount(("-" if sign == "-" else "") + whole + (f".{fraction}" if fraction else ""), grouped)


_TIME = r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?Z?)?"
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})" + _TIME, re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})" + _TIME, re.ASCII)


def moment_of(cell: str) -> datetime.datetime | None:
    """A date with or without a time, as the exports write it; without a time, the start of the day.

    >>> moment_of("30-09-2026 13:15:00") == moment_of("2026-09-30 13:15:00"), moment_of("31-02-2026")
    (True, None)
    """
    if match := _YEAR_FIRST.fullmatch(cell):
        year, month, day = match[1], match[2], match[3]
    elif match := _DAY_FIRST.fullmatch(cell):
        day, month, year = match[1], match[2], match[3]
    else:
        return None
    try:
        return datetime.datetime(  # noqa: DTZ001 - the caller knows the zone of the column
            int(year), int(month), int(day), int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
        )
    except ValueError:
        return None


def short(cell: str) -> str:
    """A cell for a message: printable and short."""
    return "".join(char if char.isprintable() else "." for char in cell)[:40]
