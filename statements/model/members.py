"""The members of a statement in words: what a sentence for a person calls ``counterparty.name``.

>>> french_members("remittance, counterparty.name")
'«\\xa0libellé\\xa0», «\\xa0nom de la contrepartie\\xa0»'
>>> word("counterparty.iban", "en"), french_members("38-42")
('IBAN of the counterparty', '38-42')
"""

from __future__ import annotations

from statements.rules import Language, Text

MEMBERS: dict[str, Text] = {
    "account": Text("account", "compte"),
    "amount": Text("amount", "montant"),
    "available": Text("available balance", "solde disponible"),
    "booking_date": Text("booking date", "date de comptabilisation"),
    "closing": Text("closing balance", "solde final"),
    "codes": Text("operation code", "code opération"),
    "codes.cfonb": Text("CFONB operation code", "code opération CFONB"),
    "codes.iso": Text("ISO transaction code", "code opération ISO"),
    "codes.swift": Text("SWIFT type", "nature SWIFT"),
    "counterparty": Text("counterparty", "contrepartie"),
    "counterparty.bic": Text("BIC of the counterparty", "BIC de la contrepartie"),
    "counterparty.iban": Text("IBAN of the counterparty", "IBAN de la contrepartie"),
    "counterparty.name": Text("name of the counterparty", "nom de la contrepartie"),
    "counterparty.role": Text("role of the counterparty", "rôle de la contrepartie"),
    "forward_available": Text("forward available balance", "solde disponible à terme"),
    "label": Text("label", "libellé"),
    "number": Text("statement number", "numéro de relevé"),
    "opening": Text("opening balance", "solde initial"),
    "original_amount": Text("original amount", "montant d'origine"),
    "original_amount.rate": Text("rate", "cours"),
    "reference": Text("reference", "référence"),
    "references.bank_reference": Text("bank reference", "référence de la banque"),
    "references.creditor_id": Text("creditor identifier", "identifiant du créancier"),
    "references.customer_reference": Text("customer reference", "référence du client"),
    "references.end_to_end_id": Text("end-to-end reference", "référence de bout en bout"),
    "references.mandate_id": Text("mandate reference", "référence du mandat"),
    "remittance": Text("remittance text", "libellé"),
    "reversal": Text("reversal mark", "marque d'extourne"),
    "sequence": Text("page number", "numéro de page"),
    "value_date": Text("value date", "date de valeur"),
}
"""Each member and its words."""

_DETAILS = "details."


def word(member: str, lang: Language) -> str:
    """The words of one member; a name that is none of ours stays as it is."""
    if member in MEMBERS:
        return MEMBERS[member].get(lang)
    if member.startswith(_DETAILS):
        name = member.removeprefix(_DETAILS)
        return f"détail {name}" if lang == "fr" else f"detail {name}"
    return member


def french_members(members: str) -> str:
    """The French words of members that stand apart by commas, each between guillemets, as in a sentence."""
    found = []
    for member in members.split(", "):
        named = word(member, "fr")
        found.append(named if named == member else f"«\u00a0{named}\u00a0»")
    return ", ".join(found)
