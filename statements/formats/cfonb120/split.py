"""From bytes to records of 120 characters: encodings, separators, what transfers do to files.

Bytes come in blocks that end at a line end (or at a multiple of 120 where there is none), so memory stays flat. A
block of whole records in usual characters only is known as such without looking at each record; every other block is
taken apart line by line, and each tolerance is a named repair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from statements.findings import Location, Profile
from statements.formats.cfonb120.other_formats import KNOWN_CODES, SEPARATOR, other_format
from statements.formats.cfonb120.profile import Repairs
from statements.formats.cfonb120.records import WIDTH

BLOCK = 1 << 18
_BOM = b"\xef\xbb\xbf"
_END_MARKS = "\x1a\x00"
_BRACE = re.compile(b"[{}]")

_EBCDIC = "cp500"
# New line and line feed of EBCDIC, carriage return of both, and the line feed of ASCII that a transfer put in.
_EBCDIC_ENDS = (b"\x15", b"\x25", b"\x0d", b"\x0a")
_EBCDIC_LINE_ENDS = {ord("\x85"): "\n", ord("\x8e"): "\n"}
_WIDE_HEAD = re.compile(rb"(?:0\x00[1457]\x00|\x000\x00[1457])")
_EBCDIC_HEAD = re.compile(rb"\xf0[\xf1\xf4\xf5\xf7][\xf0-\xf9]{5}", re.DOTALL)

_USUAL = {
    "standard": b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 *-./(),:'+?",
    "strict": b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 *-./()",
}
UNUSUAL = {name: re.compile("[^" + re.escape(chars.decode()) + "]") for name, chars in _USUAL.items()}
"""The characters that C120-045 names, by profile base."""


Place = tuple[int, int, int]
"""Of a record: its line, the column before it, and the length it had."""


_KINDS = {code: code[1] for code in KNOWN_CODES}
_SECOND_DIGITS = bytes(byte if f"0{chr(byte)}" in KNOWN_CODES else ord("?") for byte in range(256))


class RecordRun(msgspec.Struct):
    """Consecutive records, padded or cut to 120 characters.

    ``kinds`` has one character for each: the second digit of a known code, else a question mark. ``places`` is absent
    when all is usual: whole records, one a line from ``first`` on, in usual characters.
    """

    texts: list[str]
    kinds: str
    first: int
    places: list[Place] | None = None

    def place(self, index: int) -> Place:
        """Where a record stands."""
        return (self.first + index, 0, WIDTH) if self.places is None else self.places[index]

    def add(self, other: RecordRun, start: int, end: int) -> None:
        """Some records of another block, each with its place."""
        self.texts += other.texts[start:end]
        self.kinds += other.kinds[start:end]
        if self.places is not None:
            self.places += map(other.place, range(start, end))


class _Records:
    """A block that is taken apart record by record."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._places: list[Place] = []

    def add(self, text: str, line: int, column: int, length: int) -> None:
        """One record, padded or cut, and its place."""
        self._texts.append(text)
        self._places.append((line, column, length))

    def block(self) -> RecordRun:
        """The records as they came."""
        kinds = "".join([_KINDS.get(text[:2], "?") for text in self._texts])
        return RecordRun(self._texts, kinds, 0, self._places)


