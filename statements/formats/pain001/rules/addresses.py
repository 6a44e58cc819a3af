"""Postal addresses (P001-400 … 406): structured, hybrid, or none at all.

Source: EPC153-22 version 2.1; unstructured addresses end for execution dates from 15 November 2026.
"""

from __future__ import annotations

from statements.formats.pain001.check import Check, Tally
from statements.formats.pain001.registry import at_block_end, on_block, on_every_level, on_payment
from statements.formats.pain001.scope import Scope, leaf
from statements.reference.countries import is_country

MAX_LINES = 2
MAX_LINE = 70
_RULES = ("P001-400", "P001-401", "P001-402", "P001-403", "P001-404")


@on_block(*_RULES)
def debtor_address(block: Scope, check: Check) -> None:
    """The address of the debtor."""
    if "Dbtr/PstlAdr" in block:
        _address("Dbtr/PstlAdr", block, check)


@on_payment(*_RULES, needs=("PstlAdr",))
def creditor_address(payment: Scope, check: Check) -> None:
    """The address of the creditor."""
    if "Cdtr/PstlAdr" in payment:
        _address("Cdtr/PstlAdr", payment, check)


def _address(path: str, scope: Scope, check: Check) -> None:
    lines = [each for each in scope.repeated(f"{path}/AdrLine") if scope.word(each)]
    parts = [each for each in scope.children(path) if leaf(each) != "AdrLine" and scope.has_content(each)]
    located = bool(scope.word(f"{path}/TwnNm") and scope.word(f"{path}/Ctry"))
    if not lines:
        if parts and not located:
            check.add("P001-401", scope, path, expected="TwnNm, Ctry")
        return
    if not located:
        check.add("P001-400", scope, path, expected="TwnNm, Ctry")
        if len(lines) > MAX_LINES:
            check.add("P001-403", scope, lines[MAX_LINES], found=scope.text(lines[MAX_LINES]))
        return
    if len(lines) > MAX_LINES:
        check.add("P001-402", scope, lines[MAX_LINES], found=scope.text(lines[MAX_LINES]))
    for line in lines:
        if len(scope.values[line] or "") > MAX_LINE:
            check.add("P001-402", scope, line, found=scope.text(line))
    _repeated(path, lines, scope, check)


def _repeated(path: str, lines: list[str], scope: Scope, check: Check) -> None:
    words = [scope.word(f"{path}/{name}").casefold() for name in ("TwnNm", "PstCd")]
    for line in lines:
        text = scope.word(line).casefold()
        if any(word and word in text for word in words):
            check.add("P001-404", scope, line, found=scope.text(line))


@at_block_end("P001-405")
def debtor_address_wanted(block: Scope, tally: Tally, check: Check) -> None:
    """A creditor bank in SEPA but outside the EEA may ask for the debtor's address."""
    if tally.outside_eea is not None and not block.has_content("Dbtr/PstlAdr"):
        check.add("P001-405", block, "Dbtr/PstlAdr", country=tally.outside_eea, expected="TwnNm, Ctry")


@on_every_level("P001-406", needs=("Ctry", "CtryOfRes"))
def country(scope: Scope, check: Check) -> None:
    """Every country code exists."""
    for path in scope.paths("Ctry", "CtryOfRes"):
        code = scope.word(path)
        if code and not is_country(code):
            check.add("P001-406", scope, path, found=code, expected={"UK": "GB", "EL": "GR"}.get(code))
