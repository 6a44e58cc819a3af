"""The quick way of the writer gives what the long way gives: bytes and findings, in their order."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.cfonb120 import write
from statements.formats.cfonb120.from_model import Mapper
from statements.formats.cfonb120.quick_out import QuickOut
from statements.model.account import Party
from statements.model.statement import Entry, OperationCodes, References, Statement
from tests.unit.cfonb120.test_cfonb_round_trip import WRITABLE
from tests.unit.cfonb120.test_cfonb_writer import entry, statement

NAMES = st.sampled_from((None, "", "DUPONT SARL", "Crêperie de l'Île", "D" * 40, "E" * 90, "a  b", "\u200b"))
IBANS = st.sampled_from((None, "FR7699991000010000000010139", "FR00", "DE89 3704 0044 0532 0130 00"))
PARTIES = st.none() | st.builds(
    Party, NAMES, IBANS, st.sampled_from((None, "QNTOFRP1XXX")), st.sampled_from((None, "payer", "beneficiary"))
)
TEXTS = st.sampled_from(
    ("", "Facture 12", "F" * 70, "G" * 71, "H" * 200, " edge", "edge ", "in  side", "été", "5*3", "a\nb", "%s", "{x}")
)
REFERENCES = st.builds(
    References,
    st.sampled_from((None, "", "QABC", "Q234567ABCDEFGHI", "Q" * 17, "a b", "é")),
    st.sampled_from((None, "0001234")),
)
ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from((0, 1, -1, 99, -1_234_567)),
        codes=st.builds(OperationCodes, st.sampled_from((None, "05", "06", "B1", "ZZ", "x")), st.just("NTRF")),
        references=REFERENCES | st.just(References("Q234567ABCDEFGHI")),
        counterparty=PARTIES,
        remittance=st.lists(TEXTS, max_size=2).map(tuple),
    ),
    max_size=6,
)


def both(whole: Statement, **settings: Any) -> None:
    """Write with and without the quick way."""
    quick = write([whole], verify=False, **settings)
    with patch.object(QuickOut, "_learn", lambda *_: None):
        plain = write([whole], verify=False, **settings)
    assert quick == plain


@given(ENTRIES, st.sampled_from(("sepa", "strict")), st.booleans(), st.sampled_from(("crlf", "none")))
def test_both_ways_write_the_same(entries: list[Entry], characters: str, payer: bool, eol: str) -> None:
    """Entries near the border of what is plain, several of one counterparty and day among them."""
    both(statement(*entries, *entries), characters=characters, payer_account=payer, eol=eol)


@given(WRITABLE)
def test_both_ways_write_any_statement_the_same(whole: Statement) -> None:
    """Statements of any content."""
    both(whole)


@pytest.mark.parametrize("remittance", [(), ("Facture FA-2026-0912",)])
def test_plain_entries_take_the_quick_way(remittance: tuple[str, ...]) -> None:
    """What every entry of a bank's feed looks like is not left to the long way."""
    one = entry(references=References("Q234567ABCDEFGHI"), remittance=remittance)
    with patch.object(Mapper, "wire", side_effect=AssertionError):
        data = write([statement(one)], verify=False, eol="lf").value
    assert data.count(b"\n05") == 1 + len(remittance)
