"""What a file is: format, version, EBICS names; foreign files are named too, with what to do instead.

>>> identify(b":20:X\\r\\n:25:A\\r\\n:60F:C260902EUR1,00\\r\\n").format
'mt940'
>>> identify(b"%PDF-1.7").format
'pdf'
"""

from __future__ import annotations

import re
from typing import Literal, Protocol

import msgspec

from statements.formats import register
from statements.rules import Text
from statements.services import other_files

Kind = Literal["known", "foreign", "unknown"]


class BinaryStream(Protocol):
    """A file opened for reading in binary."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, all of them without ``size``."""
        ...


class BinaryPath(Protocol):
    """A ``pathlib.Path``, or anything else that gives its bytes as one does."""

    def read_bytes(self) -> bytes:
        """All bytes of the file."""
        ...


Data = bytes | bytearray | memoryview | str | BinaryStream | BinaryPath
"""What the verbs take: the bytes of a file, its text, a binary stream, or a path object."""

_PART = r"[^\\/<>{}|:*?\"\s](?:[^\\/<>{}|:*?\"]*[^\\/<>{}|:*?\"\s])?"
_PATH = re.compile(rf"(?:[A-Za-z]:)?(?:~|\.{{1,2}})?[\\/]?(?:{_PART}[\\/])*{_PART}\.\w{{1,8}}")


def content(data: Data) -> bytes:
    """The bytes behind what a caller gives. A ``str`` is the text of a file, never a path.

    Raises ``ValueError`` for a ``str`` that looks like a path, ``TypeError`` for anything that holds no bytes; what
    opening or reading the file raises is passed on.

    >>> content("/tmp/september.sta")
    Traceback (most recent call last):
    ValueError: a str is the text of a file; for the file itself give pathlib.Path('/tmp/september.sta')
    """
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        if len(data) < 4096 and "\n" not in data and _PATH.fullmatch(data):
            raise ValueError(f"a str is the text of a file; for the file itself give pathlib.Path({data!r})")
        return data.encode("utf-8", "surrogatepass")
    if isinstance(data, bytearray | memoryview):
        return bytes(data)
    read = getattr(data, "read_bytes", None) or getattr(data, "read", None)
    found = read() if callable(read) else None
    if not isinstance(found, bytes):
        raise TypeError(f"bytes, a binary stream or a path expected, not {type(data).__name__}")
    return found


class FileIdentity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file is. ``format`` is the name used everywhere; ``name`` is for people."""

    format: str
    kind: Kind = "known"
    name: Text = Text()
    version: str | None = None
    key: str | None = None
    """The row of the EBICS names table (``statements.reference.ebics``), where the file travels by EBICS."""
    advice: Text = Text()
    """What to do with a file that is not taken; empty for a known one."""
    xml: bool = False
    """Foreign XML: the payment check names it, and says in detail what it is."""
    said: tuple[tuple[str, Text, Text], ...] = ()
    """What an EBICS message says: name for programs, label and value for people."""

    @property
    def reader(self) -> register.Format:
        """The format whose reader answers for the file, if only to say what it is."""
        return register.reader_of(self.format)

    @property
    def taken(self) -> bool:
        """Whether a reader of statements or payments takes the file, or refuses it in words of its own format."""
        return self.kind == "known" or (self.kind == "foreign" and not self.reader.fallback)


def identify(data: Data) -> FileIdentity:
    """The identity of the bytes of a file. Never raises for any bytes; looks at their first 64 KiB only, but reads
    an EBICS message whole.
    """
    data = content(data)
    found = other_files.by_signature(data)
    if found is None:
        seen = register.looked_at(data)
        if seen is not None:
            row, kind = seen
            name = row.title if kind.name == row.name else row.variants.get(kind.name)
            if name is not None:
                key = row.ebics_key.format(version=kind.version) if kind.name == row.name else ""
                return FileIdentity(format=kind.name, name=name, version=kind.version or None, key=key or None)
            found = other_files.named(kind.name)
        else:
            found = other_files.by_text(data)
    identity = FileIdentity(format=found.format, kind=found.kind, name=found.name, advice=found.advice, xml=found.xml)
    return _message(data, identity) if found.format == "ebics" else identity


def _message(data: bytes, identity: FileIdentity) -> FileIdentity:
    """An EBICS message with what can be read of it without a key."""
    from statements.ebics.describe import describe

    found = describe(data)
    if found is None:
        return identity
    said = tuple((line.name, line.label, line.value) for line in found.lines)
    return msgspec.structs.replace(identity, name=found.title, version=found.version, said=said)
