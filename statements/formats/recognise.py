"""Which format is this? One cheap test for each format, on the first 64 KiB of a file.

Every test is asked about any bytes and never raises; it answers for its own format only, so that a file of another
kind is left to :mod:`statements.services.other_files`, which names it.

>>> mt940(b":20:X\\r\\n:25:A\\r\\n:60F:C260902EUR1,00\\r\\n")
FileKind(name='mt940', version='')
>>> mt940(b"<a>") is None
True
"""

from __future__ import annotations

import re

import msgspec

from statements.wire.encodings import encoding_of

HEAD = 65_536


class FileKind(msgspec.Struct, frozen=True):
    """What a file was seen to be: the name of a format, or of another kind that its reader takes; its version."""

    name: str
    version: str = ""


def head(data: bytes) -> str:
    """The first 64 KiB as text, whatever their encoding: enough to recognise, never to read."""
    start = data[:HEAD]
    encoding = encoding_of(start)
    if encoding == "EBCDIC":
        return start.decode("cp500").replace("\x85", "\n")
    if encoding is not None:
        return start.decode(encoding, "replace").lstrip("\ufeff")
    return start.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def first_line(data: bytes) -> str:
    """The first line that is not empty; nothing for bytes that are no text."""
    text = head(data)
    return "" if "\x00" in text else re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]


# -- XML

