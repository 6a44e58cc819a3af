"""The store: one database, SQLite by default and PostgreSQL by its address, and what a transaction in it means.

    >>> store = Store("sqlite://")
    >>> store.upgrade()
    >>> with store.begin() as connection:
    ...     connection.execute(tables.ORDERS.select()).all()
    []

On SQLite a transaction takes the one write lock at its start; on PostgreSQL the rows that decide are locked
(:func:`locked`). So what is read in a transaction stays true until it ends, in every process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Select, create_engine, event, inspect, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import StaticPool

from statements_bank.store import tables

__all__ = ["Store", "locked", "tables"]

Query = TypeVar("Query", bound=Select[Any])
_MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """A database of one trial bank. ``address`` is a folder, a file, or an SQLAlchemy URL."""

    def __init__(self, address: str) -> None:
        self.url = _url(address)
        self.engine = _engine(self.url)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        with self.engine.begin() as connection:
            yield connection

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to a revision, from an empty database or from any released one."""
        with self.engine.begin() as connection:
            command.upgrade(_config(connection), revision)

    def revision(self) -> str | None:
        """The revision of the tables; ``None`` for an empty database."""
        with self.engine.connect() as connection:
            if "alembic_version" not in inspect(connection).get_table_names():
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found

    def newest(self) -> str:
        """The revision that this program wants."""
        head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
        return head or ""

    def ready(self) -> bool:
        """True when the tables are those of this program."""
        return self.revision() == self.newest()

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def locked(connection: Connection, query: Query) -> Query:
    """The query with its rows locked until the transaction ends; SQLite has locked everything already."""
    return query if connection.dialect.name == "sqlite" else query.with_for_update()


def _url(address: str) -> str:
    if "://" in address:
        return address
    path = Path(address)
    file = path / "bank.sqlite" if path.is_dir() or not path.suffix else path
    return f"sqlite:///{file}"


def _engine(address: str) -> Engine:
    url = make_url(address)
    if url.get_backend_name() == "postgresql" and url.drivername == "postgresql":
        # The driver under a permissive licence; a user may name another one in the address.
        url = url.set(drivername="postgresql+pg8000")
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    memory = url.database in (None, "", ":memory:")
    engine = create_engine(
        url,
        connect_args={"timeout": 30, "check_same_thread": False},
        **({"poolclass": StaticPool} if memory else {}),
    )
    event.listen(engine, "connect", _sqlite_settings)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _sqlite_settings(raw: object, _record: object) -> None:
    # The driver's own transactions begin late and only for writing; ours begin at once, so that a read decides safely.
    raw.isolation_level = None  # type: ignore[attr-defined]
    cursor = raw.cursor()  # type: ignore[attr-defined]
    # WAL: readers do not wait for the writer. FULL: what was acknowledged survives a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
