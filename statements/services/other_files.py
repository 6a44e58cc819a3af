"""Files that are none of ours: their names, and what to do instead."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from statements.formats.recognise import is_json, is_table, swift_number, xml_head
from statements.rules import Text


class ForeignFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that no reader here takes. ``unknown`` when not even its kind can be told."""

    format: str
    name: Text
    advice: Text
    kind: Literal["foreign", "unknown"] = "foreign"
    xml: bool = False


_ASK_STATEMENT = Text(
    "Give Qonto data (JSON or CSV), MT940, CFONB-120 or our JSON.",
    "Donnez des données Qonto (JSON ou CSV), un MT940, un CFONB 120 ou notre JSON.",
)
_ASK_QONTO_CSV = Text(
    "Export the same data from Qonto as CSV (complete data), or download MT940 or CFONB-120 by EBICS.",
    "Exportez les mêmes données depuis Qonto en CSV (données complètes), ou récupérez MT940 ou CFONB 120 par EBICS.",
)
_ASK_UNPACKED = Text(
    "Unpack, decrypt or unsign it first: only the plain file is read.",
    "Décompressez-le, déchiffrez-le ou retirez-en la signature d'abord : seul le fichier en clair est lu.",
)
_ASK_SHOW = Text(
    "statements show says what became of each payment; with --original PAYMENTS it names those of your file.",
    "statements show dit ce que devient chaque paiement ; avec --original VIREMENTS, il nomme ceux de votre fichier.",
)
_ASK_TRANSFER = Text(
    "Qonto's EBICS link takes pain.001.001.02 and pain.001.001.03 credit transfers.",
    "Le lien EBICS de Qonto accepte les virements pain.001.001.02 et pain.001.001.03.",
)

EMPTY = ForeignFile(
    format="empty",
    kind="unknown",
    name=Text("empty file", "fichier vide"),
    advice=Text("Export the file again.", "Exportez de nouveau le fichier."),
)
UNKNOWN = ForeignFile(
    format="unknown",
    kind="unknown",
    name=Text("unknown content", "contenu inconnu"),
    advice=_ASK_STATEMENT,
)
BINARY = ForeignFile(
    format="binary", kind="unknown", name=Text("binary data", "données binaires"), advice=_ASK_STATEMENT
)
JSON = ForeignFile(
    format="other-json",
    name=Text("JSON, but neither Qonto data nor our statements", "du JSON, mais ni données Qonto ni nos relevés"),
    advice=_ASK_STATEMENT,
)
CSV = ForeignFile(
    format="other-csv",
    name=Text("a table (CSV), but no Qonto export", "un tableau (CSV), mais pas un export Qonto"),
    advice=_ASK_QONTO_CSV,
)


def _foreign(format_: str, english: str, french: str, advice: Text) -> ForeignFile:
    return ForeignFile(format=format_, name=Text(english, french), advice=advice)


_SIGNED = _foreign("pkcs7", "signed or encrypted file", "fichier signé ou chiffré", _ASK_UNPACKED)
_SIGNATURES = (
    (b"%PDF", _foreign("pdf", "PDF document", "document PDF", _ASK_QONTO_CSV)),
    (b"\x1f\x8b", _foreign("gzip", "gzip archive", "archive gzip", _ASK_UNPACKED)),
    (b"7z\xbc\xaf\x27\x1c", _foreign("7z", "7z archive", "archive 7z", _ASK_UNPACKED)),
    (b"BZh", _foreign("bzip2", "bzip2 archive", "archive bzip2", _ASK_UNPACKED)),
    (b"\xfd7zXZ", _foreign("xz", "xz archive", "archive xz", _ASK_UNPACKED)),
    (b"Rar!", _foreign("rar", "RAR archive", "archive RAR", _ASK_UNPACKED)),
    (b"\xd0\xcf\x11\xe0", _foreign("xls", "old Office document", "ancien document Office", _ASK_QONTO_CSV)),
    (b"-----BEGIN PGP", _foreign("pgp", "PGP message", "message PGP", _ASK_UNPACKED)),
    (b"-----BEGIN PKCS7", _SIGNED),
    (b"-----BEGIN CMS", _SIGNED),
)

# Binary messages and mails that hold a file: the payment check knows their first bytes and says what they are.
_SEALED = {
    "PGP": _foreign("pgp", "PGP message", "message PGP", _ASK_UNPACKED),
    "S/MIME": _foreign(
        "smime", "signed or encrypted mail (S/MIME)", "message signé ou chiffré (S/MIME)", _ASK_UNPACKED
    ),
}
_BLANK = b" \t\r\n\x00\x1a\xef\xbb\xbf"


