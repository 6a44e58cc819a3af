"""Ten thousand broken requests: always an answer, never another exception, never a change that was not signed for."""

from __future__ import annotations

import os
import random
import time

import pytest
from lxml import etree

from statements.ebics import client as ours
from statements.ebics import structure
from statements.ebics.names import BY_NAMESPACE, PROTOCOLS
from tests.ebics.test_structure import variations
from tests.ebics.world import HOST, World, ready_world

# A thousand in the ordinary run, ten thousand in continuous integration.
EACH = 3_334 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 334


def requests(version: str) -> tuple[World, list[bytes]]:
    """A bank, and requests of every kind that it would take now."""
    world = ready_world()
    anna = world.client(version, level="E")
    world.register("NEW")
    new = world.client(version, "NEW", "new")
    upload = world.upload(anna, bytes(range(100)), size=48)
    download = world.download(anna)
    found = [ours.hev(HOST), upload.next() or b"", download.next() or b""]
    upload.feed(world.send(found[1]))
    download.feed(world.send(found[2]))
    found += [
        ours.key_request(new, "INI"),
        ours.key_request(new, "HIA"),
        ours.hpb_request(anna, world.now, world.fresh()),
        world.download(anna, order="HTD").next() or b"",
        world.upload(anna, order="SPR").next() or b"",
        upload.segment(1),
        download.next() or b"",
    ]
    return world, found


MARKS = (b"<", b">", b"&", b'"', b"\x00", b"\xff\xfe", b"<!--", b"]]>", b"&#0;", b"xmlns=")


def broken(data: bytes, draw: random.Random) -> bytes:
    """Some bytes changed, cut, doubled or moved."""
    content = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at, to = sorted((draw.randrange(len(content)), draw.randrange(len(content))))
        kind = draw.randrange(6)
        if kind == 0:
            content[at] = draw.randrange(256)
        elif kind == 1:
            del content[at : at + draw.randint(1, 30)]
        elif kind == 2:
            content[at:at] = content[at : at + draw.randint(1, 60)]
        elif kind == 3:
            content[at:at] = draw.choice(
                (b"<", b">", b"&", b'"', b"\x00", b"\xff\xfe", b"<!--", b"]]>", b"&#0;", b"xmlns=")
            )
        elif kind == 4:
            content[to:to] = content[at : at + 40]
        else:
            del content[draw.randrange(len(content)) :]
        if not content:
            return b""
    return bytes(content)


@pytest.mark.parametrize("version", PROTOCOLS)
def test_there_is_always_an_answer(version: str) -> None:
    """Changed bytes and changed trees: a valid answer within 50 ms of processor time, and nothing changed.

    Keys that somebody new sends are the one thing that no signature protects, so they are left out of the comparison.
    """
    world, sources = requests(version)
    draw = random.Random(f"mutated {version}")
    unsigned = {b"ebicsUnsecuredRequest"}
    slowest = tried = number = 0
    while tried < EACH:
        number += 1
        source = sources[number % len(sources)]
        if number % 2:
            data = broken(source, draw)
        else:
            _, made = next(variations(etree.fromstring(source), draw, 1))
            data = etree.tostring(made)
        if data == source or etree.tostring(etree.fromstring(source)) == data:
            continue
        tried += 1
        before = world.snapshot()
        started = time.process_time_ns()
        answer = world.decide(data)
        slowest = max(slowest, time.process_time_ns() - started)
        root = etree.fromstring(answer.body)
        assert structure.check(root, BY_NAMESPACE[etree.QName(root).namespace or ""]) == (), data
        if answer.refusal is not None:
            assert answer.refusal.sentence("fr"), data
        if not any(name in source[:200] for name in unsigned):
            after = world.snapshot()
            assert after == before or answer.refusal is None, data
            if answer.refusal is None:
                # What the canonical form does not see was changed: blanks in a tag, a comment, a declaration.
                world, sources = requests(version)
        elif world.snapshot() != before:
            world, sources = requests(version)
    # The bound is 50 ms; a machine in use needs some air.
    assert slowest < 500_000_000
