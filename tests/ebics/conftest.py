"""Everything that the bank says while the tests of attacks and flows run is compared with what is written down.

``said.tsv`` has one line for each thing said: test, kind, text. A test may say less than its lines (one of its
parameters alone does), but nothing else. To write the file anew: ``EBICS_SAID=write pytest tests/ebics -n 0``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lxml import etree

from statements.ebics.state import Answer, Effect, Record, TakeOrder
from tests.ebics.world import World

FILE = Path(__file__).parent / "said.tsv"
WRITING = os.environ.get("EBICS_SAID") == "write"
MODULES = ("test_attacks", "test_flows")


def lines(answer: Answer, effects: Sequence[Effect]) -> Iterator[str]:
    """What an answer and its effects say, one line each."""
    if answer.refusal is not None:
        for lang in ("en", "fr"):
            yield f"{answer.refusal.reason}\t{answer.refusal.sentence(lang)}"  # type: ignore[arg-type]
    root = etree.fromstring(answer.body)
    told = [root.findtext(f".//{{*}}{name}") or "-" for name in ("TransactionPhase", "SegmentNumber", "NumSegments")]
    told += [root.findtext(f".//{{*}}{name}") or "-" for name in ("OrderID", "ReportText")]
    told += ["with" if root.find(".//{*}TransactionID") is not None else "without"]
    told += [one.get("lastSegment", "-") for one in root.iter("{*}SegmentNumber")]
    yield "answer\t" + " | ".join(told)
    names = (answer.order, answer.phase, answer.declared, answer.order_id, answer.partner, answer.user)
    yield "journal\t" + " | ".join((*names, *answer.quirks))
    for effect in effects:
        if isinstance(effect, Record):
            event = effect.event
            names = (event.partner, event.user, event.order, event.order_id, event.action, event.code)
            yield "event\t" + " | ".join((*names, event.text))
        elif isinstance(effect, TakeOrder):
            one = effect.upload
            names = (one.order, one.order_id, one.declared, one.name, one.version, one.user)
            yield "taken\t" + " | ".join((*names, str(one.authorises)))


def known() -> set[str]:
    """The lines of the file."""
    return set(FILE.read_text("utf-8").splitlines()) if FILE.exists() else set()


@pytest.fixture(scope="session")
def written() -> Iterator[set[str]]:
    """The lines that may be said; those of the run, when the file is written."""
    if not WRITING:
        yield known()
        return
    new: set[str] = set()
    yield new
    FILE.write_text("\n".join(sorted(new)) + "\n", "utf-8")


@pytest.fixture(autouse=True)
def said(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, written: set[str]) -> Iterator[None]:
    """Listens to every bank of a test."""
    name = request.node.originalname
    if request.node.module.__name__.rpartition(".")[2] not in MODULES:
        yield
        return
    heard: set[str] = set()
    carry_out = World.carry_out
    latest: list[Sequence[Effect]] = []

    def listening(world: World, effects: Sequence[Effect]) -> None:
        latest[:] = [effects]
        carry_out(world, effects)

    monkeypatch.setattr(World, "carry_out", listening)
    decide = World.decide

    def answering(world: World, data: bytes) -> Answer:
        answer = decide(world, data)
        heard.update(f"{name}\t{line}".replace("\n", " ") for line in lines(answer, latest[0]))
        return answer

    monkeypatch.setattr(World, "decide", answering)
    yield
    if WRITING:
        written |= heard
    else:
        assert heard <= written, sorted(heard - written)
