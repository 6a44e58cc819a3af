"""What the rule functions work with: today, the settings, the block at hand, and the place to report to."""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Callable, Iterable
from functools import lru_cache

from statements.findings import Location, PaymentLabel, Profile, Reporter
from statements.formats.pain001.decimals import ZERO, Exact, exact, spelled
from statements.formats.pain001.scope import Level, Scope, Shape, leaf, text_of
from statements.rules import RuleBook, Severity

ALWAYS_BLOCK = frozenset({"P001-060", "P001-061", "P001-062", "P001-063"})
"""Exclusive at block and payment level: whichever place shows it, the block is refused."""
_LEVELS = {"file": Level.GROUP, "group": Level.GROUP, "payment": Level.BLOCK, "transaction": Level.PAYMENT}
_STEP_DOWN = {Severity.ERROR: Severity.WARNING, Severity.WARNING: Severity.INFO, Severity.INFO: None}
_NOWHERE = Location()
SHOWN = 5
"""So many payments are named that are missing from a sum; the others are counted."""


class Tally:
    """Counts of a block or of the whole file: payments, exact sum, and what only the end can judge."""

    __slots__ = (
        "blocks",
        "cents",
        "count",
        "dates",
        "left_out",
        "lost",
        "meant_cents",
        "mixed",
        "outside_eea",
        "rest",
        "salaries",
        "unread",
        "untyped",
    )

    def __init__(self) -> None:
        self.count = 0
        self.cents = 0
        self.rest: Exact = ZERO
        """The sum of the amounts that are no whole cents."""
        self.meant_cents: int | None = None
        """The sum of the amounts that are numbers once they are spelled right."""
        self.unread = False
        """Some amount is no number in any spelling: the sum is not known."""
        self.left_out: list[int] = []
        """The first payments whose amount somebody has to mend by hand: it is no number, or no whole cents."""
        self.lost = 0
        """How many payments these are."""
        self.salaries = 0
        self.blocks = 0
        self.mixed = False
        """.02: some block holds more than one payment, or none."""
        self.untyped = False
        """Some payment has no service level of its own."""
        self.dates: dict[str, Scope] = {}
        self.outside_eea: str | None = None
        """The country of a creditor bank in SEPA but outside the EEA."""

    @property
    def total(self) -> Exact:
        """The exact sum of the amounts."""
        return self.rest.plus(Exact.of(self.cents, 2))

    @property
    def meant(self) -> Exact | None:
        """The exact sum of amounts in another spelling; ``None`` where there are none."""
        return Exact.of(self.meant_cents, 2) if self.meant_cents is not None else None

    def take(self, block: Tally) -> None:
        """Add the counts of a block to those of its file."""
        self.count += block.count
        self.cents += block.cents
        self.rest = self.rest.plus(block.rest)
        self.blocks += 1
        self.mixed = self.mixed or block.count != 1
        self.unread = self.unread or block.unread
        self.lost += block.lost
        self.left_out += block.left_out[: SHOWN - len(self.left_out)]
        if block.meant_cents is not None:
            self.meant_cents = block.meant_cents + (self.meant_cents or 0)

    def add(self, text: str, index: int) -> None:
        """Count the payment of a number in the file; an unreadable amount adds nothing, and leaves the sum unknown."""
        self.count += 1
        amount = exact(text)
        if amount is not None and amount.units < 0:
            amount = None  # nothing that a transfer pays
        cents = amount.cents if amount is not None else None
        if cents is not None:
            self.cents += cents
            return
        meant = exact(spelled(text)) if amount is None else None
        if meant is not None and meant.cents is not None:
            self.meant_cents = meant.cents + (self.meant_cents or 0)
            return
        self.lost += 1
        if len(self.left_out) < SHOWN:
            self.left_out.append(index)
        if amount is None:
            self.unread = True
        else:
            self.rest = self.rest.plus(amount)


