"""The safe first look at a payment file: is it XML, in which encoding, and is it a message we check?

:func:`inspect` reads the bytes once without a parser, and only the head with one. It reports the rules P001-001 to
P001-015 as far as they can be known before the elements are read; what a parser stops at later is told by
:mod:`statements.formats.pain001.syntax`. A DOCTYPE ends the reading before any parser sees it.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from typing import Any, BinaryIO, Literal

import msgspec
from lxml import etree

from statements.findings import Location, Proposal, Reporter
from statements.formats.pain001 import encoding as sniff
from statements.formats.pain001.limits import first_excess
from statements.formats.pain001.positions import locate, whole_tag
from statements.formats.pain001.recoding import bytewise, declared_anew, named, to_utf8
from statements.formats.pain001.source import Source
from statements.formats.pain001.syntax import syntax_fault
from statements.formats.pain001.versions import VERSIONS, Kind, Recognised, nearest, recognise
from statements.reference.ebics import contents, parse_name

HEAD = 1 << 20
_XML_VERSION = re.compile(rb"""<\?xml\s+version\s*=\s*["']([^"'<>]{1,20})["']""")
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What the first look found. ``version`` is ``None`` when the elements must not or cannot be checked.

    ``encoding`` and ``mark`` are what :meth:`Source.pieces` wants; ``message`` names what the file is, checked or
    not; ``sha256`` and ``size`` are those of the exact bytes; ``root`` is the place of the root element.
    """

    version: str | None = None
    message: str = "-"
    namespace: str | None = None
    element: str | None = None
    encoding: str = "utf-8"
    encoding_label: str = "UTF-8"
    mark: int = 0
    sha256: str = ""
    size: int = 0
    root: Location = Location(line=1, column=1)
    plain: bool = False
    """UTF-8 without comments, instructions and CDATA sections, and without the character NUL."""


class _Bytes(msgspec.Struct):
    """Figures of the whole file, gathered in one reading."""

    size: int = 0
    elements: int = 0
    sha256: str = ""
    blank: bool = True
    comments: bool = False
    undecodable: tuple[int, int, str] | None = None
    """Line, column and bytes (see :func:`named`) of the first place that cannot be decoded."""


def inspect(data: Source | bytes | str | BinaryIO, reporter: Reporter, *, declared: str | None = None) -> Envelope:
    """Look at a file and report what its envelope says.

    ``declared`` is the EBICS name under which it is sent (``pain.001.001.03.SCT``, ``SCT/pain.001``) or a plain
    ``pain.001``; raises ``ValueError`` when it is no such name. Bad data never raises.
    """
    source = data if isinstance(data, Source) else Source(data)
    settings = reporter.profile.settings
    head = source.head(HEAD)
    encoding = sniff.Encoding("utf-8", "UTF-8") if source.is_text else sniff.encoding_of(head)
    figures = _gather(source, encoding, counted=bool(settings.get("max_elements")))
    envelope = Envelope(
        encoding=encoding.name,
        encoding_label=encoding.label,
        mark=encoding.mark,
        sha256=figures.sha256,
        size=figures.size,
        plain=not figures.comments,
    )
    if figures.blank:
        reporter.add("P001-001", Location(line=1, column=1))
        return envelope
    kind = sniff.packed(head)
    if kind is not None:
        reporter.add("P001-011", Location(line=1, column=1), found=kind, expected="XML")
        return envelope
    if _over_limits(figures, settings, reporter) or _undecodable(source, head, encoding, figures, reporter):
        return envelope
    start = next(source.pieces(encoding.name, encoding.mark, HEAD), b"")
    if encoding.name not in ("utf-8", "utf-7"):
        reporter.add(
            "P001-005",
            _declared_at(start, head, encoding),
            found=encoding.label,
            expected="UTF-8",
            proposal=to_utf8(source, head, encoding),
        )
    elif encoding.mark:
        mark = Proposal(0, "\ufeff", "", "safe")
        reporter.add("P001-006", Location(line=1, column=1), found="EF BB BF", proposal=mark)
    prolog = sniff.prolog(start)
    if prolog.doctype is not None:
        text = start[prolog.doctype :].split(b"\n", 1)[0][:60].decode("utf-8", "replace")
        empty = _EMPTY_DOCTYPE.match(start, prolog.doctype) if encoding.name == "utf-8" else None
        proposal = _replaced(prolog.doctype + encoding.mark, empty[0], "", "safe") if empty is not None else None
        reporter.add("P001-003", _at(start, prolog.doctype), found=text.rstrip(), proposal=proposal)
        return envelope
    declared_as = _XML_VERSION.match(start) if encoding.name == "utf-8" else None
    if encoding.name == "utf-7" or (declared_as is not None and declared_as[1] != b"1.0"):
        found = "UTF-7" if declared_as is None else declared_as[1].decode("ascii", "replace")
        where = _declared_at(start, head, encoding) if declared_as is None else _at(start, declared_as.start(1))
        proposal = None
        if declared_as is not None and not any(_OTHER_IN_1_1.search(piece) for piece in source.raw()):
            proposal = _replaced(declared_as.start(1) + encoding.mark, declared_as[1], "1.0", "safe")
        where = msgspec.structs.replace(where, offset=None)
        reporter.add("P001-019", where, found=found, expected="1.0" if declared_as else "UTF-8", proposal=proposal)
        return envelope
    if not prolog.complete and figures.size > HEAD:
        reporter.add("P001-012", Location(line=1, column=1), found=str(figures.size), expected=f"{HEAD} (prolog)")
        return envelope
    excess = first_excess(source.pieces(encoding.name, encoding.mark), settings)
    if excess is not None:
        where = Location(line=excess.line, column=excess.column)
        reporter.add("P001-012", where, found=excess.found, expected=str(excess.limit))
        return envelope
    root = _root(source, envelope, start, prolog.root or 0, reporter)
    if root is None:
        return envelope
    return _message(source, envelope, root, figures, reporter, declared)


