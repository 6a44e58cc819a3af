"""The trial bank: server time of a small exchange, a large download, memory, and fifty clients at once.

On SQLite, and on PostgreSQL where its programs are installed. ``CLIENTS_SECONDS`` sets how long the clients go on (60).
"""

from __future__ import annotations

import concurrent.futures
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import row, table

SECONDS = int(os.environ.get("CLIENTS_SECONDS", "60"))
CLIENTS = 50
LARGE = 10_000_000


def main() -> None:
    """Print the table."""
    table("the trial bank", "measured", "", "goal")
    for name, address in stores():
        with address() as store:
            _measure(name, store)


def stores() -> Iterator[tuple[str, Callable[[], object]]]:
    """SQLite, and PostgreSQL where it is installed."""
    from tests.bank import test_processes

    @contextmanager
    def sqlite() -> Iterator[None]:
        yield None

    yield "SQLite", sqlite
    if test_processes.binaries() is not None:
        yield "PostgreSQL", lambda: test_processes.started(Path(tempfile.mkdtemp()))


def _measure(name: str, store: str | None) -> None:
    from statements.ebics import client as core
    from statements_bank.exchange import answer
    from statements_bank.pages.security import Limiter
    from statements_bank.store.tables import STATEMENT_FILES
    from tests.bank.clients import Core, _now
    from tests.bank.test_processes import Served

    served = Served(Path(tempfile.mkdtemp()) / "bank", store)
    served.start()
    try:
        client = Core(served, "H005")  # type: ignore[arg-type]
        client.initialise()
        limiter = Limiter(1_000_000, 1)

        def direct(message: bytes) -> bytes:
            done = answer(served.bank, message, "benchmark", limiter)
            return done or b""

        times: dict[str, list[float]] = {"download": [], "upload": []}
        payment = (Path(__file__).parent.parent / "fixtures" / "pain001" / "clean-03.xml").read_bytes()
        for number in range(20):
            fresh = payment.replace(b"<MsgId>", f"<MsgId>{number}-".encode(), 1)
            for kind, exchange in (
                ("download", core.DownloadExchange(client.client, "HTD", "", _now(), secrets.token_bytes)),
                (
                    "upload",
                    core.UploadExchange(client.client, "BTU", "SCT/pain.001:03", fresh, _now(), secrets.token_bytes),
                ),
            ):
                while (message := exchange.next()) is not None:
                    start = time.process_time()
                    reply = direct(message)
                    times[kind].append(time.process_time() - start)
                    exchange.feed(reply)
        for kind, measured in times.items():
            row(
                f"{name}: a message of a small {kind}, median of CPU",
                f"{statistics.median(measured) * 1000:.1f} ms",
                "",
                "≤ 15 ms",
            )
        with served.bank.store.begin() as connection:
            place = {"partner_id": served.partner_id, "kind": "mt940", "day": "2026-10-01", "entries": 0}
            content = {"iban": "FR7616958000011234567890177", "sha256": "0" * 64, "queued_at": "2026"}
            whole = STATEMENT_FILES.insert().values(**place, **content, content=secrets.token_bytes(LARGE))
            connection.execute(whole)
        start = time.perf_counter()
        content = client.statement("mt940")
        row(
            f"{name}: a download of 10 MB over TLS, client included",
            f"{time.perf_counter() - start:.2f} s",
            "",
            "≤ 1.5 s",
        )
        if len(content) != LARGE:
            raise RuntimeError("the download is not whole")
        exchanges, faults = _together(client)
        memory = int(Path(f"/proc/{served.processes[0].pid}/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
        row(
            f"{name}: {CLIENTS} clients at once for {SECONDS} s",
            f"{exchanges / SECONDS:.0f} exchanges/s",
            f"{faults} faults",
            "0 faults",
        )
        row(f"{name}: memory of the server after that", f"{memory} MB", "", "≤ 200 MB")
    finally:
        served.stop()


def _together(client: object) -> tuple[int, int]:
    deadline = time.monotonic() + SECONDS

    def one(_: int) -> tuple[int, int]:
        done = faults = 0
        while time.monotonic() < deadline:
            try:
                client.download("HTD")  # type: ignore[attr-defined]
                done += 1
            except Exception:
                faults += 1
        return done, faults

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        results = list(pool.map(one, range(CLIENTS)))
    return sum(done for done, _ in results), sum(faults for _, faults in results)


if __name__ == "__main__":
    main()
