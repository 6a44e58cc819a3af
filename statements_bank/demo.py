"""The demonstration: a bank in a folder with one connection and a month of statements, ready to be tried."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import msgspec

from statements_bank import feed
from statements_bank.bank import Bank
from statements_bank.desk import connections, people
from statements_bank.place import Place

LOGIN = "claire"


class Demo(msgspec.Struct, frozen=True):
    """What a person needs to go on: the login of the pages, the connection that waits for keys, the days fed."""

    password: str
    partner_id: str
    user_id: str


def month() -> list[tuple[str, bytes]]:
    """The Qonto data of the fixture month: shipped in the wheel, and in the checkout beside the package."""
    shipped = files("statements_bank").joinpath("month")
    folder = Path(str(shipped))
    if not folder.is_dir():
        folder = Path(__file__).parent.parent / "fixtures" / "qonto" / "2026-09"
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def prepare(place: Place, url: str, now: datetime.datetime, clock: Callable[[], datetime.datetime]) -> Demo | None:
    """Make the bank with a person and a connection; ``None`` when the folder holds a bank, which is then used."""
    if place.configuration.exists():
        return None
    place.create(host_id="TRIALBANK", name="Trial bank", url=url, plan="enterprise", now=now)
    bank = place.open(clock)
    password = secrets.token_urlsafe(12)
    with bank.store.begin() as connection:
        person = people.add(connection, login=LOGIN, name="Claire Martin", role="owner", password=password)
        link = connections.connect(connection, person, "Demo", now)
    bank.store.close()
    return Demo(password, link.partner_id, link.user_id)


def feed_month(bank: Bank) -> Callable[[], None]:
    """Work that queues the month as soon as another connection is ready."""
    made: list[feed.Made] = []
    fed: set[str] = set()

    def work() -> None:
        with bank.store.begin() as connection:
            ready = {link.partner_id for link in connections.every(connection) if link.state == connections.READY}
        if ready <= fed:
            return
        if not made:
            made.append(feed.day_files(month()))
        with bank.store.begin() as connection:
            feed.feed(connection, made[0], bank.now())
        fed.update(ready)

    return work