_ROOT = re.compile(r"<(?!\?|!)(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_NAMESPACE = re.compile(r"""\sxmlns(?::[\w.\-]+)?\s*=\s*["']([^"']*)["']""")
_PAYMENTS = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.001\.001\.(02|03|09)")


class XmlHead(msgspec.Struct, frozen=True):
    """The root of an XML document: its name without prefix, the namespaces it declares, and the text from there on."""

    root: str
    namespaces: tuple[str, ...]
    text: str


def xml_head(data: bytes) -> XmlHead | None:
    """The root of what looks like XML, with empty members where there is none; ``None`` for anything else."""
    text = head(data)
    if not text.lstrip().startswith("<"):
        return None
    bare = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    root = _ROOT.search(bare)
    if root is None:
        return XmlHead("", (), bare)
    opening = bare[root.start() : root.start() + 4096].split(">")[0]
    return XmlHead(root[1], tuple(_NAMESPACE.findall(opening)), bare)


def pain001(data: bytes) -> FileKind | None:
    """A credit transfer initiation in a version that is checked.

    >>> pain001(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn>').version
    '03'
    """
    found = xml_head(data)
    if found is None or "CstmrDrctDbtInitn" in found.text[:20_000]:
        return None
    versions = (_PAYMENTS.fullmatch(space) for space in found.namespaces)
    return next((FileKind("pain.001", match[1]) for match in versions if match), None)


# -- JSON and tables

_OURS = re.compile(r'\s*\{\s*"statements"\s*:')
_PDF_LIST = re.compile(r'\s*\{\s*"statements"\s*:\s*\[\s*\{[^][{}]*"(?:period|file)"\s*:')
_API_ERROR = re.compile(r'\s*\{\s*(?:"trace_id"\s*:\s*"[^"]*"\s*,\s*)?"errors"\s*:')
_JSON = re.compile(r'\s*[\[{]\s*["{\[\]}]')
_QONTO = re.compile(
    r'"(?:transactions?|bank_accounts?|organization|transaction_id|bank_account_id|settled_balance(?:_cents)?|'
    r'operation_type|settled_at|amount_cents|balance_cents)"\s*:|"v1/transactions"'
)
_NOTHING = re.compile(r"\s*\[\s*\]")
_CSV_WORDS = (
    "statut", "status", "montant total", "total amount", "date de la valeur", "date de r", "settlement date",
    "settlement_date", "value_date", "operation_date", "counterpart", "contrepartie", "devise", "currency",
    "payment method", "thode de paiement", "transaction id", "identifiant de transaction",
)  # fmt: skip


def is_json(data: bytes) -> bool:
    """Whether a text begins as a JSON object or list does."""
    return _JSON.match(head(data)) is not None


def is_table(data: bytes) -> bool:
    """Whether the first line has the marks of a table."""
    line = first_line(data)
    return any(line.count(mark) >= 2 for mark in ";,\t")


def our_json(data: bytes) -> FileKind | None:
    """Statements as our own JSON."""
    text = head(data)
    return FileKind("json") if _OURS.match(text) and not _PDF_LIST.match(text) else None


def qonto_json(data: bytes) -> FileKind | None:
    """Data of Qonto's API: by a member that only they have, or an empty list; its errors, its list of PDF files."""
    text = head(data).lstrip()
    if _PDF_LIST.match(text):
        return FileKind("qonto-pdf-list")
    if _API_ERROR.match(text):
        return FileKind("qonto-error")
    if not text.startswith(("{", "[")) or text.startswith("{1:") or _OURS.match(text):
        return None
    return FileKind("qonto-json") if _QONTO.search(text) or _NOTHING.match(text) else None


def qonto_csv(data: bytes) -> FileKind | None:
    """The export of Qonto's app. Its header line alone decides, by words that only the export has.

    Accents may be broken by the encoding. A text cell may hold lines that pose as tags of MT940.
    """
    if is_json(data) or not is_table(data):
        return None
    line = first_line(data).lower()
    return FileKind("qonto-csv") if sum(word in line for word in _CSV_WORDS) >= 2 else None


# -- SWIFT

_BLOCK_2 = re.compile(r"\{2:[IO](\d{3})")
_TAG = re.compile(r"^\s?:(\d\d[A-Z]?):", re.MULTILINE)
_TAGS = frozenset("20 21 25 25P 28 28C 60F 60M 61 62F 62M 64 65 86 34F 13D 90C 90D".split())


def swift_number(data: bytes) -> str:
    """The number of a SWIFT message as its block 2 says it; empty without such a block."""
    text = head(data)[:4096]
    block = _BLOCK_2.search(text) if "{1:" in text or "{2:" in text else None
    return block[1] if block is not None else ""


def mt940(data: bytes) -> FileKind | None:
    """MT940, or MT942 and MT950, which the same reader takes: by block 2, else by the tags of the first message."""
    text = head(data)
    if text.lstrip().startswith("<") or _JSON.match(text) or qonto_csv(data) is not None:
        return None
    number = swift_number(data)
    if number:
        return FileKind(f"mt{number}") if number in ("940", "942", "950") else None
    tags = [tag for tag in _TAG.findall(text.replace("\r", "\n")) if tag in _TAGS]
    if not tags:
        return None
    first = tags.index("20") if "20" in tags else 0
    message = tags[first : first + 1]
    for tag in tags[first + 1 :]:
        if tag == "20":
            break
        message.append(tag)
    interim = ("34F" in message or "13D" in message) and not ("60F" in message or "60M" in message)
    return FileKind("mt942" if interim else "mt940")


# -- CFONB

_EBCDIC_HEAD = re.compile(rb"\xf0[\xf1\xf4\xf5\xf7][\xf0-\xf9]{5}")
_RECORD = re.compile(rb"0[1457][0-9]{5}[\x20-\xff]{4}[0-9 ]{5}[A-Z ]{3}[0-9 ][\x20-\xff][A-Za-z0-9 ]{4,11}")
_SISTERS = {160: (b"03",), 240: (b"31", b"01", b"03"), 320: (b"01", b"03", b"04")}
"""How the first record of the French formats of other lengths begins."""


def cfonb120(data: bytes) -> FileKind | None:
    """CFONB-120, or a French format of another record length, which the same reader refuses by its name."""
    start = data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    if _EBCDIC_HEAD.match(start):
        return FileKind("cfonb120")
    if b"\x00" in start[:4]:
        wide = "utf-16-be" if start[:1] in (b"\x00", b"\xfe") else "utf-16-le"
        start = start.decode(wide, "replace").lstrip("\ufeff\r\n ").encode("latin-1", "replace")
    lines = [line for line in re.split(rb"\r\n|\n|\r", start) if line.strip()]
    if not lines or not re.match(rb"[0-9]{2}", lines[0]):
        return None
    width = max(map(len, lines[:50]))
    if _RECORD.match(lines[0]) and max(len(line.rstrip(b" ")) for line in lines[:50]) <= 120:
        width = min(width, 120)  # filled with blanks to the record length of a transfer
    for size, codes in _SISTERS.items():
        alone = len(lines) == 1 and width % size == 0 and width % 120 and lines[0][:2] in codes
        if alone or (len(lines) > 1 and width == size):
            return FileKind(f"cfonb{size}")
    if not {line[:2] for line in lines[:50]} & {b"01", b"04", b"05", b"07"}:
        return None
    if len(lines) > 1 and lines[0][:2] in _SISTERS[240] and width in (238, 239):
        return FileKind("cfonb240")
    # Records cut or stripped of blanks still carry bank, branch and account at their places.
    return FileKind("cfonb120") if any(_RECORD.match(line) for line in lines[:50]) else None
