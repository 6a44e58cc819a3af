"""Small valid files of each format, and the ways in which they are broken."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from statements.formats import cfonb120, mt940
from statements.model.account import Account, Party
from statements.model.statement import Entry, OperationCodes, References, Statement
from tests import build

ROOT = Path(__file__).parent.parent.parent / "fixtures"
# A fixed number of changes a file in the ordinary run, more in the long one.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "ci"
CHANGES = 10_000 if LONG else 2_000


def sample() -> Statement:
    """Three entries whose digits are all different enough to be told apart."""

    def entry(minor: int, name: str, operation: str, swift: str) -> Entry:
        return build.entry(
            minor,
            date(2026, 9, 30),
            value_date=date(2026, 9, 29),
            codes=OperationCodes(operation, swift),
            references=References(bank_reference="Q5DIZDOOTFHUEGUV", mandate_id="RUM-1"),
            counterparty=Party(name, None, None, "payer" if minor > 0 else "beneficiary"),
            remittance=("FACTURE 2026-09-117 DU 12 SEPTEMBRE",),
        )

    entries = (
        entry(-125050, "MENUISERIE DUFOUR", "06", "NTRF"),
        entry(-4137, "NIMBUS HOSTING", "28", "NMSC"),
        entry(200000, "CREPERIE DE L'ILE", "05", "NTRF"),
    )
    account = Account(build.IBAN, "EUR", bic="QNTOFRP1XXX")
    return build.statement(*entries, day=date(2026, 9, 30), opening_minor=1234567, account=account)


def files(form: str) -> dict[str, bytes]:
    """Valid files of a format: what we write in each profile, and the small authored ones, by name."""
    if form == "mt940":
        made = {
            f"written {profile}": mt940.write([sample()], profile=profile).unwrap()
            for profile in ("qonto", "german", "blocks")
        }
    else:
        made = {f"written {eol}": cfonb120.write([sample()], eol=eol).unwrap() for eol in ("crlf", "none")}
    authored = [
        path
        for path in sorted((ROOT / form).rglob("*"))
        if path.is_file() and path.suffix not in (".tsv", ".md", ".json") and 0 < path.stat().st_size <= 1_500
    ]
    # One file in ten in the ordinary run: the samples of one rule differ by a field only.
    made.update((path.name, path.read_bytes()) for path in authored[:: 1 if LONG else 10])
    return made


def truncations(data: bytes) -> Iterator[bytes]:
    """The file cut at every byte."""
    return (data[:length] for length in range(len(data)))


def changed(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    """The file with one byte changed at random, ``count`` times, the same ones every time."""
    random_ = random.Random(seed)
    for _ in range(count):
        place = random_.randrange(len(data))
        byte = random_.choice((random_.randrange(256), *b"\r\n:-{}?/ 07"))
        yield data[:place] + bytes([byte]) + data[place + 1 :]


AMOUNTS_MT940 = re.compile(rb"^:(?:60[FM]|62[FM]):[CD][0-9]{6}[A-Z]{3}([0-9,]+)|^:61:[0-9]{10}R?[CD]([0-9,]+)", re.M)


def amount_digits(form: str, data: bytes) -> Iterator[tuple[int, str]]:
    """The place of every digit of a booked balance or an entry's amount, with the record that it stands in."""
    if form == "mt940":
        for match in AMOUNTS_MT940.finditer(data):
            group = 1 if match[1] else 2
            for place in range(match.start(group), match.end(group)):
                if data[place : place + 1].isdigit():
                    yield place, match[0][1:3].decode()
        return
    step = 122 if b"\r\n" in data else 120
    for start in range(0, len(data), step):
        kind = data[start : start + 2].decode()
        if kind in ("01", "04", "07"):
            yield from ((start + 90 + offset, kind) for offset in range(13))
