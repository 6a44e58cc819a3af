"""A mended copy of a file: remedies that a machine can apply, byte for byte the same everywhere else.

A finding whose remedy is mechanical carries it (:class:`statements.findings.Proposal`). Here they are obeyed, the
result is checked, and what is proposed then is obeyed too, until nothing new is. Check digits, accounts and the value
of an amount always stay; a name stays as well, or is spelled in the characters of the format.

>>> data = b":20:A\\n:25:FR7616958000011234567890177\\n:28C:1/1\\n:60F:C260902EUR1,00\\n:62F:C260903EUR1,00\\n-\\n"
>>> made = mend(data, accept="review")
>>> made.data[:7], [(change.rule.id, change.count) for change in made.changes], made.report.valid
(b':20:A\\r\\n', [('M940-004', 1)], True)
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from io import BytesIO
from typing import Any, BinaryIO, Literal

import msgspec

from statements.findings import Finding, Profile, Report
from statements.formats import register
from statements.rules import Rule
from statements.services.identify import Data, content, identify
from statements.services.validate import CheckOptions, check, declared_format, profiles_for
from statements.wire.mending import Chosen, Kind, Remedies

Accept = Literal["safe", "review"]
ACCEPTED: tuple[Accept, ...] = ("safe", "review")
"""Which proposals are obeyed: those after which the file says the same, or also those that a person must look at."""

PASSES = 16
"""So many times a result is mended again: a fault may hide others, such as the first of what is no XML at all."""

_HEAD = 1 << 20
_PIECE = 1 << 18


class RuleChange(msgspec.Struct, frozen=True):
    """What was changed for one rule in one grade: how many places, the first of them as findings with their proposals.

    Lines and columns are those of the file as it was when its turn came: of the file given, unless an earlier change
    hid the place.
    """

    rule: Rule
    grade: Accept
    count: int
    first: tuple[Finding, ...]


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """A mended copy, what was changed in it, and the check of the result: what is left."""

    stream: BinaryIO
    """The result, opened for reading at its start."""
    before: Report[Any]
    """The check of the file as it came."""
    report: Report[Any]
    """The check of the result."""
    changes: tuple[RuleChange, ...] = ()
    """Those that a person must look at first."""
    waiting: Mapping[str, int] = {}
    """How many proposals of a rule are left because a person must look at them first."""
    complete: bool = True
    """False when something was still proposed after :data:`PASSES` times: mend the result once more."""

    @property
    def data(self) -> bytes:
        """The bytes of the result."""
        self.stream.seek(0)
        return self.stream.read()

    @property
    def changed(self) -> bool:
        """True when the result is not the file that came."""
        return bool(self.changes)


class MendError(ValueError):
    """The bytes at a place are not those that a proposal quotes: another program changed the file meanwhile."""


def mend(
    data: Data,
    *,
    accept: Accept = "safe",
    only: Collection[str] = (),
    profile: str | Profile | None = None,
    declared: str | None = None,
    today: datetime.date | None = None,
    own: Collection[str] = (),
    known_ids: Collection[str] = (),
    schemas: Mapping[str, bytes] | None = None,
    ignore: Collection[str] = (),
    **settings: Any,
) -> Mended:
    """A mended copy of a payment file or of statements (MT940, CFONB-120); anything else comes back as it is.

    ``accept`` says which proposals are obeyed: ``safe`` ones, after which the file says the same, or those to be looked
    at as well (``review``). ``only`` are ids of rules: no other one changes anything. Everything else is as in
    :func:`statements.validate`, and decides which findings are told: a rule that is left out changes nothing.

    The bytes beside the changes stay as they are, a file without proposals comes back the same, and mending a result
    again changes nothing (but see :attr:`Mended.complete`). Never raises for bad data; ``ValueError`` for an unknown
    profile, setting, declared name or ``accept``.

    >>> mend(b"no payment file").changed
    False
    """
    raw = content(data)
    options = CheckOptions(
        profiles=profiles_for(raw, profile, settings, declared),
        declared=declared,
        today=today,
        own=tuple(own),
        known_ids=frozenset(known_ids),
        schemas=schemas or {},
        ignored=dict.fromkeys(ignore, ""),
    )
    return mend_stream(BytesIO(raw), options, accept=accept, only=only)


def mend_stream(
    source: BinaryIO,
    options: CheckOptions,
    *,
    accept: Accept = "safe",
    only: Collection[str] = (),
    scratch: Callable[[], BinaryIO] = BytesIO,
) -> Mended:
    """The same of a file opened for reading, which must be one that can be rewound. A payment file is never in memory.

    ``scratch`` opens an empty stream for reading and writing: each pass writes one. Raises :class:`MendError` when the
    file is changed by somebody else while it is read.
    """
    if accept not in ACCEPTED:
        raise ValueError(f"accept is one of {', '.join(ACCEPTED)}, not {accept!r}")
    passes = PASSES
    current = source
    reports: list[Report[Any]] = []
    changes: dict[Kind, RuleChange] = {}
    while True:
        choice = _Choice(accept, only)
        gathered = Remedies(choice.takes)
        reports = [*reports[:1], _checked(current, options, gathered)]
        chosen = gathered.chosen()
        passes -= 1
        if not len(chosen) or passes < 0:
            break
        result = scratch()
        try:
            for piece in chosen.over(_pieces(current)):
                result.write(piece)
        except ValueError as error:
            raise MendError(str(error)) from None
        _note(changes, chosen)
        if current is not source:
            current.close()
        current = result
    current.seek(0)
    return Mended(
        stream=current,
        before=reports[0],
        report=reports[-1],
        changes=tuple(changes[kind] for kind in sorted(changes, key=lambda kind: (kind[1] == "safe", kind))),
        waiting=dict(choice.waiting),
        complete=not len(chosen),
    )


class _Choice:
    """Which proposals are obeyed; those that a person must look at first are counted."""

    def __init__(self, accept: Accept, only: Collection[str]) -> None:
        self._review = accept == "review"
        self._only = frozenset(only)
        self.waiting: Counter[str] = Counter()

    def takes(self, finding: Finding) -> bool:
        proposal = finding.proposal
        if proposal is None or (self._only and finding.id not in self._only):
            return False
        if self._review or proposal.grade == "safe":
            return True
        self.waiting[finding.id] += 1
        return False


def _checked(stream: BinaryIO, options: CheckOptions, gathered: Remedies) -> Report[Any]:
    """The check of a stream: a payment file is read in pieces, any other whole."""
    stream.seek(0)
    head = stream.read(_HEAD)
    row = register.get(declared_format(options.declared)) if options.declared else identify(head).reader
    if row.holds == "payments":
        return check(head, options, stream, gathered)
    return check(head + stream.read(), options, None, gathered)


def _pieces(stream: BinaryIO) -> Any:
    stream.seek(0)
    return iter(lambda: stream.read(_PIECE), b"")


def _note(changes: dict[Kind, RuleChange], chosen: Chosen) -> None:
    """Add what a pass changes."""
    for kind, count in chosen.counts().items():
        known = changes.get(kind)
        row = known.rule if known is not None else register.rule(kind[0])
        if row is None:
            raise ValueError(f"no rule {kind[0]!r}")
        earlier = known or RuleChange(row, kind[1], 0, ())
        first = (*earlier.first, *chosen.first(kind))[:MOST]
        changes[kind] = RuleChange(row, kind[1], earlier.count + count, first)


MOST = 5
"""So many places of each rule are kept to be shown."""
