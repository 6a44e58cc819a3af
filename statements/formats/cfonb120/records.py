"""THE table of the CFONB-120 records and of the qualifiers of record 05.

Positions are 1-based and inclusive, zone names and order as in the norm, so that table and norm can be laid side
by side. Reader, writer, ruler, documentation and tests derive from it.

Sources: CFONB, *Évolutions du relevé de compte 120 caractères pour les opérations de virements et de prélèvements
SEPA*, v2.0, March 2010 (records 04 and 05, qualifiers); *Structure des fichiers ETEBAC*, 12 July 2004 (records 01
and 07, older layout of 05).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from statements.rules import Text
from statements.wire.fixed import RecordTable, Zone, record_table, zone

WIDTH = 120

_BALANCE = (
    zone("A", "1-2", "M", "N", "code", "record code", "code enregistrement"),
    zone("B", "3-7", "M", "N", "bank", "bank code", "code banque"),
    zone("C", "8-11", "N", "-", "reserved_c", "reserved", "zone réservée"),
    zone("D", "12-16", "M", "N", "branch", "branch code", "code guichet"),
    zone("E", "17-19", "M", "A", "currency", "currency", "code devise"),
    zone("F", "20", "M", "N", "decimals", "decimals of the balance", "nombre de décimales du solde"),
    zone("G", "21", "N", "-", "reserved_g", "reserved", "zone réservée"),
    zone("H", "22-32", "M", "AN", "account", "account number", "numéro de compte"),
    zone("I", "33-34", "N", "-", "reserved_i", "reserved", "zone réservée"),
    zone("J", "35-40", "M", "N", "date", "date of the balance", "date du solde"),
    zone("K", "41-90", "N", "-", "reserved_k", "reserved", "zone réservée"),
    zone("L", "91-104", "M", "S", "amount", "balance", "solde"),
    zone("M", "105-120", "N", "-", "reserved_m", "reserved", "zone réservée"),
)

OPENING = record_table("01", "old balance", "ancien solde", WIDTH, _BALANCE)
CLOSING = record_table("07", "new balance", "nouveau solde", WIDTH, _BALANCE)

MOVEMENT = record_table(
    "04",
    "movement",
    "mouvement",
    WIDTH,
    (
        zone("2-A", "1-2", "M", "N", "code", "record code", "code enregistrement"),
        zone("2-B", "3-7", "M", "N", "bank", "bank code", "code banque"),
        zone("2-C", "8-11", "O", "AN", "internal", "operation code internal to the bank", "code opération interne"),
        zone("2-D", "12-16", "M", "N", "branch", "branch code", "code guichet"),
        zone("2-E", "17-19", "M", "A", "currency", "currency", "code devise"),
        zone("2-F", "20", "M", "N", "decimals", "decimals of the amount", "nombre de décimales du montant"),
        zone("2-G", "21", "N", "-", "reserved_g", "reserved", "zone réservée"),
        zone("2-H", "22-32", "M", "AN", "account", "account number", "numéro de compte"),
        zone("2-I", "33-34", "M", "AN", "operation", "interbank operation code", "code opération interbancaire"),
        zone("2-J", "35-40", "M", "N", "booking_date", "booking date", "date de comptabilisation"),
        zone("2-K", "41-42", "D", "N", "reject", "reject reason", "code motif de rejet"),
        zone("2-L", "43-48", "M", "N", "value_date", "value date", "date de valeur"),
        zone("2-M", "49-79", "M", "AN", "label", "label", "libellé"),
        zone("2-N", "80-81", "N", "-", "reserved_n", "reserved", "zone réservée"),
        zone("2-O", "82-88", "M", "N", "entry_number", "entry number", "numéro d'écriture"),
        zone("2-P", "89", "O", "AN", "exempt", "exempt from account commission", "indice d'exonération de commission"),
        zone("2-Q", "90", "O", "AN", "unavailable", "funds not available", "indice d'indisponibilité"),
        zone("2-R", "91-104", "M", "S", "amount", "amount", "montant"),
        zone("2-S", "105-120", "O", "AN", "reference", "reference", "zone référence"),
    ),
)

_COMPLEMENT_HEAD = (
    zone("2b-A", "1-2", "M", "N", "code", "record code", "code enregistrement"),
    zone("2b-B", "3-7", "M", "N", "bank", "bank code", "code banque"),
    zone("2b-C", "8-11", "O", "AN", "internal", "operation code internal to the bank", "code opération interne"),
    zone("2b-D", "12-16", "M", "N", "branch", "branch code", "code guichet"),
    zone("2b-E", "17-19", "M", "A", "currency", "currency", "code devise"),
    zone("2b-F", "20", "M", "N", "decimals", "decimals of the amount", "nombre de décimales du montant"),
    zone("2b-G", "21", "N", "-", "reserved_g", "reserved", "zone réservée"),
    zone("2b-H", "22-32", "M", "AN", "account", "account number", "numéro de compte"),
    zone("2b-I", "33-34", "M", "AN", "operation", "interbank operation code", "code opération interbancaire"),
    zone("2b-J", "35-40", "M", "N", "booking_date", "booking date", "date de comptabilisation"),
)

COMPLEMENT = record_table(
    "05",
    "complement of a movement",
    "complément d'un mouvement",
    WIDTH,
    (
        *_COMPLEMENT_HEAD,
        zone("2b-K", "41-45", "N", "-", "reserved_k", "reserved", "zone réservée"),
        zone("2b-L", "46-48", "M", "AN", "qualifier", "qualifier", "qualifiant"),
        zone("2b-M", "49-118", "M", "AN", "information", "information", "informations complémentaires"),
        zone("2b-N", "119-120", "N", "-", "reserved_n", "reserved", "zone réservée"),
    ),
)

# Before 2004 a 05 had no qualifier. Read only under the named repair `old-complement-layout`.
OLD_COMPLEMENT = record_table(
    "05",
    "complement of a movement, older layout",
    "complément d'un mouvement, ancien format",
    WIDTH,
    (
        *_COMPLEMENT_HEAD,
        zone("label", "41-81", "M", "AN", "label", "free label", "libellé libre"),
        zone("number", "82-88", "O", "N", "entry_number", "entry number", "numéro d'écriture"),
        zone("89-90", "89-90", "N", "-", "reserved_k", "reserved", "zone réservée"),
        zone("amount", "91-104", "O", "S", "amount", "amount of the movement", "montant du mouvement"),
        zone("105-120", "105-120", "N", "-", "reserved_n", "reserved", "zone réservée"),
    ),
)

TABLES: Mapping[str, RecordTable] = {one.code: one for one in (OPENING, MOVEMENT, COMPLEMENT, CLOSING)}
"""The four records of a statement, by their code."""


class Qualifier(msgspec.Struct, frozen=True):
    """What zone 2b-M holds under one qualifier, and where that goes. Inner zones have the positions of the record."""

    code: str
    meaning: Text
    zones: tuple[Zone, ...]
    members: tuple[str, ...]
    """What each zone is in the model; empty for a zone that has no member of its own.

    ``references.…``, ``details.…`` (a neutral name), ``payer.…`` and ``beneficiary.…`` (name or IBAN of the other
    side), ``remittance`` and ``remittance.reference`` (its structured part), ``original_amount``. A complement with
    text outside its members is kept whole, as a detail.
    """
    order: int
    """Its place among the 05 of a written movement; 0 for those that follow in the order of the details."""
    repeatable: bool = False


def _qualifier(
    code: str,
    en: str,
    fr: str,
    *parts: tuple[str, str, str, str],
    members: tuple[str, ...] = (),
    order: int = 0,
    repeatable: bool = False,
) -> Qualifier:
    """A row of the table: a part is position, key and meaning; members stand for the first parts, one each."""
    zones = tuple(
        zone(
            f"{code}-{number}", position, "O", "N" if key in _DIGITS else "-" if key == "reserved" else "AN", key, e, f
        )
        for number, (position, key, e, f) in enumerate(parts, start=1)
    )
    return Qualifier(code, Text(en, fr), zones, (*members, *("",) * (len(zones) - len(members))), order, repeatable)


_DIGITS = frozenset({"decimals", "amount", "rate_decimals", "rate"})
_NAME = ("49-118", "name", "name", "nom")
_ID = ("49-83", "identifier", "identifier", "identifiant")
_ID_KIND = ("84-118", "kind", "kind of the identifier", "type d'identifiant")
_TEXT = ("49-118", "text", "text", "texte")
_REST = ("84-118", "reserved", "reserved", "zone réservée")

INFORMATION_START = 49
"""Position of zone 2b-M, from which the inner zones count."""

QUALIFIERS: Mapping[str, Qualifier] = {
    one.code: one
    for one in (
        _qualifier("LIB", "free label", "libellé libre", _TEXT, members=("remittance",), order=1, repeatable=True),
        _qualifier("NPY", "name of the payer", "nom du payeur", _NAME, members=("payer.name",), order=1),
        _qualifier("IPY", "identifier of the payer", "identifiant du payeur", _ID, _ID_KIND),
        _qualifier(
            "NBE", "name of the beneficiary", "nom du bénéficiaire", _NAME, members=("beneficiary.name",), order=1
        ),
        _qualifier(
            "IBE",
            "identifier of the beneficiary",
            "identifiant du bénéficiaire",
            _ID,
            _ID_KIND,
            members=("references.creditor_id",),
            order=8,
        ),
        _qualifier("NPO", "name of the ultimate debtor", "nom du débiteur d'origine", _NAME, members=("details.ULTD",)),
        _qualifier("IPO", "identifier of the ultimate debtor", "identifiant du débiteur d'origine", _ID, _ID_KIND),
        _qualifier("NBU", "name of the ultimate creditor", "nom du créancier ultime", _NAME, members=("details.ULTC",)),
        _qualifier("IBU", "identifier of the ultimate creditor", "identifiant du créancier ultime", _ID, _ID_KIND),
        _qualifier(
            "LCC",
            "client-to-client label, characters 1-70",
            "libellé client à client, caractères 1 à 70",
            _TEXT,
            members=("remittance",),
            order=4,
        ),
        _qualifier(
            "LC2",
            "client-to-client label, characters 71-140",
            "libellé client à client, caractères 71 à 140",
            _TEXT,
            members=("remittance",),
            order=4,
        ),
        _qualifier(
            "LCS",
            "structured client-to-client label",
            "libellé client à client structuré",
            ("49-83", "text", "text", "texte"),
            _REST,
            members=("remittance.reference",),
            order=5,
        ),
        _qualifier(
            "RCN",
            "end-to-end reference",
            "référence de bout en bout",
            ("49-83", "reference", "end-to-end reference", "référence de bout en bout"),
            ("84-118", "purpose", "nature of the payment", "nature du paiement"),
            members=("references.end_to_end_id", "details.PURP"),
            order=6,
        ),
        _qualifier(
            "REF",
            "references of the remittance and of the transaction",
            "références de la remise et de l'opération",
            ("49-83", "remittance", "reference of the remittance", "référence de la remise"),
            ("84-118", "transaction", "reference of the transaction", "référence de l'opération"),
            members=("", "references.customer_reference"),
            order=7,
        ),
        _qualifier(
            "MMO",
            "original amount",
            "montant d'origine",
            ("49-51", "currency", "original currency", "devise d'origine"),
            ("52", "decimals", "decimals of the amount", "nombre de décimales du montant"),
            ("53-66", "amount", "original amount, unsigned", "montant d'origine, sans signe"),
            ("67-68", "rate_decimals", "decimals of the rate", "nombre de décimales du taux"),
            ("69-79", "rate", "exchange rate", "taux de change"),
            ("80-118", "reserved", "reserved", "zone réservée"),
            members=("original_amount",) * 6,
            order=9,
        ),
        _qualifier(
            "CBE",
            "account of the beneficiary",
            "compte du bénéficiaire",
            ("49-83", "account", "account", "compte"),
            _REST,
            members=("beneficiary.iban",),
            order=2,
        ),
        _qualifier(
            "RUM",
            "mandate",
            "mandat",
            ("49-83", "mandate", "unique mandate reference", "référence unique du mandat"),
            ("84-87", "sequence", "sequence: OOFF, FRST, RCUR or FNAL", "séquence : OOFF, FRST, RCUR ou FNAL"),
            ("88-118", "reserved", "reserved", "zone réservée"),
            members=("references.mandate_id",),
            order=3,
        ),
        _qualifier(
            "CPY",
            "account of the debtor",
            "compte du débiteur",
            ("49-83", "account", "account", "compte"),
            _REST,
            members=("payer.iban",),
            order=2,
        ),
        # Not in the norm of 2010; met in real files.
        _qualifier(
            "FEE",
            "fee of the bank",
            "commission de la banque",
            ("49-51", "currency", "currency of the fee", "devise de la commission"),
            ("52", "decimals", "decimals of the fee", "nombre de décimales de la commission"),
            ("53-66", "amount", "fee, unsigned", "commission, sans signe"),
            ("67-118", "reserved", "reserved", "zone réservée"),
        ),
    )
}
"""The nineteen qualifiers of record 05 (18 of the norm and FEE), by code. Others are kept as they stand."""