class RecordSplitter:
    """Reads the blocks of one source. :attr:`stopped` is true when the data are no CFONB-120 at all."""

    def __init__(self, repairs: Repairs, profile: Profile) -> None:
        self._repairs = repairs
        self._add = repairs.reporter.add
        self._base = "strict" if profile.base == "strict" else "standard"
        self._allowed = _USUAL[self._base]
        self._line = 1
        self._separator: str | None = None
        self._mixed = False
        self._joined = False
        self._encodings: set[str] = set()
        self._ebcdic = False
        self._encoding: tuple[str, str] | None = None
        """The repair of an encoding without ASCII digits, and its name."""
        self._carry = ""
        self._anchor: re.Pattern[str] | None = None
        self.stopped = False

    def blocks(self, source: bytes | str | BinaryIO) -> Iterator[RecordRun]:
        """The blocks of a source, in order. Reports encodings, separators and lengths as it goes."""
        first = True
        pieces = _aligned(source)
        for raw, final in pieces:
            if first:
                encoding = _other_encoding(raw) if isinstance(raw, bytes) else None
                if encoding is not None and isinstance(raw, bytes):
                    # Its line ends are not those of ASCII, so it cannot be cut into blocks: it is read in one piece.
                    raw = b"".join([raw, *(piece for piece, _ in pieces if isinstance(piece, bytes))])
                    raw, final = self._recoded(raw, encoding), True
                raw = self._start(raw, final)
                first = False
                if self.stopped:
                    return
            block = self._usual(raw) if isinstance(raw, bytes) and not self._joined else None
            if block is None:
                text = raw if isinstance(raw, str) else self._decode(raw)
                block = self._records(text, final)
            yield block
        if first:
            self._stop(None)

    # --- the beginning ---------------------------------------------------------------------------------------

    def _start(self, raw: bytes | str, final: bool) -> bytes | str:
        """Byte order mark, EBCDIC, no data, other formats, and whether there are line ends at all."""
        marked = raw.startswith(_BOM) if isinstance(raw, bytes) else raw.startswith("\ufeff")
        if marked:
            raw = raw[len(_BOM) :] if isinstance(raw, bytes) else raw[1:]
        if isinstance(raw, bytes) and raw[:2] == b"\xf0\xf1" and b"\n" not in raw:
            self._encoding = "C120-207", "EBCDIC"
            self._ebcdic = True
        head = raw if isinstance(raw, str) else raw.decode(_EBCDIC if self._ebcdic else "latin-1")
        body = head.strip("\r\n \t" + _END_MARKS)
        if not body:
            self._stop(None)
            return raw
        if body[:2] not in KNOWN_CODES or len(body) in (160, 240, 320):
            name = other_format(head)
            if name is not None or not any(line[:2] in KNOWN_CODES for line in SEPARATOR.split(body)[::2]):
                self._stop(name)
                return raw
        if self._encoding is not None:
            rule_id, name = self._encoding
            self._repairs.report(rule_id, Location(line=1, column=1), found=name)
        if marked:
            self._repairs.report("C120-201", Location(line=1, column=1))
        inside = head.lstrip("\r\n").rstrip("\r\n" + _END_MARKS)
        self._joined = "\n" not in inside and "\r" not in inside and len(inside) > WIDTH
        return raw

    def _recoded(self, raw: bytes, encoding: str) -> str:
        """The whole file as text, from UTF-16, or from EBCDIC with line ends: its own or those of ASCII."""
        text = raw.decode(encoding, "replace")
        if encoding != _EBCDIC:
            self._encoding = "C120-217", "UTF-16"
            return text.removeprefix("\ufeff")
        self._encoding = "C120-207", "EBCDIC"
        return text.translate(_EBCDIC_LINE_ENDS)

    def _stop(self, other: str | None) -> None:
        self.stopped = True
        if other is None:
            self._add("C120-004", Location(line=1))
        else:
            self._add("C120-005", Location(line=1, column=1), found=other)

    # --- a block of usual records ------------------------------------------------------------------------------

    def _usual(self, raw: bytes) -> RecordRun | None:
        """The lines of a block of whole records, one kind of line end and usual characters; else ``None``."""
        separator = b"\r\n" if raw[WIDTH : WIDTH + 2] == b"\r\n" else raw[WIDTH : WIDTH + 1]
        if separator not in (b"\r\n", b"\n", b"\r"):
            return None
        text = separator.decode()
        if self._separator not in (None, text):
            return None
        stride = WIDTH + len(separator)
        if len(raw) % stride == WIDTH:
            raw += separator  # the last record of the file has no line end
        count, rest = divmod(len(raw), stride)
        if rest:
            return None
        if raw[WIDTH::stride] != separator[:1] * count or raw[stride - 1 :: stride] != separator[-1:] * count:
            return None
        # What is left without the usual characters: the line ends, and the sign characters of zero units.
        left = raw.translate(None, self._allowed)
        if left.translate(None, b"{}") != separator * count:
            return None
        signs = raw[103::stride]
        if len(left) - len(separator) * count != signs.count(b"{") + signs.count(b"}"):
            return None
        kinds = raw[1::stride].translate(_SECOND_DIGITS)
        # Braces are the sign characters of zero; they are usual in column 104 of 01, 04 and 07 only.
        if any(kinds[brace.start()] == ord("5") for brace in _BRACE.finditer(signs)):
            return None
        if raw[0::stride] != b"0" * count:
            kinds = bytes(
                kind if zero == ord("0") else ord("?") for zero, kind in zip(raw[0::stride], kinds, strict=True)
            )
        lines = raw.decode("ascii").split(text)
        lines.pop()
        self._separator = text
        first = self._line
        self._line += count
        return RecordRun(lines, kinds.decode("ascii"), first)

    # --- any other block ---------------------------------------------------------------------------------------

    def _decode(self, raw: bytes) -> str:
        if self._ebcdic:
            return raw.decode(_EBCDIC)
        if raw.isascii():
            return raw.decode("ascii")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = None
        if text is not None and not self._joined and not _utf8_fits(raw):
            text = None
        if text is not None and self._joined and len(raw.rstrip(b"\r\n")) % WIDTH == 0:
            text = None
        if text is not None:
            return self._encoded("C120-205", text)
        try:
            return self._encoded("C120-206", raw.decode("cp1252"))
        except UnicodeDecodeError:
            return self._encoded("C120-206", raw.decode("latin-1"))

    def _encoded(self, rule_id: str, text: str) -> str:
        """Report an encoding once, at its first character beyond ASCII."""
        if rule_id not in self._encodings:
            self._encodings.add(rule_id)
            place = next(index for index, char in enumerate(text) if char > "\x7f")
            before = SEPARATOR.split(text[:place])[::2]
            line, column = self._line + len(before) - 1, len(before[-1]) + 1
            if self._joined:
                line, column = self._line + place // WIDTH, place % WIDTH + 1
            self._repairs.report(rule_id, Location(line=line, column=column), found=text[place])
        return text

    def _records(self, text: str, final: bool) -> RecordRun:
        if final:
            text = self._without_end_marks(text)
        if self._joined:
            text = self._carry + text
            body = text.rstrip("\r\n")
            if "\n" not in body and "\r" not in body:
                return self._cut(body if final else text, final)
            # Line ends only now and then, the first one beyond the first block.
            self._joined, self._carry = False, ""
            self._mix(self._line)
        records = _Records()
        parts = SEPARATOR.split(text)
        many = len(parts) > 3 or self._line > 1
        for index in range(0, len(parts), 2):
            line = parts[index]
            separator = parts[index + 1] if index + 1 < len(parts) else ""
            if not line and not separator:
                break
            number = self._line
            self._line += 1
            if separator:
                if self._separator is None:
                    self._separator = separator
                elif separator != self._separator:
                    self._mix(number)
            if not line.strip(" "):
                self._repairs.report("C120-203", Location(line=number, column=1))
            elif len(line) == WIDTH:
                records.add(line, number, 0, WIDTH)
            else:
                self._odd(records, line, number, many)
        return records.block()

    def _without_end_marks(self, text: str) -> str:
        tail = text.rstrip("\r\n" + _END_MARKS)
        marks = [index for index in range(len(tail), len(text)) if text[index] in _END_MARKS]
        if not marks:
            return text
        kept = text[: marks[0]]
        line = self._line + len(SEPARATOR.findall(kept))
        self._repairs.report("C120-202", Location(line=line), found=repr(text[marks[0]])[1:-1])
        return kept

    def _mix(self, number: int) -> None:
        if not self._mixed:
            self._mixed = True
            self._repairs.report("C120-215", Location(line=number, column=WIDTH + 1))

    def _odd(self, records: _Records, line: str, number: int, many: bool) -> None:
        """A line that is not one record: several joined ones, stripped blanks, or damage."""
        length = len(line)
        if length > WIDTH and length % WIDTH == 0:
            starts = range(0, length, WIDTH)
            if all(line[start : start + 2] in KNOWN_CODES for start in starts):
                if many:
                    self._mix(number)
                    self._repairs.report("C120-214", Location(line=number, column=WIDTH + 1), found=str(len(starts)))
                for start in starts:
                    records.add(line[start : start + WIDTH], number, start, WIDTH)
                return
        self._whole(records, line, number)

    def _whole(self, records: _Records, line: str, number: int) -> None:
        """One record padded or cut to 120: stripped blanks are put back by a repair, anything else is an error."""
        length = len(line)
        code = line[:2]
        place = Location(line=number, column=min(length, WIDTH) + 1, record=code)
        if code not in KNOWN_CODES:
            pass  # C120-002 says enough
        elif length < WIDTH and not line.endswith(" ") and length >= (48 if code == "05" else 104):
            self._repairs.report("C120-204", place, found=str(length), expected=str(WIDTH))
            length = WIDTH
        elif length > WIDTH and not line[WIDTH:].strip(" "):
            self._repairs.report("C120-216", place, found=str(length), expected=str(WIDTH))
            length = WIDTH
        else:
            self._add("C120-001", place, found=str(length), expected=str(WIDTH))
            length = min(length, WIDTH)
        records.add(line.ljust(WIDTH)[:WIDTH], number, 0, length)

    def _cut(self, text: str, final: bool) -> RecordRun:
        """_Records without line ends. Where the count breaks, the next head of the same bank and branch resumes it."""
        records = _Records()
        start = 0
        if self._anchor is None and text[2:7].isdigit():
            head = re.escape(text[2:7]) + ".{4}" + re.escape(text[11:16])
            self._anchor = re.compile("0[1457]" + head, re.DOTALL)
        while start < len(text) and (final or start + 2 * WIDTH + 2 <= len(text)):
            end = start + WIDTH
            if end + 2 <= len(text) and text[end : end + 2] not in KNOWN_CODES and self._anchor is not None:
                resumed = self._anchor.search(text, start + 2, end + WIDTH)
                if resumed is not None:
                    end = resumed.start()
            piece = text[start:end]
            number = self._line
            self._line += 1
            if len(piece) != WIDTH:
                place = Location(line=number, column=min(len(piece), WIDTH) + 1, record=piece[:2])
                self._add("C120-003", place, found=str(len(piece)), expected=str(WIDTH))
            records.add(piece.ljust(WIDTH)[:WIDTH], number, 0, min(len(piece), WIDTH))
            start = end
        self._carry = text[start:]
        return records.block()


