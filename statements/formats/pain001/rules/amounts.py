"""Totals, grouping and number of blocks (P001-100 … 114), in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from statements.formats.pain001.context import CheckContext, Tally
from statements.formats.pain001.decimals import ZERO, Exact, exact, is_plain
from statements.formats.pain001.rules.dates import execution_path
from statements.formats.pain001.scope import Level, Scope, Shape
from statements.formats.pain001.silence import (
    AMOUNT,
    BLOCK,
    BLOCK_END,
    FILE_END,
    GROUP,
    PAYMENT,
    Columns,
    Doubt,
    RuleFunction,
    Silence,
    absent,
    both,
    either,
    matching,
    unless,
)
from statements.rules import Severity


def _count(text: str) -> int | None:
    # 15 digits are the most the schema takes.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _compare(scope: Scope, tally: Tally, check: CheckContext, count_rule: str, sum_rule: str) -> None:
    declared = _count(scope.word("NbOfTxs"))
    if declared is not None and declared != tally.count:
        check.add(count_rule, scope, "NbOfTxs", found=scope.text("NbOfTxs"), expected=str(tally.count))
    total = exact(scope.text("CtrlSum"))
    if total is not None and (tally.lost or tally.meant is not None):
        _after_the_amounts(scope, tally, check, sum_rule, total)
    elif total is not None and total != tally.total:
        check.add(sum_rule, scope, "CtrlSum", found=scope.text("CtrlSum"), expected=tally.total.text)


def _after_the_amounts(scope: Scope, tally: Tally, check: CheckContext, rule: str, declared: Exact) -> None:
    """The sum where amounts are wrong themselves: a consequence, with what it is once they are mended.

    Amounts that only their owner can mend are missing from what is told. Is one of them no number at all, nobody knows
    whether the declared sum is wrong: it is a thing to know, unless the others alone are more.
    """
    known = Exact.of(tally.cents, 2).plus(tally.meant or ZERO)
    if declared == known.plus(tally.rest) and not tally.unread:
        return
    english, french = _once_mended(known, tally)
    unsure = tally.unread and not known.above(declared)
    check.add(
        rule,
        scope,
        "CtrlSum",
        found=scope.text("CtrlSum"),
        expected=known.text if not tally.lost else english,
        severity=Severity.INFO if unsure else None,
        cause="P001-303" if tally.lost and not tally.unread else "P001-035",
        expected_en=english,
        expected_fr=french,
    )


def _once_mended(known: Exact, tally: Tally) -> tuple[str, str]:
    """The sum in words: once the amounts are mended, or without the payments whose amounts must be given anew."""
    if not tally.lost:
        return f"{known.text} once the amounts are mended", f"{known.text} une fois les montants corrigés"
    numbers, more = ", ".join(map(str, tally.left_out)), tally.lost - len(tally.left_out)
    if tally.lost == 1:
        return f"{known.text} without payment {numbers}", f"{known.text} sans le paiement {numbers}"
    english, french = f"payments {numbers}", f"les paiements {numbers}"
    if more:
        english, french = f"{english} and {more} more", f"{french} et {more} autres"
    return f"{known.text} without {english}", f"{known.text} sans {french}"


def file_totals(group: Scope, tally: Tally, check: CheckContext) -> None:
    """Number and sum of the file are those declared in the header."""
    _compare(group, tally, check, "P001-100", "P001-101")


def block_totals(block: Scope, tally: Tally, check: CheckContext) -> None:
    """Number and sum of a block are those it declares; .02 has no such elements."""
    if check.version != "02":
        _compare(block, tally, check, "P001-102", "P001-103")


def no_control_sum(group: Scope, check: CheckContext) -> None:
    """Most banks like to have a control sum."""
    if "CtrlSum" not in group:
        check.add("P001-104", group, "CtrlSum")


def _written(scope: Scope, check: CheckContext) -> None:
    total = scope.text("CtrlSum")
    if total is not None and not is_plain(total):
        value = exact(total)
        if value is not None:
            check.add("P001-105", scope, "CtrlSum", found=total, expected=value.text)
    count = scope.text("NbOfTxs")
    if count is not None and len(count) > 1 and count.startswith("0") and _count(count) is not None:
        check.add("P001-106", scope, "NbOfTxs", found=count, expected=str(int(count)))


def written_in_the_header(group: Scope, check: CheckContext) -> None:
    """Totals are plain digits."""
    _written(group, check)


def written_in_a_block(block: Scope, check: CheckContext) -> None:
    """Totals are plain digits."""
    _written(block, check)


def too_many_payments(group: Scope, tally: Tally, check: CheckContext) -> None:
    """The published limit of the bank; an error in its app, where it is known to bind."""
    limit = check.settings["max_transactions"]
    if limit and tally.count > limit:
        in_app = check.settings["channel"] == "app"
        check.add(
            "P001-110",
            group,
            "NbOfTxs",
            found=str(tally.count),
            expected=str(limit),
            severity=Severity.ERROR if in_app else None,
        )


def grouping(group: Scope, tally: Tally, check: CheckContext) -> None:
    """.02: SNGL wants one payment in each block, GRPD one block; MIXD is always right."""
    found = group.word("Grpg")
    if check.version != "02" or not found:
        return
    if (found == "SNGL" and tally.mixed) or (found == "GRPD" and tally.blocks != 1):
        check.add("P001-111", group, "Grpg", found=found, expected="MIXD")
    if found != "MIXD":
        check.add("P001-112", group, "Grpg", found=found, expected="MIXD")


def several_blocks(group: Scope, tally: Tally, check: CheckContext) -> None:
    """Switch of a bank profile: so many blocks in a file at most."""
    limit = check.settings["max_payment_blocks"]
    if limit and tally.blocks > limit:
        first_too_many = Scope(Level.GROUP, prefix=f"PmtInf[{limit + 1}]")
        check.add("P001-113", first_too_many, expected=str(limit))


def several_dates(group: Scope, tally: Tally, check: CheckContext) -> None:
    """Switch of a bank profile: one execution date in a file."""
    if check.settings["one_date"] and len(tally.dates) > 1:
        first, *others = tally.dates
        for day in others:
            block = tally.dates[day]
            check.add("P001-114", block, execution_path(block), found=day, expected=first)


MAXIMUM = Exact.of(999_999_999_99, 2)
_PATH = "Amt/InstdAmt"


def currency(payment: Scope, check: CheckContext) -> None:
    """The payment is in euro."""
    found = payment.text(f"{_PATH}/@Ccy")
    if found is not None and found != "EUR":
        check.add("P001-300", payment, f"{_PATH}/@Ccy", found=found, expected="EUR")


def value(payment: Scope, check: CheckContext) -> None:
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


def equivalent(payment: Scope, check: CheckContext) -> None:
    """SEPA has no equivalent amounts."""
    path = "Amt/EqvtAmt"
    if path in payment:
        check.add("P001-305", payment, f"{path}/Amt", found=payment.text(f"{path}/Amt"), expected=_PATH)


def thresholds(payment: Scope, check: CheckContext) -> None:
    """The caller's ceiling, and the bank's threshold for a supporting document."""
    amount = exact(payment.text(_PATH))
    if amount is None:
        return
    for rule_id, setting in (("P001-306", "max_amount"), ("P001-308", "document_threshold")):
        limit = check.money(setting)
        if limit is not None and amount.above(limit):
            check.add(rule_id, payment, _PATH, found=payment.text(_PATH), expected=limit.text)


def instant_ceiling(payment: Scope, check: CheckContext) -> None:
    """Above the bank's own ceiling an instant transfer goes as an ordinary one."""
    if not check.instant and payment.word("PmtTpInf/LclInstrm/Cd") != "INST":
        return
    amount, limit = exact(payment.text(_PATH)), check.money("instant_ceiling")
    if amount is not None and limit is not None and amount.above(limit):
        check.add("P001-309", payment, _PATH, found=payment.text(_PATH), expected=limit.text)


