"""A payment file as data, from .02, .03 and .09 alike.

``read`` reports what keeps a file from being read at all (the envelope, XML that is not well-formed); whether the
payments are right is the question of ``validate``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec
from lxml import etree

from statements.findings import Outcome, Profile, Reporter
from statements.formats.pain001.events import Batch, BlockEnd, BlockStart, Event, Group
from statements.formats.pain001.message import Envelope, inspect
from statements.formats.pain001.profiles import DEFAULT, profile_of, rules
from statements.formats.pain001.scope import Level, Scope
from statements.formats.pain001.source import Source
from statements.formats.pain001.stream import walk
from statements.formats.pain001.syntax import syntax_fault
from statements.formats.pain001.to_model import information, initiation, transfer
from statements.formats.pain001.versions import VERSIONS
from statements.model.payment import CreditTransfer, PaymentInformation, PaymentInitiation

Part = PaymentInitiation | PaymentInformation | CreditTransfer


def read(data: bytes | str | BinaryIO, *, profile: str | Profile = DEFAULT) -> Outcome[PaymentInitiation | None]:
    """The whole file in memory; ``None`` when it is no payment file that can be read.

    Raises ``ValueError`` for an unknown profile; bad data never raises.

    >>> outcome = read(b"<Document/>")
    >>> outcome.value is None, outcome.findings[0].id
    (True, 'P001-007')
    """
    reporter = Reporter(rules(), profile_of(profile))
    source = Source(data)
    envelope = inspect(source, reporter)
    value: PaymentInitiation | None = None
    blocks: list[PaymentInformation] = []
    payments: list[CreditTransfer] = []
    for part in _parts(source, envelope, reporter):
        if isinstance(part, PaymentInitiation):
            value = part
        elif isinstance(part, CreditTransfer):
            payments.append(part)
        else:
            # A block is told twice: when it begins, and again with all its elements when it ends.
            if blocks and blocks[-1].index == part.index:
                blocks[-1] = msgspec.structs.replace(part, payments=tuple(payments))
            else:
                blocks.append(part)
                payments = []
    findings = tuple(reporter.findings)
    if envelope.version is None or reporter.errors:
        return Outcome(None, findings)
    file = value if value is not None else PaymentInitiation(version="")
    return Outcome(msgspec.structs.replace(_of(envelope, file), blocks=tuple(blocks)), findings)


def iter_read(source: bytes | str | BinaryIO, *, profile: str | Profile = DEFAULT) -> Iterator[Outcome[Part | None]]:
    """The parts in the order of the file, in flat memory: the file without blocks, each block without payments, and
    after it its payments. Findings come with a last outcome whose value is ``None``; without findings there is none.
    """
    reporter = Reporter(rules(), profile_of(profile))
    opened = Source(source)
    envelope = inspect(opened, reporter)
    last = 0
    for part in _parts(opened, envelope, reporter):
        if isinstance(part, PaymentInitiation):
            yield Outcome(_of(envelope, part))
        elif isinstance(part, CreditTransfer) or part.index != last:
            last = part.index if isinstance(part, PaymentInformation) else last
            yield Outcome(part)
    if reporter.findings:
        yield Outcome(None, tuple(reporter.findings))


def _of(envelope: Envelope, file: PaymentInitiation) -> PaymentInitiation:
    return msgspec.structs.replace(
        file,
        version=envelope.message,
        sha256=envelope.sha256,
        encoding=envelope.encoding_label,
        bytes=envelope.size,
    )


def _parts(source: Source, envelope: Envelope, reporter: Reporter) -> Iterator[Part]:
    if envelope.version is None:
        return
    namespace = VERSIONS[envelope.version].namespace

    def pieces() -> Iterator[bytes]:
        return source.pieces(envelope.encoding, envelope.mark)

    try:
        yield from _walked(walk(pieces, namespace))
    except etree.XMLSyntaxError as error:
        syntax_fault(error, reporter, pieces())


def _walked(events: Iterator[Event]) -> Iterator[Part]:
    number = index = 0
    line: int | None = None
    for event in events:
        if isinstance(event, Group):
            yield initiation(event.scope)
        elif isinstance(event, BlockStart):
            number, line = 0, event.line
            yield information(event.scope, line)
        elif isinstance(event, BlockEnd):
            yield information(event.scope, line)
        elif isinstance(event, Batch):
            for (_, shape, row), at in zip(event.payments(), event.lines(), strict=True):
                number, index = number + 1, index + 1
                scope = Scope(Level.PAYMENT, shape, row, block=event.block, number=number, index=index)
                yield transfer(scope, at)
