"""Numbers, amounts and the verdict in words, in English and in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statements.findings import PaymentLabel, Report
from statements.rules import Language, Severity

FILLER = "NOTPROVIDED"
"""The accepted word for "no end-to-end reference": a person need not read it."""

SEVERITIES: Mapping[Language, Mapping[Severity, str]] = {
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"},
    "fr": {Severity.ERROR: "erreur", Severity.WARNING: "avertissement", Severity.INFO: "info"},
}


def number(value: int, lang: Language) -> str:
    """A count with its thousands apart.

    >>> number(2000, "en"), number(2000, "fr")
    ('2,000', '2\xa0000')
    """
    text = f"{value:,}"
    return text.replace(",", "\xa0") if lang == "fr" else text


def money(amount: str, currency: str | None, lang: Language) -> str:
    """A decimal text as people write it; a text that is no plain number stays as it is.

    >>> money("3350.45", "EUR", "fr"), money("3350.4", "EUR", "en"), money("1e5", "EUR", "en")
    ('3\xa0350,45\xa0EUR', '3,350.40 EUR', '1e5 EUR')
    """
    whole, _, decimals = amount.partition(".")
    digits = whole.removeprefix("-")
    shown = amount
    if digits.isascii() and digits.isdigit() and (not decimals or (decimals.isascii() and decimals.isdigit())):
        sign = "-" if whole.startswith("-") else ""
        point = "," if lang == "fr" else "."
        shown = f"{sign}{number(int(digits), lang)}{point}{decimals.ljust(2, '0')}"
    if not currency:
        return shown
    return f"{shown}\xa0{currency}" if lang == "fr" else f"{shown} {currency}"


def counted(value: int, one: str, many: str, lang: Language) -> str:
    """A count with its noun; French takes the singular for 0 and 1.

    >>> counted(0, "error", "errors", "en"), counted(0, "erreur", "erreurs", "fr")
    ('0 errors', '0 erreur')
    """
    single = value < 2 if lang == "fr" else value == 1
    return f"{number(value, lang)} {one if single else many}"


def verdict(report: Report[Any], lang: Language) -> str:
    """The first sentence of an answer: what of the file can go on.

    For payments the wording is "ready for approval in Qonto": what the bank does then is the bank's own decision.
    """
    if report.format.startswith("pain.001") or report.format == "pain":
        return _payments(report, lang)
    if report.valid:
        return "The file is valid." if lang == "en" else "Le fichier est valide."
    return "The file is not valid." if lang == "en" else "Le fichier n'est pas valide."


def _payments(report: Report[Any], lang: Language) -> str:
    total = report.summary.payments or 0
    ready = accepted(report)
    if total == 0:
        return (
            "No payment of this file is ready for approval in Qonto: it is refused as a whole."
            if lang == "en"
            else "Aucun paiement de ce fichier n'est prêt à être approuvé dans Qonto : il est refusé en entier."
        )
    if lang == "en":
        if ready == 0:
            noun = "The payment is not" if total == 1 else f"None of the {number(total, lang)} payments is"
            return f"{noun} ready for approval in Qonto."
        if ready == total:
            noun = "The payment is" if total == 1 else f"All {number(total, lang)} payments are"
            return f"{noun} ready for approval in Qonto."
        verb = "is" if ready == 1 else "are"
        return f"{number(ready, lang)} of {number(total, lang)} payments {verb} ready for approval in Qonto."
    if ready == 0:
        noun = "Le paiement n'est pas prêt" if total == 1 else f"Aucun des {number(total, lang)} paiements n'est prêt"
        return f"{noun} à être approuvé dans Qonto."
    if ready == total:
        if total == 1:
            return "Le paiement est prêt à être approuvé dans Qonto."
        return f"Les {number(total, lang)} paiements sont prêts à être approuvés dans Qonto."
    if ready == 1:
        return f"1 paiement sur {number(total, lang)} est prêt à être approuvé dans Qonto."
    return f"{number(ready, lang)} paiements sur {number(total, lang)} sont prêts à être approuvés dans Qonto."


def accepted(report: Report[Any]) -> int:
    """How many payments no error refuses: from the verdict of the check, or none when it could not count them."""
    if report.valid:
        return report.summary.payments or 0
    return int(getattr(report.details, "accepted", 0))


def label(payment: PaymentLabel, total: int | None, lang: Language) -> str:
    """A payment as a person finds it again: number, reference, creditor, amount."""
    of = "" if total is None else (" of " if lang == "en" else " sur ") + number(total, lang)
    reference = None if payment.end_to_end_id == FILLER else payment.end_to_end_id
    parts = [reference, payment.creditor]
    if payment.amount is not None:
        parts.append(money(payment.amount, payment.currency, lang))
    named = ", ".join(part for part in parts if part)
    head = "Payment" if lang == "en" else "Paiement"
    colon = ": " if lang == "en" else " : "
    return f"{head} {number(payment.index, lang)}{of}{colon + named if named else ''}"