def balance(group: Scope, tally: Tally, check: CheckContext) -> None:
    """The total is covered by the balance that the caller gives."""
    limit = check.money("available_balance")
    if limit is not None and tally.total.above(limit):
        check.add("P001-307", group, "CtrlSum", found=tally.total.text, expected=limit.text)


def within(*limits: tuple[str, str]) -> Silence:
    """Nothing is said of plain amounts that are not above any of these limits: rules with their settings."""

    def silent(shape: Shape, check: CheckContext) -> list[Doubt] | None:
        place = shape.places.get(_PATH)
        alerts = [limit for rule, setting in limits if check.on(rule) and (limit := check.money(setting)) is not None]
        if not alerts or place is None:
            return []
        if not isinstance(place, int):
            return None
        alert = min(
            limit.at(2) if limit.scale <= 2 else int(limit.units // 10 ** (limit.scale - 2)) for limit in alerts
        )

        def odd(columns: Columns) -> Iterable[int]:
            cents = columns.cents(place)
            if cents is None:
                return range(columns.size)
            return [position for position, each in enumerate(cents) if each > alert] if max(cents) > alert else ()

        return [Doubt((place, limits), odd)]

    return silent


TOTALS: tuple[RuleFunction, ...] = (
    RuleFunction(file_totals, ("P001-100", "P001-101"), FILE_END),
    RuleFunction(block_totals, ("P001-102", "P001-103"), BLOCK_END),
    RuleFunction(no_control_sum, ("P001-104",), GROUP),
    RuleFunction(written_in_the_header, ("P001-105", "P001-106"), GROUP),
    RuleFunction(written_in_a_block, ("P001-105", "P001-106"), BLOCK),
    RuleFunction(too_many_payments, ("P001-110",), FILE_END),
    RuleFunction(grouping, ("P001-111", "P001-112"), FILE_END),
    RuleFunction(several_blocks, ("P001-113",), FILE_END),
    RuleFunction(several_dates, ("P001-114",), FILE_END),
)
AMOUNTS: tuple[RuleFunction, ...] = (
    RuleFunction(currency, ("P001-300",), PAYMENT, needs=("InstdAmt",), silent=matching("EUR", "Amt/InstdAmt/@Ccy")),
    RuleFunction(
        value,
        ("P001-301", "P001-302", "P001-303", "P001-304"),
        PAYMENT,
        needs=("InstdAmt",),
        silent=matching(AMOUNT, "Amt/InstdAmt"),
    ),
    RuleFunction(equivalent, ("P001-305",), PAYMENT, needs=("EqvtAmt",)),
    RuleFunction(
        thresholds,
        ("P001-306", "P001-308"),
        PAYMENT,
        needs=("InstdAmt",),
        silent=within(("P001-306", "max_amount"), ("P001-308", "document_threshold")),
    ),
    RuleFunction(
        instant_ceiling,
        ("P001-309",),
        PAYMENT,
        needs=("InstdAmt",),
        silent=either(
            both(absent("PmtTpInf/LclInstrm"), unless(lambda check: check.instant)),
            within(("P001-309", "instant_ceiling")),
        ),
    ),
    RuleFunction(balance, ("P001-307",), FILE_END),
)
