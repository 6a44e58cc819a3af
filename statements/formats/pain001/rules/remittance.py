"""Remittance information (P001-430 … 434): one text of 140 characters, or one creditor reference."""

from __future__ import annotations

import re

from statements.formats.pain001.check import Check
from statements.formats.pain001.registry import on_payment
from statements.formats.pain001.scope import Scope, leaf

_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}", re.ASCII)
_BELGIAN = re.compile(r"[0-9]{12}", re.ASCII)
_NUMBERS = {ord(letter): str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}
_STRUCTURED = "RmtInf/Strd"


def rf_wrong(reference: str) -> bool:
    """True for a reference that begins with RF and fails ISO 11649 (25 characters at most, remainder 1 by 97).

    >>> rf_wrong("RF18539007547034"), rf_wrong("RF19539007547034"), rf_wrong("INV-1")
    (False, True, False)
    """
    text = "".join(reference.split()).upper()
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
    digits = re.sub("[+*/ ]", "", reference)
    if _BELGIAN.fullmatch(digits) is None:
        return True
    return (int(digits[:10]) % 97 or 97) != int(digits[10:])


@on_payment("P001-430", needs=("Ustrd",))
def several_texts(payment: Scope, check: Check) -> None:
    """SEPA has one unstructured text."""
    second = "RmtInf/Ustrd[2]"
    if second in payment:
        texts = [payment.values[path] or "" for path in payment.repeated("RmtInf/Ustrd")]
        joined = " ".join(texts)
        fits = joined if len(joined) <= 140 else None
        check.add("P001-430", payment, second, found=payment.text(second), expected=fits, count=str(len(texts)))


@on_payment("P001-431", needs=("Strd",))
def several_forms(payment: Scope, check: Check) -> None:
    """A text and a structured part, or several structured parts, need the extended remittance option."""
    if check.settings["eri"] or _STRUCTURED not in payment:
        return
    second = f"{_STRUCTURED}[2]"
    if second in payment:
        check.add("P001-431", payment, second)
    elif "RmtInf/Ustrd" in payment:
        check.add("P001-431", payment, _STRUCTURED)


def _reference_paths(payment: Scope, part: str, version: str) -> tuple[str, str, str]:
    """The paths of the reference, its type code and its issuer, in the element names of the version."""
    base = f"{part}/CdtrRefInf"
    if version == "02":
        return f"{base}/CdtrRef", f"{base}/CdtrRefTp/Cd", f"{base}/CdtrRefTp/Issr"
    return f"{base}/Ref", f"{base}/Tp/CdOrPrtry/Cd", f"{base}/Tp/Issr"


@on_payment("P001-432", "P001-433", "P001-434", needs=("Strd",))
def structured(payment: Scope, check: Check) -> None:
    """A structured part is a creditor reference of type SCOR with right check digits."""
    if "RmtInf" not in payment:
        return
    for part in payment.repeated(_STRUCTURED):
        reference, code, issuer = _reference_paths(payment, part, check.version)
        if not check.settings["eri"]:
            others = [each for each in payment.children(part) if leaf(each) != "CdtrRefInf"]
            if others:
                check.add("P001-432", payment, others[0], expected="CdtrRefInf")
            elif payment.text(code) != "SCOR" or not payment.word(reference):
                other = payment.text(code) if payment.text(code) not in (None, "SCOR") else None
                place = f"{part}/CdtrRefInf" if other is None else code
                check.add("P001-432", payment, place, found=other, expected="SCOR")
        text = payment.word(reference)
        if text and payment.word(issuer) == "BBA":
            if belgian_wrong(text):
                check.add("P001-434", payment, reference, found=payment.text(reference))
        elif rf_wrong(text):
            check.add("P001-433", payment, reference, found=payment.text(reference))