# A document type without entities or an address says nothing.
_EMPTY_DOCTYPE = re.compile(rb"(?i)<!doctype\s+[^\s<>\[\]\"']+\s*>")
# XML 1.1 takes these for line ends, and knows references to controls; the rest of a payment file is the same in 1.0.
_OTHER_IN_1_1 = re.compile(rb"\xc2\x85|\xe2\x80\xa8|&#")


def _replaced(offset: int, old: bytes, new: str, grade: Literal["safe", "review"]) -> Proposal:
    return Proposal(offset, old.decode("utf-8", "replace"), new, grade)


class _Root(msgspec.Struct):
    """The first two elements: the root, and the message element in it."""

    namespace: str | None
    name: str
    schema_location: str
    element: str | None


def _gather(source: Source, encoding: sniff.Encoding, *, counted: bool) -> _Bytes:
    """Size, hash, whether every byte can be decoded, and the rough number of elements where it is ``counted``."""
    figures = _Bytes()
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    mark, carry = encoding.mark, b""
    latin = encoding.name in ("utf-8", "ascii")
    decodable = True
    for piece in source.raw():
        digest.update(piece)
        figures.size += len(piece)
        if counted:
            figures.elements += piece.count(b"<") - piece.count(b"</")
        if figures.blank and piece[mark:].strip(b" \t\r\n\x00"):
            figures.blank = False
        if not figures.comments:
            # A mark may be cut between two pieces: the last three bytes are looked at again. The declaration is none.
            joined = carry + piece if carry else piece[mark + 2 :]
            figures.comments = encoding.name != "utf-8" or b"<!" in joined or b"<?" in joined or b"\0" in piece
            carry = piece[-3:]
        if decodable:
            body, mark = piece[mark:], 0
            try:
                if not (latin and body.isascii() and not decoder.getstate()[0]):
                    decoder.decode(body)
            except UnicodeDecodeError:
                decodable = False
    try:
        if decodable:
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        decodable = False
    if not decodable:
        figures.undecodable = _first_undecodable(source, encoding)
    figures.sha256 = digest.hexdigest()
    return figures


def _first_undecodable(source: Source, encoding: sniff.Encoding) -> tuple[int, int, str]:
    """Line, column and bytes of the first place that cannot be decoded, when it is known to be there."""
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    line, column = 1, 1
    mark = encoding.mark
    for piece in source.raw():
        body, mark = piece[mark:], 0
        before = decoder.getstate()[0]
        try:
            text = decoder.decode(body)
        except UnicodeDecodeError as error:
            good = (before + body)[: error.start].decode(encoding.name, "ignore")
            line, column = _advance(line, column, good)
            return line, column, named(source, encoding, error.object[error.start : error.start + 2])
        line, column = _advance(line, column, text)
    return line, column, decoder.getstate()[0].hex(" ").upper()


def _advance(line: int, column: int, text: str) -> tuple[int, int]:
    lines = text.count("\n")
    if lines:
        return line + lines, len(text) - text.rindex("\n")
    return line, column + len(text)


def _over_limits(figures: _Bytes, settings: Mapping[str, Any], reporter: Reporter) -> bool:
    limit = settings.get("max_bytes")
    if limit and figures.size > limit:
        reporter.add("P001-012", Location(line=1, column=1), found=f"{figures.size} bytes", expected=str(limit))
        return True
    limit = settings.get("max_elements")
    if limit and figures.elements > limit:
        reporter.add("P001-012", Location(line=1, column=1), found=f"{figures.elements} elements", expected=str(limit))
        return True
    return False


