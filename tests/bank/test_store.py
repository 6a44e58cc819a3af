"""The store: migrations and tables agree, the journal only grows, secrets are sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from statements_bank import bank as banks
from statements_bank.bank import Bank
from statements_bank.journal import Note, append, verify
from statements_bank.store import Store
from statements_bank.store.tables import BANK_KEYS, METADATA
from statements_bank.vault import WrongPassphraseError
from tests.bank.conftest import PASSPHRASE


def test_the_migrations_make_the_tables_that_the_program_knows() -> None:
    """From an empty database the migrations lead to exactly the tables of `store/tables.py`."""
    store = Store("sqlite://")
    store.upgrade()
    with store.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    assert store.ready()


def test_an_upgrade_keeps_what_is_there(bank: Bank) -> None:
    """Upgrading a store that is up to date changes nothing."""
    with bank.store.begin() as connection:
        append(connection, Note(at="2026", actor="owner", what="test"))
    bank.store.upgrade()
    with bank.store.begin() as connection:
        assert list(verify(connection)) == []


def _three_rows(connection: Connection) -> None:
    for number in range(3):
        append(connection, Note(at="2026", actor="owner", what=f"act {number}"), request=b"?", answer=b"!", keep=True)


@pytest.mark.parametrize("change", ["UPDATE journal SET what = 'x' WHERE seq = 2", "DELETE FROM journal WHERE seq = 3"])
def test_the_database_refuses_to_change_the_journal(bank: Bank, change: str) -> None:
    """Rows of the journal can neither be changed nor deleted through the database."""
    with bank.store.begin() as connection:
        _three_rows(connection)
    with pytest.raises(DatabaseError, match="append-only"), bank.store.begin() as connection:
        connection.execute(text(change))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE journal SET what = 'x' WHERE seq = 2", "row 2 was changed"),
        ("DELETE FROM journal WHERE seq = 2", "row 2 is missing"),
        ("DELETE FROM journal WHERE seq = 3", "its head names row 3"),
        ("UPDATE journal_head SET seq = 2", "its head names row 2"),
    ],
)
def test_what_was_changed_behind_the_triggers_is_found(bank: Bank, change: str, found: str) -> None:
    """Whoever drops the triggers and changes the journal breaks the chain, and the doctor says where."""
    with bank.store.begin() as connection:
        _three_rows(connection)
        assert list(verify(connection)) == []
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        connection.execute(text("DELETE FROM messages"))
        connection.execute(text("DROP TRIGGER journal_no_update"))
        connection.execute(text("DROP TRIGGER journal_no_delete"))
        connection.execute(text(change))
        assert any(found in sentence for sentence in verify(connection))


def test_no_private_key_lies_open_in_the_store(bank: Bank, template: Path) -> None:
    """Neither the keys nor the session secret can be read from the file; the wrong passphrase opens nothing."""
    content = template.read_bytes()
    for pairs in bank.keys.values():
        numbers = pairs[0].private.private_numbers()
        assert numbers.p.to_bytes(128, "big") not in content
        assert numbers.d.to_bytes(256, "big") not in content
    assert bytes.fromhex(bank.session_secret) not in content
    with pytest.raises(WrongPassphraseError):
        banks.open_bank(bank.store, "another passphrase", clock=bank.clock)


def test_a_sealed_key_opens_in_its_own_place_only(bank: Bank, connection: Connection) -> None:
    """The label binds a secret to its row: the key of one role is not that of another."""
    row = connection.execute(select(BANK_KEYS).where(BANK_KEYS.c.role == "X")).one()
    assert bank.vault.open(row.private_key, b"bank-key X 1")
    with pytest.raises(ValueError, match="not sealed here"):
        bank.vault.open(row.private_key, b"bank-key E 1")


def test_a_store_holds_one_bank(bank: Bank) -> None:
    """A second `init` in the same store is refused."""
    with pytest.raises(ValueError, match="holds a bank already"):
        banks.make(bank.store, PASSPHRASE, host_id="OTHER", name="Other", url="-", plan="business", now=bank.now())
