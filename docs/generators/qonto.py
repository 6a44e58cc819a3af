"""docs/formats/qonto.md: which members of Qonto's data are read, how operations map, and what is never written."""

from __future__ import annotations

import typing
from importlib.resources import files

import msgspec

from generators.markdown import code, generated, join, table
from statements.formats.qonto.decoders import (
    PRIVATE,
    BankAccount,
    Cheque,
    Counterparty,
    Meta,
    Organization,
    QontoTransaction,
)
from statements.formats.qonto.request import Settings

_RECORDS = (Organization, BankAccount, QontoTransaction, Counterparty, Cheque, Meta)


_DECISIONS = (
    "**A balance belongs to its moment.** The balance of the account list (`balance_cents`) is that of its "
    "`updated_at`. It gives opening and closing only where no transaction states a balance and the transactions "
    "are shown to reach that moment: one of them was booked after it, or within the minute before it. `QNT-048` "
    "says so then. Otherwise `QNT-030` asks for `--opening` and nothing is written: between the last transaction "
    "given and the balance anything may lie.",
    "**Rows that are missing.** When the page counts say that rows were not given (`QNT-003`), only statements "
    "within the days of the rows given, with an unbroken chain of balances, are written. For every other "
    "statement of that account `QNT-003` is an error.",
    "**States of one transaction.** The state with the latest `updated_at` is kept (`QNT-004` says what "
    "differed), in whatever order files and rows are given. Another amount, side, date or account is a "
    "contradiction (`QNT-005`). A booked transaction whose later state is not booked, or is refused or taken back "
    "at an unknown moment, stops its account (`QNT-047`).",
    "**Errors among the data.** An error answer of the API in any file, list or line writes nothing (`QNT-044`). "
    "Events about other things than transactions are counted and left out (`QNT-046`).",
    "**Accounts without a booked transaction** are named (`QNT-043`). With `--account`, `--since`, `--until` and "
    "`--opening` they get an empty statement.",
    "**Amounts of a CSV** are read to their end. Blanks between groups of three are the export's own spelling; "
    "points, commas or apostrophes between the thousands are read where only one reading is possible (`QNT-064`, "
    "`grouped-amount`): groups of three, one kind of mark, another one for the decimals. Everything else is no "
    "amount (`QNT-053`).",
    "**An export without a status column** (the simplified export, a template) holds executed rows: `QNT-051` "
    "says so as a warning. Where the file has a column that nobody knows, the status may stand there, and the "
    "file is refused.",
    "**A column that stands twice** is refused where it decides (status, amount, debit, credit, balance, "
    "account); of a text the first one is read, with a warning (`QNT-065`).",
    "**Numbers** of more than 18 digits are no amounts (ISO 20022 has 18 at most).",
)


def pages() -> dict[str, str]:
    """The page by its path under docs/."""
    return {"formats/qonto.md": page()}


def page() -> str:
    """The whole page."""
    parts = [
        "# Qonto data",
        "JSON of the Qonto API v2 (organization or bank accounts, pages of transactions) and CSV exports of the app. "
        "Only these members are read; all others stay where they are.",
    ]
    for record in _RECORDS:
        parts += [f"## {record.__name__}", (record.__doc__ or "").splitlines()[0].replace("``", "`"), _members(record)]
    parts += [
        "## How operations map",
        "The first row whose cells fit gives the CFONB operation code, the MT940 type and the ISO code. Rows of "
        "`--mapping` come first.",
        _operations(),
        "## Columns of CSV exports",
        _tsv("csv_columns.tsv"),
        "## Words of CSV exports",
        _tsv("csv_words.tsv"),
        "## What is decided, and why",
        *_DECISIONS,
        "## Settings",
        _settings(),
        "## What never leaves",
        "No statement, finding or ledger line carries: " + ", ".join(code(name) for name in sorted(PRIVATE)) + ".",
    ]
    return generated("statements/formats/qonto") + join(parts)


def _members(record: type[msgspec.Struct]) -> str:
    rows = [(code(info.encode_name), code(_type(info.type))) for info in msgspec.structs.fields(record)]
    return table(("member", "type"), rows)


def _type(kind: object) -> str:
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Annotated:
        return _type(arguments[0])
    if arguments:
        names = [_type(each) for each in arguments if each is not type(None)]
        joined = " or ".join(names)
        return f"list of {joined}" if typing.get_origin(kind) is list else joined
    names = {"Raw": "decimal", "int": "whole number", "str": "text", "bool": "true or false", "datetime": "instant"}
    name = getattr(kind, "__name__", str(kind))
    return names.get(name, name)


def _operations() -> str:
    return _tsv("operations.tsv")


def _tsv(name: str) -> str:
    """A table of the package as it stands, without the line that states its origin."""
    lines = files("statements.formats.qonto").joinpath(name).read_text("utf-8").splitlines()
    head, *rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return table(head, rows)


def _settings() -> str:
    rows = [(code(info.name), str(info.default)) for info in msgspec.structs.fields(Settings)]
    return table(("setting", "default"), rows)
