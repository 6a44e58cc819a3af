"""Which account a row belongs to: the account list, the accounts a caller names, and never a guess."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from statements.findings import Location, Reporter
from statements.formats.qonto.decoders import BankAccount, QontoTransaction
from statements.formats.qonto.rows import Document, RowBatch
from statements.model.account import Account
from statements.reference.bic import is_bic
from statements.reference.iban import iban_fault, rib_fault
from statements.wire.charset import clean


class AccountRows(msgspec.Struct, kw_only=True, eq=False):
    """The booked rows of one account, and what is known of it."""

    key: str
    """The IBAN, or the id of an account without one."""
    wire: BankAccount | None = None
    place: Location = Location()
    currency: str | None = None
    holder: str | None = None
    rows: list[QontoTransaction] = []
    """Every booked row, oldest first as far as the input tells."""
    parts: list[list[QontoTransaction]] = []
    """The same by list of the input, while they are collected."""
    wanted: bool = True
    external: bool = False
    failed: bool = False
    """True when an error stops the statements of this account."""
    batch: RowBatch | None = None

    def part(self, batch: RowBatch) -> list[QontoTransaction]:
        """The rows that one list of the input holds of this account."""
        if self.batch is not batch:
            self.batch = batch
            self.parts.append([])
        return self.parts[-1]


def compact(iban: str) -> str:
    """An IBAN without blanks, in capitals.

    >>> compact("fr76 1695 8000")
    'FR7616958000'
    """
    return "".join(iban.split()).upper()


class Accounts:
    """The accounts of the data and of the caller; gives the group of a row by its ``bank_account_id``."""

    def __init__(self, document: Document, asked: Sequence[str], reporter: Reporter) -> None:
        self._document = document
        self._reporter = reporter
        self.asked = tuple(dict.fromkeys(compact(iban) for iban in asked))
        self.groups: dict[str, AccountRows] = {}
        self._by_id: dict[str | None, AccountRows | None] = {}
        self.unattributed = False
        """True when rows belong to no account that is known: then a broken chain has its reason."""
        self.external_accounts = 0
        self._own: dict[str, AccountRows] = {}
        self._named_by_rows = False
        self._list()

    # -- the account list ----------------------------------------------------------------------------------------

    def _list(self) -> None:
        ibans: dict[str, dict[str, None]] = {}
        ids: dict[str, dict[str, None]] = {}
        latest: dict[str, tuple[BankAccount, Location]] = {}
        for account, place in zip(self._document.accounts, self._document.account_places, strict=True):
            key = account.id or ""
            if account.is_external_account:
                self.external_accounts += key not in self._by_id
                self._by_id[key] = AccountRows(key=key, external=True, wanted=False)
                continue
            iban = compact(account.iban or "")
            if iban:
                ibans.setdefault(key, {})[iban] = None
                ids.setdefault(iban, {})[key] = None
            seen = latest.get(key)
            if seen is None or _newer(account, seen[0]):
                latest[key] = (account, place)
        for key, (account, place) in latest.items():
            iban = compact(account.iban or "")
            group = self._open(iban or key, account, place)
            if len(ibans.get(key, ())) > 1:
                self._contradiction(group, key, ibans[key])
            elif iban and len(ids[iban]) > 1 and not group.failed:
                self._contradiction(group, iban, ids[iban])
            self._by_id[key] = group
            self._own.setdefault(group.key, group)

    def _contradiction(self, group: AccountRows, found: str, others: dict[str, None]) -> None:
        group.failed = True
        self._reporter.add("QNT-039", group.place, found=found, expected=", ".join(others))

    def _open(self, key: str, wire: BankAccount | None, place: Location) -> AccountRows:
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = AccountRows(
                key=key,
                wire=wire,
                place=place,
                currency=(wire.currency or None) if wire is not None else None,
                holder=clean(self._document.holder or "") or None,
                wanted=not self.asked or key in self.asked,
            )
        return group

    # -- rows ----------------------------------------------------------------------------------------------------

    def group(self, bank_account_id: str | None, place: Location) -> AccountRows | None:
        """The group of a row, ``None`` when its account cannot be known (reported once for each id)."""
        key = bank_account_id or None
        if key in self._by_id:
            return self._by_id[key]
        group = self._unnamed(place) if key is None else self._unlisted(key, place)
        self._by_id[key] = group
        return group

    def csv_group(self, iban: str | None, holder: str | None) -> AccountRows | None:
        """The group of a CSV row: the IBAN of its account column, or the one account the caller names."""
        if iban:
            group = self._open(compact(iban), None, Location())
            if group.holder is None and holder:
                group.holder = clean(holder) or None
            return group
        return self._open(self.asked[0], None, Location()) if len(self.asked) == 1 else None

    def _unnamed(self, place: Location) -> AccountRows | None:
        if len(self._own) == 1 and len(self.asked) != 1:
            return next(iter(self._own.values()))
        if len(self.asked) == 1:
            return self._open(self.asked[0], None, place)
        self.unattributed = True
        self._reporter.add("QNT-007", place)
        return None

    def _unlisted(self, key: str, place: Location) -> AccountRows | None:
        # Without any account list the one account the caller names is theirs, if the rows are all of one account.
        first, self._named_by_rows = not self._named_by_rows, True
        if not self._document.lists_accounts and len(self.asked) == 1 and first:
            return self._open(self.asked[0], None, place)
        self.unattributed = True
        self._reporter.add("QNT-006", place, found=key)
        return None

    def own(self) -> tuple[AccountRows, ...]:
        """The accounts of the account list, those of other banks left out."""
        return tuple(self._own.values())

    def known(self, bank_account_id: str | None) -> AccountRows | None:
        """The group of an id that was met or listed; nothing is reported."""
        return self._by_id.get(bank_account_id)

    # -- verdict -------------------------------------------------------------------------------------------------

    def identify(self, group: AccountRows) -> Account | None:
        """The account of a statement; ``None``, with a finding, when its IBAN cannot be used."""
        place = msgspec.structs.replace(group.place, account=None)
        wire = group.wire
        iban = compact((wire.iban or "") if wire is not None else group.key)
        if not iban:
            self._reporter.add("QNT-008", place, found=group.key)
            return None
        place = msgspec.structs.replace(place, account=iban)
        if (fault := iban_fault(iban)) is not None:
            self._reporter.add("QNT-009", place, found=iban, fault_en=_FAULTS_EN[fault], fault_fr=_FAULTS_FR[fault])
            return None
        if rib_fault(iban):
            self._reporter.add("QNT-010", place, found=iban)
        bic = (wire.bic or "").strip() or None if wire is not None else None
        if bic is not None and not is_bic(bic):
            self._reporter.add("QNT-032", place, found=bic)
            bic = None
        return Account(iban, group.currency, None, bic, group.holder)

    def report_missing(self) -> None:
        """Report the accounts asked for that the data do not hold."""
        known = [key for key in self.groups if not self.groups[key].external]
        for iban in self.asked:
            if iban not in self.groups:
                self._reporter.add("QNT-041", Location(account=iban), found=iban, expected=", ".join(known) or "-")


_FAULTS_EN = {
    "form": "it is not written as an IBAN",
    "country": "no country has these first two letters",
    "length": "its length is not that of its country",
    "structure": "its letters and digits do not follow the pattern of its country",
    "check_digits": "its check digits are wrong",
}
_FAULTS_FR = {
    "form": "il n'est pas écrit comme un IBAN",
    "country": "aucun pays ne porte ses deux premières lettres",
    "length": "sa longueur n'est pas celle de son pays",
    "structure": "ses lettres et chiffres ne suivent pas le modèle de son pays",
    "check_digits": "sa clé de contrôle est fausse",
}

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _newer(account: BankAccount, other: BankAccount) -> bool:
    """Whether one record of an account is of a later moment than another of the same account."""
    if not account.iban:
        return False
    return not other.iban or (account.updated_at or _EPOCH) > (other.updated_at or _EPOCH)
