"""Characters of free texts (P001-160 … 165), each with a proposal or the code points."""

from __future__ import annotations

import re
from functools import partial

from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.scope import Scope, Shape, leaf
from statements.formats.pain001.silence import (
    BLOCK,
    EVERY_LEVEL,
    GROUP,
    LABEL,
    PAYMENT,
    REFERENCE,
    SAYS_SOMETHING,
    SEPA_TEXT,
    SHOWN_LABEL,
    VISIBLE,
    Doubt,
    RuleFunction,
    absent,
    both,
    either,
    known,
    matching,
)
from statements.wire.charset import SWIFT_X, clean, describe, hidden

# Free texts that travel with a payment; the four references have a rule of their own, codes have the schema.
FREE_TEXTS = (
    "Nm",
    "Ustrd",
    "AddtlRmtInf",
    "InstrInf",
    "InstrForDbtrAgt",
    "AdrLine",
    "Dept",
    "SubDept",
    "StrtNm",
    "BldgNb",
    "BldgNm",
    "Flr",
    "PstBx",
    "Room",
    "PstCd",
    "TwnNm",
    "TwnLctnNm",
    "DstrctNm",
    "CtrySubDvsn",
)
# White space is part of the form of these types and has rules of its own (304, 105).
_COLLAPSED = frozenset({"InstdAmt", "Amt", "CtrlSum", "ReqdExctnDt", "CreDtTm", "Dt", "DtTm", "BtchBookg", "BirthDt"})
_BREAKS = re.compile("[\t\n\r]")
_SHOWN = re.compile(VISIBLE)
_INSIDE = re.compile(r"[A-Za-z0-9 /\-?:().,'+]*", re.ASCII)


def outside_the_set(text: str) -> str:
    """The visible characters of a text that are not in the SEPA set; hidden ones and breaks have their own rules.

    >>> outside_the_set("Müller & Söhne"), outside_the_set("A\\u200bB")
    ('ü&ö', '')
    """
    if _INSIDE.fullmatch(text) is not None:
        return ""
    return "".join(char for char in SWIFT_X.outside(text) if not hidden(char))


def outside_the_sepa_set(scope: Scope, check: CheckContext) -> None:
    """A free text holds characters that the bank may replace."""
    for path in scope.paths(*FREE_TEXTS):
        text = scope.text(path) or ""
        if _INSIDE.fullmatch(text) is not None or not text.strip():
            continue
        if _SHOWN.fullmatch(text) is not None and check.count("P001-160", scope, path):
            continue
        foreign = outside_the_set(text)
        if foreign:
            check.add("P001-160", scope, path, found=text, expected=partial(SWIFT_X.fit, text), characters=foreign)


def breaks_and_hidden_characters(scope: Scope, check: CheckContext) -> None:
    """A value holds a tab or a line break, or characters that do not show."""
    together = "".join(text for _, text in scope.items() if text)
    if together.isprintable() and not hidden(together):
        return
    for path, text in scope.items():
        if not text or (text.isprintable() and not hidden(text)):
            continue
        name = path.rpartition("/")[2].partition("[")[0]
        if _BREAKS.search(text) and text.strip() and name not in _COLLAPSED:
            check.add("P001-161", scope, path, found=text, expected=partial(clean, text))
        secret = "".join(dict.fromkeys(char for char in text if hidden(char) and char not in "\t\n\r"))
        if secret:
            check.add(
                "P001-165",
                scope,
                path,
                found=text,
                expected=partial(clean, text),
                characters=", ".join(describe(char) for char in secret),
            )


IDENTIFIERS = ("MsgId", "PmtInfId", "InstrId", "EndToEndId")
_REMITTANCE_TEXTS = ("Ustrd", "AddtlRmtInf", "InstrInf", "Ref", "CdtrRef")
_SLASHES = re.compile("/+")


def characters(scope: Scope, check: CheckContext) -> None:
    """A reference holds characters of the SEPA set only."""
    for path in scope.paths(*IDENTIFIERS):
        text = scope.text(path) or ""
        if text.strip() and outside_the_set(text):
            check.add("P001-130", scope, path, found=text, expected=SWIFT_X.fit(text))


def slashes(scope: Scope, check: CheckContext) -> None:
    """A reference neither begins nor ends with a slash and has no two in a row."""
    for path in scope.paths(*IDENTIFIERS):
        _slashes(path, scope, check)
    for path in scope.paths("Ref", "CdtrRef"):
        if path.rpartition("/")[0].rpartition("/")[2].startswith("CdtrRefInf"):
            _slashes(path, scope, check)
    for path in scope.paths("Id"):
        if path.rpartition("/")[0].rpartition("/")[2].startswith("Othr"):
            _slashes(path, scope, check)


