"""Totals, grouping and number of blocks (P001-100 … 114), in exact arithmetic."""

from __future__ import annotations

from statements.formats.pain001.check import Check, Tally
from statements.formats.pain001.exact import exact, is_plain
from statements.formats.pain001.registry import at_block_end, at_file_end, on_block, on_group
from statements.formats.pain001.rules.dates import execution_path
from statements.formats.pain001.scope import Level, Scope
from statements.rules import Severity


def _count(text: str) -> int | None:
    # 15 digits are the most the schema takes.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _compare(scope: Scope, tally: Tally, check: Check, count_rule: str, sum_rule: str) -> None:
    declared = _count(scope.word("NbOfTxs"))
    if declared is not None and declared != tally.count:
        check.add(count_rule, scope, "NbOfTxs", found=scope.text("NbOfTxs"), expected=str(tally.count))
    total = exact(scope.text("CtrlSum"))
    # Where an amount cannot be read nobody knows the sum: the amount has its own finding.
    if total is not None and total != tally.total and not tally.unread:
        check.add(sum_rule, scope, "CtrlSum", found=scope.text("CtrlSum"), expected=tally.total.text)


@at_file_end("P001-100", "P001-101")
def file_totals(group: Scope, tally: Tally, check: Check) -> None:
    """Number and sum of the file are those declared in the header."""
    _compare(group, tally, check, "P001-100", "P001-101")


@at_block_end("P001-102", "P001-103")
def block_totals(block: Scope, tally: Tally, check: Check) -> None:
    """Number and sum of a block are those it declares; .02 has no such elements."""
    if check.version != "02":
        _compare(block, tally, check, "P001-102", "P001-103")


@on_group("P001-104")
def no_control_sum(group: Scope, check: Check) -> None:
    """Most banks like to have a control sum."""
    if "CtrlSum" not in group:
        check.add("P001-104", group, "CtrlSum")


def _written(scope: Scope, check: Check) -> None:
    total = scope.text("CtrlSum")
    if total is not None and not is_plain(total):
        value = exact(total)
        if value is not None:
            check.add("P001-105", scope, "CtrlSum", found=total, expected=value.text)
    count = scope.text("NbOfTxs")
    if count is not None and len(count) > 1 and count.startswith("0") and _count(count) is not None:
        check.add("P001-106", scope, "NbOfTxs", found=count, expected=str(int(count)))


@on_group("P001-105", "P001-106")
def written_in_the_header(group: Scope, check: Check) -> None:
    """Totals are plain digits."""
    _written(group, check)


@on_block("P001-105", "P001-106")
def written_in_a_block(block: Scope, check: Check) -> None:
    """Totals are plain digits."""
    _written(block, check)


@at_file_end("P001-110")
def too_many_payments(group: Scope, tally: Tally, check: Check) -> None:
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


@at_file_end("P001-111", "P001-112")
def grouping(group: Scope, tally: Tally, check: Check) -> None:
    """.02: SNGL wants one payment in each block, GRPD one block; MIXD is always right."""
    found = group.word("Grpg")
    if check.version != "02" or not found:
        return
    if (found == "SNGL" and tally.mixed) or (found == "GRPD" and tally.blocks != 1):
        check.add("P001-111", group, "Grpg", found=found, expected="MIXD")
    if found != "MIXD":
        check.add("P001-112", group, "Grpg", found=found, expected="MIXD")


@at_file_end("P001-113")
def several_blocks(group: Scope, tally: Tally, check: Check) -> None:
    """Switch of a bank profile: so many blocks in a file at most."""
    limit = check.settings["max_payment_blocks"]
    if limit and tally.blocks > limit:
        first_too_many = Scope(Level.GROUP, f"PmtInf[{limit + 1}]", {}, {})
        check.add("P001-113", first_too_many, expected=str(limit))


@at_file_end("P001-114")
def several_dates(group: Scope, tally: Tally, check: Check) -> None:
    """Switch of a bank profile: one execution date in a file."""
    if check.settings["one_date"] and len(tally.dates) > 1:
        first, *others = tally.dates
        for day in others:
            block = tally.dates[day]
            check.add("P001-114", block, execution_path(block), found=day, expected=first)
