"""``split``: one payment file as several, of which each can go to the bank by itself."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, BinaryIO, Literal

from statements.findings import Profile
from statements.formats import register
from statements.formats.pain001.parts import PartStore, Split
from statements.services.identify import FileIdentity, content, identify


class NotSplit(ValueError):  # noqa: N818 - it says what the file is
    """A file that holds no payments: there is nothing to split."""

    def __init__(self, identity: FileIdentity) -> None:
        self.identity = identity
        super().__init__(f"only payment files (pain.001) are split, not {identity.name.en or identity.format}")


def split(
    data: bytes | str | BinaryIO,
    *,
    by: str = "verdict",
    accept: Literal["safe", "review"] = "safe",
    store: PartStore | None = None,
    profile: str | Profile | None = None,
    today: datetime.date | None = None,
    own: Collection[str] = (),
    known_ids: Collection[str] = (),
    schemas: Mapping[str, bytes] | None = None,
    **settings: Any,
) -> Split:
    """The parts of a payment file, each a file of the same version with right totals and a reference of its own.

    ``data`` are bytes, a path object, or a binary stream that can be rewound and is never held in memory; a ``str`` is
    the text of a file. ``by`` is ``verdict`` (the payments that are ready, and those that are held), ``account`` (of
    the debtor), ``date`` (of execution), or ``count=N`` (so many payments each, in their order). A payment is held when
    the check finds an error in it, or in its block; all of a block with an error are held.

    Every payment stands in exactly one part, byte for byte as in the source; so does all around it, but for ``MsgId``,
    ``NbOfTxs`` and ``CtrlSum`` (those of a block too, where it has them). A new ``MsgId`` is the original with an
    ending, at most 35 characters, none of ``known_ids``. ``PmtInfId`` stays: rules want it unique within one file.

    An error of the header would be in every part: then there are no parts, and ``Split.stopped`` names the rules. So
    it is with totals that are wrong, because payments may be missing; with ``accept="review"`` somebody has looked,
    and the parts get right totals. A known ``MsgId`` stops too: the payments may have gone already.

    ``store`` takes the bytes of the parts (the command's writes files); without one ``PaymentPart.content`` holds them.
    ``profile``, ``today``, ``own``, ``schemas`` and ``settings`` are those of :func:`validate`.

    Raises :class:`NotSplit` for a file that holds no payments, ``ValueError`` for an unknown ``by``, ``accept``,
    profile or setting. Bad payments never raise.

    >>> split(b"<Document/>").stopped
    ('P001-007',)
    """
    from statements.formats.pain001.parts import split as split_payments

    stream = data if not isinstance(data, bytes | str) and hasattr(data, "seek") else None
    raw = content(data) if stream is None else b""
    head = raw or _head(stream)
    identity = identify(head)
    row = register.payments()
    if identity.reader.name != row.name or identity.kind == "unknown":
        raise NotSplit(identity)
    chosen = profile if profile is not None else row.reader.default if row.reader is not None else ""
    return split_payments(
        raw if stream is None else stream,
        by=by,
        accept=accept,
        store=store,
        profile=chosen,
        today=today,
        own=own,
        known_ids=known_ids,
        schemas=schemas,
        **settings,
    )


def _head(stream: BinaryIO | None) -> bytes:
    """The beginning of a stream, which then stands where it stood."""
    if stream is None:
        return b""
    start = stream.tell()
    head = stream.read(1 << 20)
    stream.seek(start)
    return head
