"""From Qonto's operation to the codes of the bank formats, by a table that the caller can extend.

``operations.tsv`` is read top to bottom, the first row that fits wins; rows of the caller come before it.

>>> OperationTable().codes("transfer", "Transfer", "debit", Facts())[0].cfonb
'06'
>>> role("income"), role("card"), role("other")
('payer', 'beneficiary', None)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from statements.model.account import Role
from statements.model.statement import OperationCodes
from statements.rules import Text, WordedError

_PAYERS = frozenset({"income", "swift_income", "direct_debit_collection", "card_acquirer_payout", "cheque"})
_BENEFICIARIES = frozenset({"transfer", "direct_debit", "card", "pay_later"})

COLUMNS = ("operation_type", "subject_type", "side", "condition", "cfonb_code", "mt940_type", "iso_btc")
"""The columns of a mapping row; ``confidence`` and ``note`` are for the reader of the table."""


def role(operation_type: str | None) -> Role | None:
    """Whether the named counterparty pays or is paid. It follows the operation, not the side: a transfer that
    came back keeps its beneficiary."""
    if operation_type in _PAYERS:
        return "payer"
    return "beneficiary" if operation_type in _BENEFICIARIES else None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a condition may ask about a transaction."""

    foreign: bool = False
    category: str | None = None
    vat: bool = False


class Condition(msgspec.Struct, frozen=True):
    """All parts must hold; an absent part asks nothing."""

    options: frozenset[str] = frozenset()
    foreign: bool | None = None
    category: str | None = None
    vat: bool = False

    def holds(self, facts: Facts, options: frozenset[str]) -> bool:
        """True when the transaction fits and every option asked for is on."""
        return (
            self.options <= options
            and (self.foreign is None or self.foreign == facts.foreign)
            and (self.category is None or self.category == facts.category)
            and (not self.vat or facts.vat)
        )


class Operation(msgspec.Struct, frozen=True):
    """One row of the table."""

    operation_type: str
    subject_type: str
    side: str
    condition: Condition
    codes: OperationCodes

    def fits(self, operation: str | None, subject: str | None, side: str) -> bool:
        """True when operation, subject (without case) and side are those of the row, ``*`` being any."""
        return (
            self.operation_type in ("*", operation)
            and (self.subject_type == "*" or self.subject_type.lower() == (subject or "").lower())
            and self.side in ("*", side)
        )


_OPTION = re.compile(r"option (fee_with_tax|atm_code|internal_codes)")
_CATEGORY = re.compile(r"category = ([a-z_]+)")


def condition(text: str) -> Condition:
    """The condition of a row: ``-``, or parts joined by ``and``. Raises ``ValueError`` for a part it does not know.

    >>> condition("vat_amount set and option fee_with_tax").vat
    True
    """
    options: set[str] = set()
    foreign: bool | None = None
    category: str | None = None
    vat = False
    for part in () if text in ("-", "") else text.split(" and "):
        if match := _OPTION.fullmatch(part):
            options.add(match[1])
        elif match := _CATEGORY.fullmatch(part):
            category = match[1]
        elif part == "vat_amount set":
            vat = True
        elif part in ("local_currency = currency", "local_currency != currency"):
            foreign = "!=" in part
        else:
            raise WordedError(
                Text(
                    f"unknown condition {part!r} of a mapping row",
                    f"condition « {part} » inconnue dans une ligne de correspondance",
                )
            )
    return Condition(frozenset(options), foreign, category, vat)


_CFONB = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_SWIFT = re.compile(r"[NFS][A-Z0-9]{3}", re.ASCII)
_ISO = re.compile(r"[A-Z]{4}/[A-Z]{4}/[A-Z]{4}", re.ASCII)


def operation(row: Mapping[str, Any]) -> Operation:
    """A row of the table or of the caller. Raises ``ValueError`` for a column or a code that is none."""
    unknown = set(row) - set(COLUMNS) - {"confidence", "note"}
    if unknown:
        name = min(unknown)
        raise WordedError(
            Text(
                f"unknown column {name!r} in a mapping row",
                f"colonne « {name} » inconnue dans une ligne de correspondance",
            )
        )
    cells = {name: str(row.get(name) or "") for name in COLUMNS}
    if not cells["operation_type"]:
        raise WordedError(
            Text("a mapping row needs an operation_type", "une ligne de correspondance demande un operation_type")
        )
    side = cells["side"] or "*"
    if side not in ("credit", "debit", "*"):
        raise WordedError(
            Text(
                f"the side of a mapping row is credit, debit or *, not {side!r}",
                f"side vaut credit, debit ou * dans une ligne de correspondance, non « {side} »",
            )
        )
    for name, pattern in (("cfonb_code", _CFONB), ("mt940_type", _SWIFT), ("iso_btc", _ISO)):
        if cells[name] and pattern.fullmatch(cells[name]) is None:
            raise WordedError(Text(f"{cells[name]!r} is no {name}", f"« {cells[name]} » n'est pas un {name}"))
    codes = OperationCodes(cells["cfonb_code"] or None, cells["mt940_type"] or None, cells["iso_btc"] or None)
    return Operation(cells["operation_type"], cells["subject_type"] or "*", side, condition(cells["condition"]), codes)


@lru_cache(maxsize=1)
def built_in() -> tuple[Operation, ...]:
    """The rows of ``operations.tsv``."""
    lines = files("statements.formats.qonto").joinpath("operations.tsv").read_text("utf-8").splitlines()
    columns = lines[1].split("\t")
    return tuple(operation(dict(zip(columns, line.split("\t"), strict=True))) for line in lines[2:])


class OperationTable:
    """The rows in force: those of the caller, then the built-in ones, under the options that are on."""

    __slots__ = ("_cache", "_known", "_options", "_rows", "steered")

    def __init__(self, rows: Sequence[Operation] = (), options: frozenset[str] = frozenset()) -> None:
        self._rows = (*rows, *built_in())
        self._options = options
        self._known = frozenset(row.operation_type for row in self._rows)
        self._cache: dict[tuple[str | None, str | None, str, Facts], tuple[OperationCodes, bool]] = {}
        self.steered = bool(options & {"fee_with_tax", "atm_code"}) or any(
            row.condition.category is not None or row.condition.vat for row in rows
        )
        """True when a row in force asks for a private member of the transaction (category, VAT)."""

    def codes(
        self, operation_type: str | None, subject_type: str | None, side: str, facts: Facts
    ) -> tuple[OperationCodes, bool]:
        """The codes of the first row that fits, and whether the operation is one the table knows."""
        key = (operation_type, subject_type, side, facts)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = (self._first(*key), operation_type in self._known)
        return found

    def _first(self, operation_type: str | None, subject_type: str | None, side: str, facts: Facts) -> OperationCodes:
        for row in self._rows:
            if row.fits(operation_type, subject_type, side) and row.condition.holds(facts, self._options):
                return row.codes
        return OperationCodes("91", "NMSC")


def user_rows(mapping: Mapping[str, Any] | None) -> tuple[Operation, ...]:
    """The ``[[operation]]`` rows of a mapping file. Raises ``ValueError`` when one is not well formed."""
    rows = (mapping or {}).get("operation", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise WordedError(
            Text(
                "operation rows of a mapping file are written as [[operation]]",
                "les lignes d'opération d'un fichier de correspondance s'écrivent [[operation]]",
            )
        )
    return tuple(operation(row) for row in rows)
