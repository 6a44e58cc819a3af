"""The order of the records of a file: which may follow which, and what becomes of it.

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

import sys
from bisect import bisect_right

from statements.findings import Finding, Location, Profile
from statements.formats.cfonb120.balances import Opened, close, head_of, open_statement
from statements.formats.cfonb120.chain import Links
from statements.formats.cfonb120.movement import Movements
from statements.formats.cfonb120.profile import Repairs
from statements.formats.cfonb120.split import Place, RecordRun
from statements.formats.cfonb120.zones import Zones
from statements.model.figures import Figures
from statements.model.statement import Statement
from statements.reference.iban import Rib, iban_fault, rib, rib_fault, rib_iban

Result = tuple[Statement | None, bool, Figures | None, tuple[Finding, ...]]

_LAST_COLUMN = sys.maxsize


class RecordOrder:
    """Takes records in their order and gives statements."""

    def __init__(self, repairs: Repairs, profile: Profile, account: str | None, links: Links) -> None:
        self._reporter = repairs.reporter
        self._zones = Zones(repairs, profile)
        self._movements = Movements(self._zones)
        self._links = links
        self._open: Opened | None = None
        self._orphans: Opened | None = None
        self._pending: RecordRun | None = None
        """A movement whose further complements may come."""
        self._count = 0
        self._last_line = 1
        self._results: list[Result] = []
        self._caller: Rib | None = None
        self._caller_iban: str | None = None
        if account is not None:
            self._expect(account)

    def take(self) -> list[Result]:
        """The statements that are finished, each with the findings up to its end."""
        results, self._results = self._results, []
        return results

    def block(self, block: RecordRun) -> None:
        """The records of one block."""
        texts, kinds = block.texts, block.kinds
        count = len(kinds)
        index = 0
        while index < count:
            kind = kinds[index]
            end = index + 1
            if kind == "4":
                if self._pending is not None:
                    self._flush()
                if self._open is not None:
                    index = self._movements.read(self._open, block, index, count)
                    if index == count or kinds[index] != "4":
                        continue
                    end = index + 1
                while end < count and kinds[end] == "5":
                    end += 1
                if end == count or kinds[end] == "?":
                    self._wait(block, index, end)
                else:
                    self._outside(block, index, end)
            elif kind == "5" and self._pending is not None:
                self._pending.add(block, index, end)
                self._last_line = block.place(index)[0]
            else:
                self._record(kind, texts[index], block.place(index))
            index = end

    def end(self) -> None:
        """The end of the data."""
        self._flush()
        opened = self._open
        if opened is not None:
            place = Location(line=self._last_line, record="07", statement=opened.number, account=opened.name)
            self._reporter.add("C120-014", place, found=str(opened.count), expected=str(opened.place[0]))
            self._give(opened, None)
        self._end_orphans()

    # --- one record of each kind -------------------------------------------------------------------------------

    def _record(self, kind: str, text: str, place: Place) -> None:
        """A record that is no part of a movement."""
        self._last_line = place[0]
        if kind == "?":
            where = Location(line=place[0], column=place[1] + 1, record=text[:2])
            self._reporter.add("C120-002", where, found=text[:2], expected="01, 04, 05, 07")
            return
        if kind != "5":
            self._flush()
        if kind == "1":
            self._opening(text, place)
            return
        opened, zones = self._open, self._zones
        zones.take(text, place[2])
        zones.statement = None if opened is None else opened.number
        zones.entry, zones.account = None, None if opened is None else opened.name
        if opened is None or kind == "5":
            zones.note_at("C120-013" if kind == "5" else "C120-012", 1, None, found=text[:2])
            zones.characters()
            zones.tell(zones.notes(), place)
        else:
            self._give(opened, place)

    def _opening(self, text: str, place: Place) -> None:
        opened, zones = self._open, self._zones
        self._end_orphans()
        if opened is not None:
            zones.take(text, place[2])
            zones.statement, zones.entry, zones.account = opened.number, None, opened.name
            zones.note_at("C120-011", 1, None, found=str(opened.count), expected=str(opened.place[0]))
            zones.tell(zones.notes(), place)
            self._give(opened, None)
        self._count += 1
        zones.take(text, place[2])
        self._open = open_statement(zones, place, self._count, self._caller, self._caller_iban)

    def _outside(self, block: RecordRun, start: int, end: int) -> None:
        """A 04 with all its 05, outside any statement."""
        zones, text, place = self._zones, block.texts[start], block.place(start)
        opened = self._orphan(text, place)
        zones.take(text, place[2])
        zones.statement, zones.entry, zones.account = None, opened.count + 1, opened.name
        zones.note_at("C120-012", 1, None, found="04")
        zones.tell(zones.notes(), place)
        self._movements.read(opened, block, start, end, whole=True)

    def _wait(self, block: RecordRun, start: int, end: int) -> None:
        """A 04 that may have more 05 after a record of an unknown code, or in the next block."""
        if self._open is None:
            self._orphan(block.texts[start], block.place(start))
        self._pending = RecordRun([], "", 0, [])
        self._pending.add(block, start, end)
        self._last_line = block.place(end - 1)[0]

    # --- what is collected -------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """The movement that is pending is whole."""
        pending = self._pending
        if pending is not None:
            self._pending = None
            if self._open is not None:
                self._movements.read(self._open, pending, 0, len(pending.texts), whole=True)
            else:
                self._outside(pending, 0, len(pending.texts))

    def _orphan(self, text: str, place: Place) -> Opened:
        """A holder for movements outside any statement; one for each account, so that none are merged."""
        self._last_line = max(self._last_line, place[0])
        orphans = self._orphans
        if orphans is not None and orphans.head != head_of(text):
            self._end_orphans()
            orphans = None
        if orphans is None:
            orphans = self._orphans = Opened(text, place, 0)
        return orphans

    def _end_orphans(self) -> None:
        orphans = self._orphans
        if orphans is not None:
            self._orphans = None
            self._give(orphans, None)

    def _give(self, opened: Opened, place: Place | None) -> None:
        """The end of a statement: with the 07 at hand, which stands at ``place``, or without any."""
        zones = self._zones
        zones.statement, zones.entry, zones.account = opened.number or None, None, opened.name
        statement, figures = close(zones, opened, place, self._links, self._last_line)
        if opened.number:
            self._open = None
        findings = self._findings(self._last_line if place is not None else None)
        self._results.append((statement, place is not None, figures, findings))

    def _findings(self, line: int | None) -> tuple[Finding, ...]:
        """The findings up to a line, in the order of their places; a block reports ahead of its statements."""
        kept = self._reporter.findings
        findings = sorted(kept, key=_place)
        end = len(findings) if line is None else bisect_right(findings, (line, _LAST_COLUMN), key=_place)
        kept[:] = findings[end:]
        return tuple(findings[:end])

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
