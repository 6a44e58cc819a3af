"""What mends a schema fault, as an act on its element, and the proposal that it makes of the bytes of a file.

An act is decided where the fault is found, on the parsed element; the proposal needs the bytes, so that everything but
the change stays as it was: elements change places, tags change names, and nothing else does.

    >>> act = Act("reorder", "safe", order=(1, 0))
    >>> made = proposal(act, b"<B>2</B>\\n  <A>1</A>", 100)
    >>> made.offset, made.new
    (100, '<A>1</A>\\n  <B>2</B>')
    >>> proposal(Act("rename", "review", "Nm"), b"<p:Name>x</p:Name>", 0).edits()  # doctest: +ELLIPSIS
    <generator object ...>
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from statements.findings import Proposal
from statements.formats.pain001.outline import Node, outline, siblings

Grade = Literal["safe", "review"]
Closing = Callable[[str], int | None]


class Act(msgspec.Struct, frozen=True):
    """One way to mend an element, and the grade of it.

    ``text``: of ``rename`` the right name, of ``insert`` (before the element) and ``append`` (at its end)
    ``NAME=VALUE``, of ``wrap`` the name of the child that takes the text, of ``reference`` the version, of
    ``currency`` its code, of ``attribute`` its names ``OLD=NEW``, of ``carry`` the sibling before which the element
    belongs. ``order``: of ``reorder`` the element and those that follow it, by their numbers from 0, as they should
    stand.
    """

    kind: Literal[
        "rename",
        "remove",
        "insert",
        "append",
        "reorder",
        "wrap",
        "unwrap",
        "reference",
        "currency",
        "carry",
        "attribute",
    ]
    grade: Grade
    text: str = ""
    order: tuple[int, ...] = ()


def proposal(
    act: Act, raw: bytes, offset: int, closing: Closing | None = None, target: int | None = None
) -> Proposal | None:
    """The act on the bytes ``raw``, which begin with the element and stand at ``offset`` of the file.

    ``closing`` looks for the end tag of an element that does not end there: its offset in the file, by its name;
    ``target`` is the offset to which it is carried.
    """
    if act.kind == "reorder":
        return _reordered(act, raw, offset)
    node = outline(raw)
    if node is None:
        return _renamed_far(act, raw, offset, closing) if act.kind == "rename" and closing is not None else None
    if act.kind == "carry":
        whole = node.whole.decode("utf-8", "replace")
        return (
            Proposal(target, "", whole, act.grade, ((offset + node.start, whole, ""),)) if target is not None else None
        )
    edit = _EDITS[act.kind](act, node)
    if edit is None:
        return None
    (at, old, new), *more = edit
    return Proposal(offset + at, old, new, act.grade, tuple((offset + at, old, new) for at, old, new in more))


def shifted(made: Proposal, mark: int) -> Proposal:
    """The proposal for a file that begins with so many bytes more."""
    more = tuple((offset + mark, old, new) for offset, old, new in made.more)
    return msgspec.structs.replace(made, offset=made.offset + mark, more=more) if mark else made


_Edit = tuple[int, str, str]


def _reordered(act: Act, raw: bytes, offset: int) -> Proposal | None:
    nodes = siblings(raw, len(act.order))
    if not nodes:
        return None
    made = b""
    for number, node in enumerate(nodes):
        gap = raw[nodes[number - 1].end : node.start] if number else b""
        made += gap + nodes[act.order[number]].whole
    start, end = nodes[0].start, nodes[-1].end
    return Proposal(
        offset + start, raw[start:end].decode("utf-8", "replace"), made.decode("utf-8", "replace"), act.grade
    )


def _renamed_far(act: Act, raw: bytes, offset: int, closing: Closing) -> Proposal | None:
    tag = _START.match(raw)
    name = tag[1].decode("utf-8", "replace") if tag is not None else ""
    end = closing(name) if name else None
    if tag is None or end is None:
        return None
    # The end tag has the same prefix, so the name stands as far behind its beginning, and one byte for the slash.
    return Proposal(offset + tag.start(1), name, act.text, act.grade, ((end + tag.start(1) + 1, name, act.text),))


_START = re.compile(rb"<(?:[^\s<>/:]+:)?([^\s<>/]+)")


def _rename(act: Act, node: Node) -> list[_Edit]:
    edits = [(node.name_at, node.name, act.text)]
    if node.inner_end < node.end:
        edits.append((node.inner_end + 2 + len(node.prefix.encode()), node.name, act.text))
    return edits


def _remove(act: Act, node: Node) -> list[_Edit]:
    return [(node.start, node.whole.decode("utf-8", "replace"), "")]


def _element(act: Act, node: Node) -> str:
    name, _, value = act.text.partition("=")
    return f"<{node.prefix}{name}>{value}</{node.prefix}{name}>"


def _currency(act: Act, node: Node) -> list[_Edit]:
    return [(node.name_at, node.name, f'{node.name} Ccy="{act.text}"')]


def _attribute(act: Act, node: Node) -> list[_Edit] | None:
    old, _, new = act.text.partition("=")
    found = re.search(rb"\s" + re.escape(old.encode()) + rb"\s*=", node.raw[node.start : node.inner])
    return [(node.start + found.start() + 1, old, new)] if found is not None else None


def _insert(act: Act, node: Node) -> list[_Edit]:
    return [(node.start, "", _element(act, node))]


def _append(act: Act, node: Node) -> list[_Edit] | None:
    return [(node.inner_end, "", _element(act, node))] if node.inner_end < node.end else None


def _wrap(act: Act, node: Node) -> list[_Edit] | None:
    day = node.text.strip()
    if not _DAY.fullmatch(day):
        return None
    name = node.prefix + act.text
    return [(node.inner, node.text, f"<{name}>{day}</{name}>")]


def _unwrap(act: Act, node: Node) -> list[_Edit] | None:
    days = [child.text.strip()[:10] for child in node.children]
    return [(node.inner, node.text, days[0])] if len(days) == 1 and _DAY.fullmatch(days[0]) else None


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# The tags of a creditor reference in .02, and in .03 and .09.
_LATER = {"CdtrRefTp": "Tp", "CdtrRef": "Ref"}
_EARLIER = {later: earlier for earlier, later in _LATER.items()}


def _reference(act: Act, node: Node) -> list[_Edit] | None:
    """The tags of the other version, around the same texts."""
    names = _EARLIER if act.text == "02" else _LATER
    edits: list[_Edit] = []
    for child in node.children:
        if child.name not in names:
            return None
        edits += _rename(Act("rename", act.grade, names[child.name]), child)
        for part in child.children:
            if act.text == "02" and part.name == "CdOrPrtry":
                start = part.raw[part.start : part.inner].decode("utf-8", "replace")
                end = part.raw[part.inner_end : part.end].decode("utf-8", "replace")
                edits += [(part.start, start, ""), (part.inner_end, end, "")]
            elif act.text != "02" and part.name in ("Cd", "Prtry"):
                tag = f"{part.prefix}CdOrPrtry"
                whole = part.whole.decode("utf-8", "replace")
                edits.append((part.start, whole, f"<{tag}>{whole}</{tag}>"))
    return sorted(edits) or None


_EDITS: Mapping[str, Callable[[Act, Node], list[_Edit] | None]] = {
    "rename": _rename,
    "remove": _remove,
    "insert": _insert,
    "append": _append,
    "wrap": _wrap,
    "unwrap": _unwrap,
    "reference": _reference,
    "currency": _currency,
    "attribute": _attribute,
}
