"""The operation table: its laws against the code tables, its conditions, and the rows of a caller."""

from __future__ import annotations

import pytest

from statements.formats.qonto.operations import Facts, OperationTable, built_in, condition, role, user_rows
from statements.formats.qonto.request import Settings
from statements.reference.operations import cfonb_operations

ROWS = built_in()


def test_table_is_whole() -> None:
    """The table has its 50 rows and ends with the rows that catch every operation."""
    assert len(ROWS) == 50
    assert [(row.operation_type, row.side, row.codes.cfonb) for row in ROWS[-2:]] == [
        ("*", "debit", "91"),
        ("*", "credit", "91"),
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.operation_type}-{row.subject_type}-{row.side}")
def test_codes_agree_with_the_code_table(row) -> None:  # type: ignore[no-untyped-def]
    """The MT940 type is N and the SWIFT type of the CFONB code, and the code admits the side."""
    operation = cfonb_operations()[row.codes.cfonb or ""]
    assert row.codes.swift == "N" + operation.swift_type
    assert operation.allows(1 if row.side == "credit" else -1)
    assert row.codes.iso is not None
    assert len(row.codes.iso) == 14


@pytest.mark.parametrize(
    ("operation", "subject", "side", "facts", "options", "code"),
    [
        ("transfer", "Transfer", "debit", Facts(), "", "06"),
        ("transfer", "Transfer", "debit", Facts(foreign=True), "", "44"),
        ("transfer", "Transfer", "credit", Facts(foreign=True), "", "12"),
        ("transfer", "wallettowallet", "debit", Facts(), "", "06"),
        ("transfer", "WalletToWallet", "debit", Facts(), "internal_codes", "14"),
        ("income", "WalletToWallet", "credit", Facts(), "internal_codes", "13"),
        ("card", "Card", "debit", Facts(category="atm"), "", "28"),
        ("card", "Card", "debit", Facts(category="atm"), "atm_code", "29"),
        ("card", "Card", "debit", Facts(category="other"), "atm_code", "28"),
        ("qonto_fee", "BillingTransfer", "debit", Facts(vat=True), "", "62"),
        ("qonto_fee", "BillingTransfer", "debit", Facts(vat=True), "fee_with_tax", "64"),
        ("qonto_fee", "BillingTransfer", "debit", Facts(), "fee_with_tax", "62"),
        ("deferred_card_repayment", None, "debit", Facts(), "", "11"),
        ("pay_later", "DeferredCardRepayment", "debit", Facts(), "", "11"),
        ("card", "deferredcardrepayment", "debit", Facts(), "", "11"),
        ("pay_later", "PayLater", "debit", Facts(), "", "72"),
        ("teleport", None, "debit", Facts(), "", "91"),
        (None, None, "credit", Facts(), "", "91"),
    ],
)
def test_first_row_that_fits_wins(
    operation: str | None, subject: str | None, side: str, facts: Facts, options: str, code: str
) -> None:
    """Operation, subject without case, side, condition and options choose the row."""
    table = OperationTable((), frozenset(options.split()))
    codes, known = table.codes(operation, subject, side, facts)
    assert codes.cfonb == code
    assert known == (operation not in ("teleport", None))


def test_rows_of_a_caller_come_first() -> None:
    """A mapping file adds operations and replaces codes; what it does not name stays."""
    rows = user_rows(
        {
            "operation": [
                {"operation_type": "teleport", "cfonb_code": "05", "mt940_type": "NTRF"},
                {"operation_type": "qonto_fee", "side": "debit", "cfonb_code": "62", "mt940_type": "NCHG"},
            ]
        }
    )
    table = OperationTable(rows)
    assert table.codes("teleport", None, "credit", Facts()) == (rows[0].codes, True)
    assert table.codes("qonto_fee", None, "debit", Facts())[0].swift == "NCHG"
    assert table.codes("qonto_fee", None, "credit", Facts())[0].cfonb == "99"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"operation_type": "card", "cfonb_code": "123"},
        {"operation_type": "card", "mt940_type": "TRF"},
        {"operation_type": "card", "iso_btc": "PMNT"},
        {"operation_type": "card", "side": "out"},
        {"operation_type": "card", "condition": "if it rains"},
        {"operation_type": "card", "colour": "red"},
    ],
)
def test_malformed_rows_of_a_caller_are_misuse(row: dict[str, str]) -> None:
    """A row that cannot be meant raises and says why; nothing is guessed."""
    with pytest.raises(ValueError, match=r"."):
        user_rows({"operation": [row]})


def test_conditions_are_read() -> None:
    """Each part of a condition is understood, alone and joined."""
    assert condition("-") == condition("")
    assert condition("local_currency != currency").foreign is True
    assert condition("category = atm and option atm_code").options == {"atm_code"}


def test_role_follows_the_operation() -> None:
    """A returned transfer keeps its beneficiary; operations without a known direction have no role."""
    assert role("transfer") == role("pay_later") == "beneficiary"
    assert role("cheque") == role("swift_income") == "payer"
    assert role("recall") is role(None) is None


def test_settings_are_typed() -> None:
    """Words of a command line become switches and dates; what is none is misuse."""
    typed = Settings.of({"empty_periods": "no", "card_digits": True, "issued": "2026-09-30"})
    assert (typed.empty_periods, typed.card_digits, str(typed.issued)) == (False, True, "2026-09-30")
    for wrong in ({"atm_code": "perhaps"}, {"issued": "soon"}, {"colour": "red"}):
        with pytest.raises(ValueError, match=r"."):
            Settings.of(wrong)