def _undecodable(source: Source, head: bytes, encoding: sniff.Encoding, figures: _Bytes, reporter: Reporter) -> bool:
    if encoding.fault is None and figures.undecodable is None:
        return False
    if figures.undecodable is None:
        proposal = to_utf8(source, head, encoding)
    else:
        real = bytewise(source) if encoding.name == "utf-8" and not encoding.mark else None
        proposal = declared_anew(head, encoding, *real) if real is not None else None
    if encoding.fault is not None:
        where, found, expected = Location(line=1, column=1), encoding.fault, encoding.declared
    else:
        line, column, found = figures.undecodable or (1, 1, "")
        where, expected = Location(line=line, column=column), encoding.label
    reporter.add("P001-004", where, found=found, expected=expected, proposal=proposal)
    return True


def _declared_at(start: bytes, head: bytes, encoding: sniff.Encoding) -> Location:
    """The place of the encoding's name in the declaration, or the first character."""
    if encoding.declared is not None:
        text = head[encoding.mark : encoding.mark + 2000].decode(encoding.name, "replace")
        at = text.find(encoding.declared)
        if at >= 0:
            line, column = _advance(1, 1, text[:at])
            return Location(line=line, column=column, field="encoding")
    return Location(line=1, column=1)


def _at(start: bytes, offset: int) -> Location:
    line, column = _advance(1, 1, start[:offset].decode("utf-8", "replace"))
    return Location(line=line, column=column, offset=offset)


def _quoted(start: bytes, tag: int, text: str) -> Location:
    """The place of ``text`` inside the start tag of the root, such as its namespace; the tag itself without it."""
    end = start.find(b">", tag)
    at = start.find(text.encode(), tag, end if end >= 0 else len(start)) if text else -1
    return msgspec.structs.replace(_at(start, at if at >= 0 else tag), offset=None, path="Document", field="xmlns")


