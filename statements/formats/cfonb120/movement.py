"""Records 04 and 05: a movement with its complements is read into an entry, strict first, explained in the same place.

What comes again is worked out once: the head of a 04 (account, currency, operation, dates) with all that the rules say
of it, the head of a 05 under it, and the row of qualifiers of its complements. The rest of a movement (amount, entry
number, informations) is read by a strict look; where that fails, :class:`Zones` reads the zone and notes why.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

import msgspec

from statements.formats.cfonb120.balances import EARLIEST, Opened, Twins, currency_and_decimals, same_account
from statements.formats.cfonb120.foreign import FOREIGN, as_the_norm
from statements.formats.cfonb120.overpunch import DIGIT_AND_SIGN
from statements.formats.cfonb120.records import (
    COMPLEMENT,
    INFORMATION_START,
    MOVEMENT,
    OLD_COMPLEMENT,
    QUALIFIERS,
    WIDTH,
)
from statements.formats.cfonb120.split import Place, RecordRun
from statements.formats.cfonb120.to_model import (
    NO_NUMBER,
    Common,
    Plan,
    entry_of,
    operation_codes,
    plan_of,
    return_reason,
)
from statements.formats.cfonb120.zones import Notes, ZoneNote, Zones
from statements.model.money import Money, exponent
from statements.model.statement import Detail, Entry

# Zones 2-B to 2-L of a 04, with all that a complement repeats; zones 2b-A to 2b-K of a 05.
_HEAD = slice(MOVEMENT.zone("bank").start - 1, MOVEMENT.zone("value_date").end)
_REPEATED = slice(MOVEMENT.zone("bank").start - 1, MOVEMENT.zone("booking_date").end)
_SIGN = MOVEMENT.zone("amount").end - 1
_LABEL = MOVEMENT.zone("label").slice
# Label; 2-N; entry number; 2-P and 2-Q; the digits of the amount, and its sign; reference.
_REST: Callable[[str], tuple[str, str, str, str, str, str, str]] = itemgetter(
    _LABEL,
    MOVEMENT.zone("reserved_n").slice,
    MOVEMENT.zone("entry_number").slice,
    slice(MOVEMENT.zone("exempt").start - 1, MOVEMENT.zone("unavailable").end),
    slice(_SIGN - 13, _SIGN),
    _SIGN,
    MOVEMENT.zone("reference").slice,
)
_OLD = OLD_COMPLEMENT.cutter("label", "amount")
_AMOUNT = MOVEMENT.zone("amount").slice
_BLANK = COMPLEMENT.zone("reserved_k").slice
_MARKS = frozenset({"  00", "  01", "  10", "  11"})
"""Zones 2-N, 2-P and 2-Q as the norm has them."""

REMEMBERED = 4_096
"""Texts of one kind whose reading is kept: memory stays flat, and a bank's file has far fewer."""

_LONGEST = 64
"""Complements of one movement beyond which their row is not kept."""


class Head(msgspec.Struct, frozen=True):
    """What zones 2-B to 2-L of a 04 say, and what the rules say of them."""

    common: Common
    currency: str
    decimals: int | None
    exact: bool
    """The decimals are those of the currency: the digits are minor units as they stand."""
    elsewhere: bool
    """Of another account than its statement: reported and left out."""
    credit: Notes
    """What the rules say of it with money in; the next ones with money out, zero, and an amount that is not read."""
    debit: Notes
    zero: Notes
    unread: Notes
    complement: str
    """How each 05 begins that repeats the 04 faithfully."""
    complements: dict[str, tuple[Notes, Notes]]
    """How other 05 begin, with what is said of the repeated and of the reserved zones."""


class Row(msgspec.Struct, frozen=True):
    """A row of qualifiers: where they go, what the rules say of each, and which have inner zones to look at."""

    plan: Plan
    notes: tuple[Notes, ...]
    watched: tuple[tuple[int, str, slice], ...]
    spoken: tuple[tuple[int, Notes], ...]
    """Those of which the rules say something."""


_NO_COMPLEMENT = plan_of(())


