"""The folder of a download: its manifest, and the Qonto data in it as sources of a reading. Pure: bytes in, bytes out.

A folder holds ``manifest.json``, the organization's answer and pages of transactions, each as it was received. The
manifest says for each account which stretches of time were asked for, which pages came, their SHA-256 and counts, and
whether all of it agrees. Data that are not complete are named and not read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from statements.findings import Finding, Location, Outcome
from statements.rules import Text
from statements.services.rules import finding

MANIFEST = "manifest.json"
RUN = "run.json"
"""Names in the folder: what is there, and what a run that is not over has so far."""

VERSION = 1

Instant = datetime.datetime


class DownloadedPiece(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer as it was received: where it lies, what it holds, when it came."""

    file: str
    sha256: str
    size: int
    received: Instant
    rows: int = 0
    skip: tuple[int, ...] = ()
    """Indexes of transactions that belong to the neighbouring window: a window is asked for a little wider."""


class Window(msgspec.Struct, frozen=True, omit_defaults=True):
    """The booked transactions of one account from ``since`` to just before ``until``; balances in cents."""

    since: Instant
    until: Instant
    rows: int
    pages: tuple[DownloadedPiece, ...]
    opening: int | None = None
    closing: int | None = None
    newest: Instant | None = None
    asked: Mapping[str, str] = {}


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why the data of an account are not complete: a key of :data:`REASONS` and its values."""

    kind: str
    values: Mapping[str, str] = {}


class DownloadedAccount(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the folder holds of one account. ``complete_to`` is the instant up to which every booking is there."""

    id: str
    iban: str | None
    since: Instant
    complete_to: Instant
    changes_from: Instant
    windows: tuple[Window, ...] = ()
    balance_cents: int | None = None
    missing: tuple[Reason, ...] = ()

    @property
    def name(self) -> str:
        """The IBAN; the id of an account that comes without one."""
        return self.iban or self.id

    @property
    def rows(self) -> int:
        """How many booked transactions there are."""
        return sum(window.rows for window in self.windows)


class Manifest(msgspec.Struct, frozen=True):
    """Everything that lies in the folder."""

    version: int
    source: str
    organization: DownloadedPiece
    accounts: tuple[DownloadedAccount, ...]


REASONS: Mapping[str, Text] = {
    "first": Text("no run has finished for it yet", "aucun téléchargement ne s'est encore achevé pour lui"),
    "counts": Text(
        "{found} of {expected} transactions came for {since} to {until}",
        "{found} opérations reçues sur {expected} du {since} au {until}",
    ),
    "chain": Text(
        "the balance before the transaction of {at} should be {expected} and is {found}; one before it is missing",
        "le solde avant l'opération du {at} devrait être {expected} et vaut {found} ; une opération manque avant elle",
    ),
    "unchecked": Text(
        "a transaction of {at} comes without its balance, so nothing proves that none is missing",
        "une opération du {at} est fournie sans son solde ; rien ne prouve qu'aucune ne manque",
    ),
    "balance": Text(
        "the transactions end with the balance {found}, the account has {expected}",
        "les opérations se terminent sur le solde {found}, le compte porte {expected}",
    ),
    "moved": Text(
        "its balance kept changing during the download ({found}, then {expected}); run the command again",
        "son solde a changé pendant tout le téléchargement ({found}, puis {expected}) ; relancez la commande",
    ),
    "hidden": Text(
        "its balance is not shown to this key, so nothing proves that no transaction is missing",
        "son solde n'est pas visible avec cette clé ; rien ne prouve qu'aucune opération ne manque",
    ),
    "gone": Text(
        "the transaction {id}, booked on {at}, is not given any more",
        "l'opération {id}, comptabilisée le {at}, n'est plus fournie",
    ),
    "contradiction": Text(
        "the transaction {id} was booked with another amount, side or date before ({members})",
        "l'opération {id} était comptabilisée avec un autre montant, sens ou date ({members})",
    ),
    "other-account": Text(
        "the answer holds a transaction of another account ({id})",
        "la réponse contient une opération d'un autre compte ({id})",
    ),
    "unreadable": Text("a transaction cannot be read: {what}", "une opération est illisible : {what}"),
    "fault": Text("the answer cannot be trusted at {path}: {found}", "la réponse n'est pas fiable à {path} : {found}"),
    "pages": Text("the list has {found} pages, more than {expected}", "la liste a {found} pages, plus de {expected}"),
}
"""What can be missing, in both languages."""

