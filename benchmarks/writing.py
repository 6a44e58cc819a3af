"""`Statement` to bytes: MT940 against `mt940-writer` (which checks nothing), CFONB-120 for comparison."""

from __future__ import annotations

import mt940_writer as peer

from benchmarks import samples
from benchmarks.measure import row, table, timed, turns
from statements.formats import cfonb120, mt940

ENTRIES = 10_000


def main() -> None:
    """Print the table."""
    batch = samples.statements(ENTRIES)
    theirs = [
        peer.Statement(
            "REF",
            peer.Account(samples.IBAN, ""),
            str(statement.number),
            peer.Balance(float(statement.opening.amount.decimal), statement.opening.date, "EUR"),  # type: ignore[union-attr]
            peer.Balance(float(statement.closing.amount.decimal), statement.closing.date, "EUR"),  # type: ignore[union-attr]
            [
                peer.Transaction(
                    entry.booking_date,
                    float(entry.amount.decimal),
                    peer.TransactionType.transfer,
                    f"NONREF//{entry.references.bank_reference}",
                    peer.TransactionAdditionalInfo(
                        f"/BENM//NAME/{entry.counterparty.name}/REMI/{entry.remittance[0]}"  # type: ignore[union-attr]
                    ),
                )
                for entry in statement.entries
            ],
        )
        for statement in batch
    ]
    table("`Statement` → bytes", "ours, k entries/s", "peer, k entries/s", "median ratio", "least", "goal")
    ratio = turns(
        lambda: [outcome.value for outcome in mt940.iter_write(batch, profile="qonto")],
        lambda: [str(statement).encode() for statement in theirs],
    )
    rates = (f"{ENTRIES / seconds / 1000:.0f}" for seconds in (ratio.ours, ratio.theirs))
    row("MT940, against mt940-writer", *rates, f"{ratio.median:.2f}", f"{ratio.least:.2f}", "2")
    seconds = min(timed(lambda: [outcome.value for outcome in cfonb120.iter_write(batch)]) for _ in range(3))
    row("CFONB-120", f"{ENTRIES / seconds / 1000:.0f}", "", "", "", "")


if __name__ == "__main__":
    main()
