"""Where the amounts of a file stand, and what becomes of them: found once, then written back place by place."""

from __future__ import annotations

from collections.abc import Iterable

Edit = tuple[int, int, str]
"""From one index of a text to another, and what stands there instead."""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made.

    >>> edited("abc", [(2, 3, "C"), (0, 1, "A")])
    'AbC'
    """
    made, at = [], 0
    for start, end, new in sorted(edits):
        made += [text[at:start], new]
        at = end
    made.append(text[at:])
    return "".join(made)