def _slashes(path: str, scope: Scope, check: CheckContext) -> None:
    text = scope.text(path) or ""
    if "/" in text and (text[0] == "/" or text[-1] == "/" or "//" in text):
        check.add("P001-131", scope, path, found=text, expected=_SLASHES.sub("/", text).strip("/") or None)


def no_block_reference(block: Scope, check: CheckContext) -> None:
    """.02: PmtInfId is optional in the schema, recommended by the SEPA guides."""
    if check.version == "02" and "PmtInfId" not in block:
        check.add("P001-133", block, "PmtInfId")


def only_blanks(scope: Scope, check: CheckContext) -> None:
    """A reference or a remittance text holds blanks only, of whatever kind; names have a rule of their own."""
    for path in scope.paths(*IDENTIFIERS, *_REMITTANCE_TEXTS):
        text = scope.text(path) or ""
        if text and not text.strip():
            check.add("P001-140", scope, path, found=text)


def sent_before(group: Scope, check: CheckContext) -> None:
    """A message reference that the caller knows as already sent."""
    reference = group.text("MsgId")
    if reference is not None and reference in check.known_ids:
        check.add("P001-137", group, "MsgId", found=reference)


def blank_at_an_edge(scope: Scope, check: CheckContext) -> None:
    """A reference or a name begins or ends with a blank."""
    for path in scope.paths(*IDENTIFIERS, "Nm"):
        text = scope.text(path) or ""
        if text.strip() and text.strip(" ") != text:
            check.add("P001-139", scope, path, found=text, expected=text.strip(" "))


_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}", re.ASCII)
_SIGNS = re.compile(r"[+*/.\-\s]")
_BELGIAN = re.compile(r"[0-9]{12}", re.ASCII)
_NUMBERS = {ord(letter): str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}
_STRUCTURED = "RmtInf/Strd"


def electronic(reference: str) -> str:
    """A reference without the blanks and signs of its printed form, in capitals.

    >>> electronic("rf18 5390-0754 7034")
    'RF18539007547034'
    """
    return _SIGNS.sub("", reference).upper()


def rf_wrong(reference: str) -> bool:
    """True for a reference that begins with RF and fails ISO 11649 (25 characters at most, remainder 1 by 97).

    >>> rf_wrong("RF18539007547034"), rf_wrong("RF19539007547034"), rf_wrong("INV-1")
    (False, True, False)
    """
    text = electronic(reference)
    if not text.startswith("RF"):
        return False
    if _RF.fullmatch(text) is None:
        return True
    return int((text[4:] + text[:4]).translate(_NUMBERS)) % 97 != 1


def belgian_wrong(reference: str) -> bool:
    """True unless the last two of 12 digits are the first ten modulo 97 (97 when that is 0). Signs are not counted.

    >>> belgian_wrong("010806817183"), belgian_wrong("+++010/8068/17183+++"), belgian_wrong("000000000000")
    (False, False, True)
    """
    digits = _SIGNS.sub("", reference)
    if _BELGIAN.fullmatch(digits) is None:
        return True
    return (int(digits[:10]) % 97 or 97) != int(digits[10:])


def several_texts(payment: Scope, check: CheckContext) -> None:
    """SEPA has one unstructured text."""
    second = "RmtInf/Ustrd[2]"
    if second in payment:
        texts = [payment.text(path) or "" for path in payment.repeated("RmtInf/Ustrd")]
        joined = " ".join(texts)
        fits = joined if len(joined) <= 140 else None
        check.add("P001-430", payment, second, found=payment.text(second), expected=fits, count=str(len(texts)))


def several_forms(payment: Scope, check: CheckContext) -> None:
    """A text and a structured part, or several structured parts, need the extended remittance option."""
    if check.settings["eri"] or _STRUCTURED not in payment:
        return
    second = f"{_STRUCTURED}[2]"
    if second in payment:
        check.add("P001-431", payment, second)
    elif "RmtInf/Ustrd" in payment:
        check.add("P001-431", payment, _STRUCTURED)


def _reference_paths(part: str, version: str) -> tuple[str, str, str]:
    """The paths of the reference, its type code and its issuer, in the element names of the version."""
    base = f"{part}/CdtrRefInf"
    if version == "02":
        return f"{base}/CdtrRef", f"{base}/CdtrRefTp/Cd", f"{base}/CdtrRefTp/Issr"
    return f"{base}/Ref", f"{base}/Tp/CdOrPrtry/Cd", f"{base}/Tp/Issr"


