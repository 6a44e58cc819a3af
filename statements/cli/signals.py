"""Signals that end a run: Ctrl-C, the end of a terminal, the stop of a service. All of them end it the same way.

While files are put in their places a signal waits, so that a run is always all or nothing.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_waiting: list[int] = []
_held = 0


class Interrupted(BaseException):
    """The run is to end because of a signal; the exit code is 128 and its number."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


@contextmanager
def caught() -> Iterator[None]:
    """Turn the signals into :class:`Interrupted` for as long as a run takes. One that is ignored stays ignored."""
    before = {}
    for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
        try:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, _handle)
        except ValueError:
            # Only the main thread may; a caller's thread has its own way to end.
            break
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _waiting.clear()


@contextmanager
def held() -> Iterator[None]:
    """Let signals wait until the end of the block, or until it asks :func:`check`."""
    global _held
    _held += 1
    try:
        yield
    finally:
        _held -= 1
    if not _held:
        check()


def check() -> None:
    """End the run if a signal has been waiting."""
    if _waiting:
        raise Interrupted(_waiting[0])


def _handle(number: int, frame: FrameType | None) -> None:
    _waiting.append(number)
    # A second signal while the first one ends the run changes nothing.
    if not _held and len(_waiting) == 1:
        raise Interrupted(number)
