"""Injection: whatever stands in a text, the written file holds the entries, sums and balances of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import pytest

from statements.findings import Outcome
from statements.formats import cfonb120, mt940, neutral
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import (
    Balance,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
    Statement,
)
from tests.hostile.payloads import PAYLOADS
from tests.wire import check_cfonb, check_mt940

FIRST = Entry(
    date(2026, 9, 3),
    Money(-125050, "EUR"),
    date(2026, 9, 3),
    codes=OperationCodes("06", "NTRF"),
    references=References("Q5DIZDOOTFHUEGUV", "CLI-1", "E2E-1", "RUM-1", "FR72ZZZ123456"),
    counterparty=Party("Menuiserie Dufour", "FR7699991000010000000010139", "QNTOFRP1XXX", "beneficiary"),
    remittance=("Facture 1",),
    original_amount=OriginalAmount(Money(4501, "USD"), "1.0882"),
)
SECOND = Entry(date(2026, 9, 3), Money(200000, "EUR"), codes=OperationCodes("05", "NTRF"), remittance=("Acompte",))
BASE = Statement(
    Account("FR7616958000011234567890177", "EUR", None, "QNTOFRP1XXX", "Atelier"),
    Balance(Money(1234567, "EUR"), date(2026, 9, 2)),
    Balance(Money(1234567 - 125050 + 200000, "EUR"), date(2026, 9, 3)),
    (FIRST, SECOND),
)
DETAILS = ("RTRN", "ACCW", "PURP", "ULTD", "ULTC", "GVC", "CHGS", "NPO", "2-O", "LIB", "MMO", "ZZZ")


def replace_entry(**changes: object) -> Statement:
    """The base statement with its first entry changed."""
    return msgspec.structs.replace(BASE, entries=(msgspec.structs.replace(FIRST, **changes), SECOND))


def places(text: str) -> Iterator[tuple[str, Statement]]:
    """The base statement with a text in each place of the model that holds one."""
    party = FIRST.counterparty
    for name in ("name", "iban", "bic"):
        yield f"counterparty.{name}", replace_entry(counterparty=msgspec.structs.replace(party, **{name: text}))
    yield "counterparty without role", replace_entry(counterparty=Party(text))
    for name in References.__struct_fields__:
        yield name, replace_entry(references=msgspec.structs.replace(FIRST.references, **{name: text}))
    yield "remittance", replace_entry(remittance=(text,))
    yield "remittance of two lines", replace_entry(remittance=("A", text))
    for name in OperationCodes.__struct_fields__:
        yield f"codes.{name}", replace_entry(codes=msgspec.structs.replace(FIRST.codes, **{name: text}))
    yield "rate", replace_entry(original_amount=OriginalAmount(Money(4501, "USD"), text))
    yield "original currency", replace_entry(original_amount=OriginalAmount(Money(4501, text), None))
    for qualifier in DETAILS:
        yield f"detail {qualifier}", replace_entry(details=(Detail(qualifier, text),))
    yield "qualifier", replace_entry(details=(Detail(text, "A"),))
    for name in ("bic", "name"):
        account = msgspec.structs.replace(BASE.account, **{name: text})
        yield f"account.{name}", msgspec.structs.replace(BASE, account=account)
    yield "account.iban", msgspec.structs.replace(BASE, account=Account(text, "EUR"))
    yield "account.other", msgspec.structs.replace(BASE, account=Account(None, "EUR", text, "QNTOFRP1XXX"))


def _mt940(profile: str) -> Callable[[Statement], Outcome[bytes]]:
    return lambda statement: mt940.write([statement], profile=profile)


def _cfonb(profile: str) -> Callable[[Statement], Outcome[bytes]]:
    return lambda statement: cfonb120.write([statement], profile=profile)


WRITERS = {
    **{f"mt940-{name}": _mt940(name) for name in ("qonto", "swift", "german", "blocks")},
    **{f"cfonb120-{name}": _cfonb(name) for name in ("sepa", "strict")},
}
# An account, a code or a currency is no free text: one that no format can say refuses the statement, in words.
MAY_REFUSE = ("account.", "codes.", "original currency", "counterparty.iban", "counterparty.bic", "rate")


def test_there_are_sixty_payloads() -> None:
    """The corpus is as large as promised, without doubles."""
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_nothing_is_forged(writer: str) -> None:
    """Every payload in every place: entries, amounts and balances are unchanged, or the statement is refused."""
    form, _, profile = writer.partition("-")
    written_files = 0
    for payload in PAYLOADS:
        for place, statement in places(payload):
            outcome = WRITERS[writer](statement)
            if not outcome.ok:
                assert place.startswith(MAY_REFUSE), (place, payload[:80], [f.id for f in outcome.findings])
                assert not {finding.id for finding in outcome.findings} & {"CNV-199", "CNV-299"}, (place, payload[:80])
                assert outcome.value == b""
                continue
            written_files += 1
            if form == "mt940":
                check_mt940(outcome.value, statement, blocks=profile == "blocks")
                back = mt940.read(outcome.value, profile=profile)
            else:
                check_cfonb(outcome.value, statement, profile=profile)
                back = cfonb120.read(outcome.value)
            (read,) = back.value
            assert [entry.amount for entry in read.entries] == [entry.amount for entry in BASE.entries]
            assert (read.opening, read.closing) == (BASE.opening, BASE.closing), (place, payload[:80])
    assert written_files > 60 * 20


@pytest.mark.parametrize("payload", PAYLOADS[:-1], ids=range(len(PAYLOADS) - 1))
def test_our_json_keeps_every_text(payload: str) -> None:
    """Our own JSON carries any text there is; half a character, which JSON cannot say, is the one exception."""
    for place, statement in places(payload):
        if place.startswith(("account.iban", "account.other", "original currency", "rate")):
            continue
        data = neutral.write([statement])
        back = neutral.read(data)
        (read,) = back.value
        assert [entry.amount for entry in read.entries] == [entry.amount for entry in BASE.entries]
        assert len(read.entries) == 2
