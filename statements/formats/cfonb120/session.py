"""The state machine of a file: which record may follow which, and what becomes of it.

====== ======================= ===========================================
record no statement open       statement open
====== ======================= ===========================================
01     opens one               C120-011: the open one stays incomplete
04     C120-012, kept apart    a movement of it
05     of the 04 before it, wherever that stands; else C120-013
07     C120-012                closes it
end                            C120-014: the open one stays incomplete
====== ======================= ===========================================
"""

from __future__ import annotations

from statements.findings import Finding, Location, Profile
from statements.formats.cfonb120.balances import Opened, head_of, open_statement
from statements.formats.cfonb120.chain import Links
from statements.formats.cfonb120.checks import Checker
from statements.formats.cfonb120.closing import close
from statements.formats.cfonb120.fast import FastRun
from statements.formats.cfonb120.figures import Figures
from statements.formats.cfonb120.movements import Pending, begin_movement, continue_movement, entry_from
from statements.formats.cfonb120.physical import Record
from statements.formats.cfonb120.records import TABLES, WIDTH
from statements.formats.cfonb120.repairs import Repairs
from statements.model.statement import Entry, Statement
from statements.reference.iban import Rib, iban_fault, rib, rib_fault, rib_iban

Result = tuple[Statement | None, bool, Figures | None, tuple[Finding, ...]]