def _other_encoding(raw: bytes) -> str | None:
    """UTF-16, by its mark or by the NUL of each digit, or EBCDIC with line ends; ``None`` for anything else."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if raw[0] == 0xFF else "utf-16-be"
    if _WIDE_HEAD.match(raw) is not None:
        return "utf-16-be" if raw[0] == 0 else "utf-16-le"
    if _EBCDIC_HEAD.match(raw) is not None and any(byte in raw for byte in _EBCDIC_ENDS):
        return _EBCDIC
    return None


def _utf8_fits(raw: bytes) -> bool:
    """Whether every line with a character beyond ASCII is as long as a record only when decoded as UTF-8."""
    for line in raw.splitlines():
        if not line.isascii():
            length = len(line.decode("utf-8", "replace"))
            if len(line) % WIDTH == 0 or (length % WIDTH != 0 and length > WIDTH):
                return False
    return True


def _aligned(source: bytes | str | BinaryIO) -> Iterator[tuple[bytes | str, bool]]:
    """Blocks that end at a line end, or at a multiple of 120 where there is none; the last one is marked."""
    if isinstance(source, str):
        if not source.isascii():
            yield source, True
            return
        source = source.encode("ascii")
    if isinstance(source, bytes):
        start = 0
        while len(source) - start > 2 * BLOCK:
            end = start + _boundary(source[start : start + BLOCK])
            yield source[start:end], False
            start = end
        if start < len(source) or start == 0:
            yield source[start:], True
        return
    if not hasattr(source, "read"):
        raise TypeError(f"bytes, str or a binary stream expected, not {type(source).__name__}")
    rest = b""
    while True:
        data = source.read(BLOCK)
        if not data:
            break
        rest += data
        if len(rest) < 2 * BLOCK:
            continue
        end = _boundary(rest)
        yield rest[:end], False
        rest = rest[end:]
    yield rest, True


def _boundary(block: bytes) -> int:
    """Where to cut a block: after its last line end (a CR at the very end may be half of one), else at n x 120."""
    end = max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1
    if end > 0 and end < len(block) and block[end - 1 : end + 1] == b"\r\n":
        end += 1
    return end if end > len(block) // 2 else len(block) - len(block) % WIDTH