def structured(payment: Scope, check: CheckContext) -> None:
    """A structured part is a creditor reference of type SCOR with right check digits."""
    if "RmtInf" not in payment:
        return
    for part in payment.repeated(_STRUCTURED):
        reference, code, issuer = _reference_paths(part, check.version)
        if not check.settings["eri"]:
            others = [each for each in payment.children(part) if leaf(each) != "CdtrRefInf"]
            if others:
                check.add("P001-432", payment, others[0], expected="CdtrRefInf")
            elif payment.text(part) is not None or (payment.text(reference) or "").isspace():
                # It holds nothing, which has rules of its own.
                pass
            elif payment.text(code) != "SCOR" or not payment.word(reference):
                other = payment.text(code) if payment.text(code) not in (None, "SCOR") else None
                place = f"{part}/CdtrRefInf" if other is None else code
                check.add("P001-432", payment, place, found=other, expected="SCOR")
        text = payment.word(reference)
        if text and payment.word(issuer) == "BBA":
            digits = _SIGNS.sub("", text)
            if belgian_wrong(text):
                check.add("P001-434", payment, reference, found=payment.text(reference))
            elif text != digits:
                check.add("P001-436", payment, reference, found=payment.text(reference), expected=digits)
        elif rf_wrong(text):
            check.add("P001-433", payment, reference, found=payment.text(reference))
        elif text[:2].upper() == "RF" and text != electronic(text):
            check.add("P001-435", payment, reference, found=payment.text(reference), expected=electronic(text))


def visible(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said of texts of visible characters."""
    doubts: list[Doubt] = []
    for name, paths in shape.names.items():
        form = REFERENCE if name in IDENTIFIERS else LABEL if name == "Nm" else VISIBLE
        found = matching(form, name, wider=VISIBLE)(shape, check)
        currencies = matching(VISIBLE, *(f"{path}/@Ccy" for path in paths))(shape, check)
        if found is None or currencies is None:
            return None
        doubts += found
    return doubts


def _right_reference(check: CheckContext, code: str | None, reference: str | None) -> bool:
    text = (reference or "").strip()
    return code == "SCOR" and text.isalnum() and text.isupper() and not rf_wrong(text)


def one_reference(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said of one creditor reference of type SCOR that is right."""
    if "RmtInf" not in shape.places or _STRUCTURED not in shape.places:
        return []
    reference, code, issuer = _reference_paths(_STRUCTURED, check.version)
    if f"{_STRUCTURED}[2]" in shape.places or issuer in shape.places:
        return None
    if [leaf(each) for each in shape.children(_STRUCTURED)] != ["CdtrRefInf"]:
        return None
    return known(_right_reference, code, reference)(shape, check)


CHARACTERS: tuple[RuleFunction, ...] = (
    RuleFunction(outside_the_sepa_set, ("P001-160",), EVERY_LEVEL, silent=matching(SEPA_TEXT, *FREE_TEXTS)),
    RuleFunction(breaks_and_hidden_characters, ("P001-161", "P001-165"), EVERY_LEVEL, silent=visible),
)
REFERENCES: tuple[RuleFunction, ...] = (
    RuleFunction(
        only_blanks,
        ("P001-140",),
        EVERY_LEVEL,
        silent=both(matching(REFERENCE, *IDENTIFIERS), matching(SAYS_SOMETHING, *_REMITTANCE_TEXTS)),
    ),
    RuleFunction(characters, ("P001-130",), EVERY_LEVEL, silent=matching(REFERENCE, *IDENTIFIERS)),
    RuleFunction(slashes, ("P001-131",), EVERY_LEVEL, silent=matching(REFERENCE, *IDENTIFIERS, "Ref", "CdtrRef", "Id")),
    RuleFunction(no_block_reference, ("P001-133",), BLOCK),
    RuleFunction(sent_before, ("P001-137",), GROUP),
    RuleFunction(
        blank_at_an_edge,
        ("P001-139",),
        EVERY_LEVEL,
        silent=both(matching(REFERENCE, *IDENTIFIERS), matching(LABEL, "Nm", wider=SHOWN_LABEL)),
    ),
)
REMITTANCE: tuple[RuleFunction, ...] = (
    RuleFunction(several_texts, ("P001-430",), PAYMENT, needs=("Ustrd",), silent=absent("RmtInf/Ustrd[2]")),
    RuleFunction(
        several_forms,
        ("P001-431",),
        PAYMENT,
        needs=("Strd",),
        silent=either(both(absent("RmtInf/Strd[2]"), absent("RmtInf/Ustrd")), absent("RmtInf/Strd")),
    ),
    RuleFunction(
        structured,
        ("P001-432", "P001-433", "P001-434", "P001-435", "P001-436"),
        PAYMENT,
        needs=("Strd",),
        silent=one_reference,
    ),
)