def by_signature(data: bytes) -> ForeignFile | None:
    """A file that is told by its first bytes, or that holds nothing."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if not start.strip(_BLANK) and not data[4096:].strip(_BLANK):
        return EMPTY
    for mark, found in _SIGNATURES:
        if start.startswith(mark):
            return found
    if start.startswith(b"PK\x03\x04"):
        if b"xl/" in data or b"[Content_Types].xml" in start:
            return _foreign("xlsx", "Excel workbook (XLSX)", "classeur Excel (XLSX)", _ASK_QONTO_CSV)
        return _foreign("zip", "ZIP archive", "archive ZIP", _ASK_UNPACKED)
    if re.match(rb"HTTP/[0-9.]+ [0-9]{3}\b", start):
        return _HTTP
    if re.match(rb"\x30[\x80-\x84]", start) and b"\x2a\x86\x48\x86\xf7\x0d\x01\x07" in start:
        return _foreign(
            "pkcs7", "signed or encrypted file (PKCS#7)", "fichier signé ou chiffré (PKCS#7)", _ASK_UNPACKED
        )
    if start[:1] >= b"\x80" or start.startswith((b"MIME-Version:", b"Content-Type:")):
        from statements.formats.pain001.encoding import packed

        return _SEALED.get(packed(start) or "")
    return None


_ASK_API_DATA = Text(
    "Give an organization answer and every page of transactions, or a CSV export of the app.",
    "Donnez une réponse organization et toutes les pages de transactions, ou un export CSV de l'application.",
)
_QONTO = {
    "qonto-error": _foreign(
        "qonto-error", "error answer of Qonto's API", "réponse d'erreur de l'API Qonto", _ASK_API_DATA
    ),
    "qonto-pdf-list": _foreign(
        "qonto-pdf-list",
        "Qonto's list of monthly PDF statements",
        "liste Qonto des relevés mensuels en PDF",
        _ASK_API_DATA,
    ),
}
_HTTP = _foreign(
    "http",
    "HTTP answer with its headers (curl -i)",
    "réponse HTTP avec ses en-têtes (curl -i)",
    Text("Keep the body only: download it again without -i.", "Ne gardez que le corps : téléchargez-la sans -i."),
)

_MESSAGE = re.compile(r"(?:^|[:.$])((?:pain|pacs|camt|head|admi|acmt|auth|reda|tsmt)\.\d{3})\.(\d{3})\.(\d{2})(?!\d)")

_ANSWER = re.compile(r"<(?:[A-Za-z_][\w.\-]*:)?CstmrPmtStsRpt[\s/>]")
_LAST_FIGURES = re.compile(r"\D([0-9]{1,2})\s*\Z", re.ASCII)


def by_text(data: bytes) -> ForeignFile:
    """What a file is that no reader takes, by its text: XML, JSON, a SWIFT message, a file of another program."""
    head = xml_head(data)
    if head is not None:
        for space in head.namespaces:
            match = _MESSAGE.search(space)
            if match is not None:
                return message(match[1], f"{match[2]}.{match[3]}", space)
        if _ANSWER.search(head.text[:20_000]) is not None:
            # Its namespace is misspelt, or that of nobody.
            last = next(filter(None, map(_LAST_FIGURES.search, head.namespaces)), None)
            return message("pain.002", f"001.{int(last[1]):02d}" if last is not None else "001", "")
        return xml(head.root, head.namespaces[0] if head.namespaces else "")
    if is_json(data):
        return JSON
    number = swift_number(data)
    if number:
        return swift(number)
    return _other_program(data) or (CSV if is_table(data) else UNKNOWN)


def _other_program(data: bytes) -> ForeignFile | None:
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    upper = start[:512].upper()
    if upper.startswith(b"OFXHEADER") or b"<OFX>" in upper:
        return _foreign("ofx", "OFX statement", "relevé OFX", _ASK_QONTO_CSV)
    if upper.startswith((b"!TYPE:", b"!ACCOUNT", b"!OPTION")):
        return _foreign("qif", "QIF statement", "relevé QIF", _ASK_QONTO_CSV)
    if re.match(rb"A[0-9]{3}|0128|0[0-9]{3}\d{8}", start) and len(start.split(b"\n")[0].rstrip(b"\r")) == 128:
        return _foreign("coda", "Belgian CODA statement", "relevé belge CODA", _ASK_STATEMENT)
    controls = sum(byte < 9 or 13 < byte < 26 or 27 < byte < 32 for byte in start)
    return BINARY if controls > max(8, len(start) // 20) else None


_MESSAGES = {
    "camt.052": ("camt.052 intraday report", "relevé intrajournalier camt.052"),
    "camt.053": ("camt.053 bank statement", "relevé bancaire camt.053"),
    "camt.054": ("camt.054 notification of entries", "avis de débit et de crédit camt.054"),
    "camt.056": ("camt.056 cancellation request", "demande d'annulation camt.056"),
    "pacs.002": ("pacs.002 status report between banks", "compte rendu interbancaire pacs.002"),
    "pacs.003": ("pacs.003 direct debit between banks", "prélèvement interbancaire pacs.003"),
    "pacs.004": ("pacs.004 return between banks", "retour interbancaire pacs.004"),
    "pacs.008": ("pacs.008 credit transfer between banks", "virement interbancaire pacs.008"),
    "pacs.009": ("pacs.009 transfer between banks", "transfert entre banques pacs.009"),
    "pain.002": ("pain.002 payment status report", "compte rendu de paiement pain.002"),
    "pain.007": ("pain.007 reversal request", "demande de reversement pain.007"),
    "pain.013": ("pain.013 request to pay", "demande de paiement pain.013"),
}


def message(family: str, version: str, namespace: str) -> ForeignFile:
    """An ISO 20022 message that is not a credit transfer file taken here."""
    return msgspec.structs.replace(_message(family, version, namespace), xml=True)


def _message(family: str, version: str, namespace: str) -> ForeignFile:
    if family == "pain.008":
        return _foreign(
            "pain.008",
            f"pain.008.{version} SEPA direct debit",
            f"prélèvement SEPA pain.008.{version}",
            Text(
                "A direct debit is not supported by Qonto's EBICS link: enter the collection in the Qonto app.",
                "Le prélèvement n'est pas pris en charge par le lien EBICS de Qonto : saisissez-le dans l'application.",
            ),
        )
    if family == "pain.001":
        return _foreign(
            "pain.001-other",
            f"credit transfer file of another version or country (pain.001.{version}, {namespace})",
            f"fichier de virements d'une autre version ou d'un autre pays (pain.001.{version}, {namespace})",
            _ASK_TRANSFER,
        )
    english, french = _MESSAGES.get(family, (f"{family} message", f"message {family}"))
    advice = {"pain.002": _ASK_SHOW}.get(family, _ASK_STATEMENT if family.startswith("camt") else _ASK_TRANSFER)
    return _foreign(family, f"{english} ({family}.{version})", f"{french} ({family}.{version})", advice)


def xml(root: str, namespace: str) -> ForeignFile:
    """XML that is no ISO 20022 message."""
    return msgspec.structs.replace(_xml(root, namespace), xml=True)


def _xml(root: str, namespace: str) -> ForeignFile:
    lower = root.lower()
    if lower == "ofx":
        return _foreign("ofx", "OFX statement", "relevé OFX", _ASK_QONTO_CSV)
    if lower == "html":
        return _foreign("html", "web page (HTML)", "page web (HTML)", _ASK_STATEMENT)
    if "ebics" in lower or "ebics" in namespace.lower():
        return _foreign(
            "ebics",
            "EBICS message, not the order data inside it",
            "message EBICS, et non les données qu'il porte",
            _ASK_UNPACKED,
        )
    words = f" (<{root}>)" if root else ""
    return _foreign("xml", f"other XML{words}", f"autre XML{words}", _ASK_TRANSFER)


def swift(number: str) -> ForeignFile:
    """A SWIFT message that is no statement."""
    return _foreign(
        f"mt{number}",
        f"SWIFT message MT{number}, no statement",
        f"message SWIFT MT{number}, pas un relevé",
        _ASK_STATEMENT,
    )


_NAMED = {
    "cfonb160": ("CFONB-160 orders (transfers, debits, bills)", "ordres CFONB 160 (virements, prélèvements, effets)"),
    "cfonb240": ("CFONB-240 returns and rejects", "impayés et rejets CFONB 240"),
    "cfonb320": ("CFONB-320 international transfers", "virements internationaux CFONB 320"),
}  # fmt: skip


def named(kind: str) -> ForeignFile:
    """A file of a kind that a reader refuses by name: French formats of other record lengths, other answers of Qonto.

    >>> named("cfonb240").name.en
    'CFONB-240 returns and rejects'
    """
    if kind in _QONTO:
        return _QONTO[kind]
    english, french = _NAMED.get(kind, (kind, kind))
    return _foreign(kind, english, french, _ASK_STATEMENT)