def _root(source: Source, envelope: Envelope, start: bytes, at: int, reporter: Reporter) -> _Root | None:
    """The first two elements of a document whose prolog is known to hold no DOCTYPE and whose root begins at ``at``."""
    parser = etree.XMLPullParser(
        events=("start",), encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    found: list[Any] = []
    try:
        for position in range(0, len(start), 4096):
            parser.feed(start[position : position + 4096])
            found += [element for _, element in parser.read_events()]
            if len(found) >= 2:
                break
        else:
            if len(start) >= envelope.size - envelope.mark or not found:
                # A document of a few bytes gives its events only when it is complete.
                parser.close()
                found += [element for _, element in parser.read_events()]
    except etree.XMLSyntaxError as error:
        found += [element for _, element in parser.read_events()]
        # A root cut in its own tag has lost its namespace: the break is the fault, not the name.
        if not found or not whole_tag(start, at):
            mark = envelope.mark if envelope.encoding == "utf-8" else None
            syntax_fault(error, reporter, source.pieces(envelope.encoding, envelope.mark), mark)
            return None
    # A name with a prefix that nothing declares is taken as it is: `QName` refuses it.
    space, name = _split(found[0].tag)
    element = _split(found[1].tag)[1] if len(found) > 1 else None
    return _Root(space, name, found[0].get(XSI + "schemaLocation", ""), element)


def _split(tag: str) -> tuple[str | None, str]:
    """The namespace of a name, ``None`` without one, and the name in it."""
    space, _, name = tag.rpartition("}")
    return space[1:] or None, name


def _message(
    source: Source, envelope: Envelope, root: _Root, figures: _Bytes, reporter: Reporter, declared: str | None
) -> Envelope:
    found = recognise(root.namespace, root.element)
    if found.kind is Kind.SUPPORTED and root.name != "Document":
        found = Recognised(Kind.UNKNOWN, found.message)
    envelope = msgspec.structs.replace(
        envelope, message=found.message or "-", namespace=root.namespace, element=root.element, version=found.version
    )
    place = locate(
        source.pieces(envelope.encoding, envelope.mark),
        ["Document", "Document/@schemaLocation", f"Document/{root.element or 'x'}"],
    )
    tag = place.get("Document")
    spot = tag.tag if tag is not None else None
    start = next(source.pieces(envelope.encoding, envelope.mark, HEAD), b"")
    where = _quoted(start, spot.offset if spot else 0, found.message or root.namespace or "")
    if found.kind is not Kind.SUPPORTED:
        if found.kind is Kind.OTHER_MESSAGE and root.element and root.namespace in _SUPPORTED_SPACES:
            inner = place.get(f"Document/{root.element}")
            line, column = (inner.tag.line, inner.tag.column) if inner else (where.line, where.column)
            where = Location(line=line, column=column, path=f"Document/{root.element}", field=root.element)
        expected = None
        if found.kind in (Kind.UNKNOWN, Kind.VARIANT, Kind.MISTYPED):
            expected = "Document" if root.name != "Document" and root.namespace in _SUPPORTED_SPACES else None
            expected = expected or nearest(root.namespace).namespace
        shown = root.name if expected == "Document" else root.namespace
        if found.kind is Kind.OTHER_MESSAGE or found.kind is Kind.PACKED:
            shown = found.message
        if where.field == "xmlns":
            where = _quoted(start, spot.offset if spot else 0, shown or "")
        proposal = None
        if found.kind is Kind.MISTYPED and expected and root.namespace and envelope.encoding == "utf-8":
            at = start.find(root.namespace.encode(), spot.offset if spot else 0)
            proposal = Proposal(at + envelope.mark, root.namespace, expected, "review") if at >= 0 else None
        reporter.add(found.kind.value, where, found=shown or root.name, expected=expected, proposal=proposal)
        return msgspec.structs.replace(envelope, version=None)
    version = VERSIONS[found.version or ""]
    if _other_location(root.schema_location, version.namespace):
        spot = place["Document/@schemaLocation"].value if "Document/@schemaLocation" in place else spot
        there = Location(spot.line if spot else 1, spot.column if spot else 1, field="schemaLocation", path="Document")
        attribute = _LOCATION.search(start, tag.tag.offset) if tag is not None else None
        proposal = None
        if attribute is not None and envelope.encoding == "utf-8":
            proposal = _replaced(attribute.start() + envelope.mark, attribute[0], "", "safe")
        told = " ".join(root.schema_location.split())
        reporter.add("P001-013", there, found=told, expected=version.namespace, proposal=proposal)
    if figures.comments:
        _comments(source, envelope, reporter)
    if declared is not None:
        _check_declared(declared, version.message, where, reporter)
    return msgspec.structs.replace(envelope, root=where)


def report_version(envelope: Envelope, reporter: Reporter) -> None:
    """P001-016 and P001-017: what is to know about the version itself. For documents that could be read to the end."""
    if envelope.version is not None:
        rule = "P001-017" if envelope.version == "09" else "P001-016"
        reporter.add(rule, envelope.root, found=envelope.message)


# Never opened, and no part of the message: it can go.
_LOCATION = re.compile(rb"""\s+[^\s<>"'=/:]+:schemaLocation\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_SUPPORTED_SPACES = frozenset(version.namespace for version in VERSIONS.values())
_MESSAGE_NAME = re.compile(r"(?:pain|camt|pacs)\.\d{3}\.\d{3}\.\d{2}")


def _other_location(schema_location: str, namespace: str) -> bool:
    """True when ``xsi:schemaLocation`` names another message version than the namespace of the root."""
    own = namespace.rsplit(":", 1)[1]
    return any(name != own for name in _MESSAGE_NAME.findall(schema_location))


def _comments(source: Source, envelope: Envelope, reporter: Reporter) -> None:
    cuts = list(sniff.cuts(source.pieces(envelope.encoding, envelope.mark)))
    if not cuts:
        return
    line, column, at = 1, 1, 0
    wanted = iter(cuts)
    cut = next(wanted)
    for piece in source.pieces(envelope.encoding, envelope.mark):
        start = 0
        while cut.offset < at + len(piece):
            end = cut.offset - at
            line, column = _advance(line, column, piece[start:end].decode("utf-8", "ignore"))
            proposal = None
            if envelope.encoding == "utf-8" and cut.whole:
                proposal = Proposal(cut.offset + envelope.mark, cut.whole, "", "safe")
            where = Location(line=line, column=column, field=cut.element)
            reporter.add("P001-014", where, found=cut.text, proposal=proposal)
            start = end
            following = next(wanted, None)
            if following is None:
                return
            cut = following
        line, column = _advance(line, column, piece[start:].decode("utf-8", "ignore"))
        at += len(piece)


def _check_declared(declared: str, message: str, where: Location, reporter: Reporter) -> None:
    word = declared.strip().lower()
    if word in ("mt940", "cfonb120"):
        expected = {word}
    elif word == "pain.001":
        return
    else:
        expected = set(contents(parse_name(declared)))
    if any(message == name or message.startswith(f"{name}.") for name in expected):
        return
    reporter.add("P001-015", where, found=message, expected=declared)
