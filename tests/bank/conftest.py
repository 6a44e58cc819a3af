"""A trial bank for each test: made once a session, copied for each test.

What is dear on purpose (stretching a passphrase, hashing a password, drawing a key) is done cheaply here, for it is not
what these tests are about; ``test_the_costs_are_real`` looks at the costs themselves.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra 'bank' is not installed")

from argon2 import PasswordHasher
from sqlalchemy import Connection

from statements_bank import bank as banks
from statements_bank import vault
from statements_bank.bank import Bank
from statements_bank.desk import people
from statements_bank.desk.people import Person
from statements_bank.store import Store

# As the package has them; the tests replace them.
COST, HASHER, GENERATED = vault._COST, people._HASHER, banks._generated
PASSPHRASE = "a passphrase for tests only"
PASSWORD = "un mot de passe assez long"
NOW = datetime.datetime(2026, 11, 26, 9, 30, tzinfo=datetime.UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime.datetime:
        return self.moment

    def forward(self, **span: int) -> None:
        """Let time pass."""
        self.moment += datetime.timedelta(**span)


@pytest.fixture(scope="session", autouse=True)
def _dear_once() -> Iterator[None]:
    """A passphrase and a password are stretched a little; four keys are drawn, come round, and are read once each."""
    drawn = functools.cache(lambda number: GENERATED())
    turns = itertools.cycle(range(4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "_COST", 2)
        patch.setattr(people, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(banks, "_generated", lambda: drawn(next(turns)))
        patch.setattr(banks, "_private", functools.cache(banks._private))
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of the Enterprise plan with one person of each role, made once."""
    file = tmp_path_factory.mktemp("bank") / "bank.sqlite"
    store = Store(str(file))
    banks.make(
        store,
        PASSPHRASE,
        host_id="TRIALBANK",
        name="Trial bank",
        url="https://127.0.0.1:8443/ebics",
        plan="enterprise",
        now=NOW,
    )
    with store.begin() as connection:
        for role in ("owner", "admin", "accountant", "manager", "employee", "reporting"):
            people.add(connection, login=role, name=role.title(), role=role, password=PASSWORD)
        people.add(
            connection, login="treasurer", name="Treasurer", role="manager", password=PASSWORD, may_transfer=True
        )
    store.close()
    return file


@pytest.fixture
def clock() -> Clock:
    """The clock of the bank."""
    return Clock()


@pytest.fixture
def bank(template: Path, tmp_path: Path, clock: Clock) -> Iterator[Bank]:
    """A bank of its own for the test."""
    file = tmp_path / "bank.sqlite"
    shutil.copy(template, file)
    store = Store(str(file))
    yield banks.open_bank(store, PASSPHRASE, clock=clock, tls_fingerprint="ab" * 32)
    store.close()


@pytest.fixture
def connection(bank: Bank) -> Iterator[Connection]:
    """A transaction in the bank's store."""
    with bank.store.begin() as opened:
        yield opened


def person(connection: Connection, login: str) -> Person:
    """One of the people of the template."""
    found = people.find(connection, login)
    assert found is not None
    return found