class CheckContext:
    """The state of one check. Rule functions read it and call :meth:`add`."""

    __slots__ = (
        "_book",
        "_limit",
        "_reporter",
        "_valid_from",
        "block",
        "block_day",
        "block_rules",
        "file_rules",
        "instant",
        "known_ids",
        "own",
        "payment_rules",
        "profile",
        "reachable",
        "settings",
        "today",
        "unlisted",
        "version",
    )

    def __init__(
        self,
        book: RuleBook,
        reporter: Reporter,
        profile: Profile,
        *,
        version: str,
        today: datetime.date | None,
        own: Iterable[str] = (),
        known_ids: Iterable[str] = (),
    ) -> None:
        self._book = book
        self._reporter = reporter
        self._valid_from: dict[str, datetime.date | None] = {}
        self.profile = profile
        self.settings = profile.settings
        self.version = version
        """``02``, ``03`` or ``09``."""
        self.today = today
        self.own = frozenset("".join(iban.split()).upper() for iban in own)
        self.known_ids = frozenset(known_ids)
        self.reachable = frozenset(bic.strip().upper()[:8] for bic in profile.settings["reachable_bics"] if bic.strip())
        self.block: Scope | None = None
        self.block_day: datetime.date | None = None
        """The execution date of the block, as far as it is a date."""
        self.instant = False
        """The block asks for instant transfers."""
        self.file_rules: list[str] = []
        self.block_rules: list[str] = []
        self.payment_rules: list[str] = []
        self.unlisted: dict[tuple[str, Level, str], array[int]] = {}
        """Errors that were only counted: rule, level and path, and the numbers of their payments or blocks."""

    @property
    def day(self) -> datetime.date | None:
        """The day that dated rules go by: the execution date, or today when that is past."""
        if self.block_day is None:
            return self.today
        return self.block_day if self.today is None else max(self.block_day, self.today)

    def money(self, setting: str) -> Exact | None:
        """A setting that holds an amount; ``None`` when it is empty."""
        return exact(str(self.settings[setting]))

    def severity(self, rule_id: str, asked: Severity | None = None) -> Severity | None:
        """The severity here and now: of the profile, or ``asked``, one step down before the rule's date."""
        grade = self._reporter.severity(rule_id)
        if grade is None:
            return None
        if asked is not None:
            grade = asked
        if rule_id not in self._valid_from:
            since = self._book[rule_id].columns.get("valid_from")
            self._valid_from[rule_id] = datetime.date.fromisoformat(since) if since else None
        valid_from = self._valid_from[rule_id]
        if valid_from is not None:
            day = self.day
            if day is not None and day < valid_from:
                return _STEP_DOWN[grade]
        return grade

    def on(self, rule_id: str) -> bool:
        """True when the profile grades the rule."""
        return self._reporter.severity(rule_id) is not None

    def refuses(self, rule_id: str) -> bool:
        """True when the profile takes the rule for an error."""
        return self._reporter.severity(rule_id) is Severity.ERROR

    def add(
        self,
        rule_id: str,
        scope: Scope | None = None,
        path: str = "",
        *,
        found: str | None = None,
        expected: str | Callable[[], str | None] | None = None,
        severity: Severity | None = None,
        **values: str,
    ) -> None:
        """Report a rule at ``path`` inside ``scope``; a missing element is named by the path it should have.

        What is ``expected`` may be a function: it is not called when the finding would only be counted.
        """
        grade = self.severity(rule_id, severity)
        if grade is None:
            return
        if grade is Severity.ERROR:
            self._refuse(rule_id, scope)
        if self._reporter.full(rule_id):
            # Only counted: the place and the label would never be seen.
            self._reporter.add(rule_id, _NOWHERE, severity=grade)
            if grade is Severity.ERROR and scope is not None:
                self._note(rule_id, scope, path)
            return
        if callable(expected):
            expected = expected()
        location = _NOWHERE
        if scope is not None:
            full = scope.full(path)
            location = Location(
                field=leaf(full), path=full, payment=label_of(scope) if scope.level is Level.PAYMENT else None
            )
        self._reporter.add(rule_id, location, found=found, expected=expected, severity=grade, proposal=None, **values)

    def count(self, rule_id: str, scope: Scope, path: str) -> bool:
        """Count a finding of a rule whose list is full; False when it must be told, or is none in this profile."""
        if not self._reporter.full(rule_id):
            return False
        grade = self.severity(rule_id)
        if grade is None:
            return False
        if grade is Severity.ERROR:
            self._refuse(rule_id, scope)
        self._reporter.add(rule_id, _NOWHERE, severity=grade)
        if grade is Severity.ERROR:
            self._note(rule_id, scope, path)
        return True

    def _note(self, rule_id: str, scope: Scope, path: str) -> None:
        """Remember where an error stands that is only counted."""
        key = (rule_id, scope.level, path)
        numbers = self.unlisted.get(key)
        if numbers is None:
            numbers = self.unlisted[key] = array("Q")
        numbers.append(scope.index if scope.level is Level.PAYMENT else scope.block)

    def _refuse(self, rule_id: str, scope: Scope | None) -> None:
        level = _LEVELS[self._book[rule_id].columns["level"]] if scope is None else scope.level
        if rule_id in ALWAYS_BLOCK:
            level = Level.BLOCK
        refused = {Level.GROUP: self.file_rules, Level.BLOCK: self.block_rules, Level.PAYMENT: self.payment_rules}
        rules = refused[level]
        if rule_id not in rules:
            rules.append(rule_id)


def label_of(payment: Scope) -> PaymentLabel:
    """What a person needs to find the payment again."""
    texts = payment.texts
    end_to_end_id, creditor, iban, amount, currency = [
        text_of(texts[place]) if isinstance(place, int) else place for place in _label_places(payment.shape)
    ]
    return PaymentLabel(
        index=payment.index,
        end_to_end_id=end_to_end_id,
        creditor=creditor,
        iban=iban,
        amount=amount,
        currency=currency,
    )


@lru_cache(maxsize=1_024)
def _label_places(shape: Shape) -> tuple[int | str | None, ...]:
    """Where the texts of a label stand in payments of a shape: a file may have a finding in each of very many."""
    amount = "Amt/InstdAmt" if "Amt/InstdAmt" in shape.places else "Amt/EqvtAmt/Amt"
    paths = ("PmtId/EndToEndId", "Cdtr/Nm", "CdtrAcct/Id/IBAN", amount, f"{amount}/@Ccy")
    return tuple(shape.places.get(path) for path in paths)
