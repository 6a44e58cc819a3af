"""Which child elements are too many, missing or in the wrong place: one finding for one fault.

The schema engines stop at the first surprise of a block, or tell one misplaced element as two faults. Here the children
are laid beside the content model: the longest run that is in order counts as right, what is left out of it is
misplaced, what the model wants and nobody is, is missing.

    >>> slots = (Slot({"Dbtr": 1}, 1), Slot({"DbtrAcct": 1}, 1), Slot({"DbtrAgt": 1}, 1), Slot({"ChrgBr": 1}, 0))
    >>> [(fault.kind, fault.name, fault.expected) for fault in diagnose(slots, ["DbtrAcct", "Dbtr", "Foo"])][:2]
    [('misplaced', 'DbtrAcct', ('Dbtr', '')), ('unexpected', 'Foo', ('DbtrAcct',))]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import msgspec

# How alike two names are that mean the same: `CdtrAcc` and `CdtrAcct` are, `Foo` and `Nm` are not.
_NEAR = Fraction(3, 4)
_FAR = Fraction(0)
_LONG = 40
# Of so many unknown children of one element it is worked out what they mean: a crowd is not misspelt.
_FEW = 8


class Slot(msgspec.Struct, frozen=True):
    """A step of a content model: the names that may stand there (with their maximum, ``None`` = any), the minimum.

    Several names are alternatives of which one is used. A name ``*`` takes any element.
    """

    names: Mapping[str, int | None]
    minimum: int


class ContentFault(msgspec.Struct, frozen=True):
    """One fault: the position of the child that is wrong, or the position before which one is missing.

    ``expected`` are the names that may stand there; of a misplaced child its neighbours, the one before and the one
    behind its place, empty where there is none; of a repeated one how many there may be; of a misspelt one its name.
    ``order``: the positions of the children that change places, as they should follow one another.
    """

    kind: Literal["unexpected", "misplaced", "repeated", "misspelt", "missing"]
    name: str
    position: int
    expected: tuple[str, ...]
    order: tuple[int, ...] = ()


def slots_of(group: Any) -> tuple[Slot, ...]:
    """The slots of a model group of the xmlschema package."""
    if group.model == "choice":
        names: dict[str, int | None] = {}
        minimum = int(group.min_occurs > 0)
        for particle in group:
            for leaf in particle.iter_elements() if hasattr(particle, "model") else (particle,):
                names[_name(leaf)] = leaf.max_occurs
            if particle.min_occurs == 0:
                minimum = 0
        return (Slot(names, minimum),)
    found: list[Slot] = []
    for particle in group:
        if hasattr(particle, "model"):
            found.extend(slots_of(particle))
        else:
            found.append(Slot({_name(particle): particle.max_occurs}, particle.min_occurs))
    return tuple(found)


def _name(particle: Any) -> str:
    return getattr(particle, "local_name", None) or "*"


def diagnose(slots: Sequence[Slot], children: Sequence[str]) -> list[ContentFault]:
    """The faults of a list of child names, in order. Foreign elements come as names that no slot holds."""
    where = {name: index for index, slot in enumerate(slots) for name in slot.names}
    wild = where.get("*")
    places = [where.get(name, wild) for name in children]
    right = _longest_in_order(places)
    faults: list[ContentFault] = []
    used: dict[int, tuple[str, int]] = {}
    present = {place for place in places if place is not None}
    kept = sorted((places[position] or 0, children[position]) for position in right)
    known = [name for slot in slots for name in slot.names]
    meant: set[str] = set()
    strangers = 0
    order: tuple[int, ...] = ()
    last = -1
    for position, name in enumerate(children):
        place = places[position]
        if place is not None and position in right:
            first, count = used.get(place, (name, 0))
            maximum = slots[place].names.get(first, slots[place].names.get("*"))
            used[place] = (first, count + 1)
            last = place
            if maximum is not None and count == maximum and name == first:
                faults.append(ContentFault("repeated", name, position, (str(maximum),)))
            elif (name != first and "*" not in slots[place].names) or (maximum is not None and count == maximum):
                faults.append(ContentFault("unexpected", name, position, _next(slots, place + 1)))
        elif place is not None:
            order = order or _in_order(places, children, where)
            faults.append(_astray(slots[place], name, position, place, kept, order))
        else:
            strangers += 1
            near = _nearest(name, known) if strangers <= _FEW else ""
            if near:
                meant.add(near)
                faults.append(ContentFault("misspelt", name, position, (near,)))
            else:
                faults.append(ContentFault("unexpected", name, position, _next(slots, last + 1)))
    ends = {place: position for position, place in enumerate(places) if position in right}
    for index, slot in enumerate(slots):
        # What stands there under a name that is nearly right is not missing as well.
        if slot.minimum and index not in present and meant.isdisjoint(slot.names):
            behind = [position for place, position in ends.items() if place is not None and place > index]
            names = tuple(slot.names)
            faults.append(ContentFault("missing", names[0], min(behind, default=len(children)), names))
    return faults


def _astray(
    slot: Slot, name: str, position: int, place: int, kept: Sequence[tuple[int, str]], order: tuple[int, ...]
) -> ContentFault:
    """A child that the model knows, outside the run in order: in the wrong place, or there already."""
    maximum = slot.names.get(name)
    if maximum is not None and sum(other == place for other, _ in kept) >= maximum:
        return ContentFault("repeated", name, position, (str(maximum),))
    before = next((other for at, other in reversed(kept) if at < place), "")
    behind = next((other for at, other in kept if at > place), "")
    return ContentFault("misplaced", name, position, (before, behind), order)


def _in_order(places: Sequence[int | None], children: Sequence[str], where: Mapping[str, int]) -> tuple[int, ...]:
    """The positions of the children from the first to the last that changes places, in the order of the model.

    Children of one place stay in their order; one that the model does not know stays behind the one before it.
    """
    keys: list[int] = []
    for place, name in zip(places, children, strict=True):
        meant = where.get(_nearest(name, list(where))) if place is None and len(children) <= _FEW * 2 else place
        keys.append(meant if meant is not None else keys[-1] if keys else 0)
    order = sorted(range(len(keys)), key=keys.__getitem__)
    moved = [number for number, position in enumerate(order) if number != position]
    return tuple(order[moved[0] : moved[-1] + 1]) if moved else ()


def _nearest(name: str, known: Sequence[str]) -> str:
    """The name of the model that is meant by one that is nearly it; empty when none is near."""
    if not name or "}" in name:
        return ""
    wanted = name.lower()[:_LONG]
    near = [each for each in known if _likeness(wanted, each.lower()) is not _FAR]
    found = max(near, key=lambda each: _likeness(wanted, each.lower()), default="")
    if found and _likeness(wanted, found.lower()) >= _NEAR:
        return found
    # Behind what is nearly the same: DBTRACCT is no word that is cut down to Dbtr.
    whole = [each for each in known if abbreviates(each, name)]
    return whole[0] if len(whole) == 1 else ""


_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def abbreviates(short: str, name: str) -> bool:
    """True for a name of ISO 20022 and the words that it is made of: each part keeps some letters of one word.

    >>> abbreviates("CdtrAcct", "CreditorAccount"), abbreviates("Nm", "Name"), abbreviates("Id", "InvoiceDate")
    (True, True, False)
    """
    parts, words = _PARTS.findall(short), _PARTS.findall(name[:_LONG])
    return (
        len(name) <= _LONG
        and not name.isupper()
        and len(short) < len(name)
        and len(parts) == len(words)
        and all(part[0] == word[0].upper() and _within(part, word) for part, word in zip(parts, words, strict=True))
    )


def _within(part: str, word: str) -> bool:
    letters = iter(word.lower())
    return all(letter in letters for letter in part.lower())


def alike(one: str, other: str) -> bool:
    """True for two names of which one is nearly the other.

    >>> alike("MsgIdent", "MsgId"), alike("Nm", "MsgId")
    (True, False)
    """
    return _likeness(one.lower()[:_LONG], other.lower()[:_LONG]) >= _NEAR or abbreviates(other, one)


@lru_cache(maxsize=4_096)
def _likeness(one: str, other: str) -> Fraction:
    """The share of two words that they have in common; 0 when their letters alone say it is less than :data:`_NEAR`."""
    # Too long or too short to be near, or of other letters: most names, and a look at their order costs.
    wanted = _NEAR.numerator * (len(one) + len(other))
    if 2 * _NEAR.denominator * min(len(one), len(other)) < wanted:
        return _FAR
    if 2 * _NEAR.denominator * sum(min(one.count(letter), other.count(letter)) for letter in set(one)) < wanted:
        return _FAR
    shared = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return Fraction(2 * shared, len(one) + len(other))


def _next(slots: Sequence[Slot], start: int) -> tuple[str, ...]:
    """The names that may stand next: optional ones, up to the first mandatory one."""
    names: list[str] = []
    for slot in slots[start:]:
        names.extend(slot.names)
        if slot.minimum:
            break
    return tuple(names)


def _longest_in_order(places: Sequence[int | None]) -> set[int]:
    """The positions of the longest run whose slots never go back; of two equal runs the later elements win."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = [-1] * len(places)
    for position, place in enumerate(places):
        if place is None:
            continue
        index = bisect_right(tails, place)
        if index == len(tails):
            tails.append(place)
            ends.append(position)
        else:
            tails[index] = place
            ends[index] = position
        before[position] = ends[index - 1] if index else -1
    found: set[int] = set()
    position = ends[-1] if ends else -1
    while position >= 0:
        found.add(position)
        position = before[position]
    return found
