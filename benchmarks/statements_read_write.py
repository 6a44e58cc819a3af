"""MT940 against `mt-940` and `mt940-writer` (which checks nothing); CFONB-120 against `python-cfonb`."""

from __future__ import annotations

import io

from benchmarks import samples
from benchmarks.measure import versus
from statements.formats import cfonb120
from statements.formats import mt940 as mt940_codec

ENTRIES = 20_000


def main() -> None:
    """Print the ratios."""
    import mt940_writer as writer
    from cfonb import StatementReader

    batch = samples.statements(ENTRIES)
    data = b"".join(outcome.value for outcome in mt940_codec.iter_write(batch, profile="qonto"))
    _read("MT940 bytes -> Statement, against mt-940", data)
    plain = samples.plain_mt940(batch)
    german = b"".join(outcome.value for outcome in mt940_codec.iter_write(batch, profile="german", eol="lf"))
    for name, ordinary in (("plain texts", plain), ("German texts", german)):
        _read(f"MT940 with LF and {name} -> Statement, against mt-940", ordinary)
    theirs = [
        writer.Statement(
            "REF",
            writer.Account(samples.IBAN, ""),
            str(statement.number),
            writer.Balance(float(statement.opening.amount.decimal), statement.opening.date, "EUR"),  # type: ignore[union-attr]
            writer.Balance(float(statement.closing.amount.decimal), statement.closing.date, "EUR"),  # type: ignore[union-attr]
            [
                writer.Transaction(
                    entry.booking_date,
                    float(entry.amount.decimal),
                    writer.TransactionType.transfer,
                    f"NONREF//{entry.references.bank_reference}",
                    writer.TransactionAdditionalInfo(
                        f"/BENM//NAME/{entry.counterparty.name}/REMI/{entry.remittance[0]}"  # type: ignore[union-attr]
                    ),
                )
                for entry in statement.entries
            ],
        )
        for statement in batch
    ]
    versus(
        "Statement -> MT940 bytes, against mt940-writer",
        lambda: [outcome.value for outcome in mt940_codec.iter_write(batch, profile="qonto")],
        lambda: [str(statement).encode() for statement in theirs],
        unit="entries",
        count=ENTRIES,
        goal="goal 1, aim 2",
    )
    records = b"".join(outcome.value for outcome in cfonb120.iter_write(batch, eol="lf"))
    lines = records.decode("ascii")
    versus(
        "CFONB-120 bytes -> Statement, against python-cfonb",
        lambda: [outcome.value for outcome in cfonb120.iter_read(records)],
        lambda: StatementReader().parse(io.StringIO(lines)),
        unit="entries",
        count=ENTRIES,
        goal="goal 8, aim 15",
        rounds=3,
    )


def _read(name: str, data: bytes) -> None:
    import mt940.parser

    text = data.decode("ascii")
    versus(
        name,
        lambda: [outcome.value for outcome in mt940_codec.iter_read(data)],
        lambda: mt940.parser.parse_statements(text),
        unit="entries",
        count=ENTRIES,
        goal="goal 5, aim 8",
        rounds=3,
    )


if __name__ == "__main__":
    main()
