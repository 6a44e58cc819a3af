"""What a file is: format, version, EBICS names; foreign files are named too, with what to do instead.

>>> identify(b":20:X\\r\\n:25:A\\r\\n:60F:C260902EUR1,00\\r\\n").format
'mt940'
>>> identify(b"%PDF-1.7").format
'pdf'
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from statements.rules import Text
from statements.services import foreign

Kind = Literal["known", "foreign", "unknown"]

_HEAD = 65_536
_XML_ROOT = re.compile(r"<(?!\?|!)(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_NAMESPACE = re.compile(r"""\sxmlns(?::[\w.\-]+)?\s*=\s*["']([^"']*)["']""")
_MESSAGE = re.compile(r"(?:^|[:.$])((?:pain|pacs|camt|head|admi|acmt|auth|reda|tsmt)\.\d{3})\.(\d{3})\.(\d{2})(?!\d)")
_PAIN = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.001\.001\.(02|03|09)")
_BLOCK_2 = re.compile(r"\{2:[IO](\d{3})")
_TAG = re.compile(r"^\s?:(\d\d[A-Z]?):", re.MULTILINE)
_MT_TAGS = frozenset("20 21 25 25P 28 28C 60F 60M 61 62F 62M 64 65 86 34F 13D 90C 90D".split())


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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


_NAMES = {
    "mt940": Text("MT940 statement", "relevé MT940"),
    "mt942": Text("MT942 interim report", "relevé intrajournalier MT942"),
    "mt950": Text("MT950 statement between banks", "relevé interbancaire MT950"),
    "cfonb120": Text("CFONB-120 statement", "relevé CFONB 120"),
    "json": Text("statements as our JSON", "relevés dans notre JSON"),
    "qonto-json": Text("Qonto API data (JSON)", "données de l'API Qonto (JSON)"),
    "qonto-csv": Text("Qonto export (CSV)", "export Qonto (CSV)"),
    "pain.001": Text("SEPA credit transfer file", "fichier de virements SEPA"),
}
_KEYS = {"mt940": "statement-mt940", "cfonb120": "statement-cfonb120"}


def identify(data: bytes | str) -> Identity:
    """The identity of the bytes of a file. Never raises for any bytes; looks at their first 64 KiB only."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    for look in (foreign.by_signature, _xml, _json, _qonto_csv, _mt, _cfonb, foreign.by_text, _csv):
        found = look(data)
        if found is None:
            continue
        if isinstance(found, Identity):
            return found
        return Identity(format=found.format, kind=found.kind, name=found.name, advice=found.advice, xml=found.xml)
    return Identity(format="unknown", kind="unknown", name=foreign.UNKNOWN.name, advice=foreign.UNKNOWN.advice)


def _known(format_: str, version: str | None = None, key: str | None = None) -> Identity:
    return Identity(format=format_, name=_NAMES[format_], version=version, key=key or _KEYS.get(format_))


def head(data: bytes) -> str:
    """The first 64 KiB as text, whatever their encoding: enough to recognise, never to read."""
    start = data[:_HEAD]
    if start.startswith((b"\xff\xfe", b"<\x00")):
        return start.decode("utf-16-le", "replace").lstrip("\ufeff")
    if start.startswith((b"\xfe\xff", b"\x00<")):
        return start.decode("utf-16-be", "replace").lstrip("\ufeff")
    return start.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _xml(data: bytes) -> Identity | foreign.Foreign | None:
    text = head(data)
    if not text.lstrip().startswith("<"):
        return None
    bare = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    root = _XML_ROOT.search(bare)
    if root is None:
        return foreign.xml("", "")
    opening = bare[root.start() : root.start() + 4096].split(">")[0]
    spaces = _NAMESPACE.findall(opening)
    for space in spaces:
        pain = _PAIN.fullmatch(space)
        if pain is not None and "CstmrDrctDbtInitn" not in bare[:20_000]:
            return _known("pain.001", pain[1], f"transfer-pain001-{pain[1]}")
    for space in spaces:
        message = _MESSAGE.search(space)
        if message is not None:
            return foreign.message(message[1], f"{message[2]}.{message[3]}", space)
    return foreign.xml(root[1], spaces[0] if spaces else "")


