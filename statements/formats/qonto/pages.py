"""Whether all pages of a list were given, by the counts that each page carries."""

from __future__ import annotations

from statements.findings import Location, Reporter
from statements.formats.qonto.document import Batch, Document

RULE = "QNT-003"


def incomplete(reporter: Reporter) -> bool:
    """Whether :func:`check` found rows missing."""
    return any(finding.id == RULE for finding in reporter.findings)


def check(document: Document, reporter: Reporter) -> None:
    """Report each list (one account, one download) of which rows or pages are missing."""
    lists: dict[str | None, dict[tuple[object, ...], Batch]] = {}
    for batch in document.batches:
        meta = batch.meta
        if meta is None or meta.total_count is None:
            continue
        past_the_end = (meta.current_page or 1) > (meta.total_pages or 1)
        if not batch.given and past_the_end:
            continue
        # The same page given twice is one page.
        first = batch.rows[0] if batch.rows else None
        same = (meta.current_page, meta.total_count, batch.given, first and (first.id or first.transaction_id))
        lists.setdefault(_account(batch), {}).setdefault(same, batch)
    for batches in lists.values():
        _check_list(list(batches.values()), reporter)


def _account(batch: Batch) -> str | None:
    """The account of a page that is of one account, by its first and last row."""
    if not batch.rows:
        return None
    first, last = batch.rows[0].bank_account_id, batch.rows[-1].bank_account_id
    return first if first == last else None


def _check_list(batches: list[Batch], reporter: Reporter) -> None:
    given = sum(batch.given for batch in batches)
    total = max(batch.meta.total_count or 0 for batch in batches if batch.meta is not None)
    pages = max(batch.meta.total_pages or 1 for batch in batches if batch.meta is not None)
    numbers = {batch.meta.current_page for batch in batches if batch.meta is not None}
    numbers.discard(None)
    missing = [str(page) for page in range(1, min(pages, 100_000) + 1) if page not in numbers] if numbers else []
    if given < total or missing:
        place = Location(file=batches[0].file, field="meta")
        reporter.add(RULE, place, found=str(given), expected=str(total), pages=", ".join(missing[:20]) or "-")
