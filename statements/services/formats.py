"""The formats that the services know: one explicit table, modules loaded when first used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from statements.findings import Profile
from statements.rules import RuleBook

STATEMENT_FORMATS = ("mt940", "cfonb120", "json")
"""Formats that hold statements and can be written."""

SOURCES = ("qonto-json", "qonto-csv", "mt940", "cfonb120", "json", "pain.001")
"""What can be read, by the names of ``--from``."""

SUFFIXES: Mapping[str, str] = {"mt940": ".mt940.sta", "cfonb120": ".cfonb120.txt", "json": ".json"}
"""Our own file name suffixes; no standard exists."""

_MODULES: Mapping[str, str] = {
    "mt940": "statements.formats.mt940",
    "cfonb120": "statements.formats.cfonb120",
    "json": "statements.formats.neutral",
    "pain.001": "statements.formats.pain001",
    "qonto-json": "statements.formats.qonto",
    "qonto-csv": "statements.formats.qonto",
}


def module(name: str) -> Any:
    """The package of a format. Raises ``ValueError`` for a name that is none."""
    if name not in _MODULES:
        raise ValueError(f"no format {name!r}; known: {', '.join(_MODULES)}")
    return import_module(_MODULES[name])


# Profiles that only read or only write, where a format tells them apart.
_READING: Mapping[str, tuple[str, ...]] = {"cfonb120": ("standard", "strict")}
_WRITING: Mapping[str, tuple[str, ...]] = {"cfonb120": ("sepa", "strict")}


def reader_profiles(name: str) -> Mapping[str, Profile]:
    """The built-in profiles with which a format is read and validated; empty for our JSON and for Qonto."""
    return _profiles(name, _READING)


def writer_profiles(name: str) -> Mapping[str, Profile]:
    """The built-in profiles with which a format is written; empty for our JSON."""
    return _profiles(name, _WRITING)


def _profiles(name: str, chosen: Mapping[str, tuple[str, ...]]) -> Mapping[str, Profile]:
    known: Mapping[str, Profile] = getattr(module(name), "PROFILES", {})
    return {key: known[key] for key in chosen[name]} if name in chosen else known


_READ_BY: Mapping[str, str] = {
    **dict.fromkeys(("mt942", "mt950"), "mt940"),
    **dict.fromkeys(("cfonb160", "cfonb240", "cfonb320"), "cfonb120"),
    # The Qonto reader says in words which other export was given, and what is wrong with a broken one.
    **dict.fromkeys(("other-json", "xlsx", "xls", "ofx", "qif", "pdf"), "qonto-json"),
    "other-csv": "qonto-csv",
}
DEFAULT_READER: Mapping[str, str] = {"mt940": "qonto", "cfonb120": "standard", "pain.001": "qonto"}
"""The profile with which each format is read when none is named."""
DEFAULT_WRITER: Mapping[str, str] = {"mt940": "qonto", "cfonb120": "sepa"}
"""The profile with which each format is written when none is named."""


def base_format(name: str) -> str:
    """The format whose reader takes a file that was identified; any other XML goes to the payment check.

    >>> base_format("mt942"), base_format("cfonb240"), base_format("pain.008")
    ('mt940', 'cfonb120', 'pain.001')
    """
    return name if name in _MODULES else _READ_BY.get(name, "pain.001")


def books() -> dict[str, RuleBook]:
    """Every rule book of the project by a short name, in the order of ``explain``."""
    return {name: book(name) for name in _BOOKS}


@cache
def book(name: str) -> RuleBook:
    """One rule book by the name of its format (``to mt940`` for what the writer of MT940 finds), loaded once."""
    place, table = _BOOKS[name]
    return RuleBook.load(place, table)


_BOOKS: Mapping[str, tuple[str, str]] = {
    "pain.001": ("statements.formats.pain001", "rules.tsv"),
    "mt940": ("statements.formats.mt940", "rules.tsv"),
    "cfonb120": ("statements.formats.cfonb120", "rules.tsv"),
    "qonto": ("statements.formats.qonto", "rules.tsv"),
    "services": ("statements.services", "rules.tsv"),
    "profiles": ("statements", "profiles.tsv"),
    "to cfonb120": ("statements.formats.cfonb120", "writer_rules.tsv"),
    "to mt940": ("statements.formats.mt940", "writer_rules.tsv"),
    "json": ("statements.formats.neutral", "rules.tsv"),
}