def _mt(data: bytes) -> Identity | foreign.Foreign | None:
    text = head(data)
    block = _BLOCK_2.search(text[:4096]) if "{1:" in text[:4096] or "{2:" in text[:4096] else None
    if block is not None:
        if block[1] in ("940", "942", "950"):
            return _known(f"mt{block[1]}", key="statement-mt940" if block[1] == "940" else None)
        return foreign.swift(block[1])
    tags = [tag for tag in _TAG.findall(text.replace("\r", "\n")) if tag in _MT_TAGS]
    if not tags:
        return None
    first = tags.index("20") if "20" in tags else 0
    message = tags[first : first + 1]
    for tag in tags[first + 1 :]:
        if tag == "20":
            break
        message.append(tag)
    if ("34F" in message or "13D" in message) and not ("60F" in message or "60M" in message):
        return _known("mt942")
    return _known("mt940")


def _cfonb(data: bytes) -> Identity | foreign.Foreign | None:
    start = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    if start[:2] in (b"\xf0\xf1", b"\xf0\xf4", b"\xf0\xf5", b"\xf0\xf7") and len(data) % 120 == 0:
        return _known("cfonb120")
    lines = [line for line in re.split(rb"\r\n|\n|\r", start) if line.strip()]
    if not lines or not re.match(rb"0[1457]|[0-9]{2}", lines[0]):
        return None
    width = max(map(len, lines[:50]))
    for size in (160, 240, 320):
        if (len(lines) > 1 and width == size) or (
            len(lines) == 1 and width % size == 0 and width % 120 and lines[0][:2] in foreign.FIRST_RECORDS[size]
        ):
            return foreign.cfonb(size)
    codes = {line[:2] for line in lines[:50]}
    if not codes & {b"01", b"04", b"05", b"07"}:
        return None
    if len(lines) > 1 and lines[0][:2] in foreign.FIRST_RECORDS[240] and width in (240, 238, 239):
        return foreign.cfonb(240)
    # Records cut or stripped of blanks still carry bank, branch and account at their places.
    if any(_RECORD.match(line) for line in lines[:50]):
        return _known("cfonb120")
    return None


_RECORD = re.compile(rb"0[1457][0-9]{5}[\x20-\xff]{4}[0-9 ]{5}[A-Z ]{3}[0-9 ][\x20-\xff][A-Za-z0-9 ]{4,11}")


def _json(data: bytes) -> Identity | foreign.Foreign | None:
    text = head(data).lstrip()
    if not text.startswith(("{", "[")) or text.startswith("{1:"):
        return None
    if re.match(r'\{\s*"statements"\s*:', text):
        return _known("json")
    if _QONTO_KEY.search(text) or re.match(r"\[\s*\]", text):
        return _known("qonto-json")
    if re.match(r'[\[{]\s*["{\[\]}]', text):
        return foreign.JSON
    return None


_QONTO_KEY = re.compile(
    r'"(?:transactions?|bank_accounts?|organization|transaction_id|bank_account_id|settled_balance(?:_cents)?|'
    r'operation_type|settled_at|amount_cents)"\s*:|"v1/transactions"'
)


def _qonto_csv(data: bytes) -> Identity | None:
    # The header line alone decides, by words that only the export has (accents may be broken by the encoding);
    # it comes before MT940, because a text cell may hold lines that pose as tags.
    line = _first_line(data).lower()
    if not any(line.count(mark) >= 2 for mark in ";,\t"):
        return None
    return _known("qonto-csv") if sum(word in line for word in _CSV_WORDS) >= 2 else None


def _csv(data: bytes) -> foreign.Foreign | None:
    line = _first_line(data)
    return foreign.CSV if any(line.count(mark) >= 2 for mark in ";,\t") else None


def _first_line(data: bytes) -> str:
    text = head(data)
    return "" if "\x00" in text else re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]


_CSV_WORDS = (
    "statut", "status", "montant total", "total amount", "date de la valeur", "date de r", "settlement date",
    "settlement_date", "value_date", "operation_date", "counterpart", "contrepartie", "devise", "currency",
    "payment method", "thode de paiement", "transaction id", "identifiant de transaction",
)  # fmt: skip
