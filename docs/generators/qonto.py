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
    Transaction,
)
from statements.formats.qonto.request import Settings

_RECORDS = (Organization, BankAccount, Transaction, Counterparty, Cheque, Meta)


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