class Movements:
    """Reads movements for one profile, statement after statement."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones
        self._old = zones.repairs.applied("C120-222")
        self._rows: dict[tuple[str, ...], Row] = {}
        self._operations: dict[str, tuple[Notes, ...]] = {}
        self._tails: dict[str, Notes] = {}
        self._heads: dict[str, Head] = {}
        """Those of one statement."""
        self._opened: Opened | None = None
        zones.take("04".ljust(WIDTH))
        zones.note_at("C120-076", 1, None)
        self._twin = next(iter(zones.notes()), None)

    def read(self, opened: Opened, block: RecordRun, start: int, stop: int, *, whole: bool = False) -> int:
        """The movements that follow one another from ``start`` on: entries of the statement, and every finding.

        Gives the index of the first record that is not read: no 04, or a 04 with 05 at whose end (``stop``, or a
        record of an unknown code) more of its 05 may follow, unless ``whole`` says that they are all there.
        """
        zones, entries, seen, numbers = self._zones, opened.entries, opened.seen, opened.lines
        texts, kinds, places, first = block.texts, block.kinds, block.places, block.first
        if opened is not self._opened:
            self._opened, self._heads = opened, {}
        heads = self._heads
        zones.statement, zones.account = opened.number or None, opened.name
        informations: list[str]
        while start < stop and kinds[start] == "4":
            end = start + 1
            while end < stop and kinds[end] == "5":
                end += 1
            if not whole and (end == stop or kinds[end] == "?"):
                break
            text = texts[start]
            place = (first + start, 0, WIDTH) if places is None else places[start]
            opened.count = zones.entry = opened.count + 1
            if places is not None or not opened.number:
                self._unusual(opened, text, place)
            head = heads.get(text[_HEAD]) if place[2] == WIDTH else None
            if head is None:
                head = self._head(opened, text, place[2])
            twins = opened.twins.get(text) if end - start == 1 else None
            if twins is not None and twins.head is head:
                # All that a 04 without complements says has been worked out for one before it.
                start = end
                entry = twins.entry
                zones.tell(twins.notes, place)
            else:
                label, reserved, number, marks, digits, sign, reference = _REST(text)
                # 13 digits and the sign character are minor units as they stand; anything else is read zone by zone.
                unit = DIGIT_AND_SIGN.get(sign)
                amount: Money | None = None
                notes: Notes = ()
                if unit is not None and head.exact and digits.isdigit() and digits.isascii():
                    minor = (int(digits) * 10 + unit[0]) * unit[1]
                    if minor or unit[1] > 0:
                        amount = Money(minor, head.currency)
                        notes = head.credit if minor > 0 else head.debit if minor else head.zero
                if amount is None:
                    amount, notes = self._amount(head, text, place[2])
                marks = reserved + marks
                if number != NO_NUMBER and not (number.isdigit() and number.isascii()):
                    # Only a number that is none is told with what it is.
                    marks += number
                if marks not in _MARKS:
                    notes += self._tail(marks, text, place[2])
                if notes:
                    zones.tell(notes, place)
                plan, informations = _NO_COMPLEMENT, []
                if end - start > 1:
                    plan, informations = self._complements(opened, head, block, start, end)
                start = end
                if head.elsewhere:
                    opened.excluded = True
                    continue
                given = amount or Money(0, head.currency)
                entry = entry_of(head.common, given, (label, number, reference), plan, informations)
                if amount is None:
                    opened.readable = False
                    unread = Detail("2-R", (digits + sign).rstrip())
                    entry = msgspec.structs.replace(entry, details=(unread, *entry.details))
                elif twins is not None:
                    twins.head, twins.entry, twins.notes = head, entry, notes
            count = len(entries)
            if seen.setdefault(text, count) != count:
                self._identical(opened, entry, text, place)
            if place[1]:
                opened.columns[count] = place[1]
            entries.append(entry)
            numbers.append(place[0])
        return start

    # --- the record 04 -----------------------------------------------------------------------------------------

    def _unusual(self, opened: Opened, text: str, place: Place) -> None:
        """What a record of a usual block in a statement does not need: its characters, and who holds the account."""
        zones = self._zones
        zones.statement, zones.account = opened.number or None, opened.name
        zones.take(text, place[2])
        zones.characters()
        if opened.count == 1 and not opened.number and zones.account_form():
            opened.identify(None, None)
        zones.tell(zones.notes(), place)

    def _tail(self, key: str, text: str, length: int) -> Notes:
        """Zones 2-N to 2-Q when they are not as the norm has them; ``key`` is all of them that is told."""
        notes = self._tails.get(key) if length == WIDTH else None
        if notes is None:
            self._zones.take(text, length)
            self._zones.reserved("reserved_n")
            self._zones.entry_number()
            notes = self._zones.notes()
            if length == WIDTH:
                if len(self._tails) >= REMEMBERED:
                    self._tails.clear()
                self._tails[key] = notes
        return notes

    def _amount(self, head: Head, text: str, length: int) -> tuple[Money | None, Notes]:
        """An amount that is not minor units as it stands, with every finding of the head and of the amount."""
        zones = self._zones
        zones.take(text, length)
        amount = zones.money(zones.signed(), head.decimals, head.currency)
        if amount is None:
            return None, head.unread + zones.notes()
        return amount, (head.credit if amount.minor > 0 else head.debit if amount.minor else head.zero) + zones.notes()

    def _head(self, opened: Opened, text: str, length: int) -> Head:
        """Zones 2-B to 2-L of a 04, and what the rules say of each."""
        zones = self._zones
        zones.take(text, length)
        zones.reserved("reserved_g")
        notes = zones.notes()
        elsewhere = bool(opened.number) and not same_account(zones, opened)
        of_account = zones.notes()
        # What is said of these zones of the 04 is said of each 05 that repeats them, too; not so of another account.
        complement = "" if notes or (of_account and not elsewhere) else f"05{text[_REPEATED]}     "
        notes += of_account
        known = opened.movement_currency, opened.movement_decimals
        currency, decimals = currency_and_decimals(zones, opened)
        booked = zones.date("booking_date", "C120-037")
        if booked is not None and opened.date is not None and booked <= opened.date:
            expected = f"{opened.date.isoformat()} / "
            zones.note("C120-039", "booking_date", found=booked.isoformat(), expected=expected)
        value_date = zones.value_date(booked)
        notes += zones.notes()
        of_operation = self._of_operation()
        common = Common(
            codes=operation_codes(zones.raw("operation")),
            booking_date=booked or value_date or opened.date or EARLIEST,
            value_date=value_date,
            details=return_reason(zones.raw("reject")),
        )
        head = Head(
            common=common,
            currency=currency,
            decimals=decimals,
            exact=decimals == exponent(currency),
            elsewhere=elsewhere,
            credit=notes + of_operation[0],
            debit=notes + of_operation[1],
            zero=notes + of_operation[2],
            unread=notes + of_operation[3],
            complement=complement,
            complements={},
        )
        if not elsewhere:
            opened.latest = max(opened.latest, common.booking_date)
            opened.mixed = opened.mixed or currency != (opened.currency or opened.movement_currency)
        settled = opened.currency is not None and opened.decimals is not None
        if settled or known == (opened.movement_currency, opened.movement_decimals):
            if len(self._heads) >= REMEMBERED:
                self._heads.clear()
            if length == WIDTH:
                self._heads[text[_HEAD]] = head
        else:
            # What the first movement says of its currency is expected of the next ones.
            self._heads.clear()
        return head

    def _of_operation(self) -> tuple[Notes, ...]:
        """What the rules say of the operation at hand: with money in, money out, zero, and an unread amount."""
        zones = self._zones
        key = zones.raw("operation") + zones.raw("reject")
        known = self._operations.get(key) if zones.whole else None
        if known is None:
            said = []
            for minor in (1, -1, 0, None):
                zones.operation(minor)
                said.append(zones.notes())
            known = tuple(said)
            if zones.whole and len(self._operations) < REMEMBERED:
                self._operations[key] = known
        return known

    def _identical(self, opened: Opened, entry: Entry, text: str, place: Place) -> None:
        """C120-076 for an entry that is equal to an earlier one with the same 04: the latest of these is named."""
        first = opened.seen[text]
        twins = opened.twins.get(text) or opened.twins.setdefault(text, Twins(first, opened.entries[first]))
        earlier, note = twins.earlier(entry, opened.entries), self._twin
        if earlier is not None and note is not None:
            label, line = text[_LABEL].rstrip(), str(opened.lines[earlier])
            twin = ZoneNote(note.rule, note.severity, note.record, note.position, note.field, label, line, note.values)
            self._zones.tell((twin,), place)

    # --- the records 05 ----------------------------------------------------------------------------------------

    def _complements(
        self, opened: Opened, head: Head, block: RecordRun, start: int, end: int
    ) -> tuple[Plan, list[str]]:
        """Where the qualifiers of a movement go, and their informations."""
        complement = head.complement
        faithful = block.places is None
        qualifiers: list[str] = []
        informations: list[str] = []
        for text in block.texts[start + 1 : end]:
            if text[:45] != complement or text[118:] != "  ":
                faithful = False
            qualifiers.append(text[45:48])
            informations.append(text[48:118])
        opened.complements += len(qualifiers)
        older = self._older(block, start, qualifiers, informations) if self._old else frozenset()
        names = tuple(qualifiers)
        row = self._rows.get(names)
        if row is None:
            row = self._row(names)
        for index, name, reserved in row.watched:
            information = informations[index]
            if information[reserved].strip(" ") or (name in FOREIGN and not as_the_norm(name, information)):
                faithful = False
        if not faithful or older:
            self._explain(opened, head, block, start, row, older)
        else:
            self._zones.account = opened.name
            for index, notes in row.spoken:
                self._zones.tell(notes, block.place(start + 1 + index))
        return row.plan, informations

    def _older(self, block: RecordRun, start: int, names: list[str], informations: list[str]) -> frozenset[int]:
        """Which 05 have the layout of before 2004: they become free labels.

        Without a qualifier, and with text in 41-45, where the newer layout is blank, or the amount of the 04 again.
        """
        older = []
        stated = block.texts[start][_AMOUNT]
        for index, name in enumerate(names):
            text = block.texts[start + 1 + index]
            blank = not text[_BLANK].strip()
            label, amount = _OLD(text)
            if not (blank and name in QUALIFIERS) and (not blank or amount == stated):
                names[index], informations[index] = "LIB", label.ljust(70)
                older.append(index)
        return frozenset(older)

    def _row(self, names: tuple[str, ...]) -> Row:
        """C120-061, C120-062, C120-064 and C120-065 for a row of qualifiers, and where each goes."""
        zones = self._zones
        seen: set[str] = set()
        notes: list[Notes] = []
        watched: list[tuple[int, str, slice]] = []
        for index, name in enumerate(names):
            zones.take("05".ljust(WIDTH))
            qualifier = QUALIFIERS.get(name)
            if not name.strip():
                zones.note("C120-062", "qualifier", found=name)
            elif qualifier is None:
                zones.note("C120-061", "qualifier", found=name)
            else:
                if name in seen and not qualifier.repeatable:
                    zones.note("C120-065", "qualifier", found=name)
                if name == "LC2" and "LCC" not in seen:
                    zones.note("C120-064", "qualifier", found=name)
                for zone in qualifier.zones:
                    if zone.kind == "-":
                        start = zone.start - INFORMATION_START
                        watched.append((index, name, slice(start, start + zone.length)))
            seen.add(name)
            notes.append(zones.notes())
        spoken = tuple((index, said) for index, said in enumerate(notes) if said)
        row = Row(plan=plan_of(names), notes=tuple(notes), watched=tuple(watched), spoken=spoken)
        if len(self._rows) >= REMEMBERED:
            self._rows.clear()
        if len(names) <= _LONGEST:
            self._rows[names] = row
        return row

    def _explain(
        self, opened: Opened, head: Head, block: RecordRun, start: int, row: Row, older: frozenset[int]
    ) -> None:
        """Every finding of the 05 of a movement, record after record."""
        zones = self._zones
        zones.account = opened.name
        watched = {index for index, _, _ in row.watched}
        for index, name in enumerate(row.plan.names):
            text = block.texts[start + 1 + index]
            place = block.place(start + 1 + index)
            length = place[2]
            zones.take(text, length)
            if block.places is not None:
                zones.characters(signed=index in older)
                zones.tell(zones.notes(), place)
            if text[:45] != head.complement:
                repeated, reserved = self._repeated(opened, head, block.texts[start], text, length)
                zones.tell(repeated, place)
                if index not in older:
                    zones.tell(reserved, place)
            if index in older:
                label, _ = _OLD(text)
                zones.note_at("C120-222", 41, "label", found=label.rstrip())
            else:
                zones.reserved("reserved_n")
                zones.tell(zones.notes(), place)
                if zones.present("qualifier"):
                    zones.tell(row.notes[index], place)
                    if index in watched:
                        zones.information(name)
            zones.tell(zones.notes(), place)

    def _repeated(self, opened: Opened, head: Head, movement: str, text: str, length: int) -> tuple[Notes, Notes]:
        """C120-021 to C120-024, C120-209 and C120-213: the zones before the qualifier, as against those of the 04."""
        known = head.complements.get(text[:45]) if length == WIDTH else None
        if known is not None:
            return known
        zones = self._zones
        theirs = MOVEMENT.parse(movement)
        other = next((key for key in ("branch", "account") if zones.raw(key) != theirs[key]), None)
        if opened.number and not (head.elsewhere and other is None):
            same_account(zones, opened)
        elif not opened.number and other is not None:
            zones.note("C120-021", other, found=zones.raw(other), expected=theirs[other])
        for key, rule_id in (("currency", "C120-022"), ("decimals", "C120-023")):
            found = zones.raw(key)
            # Reserved in the older layout, so a blank says nothing.
            if found.strip() and found != theirs[key]:
                zones.note(rule_id, key, found=found, expected=theirs[key])
        for key in ("internal", "operation", "booking_date"):
            if zones.present(key) and zones.raw(key) != theirs[key]:
                zones.note("C120-024", key, found=zones.raw(key), expected=theirs[key])
        repeated = zones.notes()
        zones.reserved("reserved_g", "reserved_k")
        result = repeated, zones.notes()
        if length == WIDTH:
            if len(head.complements) >= REMEMBERED:
                head.complements.clear()
            head.complements[text[:45]] = result
        return result
