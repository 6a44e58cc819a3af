r"""Two files line by line, as ``diff -u`` shows them; nothing of them acts on a terminal.

The files are read along one another in flat memory, so they should be alike: what was moved far is shown as left out
here and put in there.

>>> import io
>>> for line in unified(io.BytesIO(b"a\nb\nc\n"), io.BytesIO(b"a\nB\nc\n"), "old", "new"):
...     print(line)
--- old
+++ new
@@ -1,3 +1,3 @@
 a
-b
+B
 c
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from statements.visible import one_line, safe

CONTEXT = 3
"""So many lines alike are shown around those that differ."""
_AHEAD = 200
# A hunk is printed when it is so long: its head states its length.
_LONGEST = 2_000
_Step = tuple[str, bytes]


def unified(old: Iterable[bytes], new: Iterable[bytes], old_name: str, new_name: str) -> Iterator[str]:
    """The lines of the comparison; none for two files that are the same."""
    heads = [f"--- {one_line(old_name)}", f"+++ {one_line(new_name)}"]
    for hunk in _hunks(_steps(iter(old), iter(new))):
        yield from heads
        heads = []
        yield from hunk


def _steps(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[_Step]:
    """Each line with a blank, a minus or a plus sign."""
    ours: list[bytes] = []
    theirs: list[bytes] = []
    while True:
        if not ours and not theirs:
            one, other = next(old, None), next(new, None)
            if one is None and other is None:
                return
            if one == other and one is not None:
                yield " ", one
                continue
            ours += [one] if one is not None else []
            theirs += [other] if other is not None else []
        for lines, rest in ((ours, old), (theirs, new)):
            while len(lines) < _AHEAD and (line := next(rest, None)) is not None:
                lines.append(line)
        ended = len(ours) < _AHEAD and len(theirs) < _AHEAD
        found = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
        blocks = [block for block in found if block.size]
        if not blocks:
            count = (len(ours), len(theirs)) if ended else (_AHEAD // 2, _AHEAD // 2)
            yield from _differing(ours[: count[0]], theirs[: count[1]])
            del ours[: count[0]], theirs[: count[1]]
            continue
        mine = yours = 0
        for block in blocks:
            yield from _differing(ours[mine : block.a], theirs[yours : block.b])
            yield from ((" ", line) for line in ours[block.a : block.a + block.size])
            mine, yours = block.a + block.size, block.b + block.size
        del ours[:mine], theirs[:yours]


def _differing(ours: Iterable[bytes], theirs: Iterable[bytes]) -> Iterator[_Step]:
    yield from (("-", line) for line in ours)
    yield from (("+", line) for line in theirs)


def _hunks(steps: Iterable[_Step]) -> Iterator[list[str]]:
    """The lines that differ, with those around them."""
    before: deque[_Step] = deque(maxlen=CONTEXT)
    hunk: list[_Step] = []
    alike = 0
    place = [1, 1]  # the lines at which the next hunk begins, were it without context
    for step in steps:
        if not hunk and step[0] == " ":
            if len(before) == CONTEXT:
                place = [number + 1 for number in place]
            before.append(step)
            continue
        if not hunk:
            hunk, alike = list(before), 0
            before.clear()
        hunk.append(step)
        alike = alike + 1 if step[0] == " " else 0
        if alike > 2 * CONTEXT or len(hunk) >= _LONGEST:
            # What follows may need these lines before it.
            rest = hunk[len(hunk) - CONTEXT :] if alike > 2 * CONTEXT else []
            yield _told(hunk[: len(hunk) - max(0, alike - CONTEXT)], place)
            sizes = _sizes(hunk[: len(hunk) - len(rest)])
            place = [number + size for number, size in zip(place, sizes, strict=True)]
            hunk = []
            before.extend(rest)
    if hunk:
        yield _told(hunk[: len(hunk) - max(0, alike - CONTEXT)], place)


def _sizes(hunk: Iterable[_Step]) -> list[int]:
    signs = [sign for sign, _ in hunk]
    return [len(signs) - signs.count("+"), len(signs) - signs.count("-")]


def _told(hunk: Sequence[_Step], place: Sequence[int]) -> list[str]:
    spans = [f"{at if size else at - 1},{size}" for at, size in zip(place, _sizes(hunk), strict=True)]
    told = [f"@@ -{spans[0]} +{spans[1]} @@"]
    for sign, line in hunk:
        told.append(sign + safe(line.removesuffix(b"\n").decode("utf-8", "backslashreplace")))
        if not line.endswith(b"\n"):
            told.append("\\ No newline at end of file")
    return told
