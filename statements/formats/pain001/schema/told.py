"""The faults of a schema that are listed, as findings: with their places in the file, and with what mends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import msgspec

from statements.findings import Location, PaymentLabel, Proposal, Reporter
from statements.formats.pain001.message import Envelope
from statements.formats.pain001.onward import Onward
from statements.formats.pain001.outline import closing
from statements.formats.pain001.positions import Place, Spot
from statements.formats.pain001.schema.acts import Act, proposal, shifted


class Explained(msgspec.Struct):
    """Which parts of a document its schema refuses: all of them, also those whose faults were only counted."""

    whole: bool = False
    """The header, or what stands around header and blocks."""
    outside: set[str] = msgspec.field(default_factory=set)
    """The paths of the faulty elements there."""
    blocks: dict[int, frozenset[str]] = msgspec.field(default_factory=dict)
    """Blocks by number, for what is no payment in them, with the paths of the faulty elements from the block on."""
    payments: dict[int, frozenset[str]] = msgspec.field(default_factory=dict)
    """Payments by their number in the file, with the paths of the faulty elements from the payment on."""
    bounded: bool = False
    """So many payments are broken that of some only the first fault was counted: see ``Report.at_least``."""


class Told(msgspec.Struct, frozen=True):
    """A fault that is listed: its path and what the finding needs, without the element."""

    rule: str
    path: str
    beside: str
    field: str
    found: str | None
    expected: str | None
    expected_fr: str | None
    payment: PaymentLabel | None
    act: Act | None = None
    act_path: str = ""


def report_told(told: Sequence[Told], onward: Onward, envelope: Envelope, reporter: Reporter) -> None:
    """Report a portion of the faults of a document."""
    paths = {path for fault in told for path in (fault.path, fault.beside, fault.act_path, _target(fault))}
    places = onward.locate(paths)
    proposals = _proposals(told, places, onward, envelope)
    for fault in told:
        _report(fault, places, reporter, proposals.get((fault.act, fault.act_path)))


def _target(fault: Told) -> str:
    return _beside(fault.act, fault.act_path) if fault.act is not None else ""


def _beside(act: Act, path: str) -> str:
    """The path of the sibling before which an element is carried; empty when it is not."""
    if act.kind != "carry":
        return ""
    parent = path.rpartition("/")[0]
    return f"{parent}/{act.text}" if parent else act.text


_Proposals = Mapping[tuple[Act | None, str], Proposal]


def _proposals(told: Sequence[Told], places: Mapping[str, Place], onward: Onward, envelope: Envelope) -> _Proposals:
    """The acts that mend the faults on the bytes of a file in UTF-8."""
    acts: dict[int, set[tuple[Act, str]]] = {}
    for each in told:
        if each.act is not None and each.act_path in places:
            acts.setdefault(places[each.act_path].tag.offset, set()).add((each.act, each.act_path))
    if not acts or envelope.encoding != "utf-8":
        return {}
    found: dict[tuple[Act | None, str], Proposal] = {}
    patience = _FAR_ENDS
    for start, raw in onward.windows(acts):
        for act, path in acts[start]:
            target = places.get(_beside(act, path))
            made = proposal(act, raw, start, target=target.tag.offset if target is not None else None)
            if made is None and act.kind == "rename" and patience:
                patience -= 1
                made = proposal(act, raw, start, partial(closing, onward.pieces(), start))
            if made is not None:
                found[act, path] = shifted(made, envelope.mark)
    return found


# So many end tags are looked for that stand far from their start tags: each is a reading of the file.
_FAR_ENDS = 8


def _report(fault: Told, places: Mapping[str, Place], reporter: Reporter, mending: Proposal | None) -> None:
    place = places.get(fault.path)
    spot: Spot | None = None
    if place is not None:
        # A name that is quoted stands behind the `<`; an empty or incomplete element is pointed at by its tag.
        spot = place.name if fault.rule in _BY_NAME else place.value if fault.found else place.tag
    elif fault.beside in places:
        spot = places[fault.beside].tag
    where = Location(
        line=spot.line if spot is not None else None,
        column=spot.column if spot is not None else None,
        field=fault.field,
        path=fault.path,
        payment=fault.payment,
    )
    words: dict[str, str] = {} if fault.expected_fr is None else {"expected_fr": fault.expected_fr}
    grade = reporter.severity(fault.rule)
    if grade is not None:
        reporter.put(fault.rule, grade, where, fault.found, fault.expected, words, mending)


_BY_NAME = frozenset({"P001-031", "P001-040", "P001-041", "P001-042", "P001-044"})