_MANIFEST = msgspec.json.Decoder(Manifest)


def reason_text(reason: Reason) -> Text:
    """The words of a reason in both languages."""
    text = REASONS[reason.kind]
    return Text(text.en.format(**reason.values), text.fr.format(**reason.values))


def read_manifest(data: bytes) -> Manifest | None:
    """The manifest; ``None`` for anything that is none of ours."""
    try:
        found = _MANIFEST.decode(data)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.version == VERSION else None


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as it lies in the folder: indented, the same bytes for the same content."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def faults(account: DownloadedAccount) -> list[Finding]:
    """One finding for each reason why the data of an account cannot be used."""
    found = []
    for reason in account.missing:
        text = reason_text(reason)
        location = Location(account=account.name)
        found.append(finding("CNV-021", location, found=account.name, what_en=text.en, what_fr=text.fr))
    return found


def missing(manifest: Manifest, accounts: Sequence[str] = ()) -> list[Finding]:
    """The same for all accounts, or for those asked for."""
    return [item for account in _wanted(manifest, accounts) for item in faults(account)]


def too_short(manifest: Manifest, accounts: Sequence[str], zone: ZoneInfo, until: datetime.date) -> list[Finding]:
    """A finding for each account whose data do not hold the whole day ``until``."""
    return [
        finding(
            "CNV-023",
            Location(account=account.name),
            account=account.name,
            found=account.complete_to.astimezone(zone).date().isoformat(),
            expected=until.isoformat(),
        )
        for account in _wanted(manifest, accounts)
        if account.complete_to.astimezone(zone).date() <= until
    ]


def closed_day(manifest: Manifest, accounts: Sequence[str], zone: ZoneInfo) -> datetime.date | None:
    """The last day that is wholly in the folder for every account asked for: the day before the one not over yet."""
    ends = [account.complete_to for account in _wanted(manifest, accounts)]
    if not ends:
        return None
    return min(ends).astimezone(zone).date() - datetime.timedelta(days=1)


def _wanted(manifest: Manifest, accounts: Sequence[str]) -> list[DownloadedAccount]:
    return [account for account in manifest.accounts if not accounts or account.name in accounts]


def sources(
    manifest: Manifest, read: Callable[[str], bytes | None], accounts: Sequence[str] = ()
) -> Outcome[list[tuple[str, bytes]]]:
    """Name and bytes of each answer, for the reader of Qonto data; ``read`` gives the bytes of a file by its name.

    A file that is not there or is not the one that was received is an error. Transactions that a wider question
    brought into two windows are given once.
    """
    found: list[tuple[str, bytes]] = []
    faults: list[Finding] = []

    def take(piece: DownloadedPiece) -> bytes:
        data = read(piece.file)
        if data is None or sha256(data).hexdigest() != piece.sha256:
            faults.append(finding("CNV-022", Location(file=piece.file), found=piece.file))
            return b""
        return data

    found.append((manifest.organization.file, take(manifest.organization)))
    for account in _wanted(manifest, accounts):
        for window in account.windows:
            # The counts of a list hold for the whole of it: where a row is left out, they go too.
            bare = any(piece.skip for piece in window.pages)
            for piece in window.pages:
                data = take(piece)
                found.append((piece.file, _without(data, piece.skip) if bare and data else data))
    return Outcome([] if faults else found, tuple(faults))


class _Rows(msgspec.Struct):
    transactions: list[msgspec.Raw]


def rows_of(data: bytes) -> list[bytes]:
    """The transactions of a page, each as its own bytes. Raises ``msgspec.DecodeError`` for a page of another form."""
    return [bytes(row) for row in msgspec.json.decode(data, type=_Rows).transactions]


def _without(data: bytes, skip: Iterable[int]) -> bytes:
    left = set(skip)
    rows = [msgspec.Raw(row) for at, row in enumerate(rows_of(data)) if at not in left]
    return msgspec.json.encode(_Rows(rows))