class Session:
    """Takes records in their order and gives statements."""

    def __init__(self, repairs: Repairs, profile: Profile, account: str | None, links: Links) -> None:
        self._reporter = repairs.reporter
        self._repairs = repairs
        self._checker = Checker(repairs, profile)
        self._links = links
        self._open: Opened | None = None
        self._orphans: Opened | None = None
        self._pending: Pending | None = None
        self._count = 0
        self._last_line = 1
        self._results: list[Result] = []
        self._fast = FastRun()
        self._caller: Rib | None = None
        self._caller_iban: str | None = None
        if account is not None:
            self._expect(account)

    def take(self) -> list[Result]:
        """The statements that are finished, each with the findings up to its end."""
        results, self._results = self._results, []
        return results

    def lines(self, lines: list[str], first: int, *, fast: bool) -> None:
        """Plain records of 120 usual characters, the first on line ``first``."""
        index, count = 0, len(lines)
        while index < count:
            opened = self._open
            if fast and opened is not None and opened.plain and lines[index].startswith("04"):
                self._flush()
                after = self._fast.run(opened, lines, index, first)
                if after > index:
                    index = after
                    continue
            self.record(Record(lines[index], first + index, 0, WIDTH))
            index += 1

    def record(self, record: Record) -> None:
        """One record."""
        code = record.text[:2]
        self._last_line = record.line
        if code not in TABLES:
            place = Location(line=record.line, column=record.column + 1, record=code)
            self._reporter.add("C120-002", place, found=code, expected="01, 04, 05, 07")
            return
        checker = self._checker
        checker.take(record)
        if code == "05":
            self._complement(record)
            return
        self._flush()
        if code == "04":
            self._movement(record)
        elif code == "01":
            self._opening(record)
        else:
            self._closing(record)

    def end(self) -> None:
        """The end of the data."""
        self._flush()
        opened = self._open
        if opened is not None:
            place = Location(line=self._last_line, record="07", statement=opened.number, account=opened.name)
            self._reporter.add("C120-014", place, found=str(opened.count), expected=str(opened.line))
            self._give(opened, None)
        self._end_orphans()

    # --- one record of each kind -------------------------------------------------------------------------------

    def _opening(self, record: Record) -> None:
        opened = self._open
        self._end_orphans()
        if opened is not None:
            place = Location(
                line=record.line, column=record.column + 1, record="01", statement=opened.number, account=opened.name
            )
            self._reporter.add("C120-011", place, found=str(opened.count), expected=str(opened.line))
            self._give(opened, None)
        self._count += 1
        checker = self._checker
        checker.statement, checker.entry, checker.account = self._count, None, None
        opened = open_statement(checker, record, self._count, self._caller, self._caller_iban)
        checker.account = opened.name
        self._open = opened

    def _movement(self, record: Record) -> None:
        opened = self._open
        if opened is None:
            opened = self._orphan(record)
        checker = self._checker
        opened.count += 1
        checker.statement, checker.entry, checker.account = opened.number or None, opened.count, opened.name
        if opened.number == 0:
            self._reporter.add("C120-012", checker.place(1, None), found=record.text[:2])
        self._pending = begin_movement(checker, opened, record)

    def _complement(self, record: Record) -> None:
        pending, checker = self._pending, self._checker
        if pending is None:
            opened = self._open
            checker.statement = opened.number if opened is not None else None
            checker.entry, checker.account = None, opened.name if opened is not None else None
            self._reporter.add("C120-013", checker.place(1, None), found=record.text[:2])
            checker.characters()
            return
        continue_movement(checker, pending, record)

    def _closing(self, record: Record) -> None:
        opened = self._open
        checker = self._checker
        checker.entry = None
        if opened is None:
            checker.statement, checker.account = None, None
            self._reporter.add("C120-012", checker.place(1, None), found=record.text[:2])
            checker.characters()
            return
        checker.statement, checker.account = opened.number, opened.name
        self._give(opened, record)

    # --- what is collected -------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """The movement that is pending becomes an entry of its statement."""
        pending = self._pending
        if pending is None:
            return
        self._pending = None
        opened = pending.opened
        if pending.foreign:
            opened.excluded = True
            return
        entry = entry_from(pending)
        self._identical(opened, pending, entry)
        opened.take(entry, pending)

    def _identical(self, opened: Opened, pending: Pending, entry: Entry) -> None:
        first = opened.seen.setdefault(pending.text, len(opened.entries))
        if first == len(opened.entries):
            return
        twins = opened.twins.setdefault(pending.text, [first])
        for index in reversed(twins):
            if opened.entries[index] == entry:
                self._reporter.add(
                    "C120-076", pending.place, found=pending.text[48:79].rstrip(), expected=str(opened.lines[index])
                )
                break
        twins.append(len(opened.entries))

    def _orphan(self, record: Record) -> Opened:
        """A holder for movements outside any statement; one for each account, so that none are merged."""
        head = head_of(record.text)
        orphans = self._orphans
        if orphans is not None and orphans.head != head:
            self._end_orphans()
            orphans = None
        if orphans is None:
            orphans = self._orphans = Opened(record.text, record.line, 0)
        return orphans

    def _end_orphans(self) -> None:
        orphans = self._orphans
        if orphans is not None:
            self._orphans = None
            self._give(orphans, None)

    def _give(self, opened: Opened, record: Record | None) -> None:
        statement, figures = close(self._checker, opened, record, self._links, self._last_line)
        if opened.number:
            self._open = None
        findings = self._findings(self._last_line if record is not None else None)
        self._results.append((statement, record is not None, figures, findings))

    def _findings(self, line: int | None) -> tuple[Finding, ...]:
        """The findings up to a line, in the order of their places; a block reports ahead of its statements."""
        kept = self._reporter.findings
        findings = sorted(kept, key=_place)
        kept.clear()
        if line is not None:
            kept += [finding for finding in findings if _place(finding)[0] > line]
            findings = [finding for finding in findings if _place(finding)[0] <= line]
        return tuple(findings)

    def _expect(self, account: str) -> None:
        """The caller's account: C120-082 for a wrong RIB key."""
        iban = account.replace(" ", "").upper()
        parts = rib(iban)
        self._caller_iban = iban
        if parts is not None and rib_fault(iban):
            right = rib_iban(parts.bank, parts.branch, parts.account, iban[:2])
            self._reporter.add("C120-082", Location(account=iban), found=iban, expected=right)
            self._caller_iban = right
        elif parts is not None and iban_fault(iban) is not None:
            parts = None
        self._caller = parts


def _place(finding: Finding) -> tuple[int, int]:
    return finding.location.line or 0, finding.location.column or 0
