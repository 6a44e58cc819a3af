"""The core opens no file and no socket, starts no process and reads no clock's environment: seen by an audit hook."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from statements.formats import cfonb120, mt940, neutral
from tests.hostile.mutations import sample

EVENTS: list[str] = []
_watching = False


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event.split(".")[0] in ("open", "socket", "subprocess", "os", "shutil", "urllib", "import"):
        EVENTS.append(f"{event} {arguments[:1]}")


@contextmanager
def watched() -> Iterator[None]:
    """Note every file, socket and process event inside the block. A hook stays for good, so it has a switch."""
    global _watching
    EVENTS.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False


@pytest.fixture(scope="module", autouse=True)
def hook() -> None:
    """Install the hook once."""
    sys.addaudithook(_hook)


def work() -> None:
    """Write, read and judge a statement in every format."""
    statement = sample()
    for profile in ("qonto", "swift", "german", "blocks"):
        data = mt940.write([statement], profile=profile).unwrap()
        mt940.read(data, profile=profile).unwrap()
        mt940.validate(data + b"x", profile=profile)
    for profile in ("sepa", "strict"):
        data = cfonb120.write([statement], profile=profile).unwrap()
        cfonb120.read(data).unwrap()
        cfonb120.validate(data + b"x")
    neutral.read(neutral.write([statement])).unwrap()


def test_the_hook_sees_a_file(tmp_path) -> None:
    """The test itself can fail: an opened file is an event."""
    with watched():
        (tmp_path / "a").write_text("x", "utf-8")
    assert EVENTS


def test_the_core_touches_nothing() -> None:
    """After the tables of the package were read once, nothing at all is opened."""
    work()
    with watched():
        work()
    assert EVENTS == []
