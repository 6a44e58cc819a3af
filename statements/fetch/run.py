"""One run: the accounts, their transactions, the accounts again; what agrees becomes the folder's content."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from statements.fetch.account import AccountRun, Change
from statements.fetch.answers import FetchedAccount, organization
from statements.fetch.errors import FetchError
from statements.fetch.store import Store
from statements.fetch.transport import HttpAnswer, Transport
from statements.services.downloads import VERSION, DownloadedAccount, Manifest

ROUNDS = 3
"""How often an account is read when its balance moves during the reading."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is to bring: accounts (all open ones by default) and days, both inclusive, in a time zone."""

    accounts: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    timezone: str = "Europe/Paris"


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What a run brought for one account. ``rows`` counts all booked transactions in the folder."""

    download: DownloadedAccount
    rows: int
    added: int
    changed: tuple[Change, ...] = ()
    late: tuple[Change, ...] = ()
    unseen: int = 0
    """Transactions of which only notes, labels, receipts or other members of no statement changed."""


class FetchReport(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a run."""

    accounts: tuple[News, ...]
    calls: int

    @property
    def complete(self) -> bool:
        """Whether every account agrees."""
        return not any(news.download.missing for news in self.accounts)


def fetch(
    folder: Path,
    transport: Transport,
    asked: Asked,
    *,
    step: Callable[[str, int, int], None] = lambda account, page, pages: None,
) -> FetchReport:
    """Bring a folder up to date: everything that was booked since the last run, and what changed before.

    ``step`` is told of every page: account, page, pages of the list. Raises :class:`FetchError` when the run cannot
    go on; then the folder is as it was, and the same run started again goes on where it stopped.
    """
    store = Store(folder)
    with store.locked():
        manifest = store.manifest()
        if manifest is not None and manifest.source != transport.base:
            raise FetchError("other-source", path=str(folder), source=manifest.source)
        zone = ZoneInfo(asked.timezone)
        answer, accounts = organization(transport)
        stored = {account.id: account for account in manifest.accounts} if manifest is not None else {}
        chosen = _chosen(accounts, asked, stored)
        progress = store.progress(_question(transport.base, asked), transport.now())
        works = [
            AccountRun(
                account,
                stored.get(account.id or ""),
                transport=transport,
                store=store,
                progress=progress,
                since=_midnight(asked.since, zone),
                until=_midnight(asked.until + datetime.timedelta(days=1), zone) if asked.until else None,
                zone=zone,
                step=step,
            )
            for account in chosen
        ]
        for work in works:
            work.read()
        answer, after = _settled(works, _balances(accounts), transport)
        results = {work.id: work.result(after.get(work.id)) for work in works}
        kept = [account for account in stored.values() if account.id not in results]
        whole = sorted([*kept, *results.values()], key=lambda account: account.name)
        store.commit(
            Manifest(VERSION, transport.base, store.keep(answer, "organization"), tuple(whole)),
        )
        return FetchReport(accounts=tuple(_news(work, results[work.id]) for work in works), calls=transport.calls)


def _settled(
    works: Sequence[AccountRun], before: dict[str, int | None], transport: Transport
) -> tuple[HttpAnswer, dict[str, int | None]]:
    """The organization's answer after the pages; accounts that moved meanwhile are read again with it as the first."""
    for turn in range(ROUNDS):
        answer, accounts = organization(transport)
        after = _balances(accounts)
        for work in works:
            work.check(before.get(work.id), after.get(work.id))
        again = [work for work in works if work.reason is not None and work.may_read_again]
        if not again or turn == ROUNDS - 1:
            break
        for work in again:
            work.read(again=True)
        before = after
    return answer, after


def _balances(accounts: Sequence[FetchedAccount]) -> dict[str, int | None]:
    return {account.id or "": account.balance_cents for account in accounts}


def _chosen(
    accounts: Sequence[FetchedAccount], asked: Asked, stored: dict[str, DownloadedAccount]
) -> list[FetchedAccount]:
    if not asked.accounts:
        return [item for item in accounts if item.status != "closed" or item.id in stored]
    known = {_iban(item): item for item in accounts}
    for iban in asked.accounts:
        if iban not in known:
            raise FetchError("no-account", iban=iban, known=", ".join(name for name in known if name) or "-")
    return [known[iban] for iban in dict.fromkeys(asked.accounts)]


def _iban(account: FetchedAccount) -> str:
    return "".join((account.iban or "").split()).upper()


def _midnight(day: datetime.date | None, zone: ZoneInfo) -> datetime.datetime | None:
    if day is None:
        return None
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)


def _question(base: str, asked: Asked) -> str:
    return f"{base} {','.join(asked.accounts)} {asked.since} {asked.until} {asked.timezone}"


def _news(work: AccountRun, download: DownloadedAccount) -> News:
    before = work.stored.rows if work.stored is not None else 0
    return News(
        download=download,
        rows=download.rows,
        added=0 if download.missing else download.rows - before,
        changed=tuple(work.changed),
        late=tuple(work.late),
        unseen=work.unseen,
    )
