"""``statements fetch``: the official API into a folder that ``convert`` reads. The one command that uses a network."""

from __future__ import annotations

import datetime
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statements.cli.console import FINDINGS, OK, UsageFault, say
from statements.cli.options import Day, Iban, LocalCommand, option
from statements.cli.texts import Texts
from statements.cli.words import day
from statements.model import members
from statements.visible import one_line

if TYPE_CHECKING:
    from statements.fetch import FetchReport, News
    from statements.fetch.account import Change
    from statements.fetch.transport import Clock

_LISTED = 20
"""How many changed transactions of an account are named; the others are counted."""


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(**options: Any) -> int:
        return _run(options, texts)

    date = Day(texts)
    return LocalCommand(
        texts,
        name="fetch",
        help=texts("fetch.help"),
        callback=run,
        params=[
            option("-o", "--output", "output", required=True, metavar="DIR", help=texts("opt.fetch.output")),
            option(
                "--account",
                "accounts",
                multiple=True,
                type=Iban(texts),
                metavar="IBAN",
                help=texts("opt.fetch.account"),
            ),
            option("--since", type=date, metavar="DATE", help=texts("opt.fetch.since")),
            option("--until", type=date, metavar="DATE", help=texts("opt.fetch.until")),
            option("--sandbox", is_flag=True, help=texts("opt.sandbox")),
            option("--base-url", "base", metavar="URL", help=texts("opt.base-url")),
            option("--credentials", metavar="FILE", help=texts("opt.credentials")),
        ],
    )


def clock() -> Clock:
    """Real time, real sleep, real chance."""
    from statements.fetch.transport import Clock

    return Clock(
        now=lambda: datetime.datetime.now(datetime.UTC),
        monotonic=time.monotonic,
        sleep=time.sleep,
        chance=random.SystemRandom().random,
    )


def _run(options: dict[str, Any], texts: Texts) -> int:
    since, until = options["since"], options["until"]
    if since and until and since > until:
        raise UsageFault(texts("error") + texts("range", since=day(since, texts), until=day(until, texts)))
    try:
        from statements.fetch import FetchError
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "statements":
            raise
        raise UsageFault(texts("error") + texts("fetch.extra")) from error
    fault: FetchError | None = None
    try:
        return _told(_fetched(options, texts), texts)
    except FetchError as caught:
        fault = caught
    sentences = [texts("error") + one_line(texts(f"why.{fault.kind}", **fault.values)).rstrip()]
    if fault.kind in _CUT:
        sentences.append(texts("fetch.resumable"))
    raise UsageFault(*sentences)


_CUT = frozenset({"no-connection", "timeout", "broken", "server", "too-many", "wait-long"})
"""Ends that the same command may get over another time."""


def _fetched(options: dict[str, Any], texts: Texts) -> FetchReport:
    from statements.fetch import PRODUCTION, SANDBOX, Asked, Transport, fetch
    from statements.fetch.credentials import load

    path = Path(options["credentials"]) if options["credentials"] else None
    credentials = load(path, os.environ, sandbox=options["sandbox"])
    base = options["base"] or (SANDBOX if options["sandbox"] else PRODUCTION)
    transport = Transport(base, credentials, clock(), sandbox=options["sandbox"])
    asked = Asked(accounts=options["accounts"], since=options["since"], until=options["until"])
    try:
        with _progress(texts) as step:
            return fetch(Path(options["output"]), transport, asked, step=step)
    finally:
        transport.close()


def _told(report: FetchReport, texts: Texts) -> int:
    for news in report.accounts:
        _tell(news, texts)
    return OK if report.complete else FINDINGS


def _tell(news: News, texts: Texts) -> None:
    from statements.services.downloads import faults

    account = news.download.name
    for item in faults(news.download):
        say(f"{item.id} {one_line(item.message(texts.lang))}")
    if not news.download.missing:
        end = news.download.complete_to
        instant = texts("fetch.instant", day=day(end.date(), texts), time=f"{end:%H:%M}")
        say(
            texts(
                "fetch.account",
                account=account,
                transactions=texts.count("transaction", news.rows),
                new=texts.count("new", news.added),
                end=instant,
            )
        )
    _listed("fetch.late", account, news.late, texts)
    _listed("fetch.changed", account, news.changed, texts)
    if news.unseen:
        say(texts("fetch.unseen", account=account, transactions=texts.count("transaction", news.unseen)))


def _listed(sentence: str, account: str, changes: Sequence[Change], texts: Texts) -> None:
    for change in changes[:_LISTED]:
        named = ", ".join(members.word(member, texts.lang) for member in change.members)
        say(one_line(texts(sentence, account=account, id=change.id, day=day(change.day, texts), members=named)))
    if len(changes) > _LISTED:
        say(texts("fetch.more", account=account, n=len(changes) - _LISTED))


@contextmanager
def _progress(texts: Texts) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each list, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda account, page, pages: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(account: str, page: int, pages: int) -> None:
            words = f"{account} {texts('fetch.page', page=page, pages=max(page, pages))}"
            bar.update(task, description=words, completed=page, total=max(page, pages))

        yield step
