"""Two processes on one store: SQLite, and a real PostgreSQL that the test starts on loopback."""

from __future__ import annotations

import concurrent.futures
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from statements.ebics import client as core
from statements.ebics.client import BankRefusedError
from statements_bank import vault
from statements_bank.bank import Bank
from statements_bank.desk import connections, people
from statements_bank.journal import verify
from statements_bank.place import Place
from statements_bank.store.tables import NONCES, ORDERS
from tests.bank.clients import Core, _now, post

pytestmark = pytest.mark.long

PASSWORD = "un mot de passe assez long"


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    return folders[-1] if folders else None


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL on loopback; skips where it is not installed."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed; continuous integration installs it")
    # Not below pytest's own folder, which nobody but its owner may enter.
    with (
        tempfile.TemporaryDirectory(prefix="bank-", ignore_cleanup_errors=True) as folder,
        started(Path(folder)) as address,
    ):
        yield address


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """PostgreSQL on a free port of loopback with its data in a folder; its address."""
    programs = binaries()
    assert programs is not None
    port = free_port()
    prefix: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(program: str, *arguments: str | Path, check: bool = True) -> None:
        subprocess.run([*prefix, programs / program, "-D", data, *arguments], check=check, capture_output=True)

    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("initdb", "-A", "trust", "-U", "bank")
    run("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
    yield f"postgresql://bank@127.0.0.1:{port}/postgres"
    run("pg_ctl", "-w", "-m", "immediate", "stop", check=False)


def free_port() -> int:
    """A free port of loopback."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


# A passphrase is stretched as little as in the process of the tests: it has to open the same bank.
SERVE = """
import sys
from statements.cli.main import run
from statements_bank import vault
vault._COST = int(sys.argv[3])
sys.exit(run(["bank", "serve", "--at", sys.argv[1], "--port", sys.argv[2]]))
"""


class Served:
    """A bank in a folder, served by two processes on two ports."""

    def __init__(self, folder: Path, store: str | None) -> None:
        self.place = Place(folder)
        self.host_id = "TRIALBANK"
        self.place.create(
            host_id=self.host_id,
            name="Trial bank",
            url="https://127.0.0.1/ebics",
            plan="enterprise",
            now=_now(),
            store=store,
        )
        self.bank: Bank = self.place.open(_now)
        self.tls_certificate = self.place.certificate
        with self.bank.store.begin() as connection:
            self.owner = people.add(connection, login="owner", name="Owner", role="owner", password=PASSWORD)
            link = connections.connect(connection, self.owner, "ERP", _now())
        self.partner_id, self.user_id = link.partner_id, link.user_id
        self.processes: list[subprocess.Popen[bytes]] = []
        self.urls: list[str] = []

    @property
    def url(self) -> str:
        """The address of the first process."""
        return self.urls[0]

    def start(self) -> None:
        """One more process; waits until it answers."""
        port = free_port()
        root = Path(__file__).parent.parent.parent
        environment = {**os.environ, "PYTHONPATH": str(root)}
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-c", SERVE, str(self.place.folder), str(port), str(vault._COST)], env=environment
            )
        )
        url = f"https://127.0.0.1:{port}/ebics"
        deadline = time.monotonic() + 60
        while True:
            try:
                post(url, str(self.tls_certificate), core.hev(self.host_id))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        self.urls.append(url)

    def release(self, partner_id: str | None = None) -> None:
        """The desk releases the connection."""
        partner = partner_id or self.partner_id
        with self.bank.store.begin() as connection:
            keys = connections.keys(connection, connections.find(connection, partner))
            connections.release(connection, self.owner, partner, keys, {key.role: key.key.key_hash for key in keys})

    def stop(self) -> None:
        """End all processes."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.bank.store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A bank on each database, served by two processes, with a connection that is ready."""
    store = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    if store is not None:
        store = fresh_database(store)
    bank = Served(tmp_path / "bank", store)
    try:
        bank.start()
        bank.start()
        yield bank
    finally:
        bank.stop()


def fresh_database(address: str) -> str:
    """A database of its own for the test."""
    from sqlalchemy import create_engine, text

    name = "bank_" + secrets.token_hex(6)
    driver = re.sub("^postgresql", "postgresql+pg8000", address)
    engine = create_engine(driver, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return address.rsplit("/", 1)[0] + "/" + name


def ready(served: Served) -> Core:
    """A client whose connection is ready."""
    client = Core(served, "H005")  # type: ignore[arg-type]
    client.initialise()
    return client


def test_one_request_eight_times_at_once_is_accepted_once(served: Served) -> None:
    """The nonce passes once, whichever process it reaches; the others are replays."""
    client = ready(served)
    exchange = core.DownloadExchange(client.client, "HTD", "", _now(), secrets.token_bytes)
    message = exchange.next()
    assert message is not None
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        addresses = [served.urls[at % 2] for at in range(8)]
        answers = list(pool.map(lambda url: post(url, str(served.tls_certificate), message), addresses))
    codes = [re.search(rb"<ReturnCode>(\d{6})", answer) for answer in answers]
    found = sorted(code[1] for code in codes if code)
    assert found == [b"000000", *[b"091103"] * 7]
    with served.bank.store.begin() as connection:
        assert list(verify(connection)) == []


def test_segments_alternate_between_processes(served: Served, fixtures: Path) -> None:
    """An upload in many segments, each sent to the other process, arrives whole and once."""
    client = ready(served)
    payment = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    exchange = core.UploadExchange(
        client.client, "BTU", "SCT/pain.001:03", payment, _now(), secrets.token_bytes, size=200
    )
    turn = 0
    while (message := exchange.next()) is not None:
        exchange.feed(post(served.urls[turn % 2], str(served.tls_certificate), message))
        turn += 1
    assert turn > 5
    with served.bank.store.begin() as connection:
        rows = connection.execute(select(ORDERS)).all()
        assert [row.content for row in rows] == [payment]


def test_a_killed_process_loses_nothing_that_was_acknowledged(served: Served, fixtures: Path) -> None:
    """Kill -9 before each step: the other process goes on from what was answered, and the order stands once."""
    client = ready(served)
    payment = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    exchange = core.UploadExchange(
        client.client, "BTU", "SCT/pain.001:03", payment, _now(), secrets.token_bytes, size=900
    )
    steps = 0
    while (message := exchange.next()) is not None:
        first = served.processes.pop(0)
        served.urls.pop(0)
        # In the middle of its work: the request is on its way when the process dies.
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            url = served.urls[0]
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            answer = pool.submit(post, url, str(served.tls_certificate), message).result()
        exchange.feed(answer)
        served.start()
        steps += 1
    assert steps >= 2
    with served.bank.store.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(ORDERS)) == 1
        assert list(verify(connection)) == []
    with pytest.raises(BankRefusedError, match="091122"):
        client.upload(payment)


def test_a_process_killed_while_it_answers_leaves_all_or_nothing(served: Served) -> None:
    """Kill -9 at random moments of a request: its nonce is known exactly when its journal row is there."""
    from statements_bank.store.tables import JOURNAL

    client = ready(served)
    for delay in (0.0, 0.004):
        message = core.DownloadExchange(client.client, "HTD", "", _now(), secrets.token_bytes).next()
        assert message is not None
        victim, url = served.processes.pop(0), served.urls.pop(0)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            sent = pool.submit(post, url, str(served.tls_certificate), message)
            time.sleep(delay)
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait()
            sent.exception(timeout=30)
        served.start()
        with served.bank.store.begin() as connection:
            nonces = connection.scalar(select(func.count()).select_from(NONCES))
            rows = connection.scalar(
                select(func.count()).select_from(JOURNAL).where(JOURNAL.c.what.like("HTD%"), JOURNAL.c.code == "000000")
            )
            assert list(verify(connection)) == []
        # HPB left a nonce too.
        assert nonces == (rows or 0) + 1
