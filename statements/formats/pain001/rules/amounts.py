"""Amounts (P001-300 … 309): exact, never a float."""

from __future__ import annotations

from statements.formats.pain001.check import Check, Tally
from statements.formats.pain001.exact import Exact, exact, is_plain
from statements.formats.pain001.registry import at_file_end, on_payment
from statements.formats.pain001.scope import Scope

MAXIMUM = Exact.of(999_999_999_99, 2)
_PATH = "Amt/InstdAmt"


@on_payment("P001-300", needs=("InstdAmt",))
def currency(payment: Scope, check: Check) -> None:
    """The payment is in euro."""
    found = payment.text(f"{_PATH}/@Ccy")
    if found is not None and found != "EUR":
        check.add("P001-300", payment, f"{_PATH}/@Ccy", found=found, expected="EUR")


@on_payment("P001-301", "P001-302", "P001-303", "P001-304", needs=("InstdAmt",))
def value(payment: Scope, check: Check) -> None:
    """More than nothing, no more than the SEPA maximum, in cents, in plain digits."""
    text = payment.text(_PATH)
    amount = exact(text)
    if text is None or amount is None:
        return
    if amount.units == 0:
        check.add("P001-301", payment, _PATH, found=text)
    if amount.above(MAXIMUM):
        check.add("P001-302", payment, _PATH, found=text, expected=MAXIMUM.text)
    if amount.cents is None:
        check.add("P001-303", payment, _PATH, found=text)
    elif not is_plain(text):
        check.add("P001-304", payment, _PATH, found=text, expected=amount.text)


@on_payment("P001-305", needs=("EqvtAmt",))
def equivalent(payment: Scope, check: Check) -> None:
    """SEPA has no equivalent amounts."""
    path = "Amt/EqvtAmt"
    if path in payment:
        check.add("P001-305", payment, f"{path}/Amt", found=payment.text(f"{path}/Amt"), expected=_PATH)


@on_payment("P001-306", "P001-308", needs=("InstdAmt",))
def thresholds(payment: Scope, check: Check) -> None:
    """The caller's ceiling, and the bank's threshold for a supporting document."""
    amount = exact(payment.text(_PATH))
    if amount is None:
        return
    for rule_id, setting in (("P001-306", "max_amount"), ("P001-308", "document_threshold")):
        limit = check.money(setting)
        if limit is not None and amount.above(limit):
            check.add(rule_id, payment, _PATH, found=payment.text(_PATH), expected=limit.text)


@on_payment("P001-309", needs=("InstdAmt",))
def instant_ceiling(payment: Scope, check: Check) -> None:
    """Above the bank's own ceiling an instant transfer goes as an ordinary one."""
    if not check.instant and payment.word("PmtTpInf/LclInstrm/Cd") != "INST":
        return
    amount, limit = exact(payment.text(_PATH)), check.money("instant_ceiling")
    if amount is not None and limit is not None and amount.above(limit):
        check.add("P001-309", payment, _PATH, found=payment.text(_PATH), expected=limit.text)


@at_file_end("P001-307")
def balance(group: Scope, tally: Tally, check: Check) -> None:
    """The total is covered by the balance that the caller gives."""
    limit = check.money("available_balance")
    if limit is not None and tally.total.above(limit):
        check.add("P001-307", group, "CtrlSum", found=tally.total.text, expected=limit.text)
