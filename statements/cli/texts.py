"""Every sentence of the command in English and in French. Nothing else in ``cli`` holds words for people; the
help and the larger commands fill files of their own."""

from __future__ import annotations

import re

from statements.cli.texts_books import BOOKS
from statements.cli.texts_certs import CERTS
from statements.cli.texts_convert import CONVERT
from statements.cli.texts_fetch import FETCH
from statements.cli.texts_help import HELP, PLACEHOLDERS
from statements.cli.texts_html import HTML
from statements.cli.texts_mend import MEND
from statements.cli.texts_report import REPORT
from statements.cli.texts_split import SPLIT
from statements.cli.texts_usage import USAGE
from statements.visible import french

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Language = Literal["en", "fr"]

TEXTS: dict[str, tuple[str, str]] = {
    **HELP,
    **BOOKS,
    **CONVERT,
    **FETCH,
    **CERTS,
    **HTML,
    **MEND,
    **REPORT,
    **SPLIT,
    **USAGE,
    # -- help: frame
    "usage": ("Usage: ", "Utilisation : "),
    "options": ("Options", "Options\u00a0"),
    "commands": ("Commands", "Commandes\u00a0"),
    "required": ("required", "obligatoire"),
    "default": ("default: ", "par défaut : "),
    # -- files
    "not-found": ("{path} does not exist; check the name.", "{path} n'existe pas ; vérifiez le nom."),
    "bad-schema": (
        "{path} cannot be used as the schema of {message}:",
        "{path} n'est pas utilisable comme schéma de {message} :",
    ),
    "no-schema": (
        "{path} holds none of the schemas that can be replaced: {names}.",
        "{path} ne contient aucun des schémas remplaçables : {names}.",
    ),
    "no-files": (
        "{path} holds no file that is read here.",
        "{path} ne contient aucun fichier lu ici.",
    ),
    "is-folder": (
        "{path} is a folder; name the files in it.",
        "{path} est un dossier ; nommez les fichiers qu'il contient.",
    ),
    "no-access": ("{path} cannot be read: no permission.", "{path} ne peut pas être lu : droits insuffisants."),
    "cannot-read": ("{path} cannot be read: {reason}.", "{path} ne peut pas être lu : {reason}."),
    "exists": (
        "{path} exists with other content; nothing was written. Use --force to replace it, or another folder.",
        "{path} existe avec un autre contenu ; rien n'a été écrit. --force le remplace ; sinon, choisissez un autre "
        "dossier.",
    ),
    "is-source": (
        "{path} is one of the sources and is never written; choose another output.",
        "{path} est l'une des sources et n'est jamais écrit ; choisissez une autre sortie.",
    ),
    "clash": (
        "Two outputs would have the same name {path}; nothing was written. Choose a folder for -o and another name for "
        "--ledger.",
        "Deux sorties porteraient le même nom {path} ; rien n'a été écrit. Donnez un dossier à -o et un autre nom à "
        "--ledger.",
    ),
    "not-folder": (
        "{path} is a file where a folder is needed; choose another output.",
        "{path} est un fichier là où il faut un dossier ; choisissez une autre sortie.",
    ),
    "not-a-file": (
        "{path} is a folder, a device or a dead link where a file is needed; choose another output.",
        "{path} est un dossier, un périphérique ou un lien mort, non un fichier ; choisissez une autre sortie.",
    ),
    "cannot-print": (
        "Standard output cannot be written: {reason}. What was printed is not complete.",
        "La sortie standard n'a pas pu être écrite : {reason}. Ce qui est affiché est incomplet.",
    ),
    "cannot-write": (
        "{path} cannot be written: {reason}. Nothing was left behind.",
        "{path} ne peut pas être écrit : {reason}. Rien n'a été laissé.",
    ),
    "reason.missing": ("it does not exist", "il n'existe pas"),
    "reason.permission": ("no permission", "droits insuffisants"),
    "reason.space": ("the disk is full", "le disque est plein"),
    "reason.readonly": ("the file system is read-only", "le système de fichiers est en lecture seule"),
    "reason.long": ("the name is too long", "le nom est trop long"),
    "reason.other": ("the system refused ({code})", "le système a refusé ({code})"),
    # -- results of convert
    "written": ("{path}: {statements}, {entries}", "{path} : {statements}, {entries}"),
    "unchanged": ("{path}: unchanged", "{path} : inchangé"),
    "nothing-errors": (
        "Nothing was written: errors are in the way.",
        "Rien n'a été écrit : des erreurs l'empêchent.",
    ),
    "nothing": ("There was nothing to write.", "Il n'y avait rien à écrire."),
    "refused": ("{count} not written: see the errors above.", "{count} non écrit(s) : voir les erreurs ci-dessus."),
    "zone": ("Days in the time zone {zone}.", "Jours dans le fuseau {zone}."),
    "internal-check": (
        "Internal fault ({kind} in {place}): this file was not checked. Please report it, without confidential data.",
        "Erreur interne ({kind} dans {place}) : ce fichier n'a pas été contrôlé. Merci de la signaler, sans donnée "
        "confidentielle.",
    ),
    "internal": (
        "Internal fault ({kind} in {place}): nothing was written. Please report it, without confidential data.",
        "Erreur interne ({kind} dans {place}) : rien n'a été écrit. Merci de la signaler, sans donnée confidentielle.",
    ),
    "memory": (
        "There is not enough memory for {name}. Give fewer files, smaller ones, or fewer --jobs.",
        "La mémoire ne suffit pas pour {name}. Donnez moins de fichiers, de plus petits, ou moins de --jobs.",
    ),
    "killed": (
        "The system ended the work on {name}, as it does for want of memory. Give fewer --jobs.",
        "Le système a mis fin au travail sur {name}, comme il le fait faute de mémoire. Réduisez --jobs.",
    ),
    "interrupted": ("Interrupted; nothing was left half-written.", "Interrompu ; rien n'est resté à moitié écrit."),
    # -- counts: singular, plural
    "n.statement": ("{n} statement|{n} statements", "{n} relevé|{n} relevés"),
    "n.entry": ("{n} entry|{n} entries", "{n} écriture|{n} écritures"),
    "n.error": ("{n} error|{n} errors", "{n} erreur|{n} erreurs"),
    "n.warning": ("{n} warning|{n} warnings", "{n} avertissement|{n} avertissements"),
    "n.info": ("{n} remark|{n} remarks", "{n} remarque|{n} remarques"),
    "n.payment": ("{n} payment|{n} payments", "{n} virement|{n} virements"),
    "n.file": ("{n} file|{n} files", "{n} fichier|{n} fichiers"),
    "n.rule": ("{n} rule|{n} rules", "{n} règle|{n} règles"),
    "n.finding": ("{n} finding|{n} findings", "{n} constat|{n} constats"),
    "n.place": ("{n} place|{n} places", "{n} endroit|{n} endroits"),
    "n.more": ("… and {n} more|… and {n} more", "… et {n} autre|… et {n} autres"),
    "n.more-at": (
        "… and {n} more, at line {lines}|… and {n} more, at lines {lines}",
        "… et {n} autre, à la ligne {lines}|… et {n} autres, aux lignes {lines}",
    ),
    "n.ignored": (
        "with {n} error ignored: {rules}|with {n} errors ignored: {rules}",
        "avec {n} erreur ignorée : {rules}|avec {n} erreurs ignorées : {rules}",
    ),
    "left-out": ("left out on request: {rules}", "laissé de côté à votre demande : {rules}"),
    "not-checked": ("Not checked:", "Non contrôlé :"),
    "reason": ("reason code {code}", "code motif {code}"),
    "in-rules": ("of {n} rules", "de {n} règles"),
    "of-rule": ("of {rule}", "de {rule}"),
    "in-payment": ("in payment {n}", "dans le paiement {n}"),
    "in-line": ("in line {n}", "à la ligne {n}"),
    "inferred": ("inferred: no bank says so in public", "déduit : aucune banque ne le dit publiquement"),
    "certainty": ("Certainty", "Certitude"),
    "certainty.yes": ("confirmed", "confirmé"),
    # -- verdicts
    "verdict.valid": ("The file is valid.", "Le fichier est valide."),
    "verdict.invalid": ("The file is not valid.", "Le fichier n'est pas valide."),
    "verdict.refused": (
        "No payment of this file is ready for approval in Qonto: it is refused as a whole.",
        "Aucun paiement de ce fichier n'est prêt à être approuvé dans Qonto : il est refusé en entier.",
    ),
    "verdict.none.one": (
        "The payment is not ready for approval in Qonto.",
        "Le paiement n'est pas prêt à être approuvé dans Qonto.",
    ),
    "verdict.none.all": (
        "None of the {total} payments is ready for approval in Qonto.",
        "Aucun des {total} paiements n'est prêt à être approuvé dans Qonto.",
    ),
    "verdict.ready.one": (
        "The payment is ready for approval in Qonto.",
        "Le paiement est prêt à être approuvé dans Qonto.",
    ),
    "verdict.ready.all": (
        "All {total} payments are ready for approval in Qonto.",
        "Les {total} paiements sont prêts à être approuvés dans Qonto.",
    ),
    "verdict.some.one": (
        "1 of {total} payments is ready for approval in Qonto.",
        "1 paiement sur {total} est prêt à être approuvé dans Qonto.",
    ),
    "verdict.some": (
        "{n} of {total} payments are ready for approval in Qonto.",
        "{n} paiements sur {total} sont prêts à être approuvés dans Qonto.",
    ),
    "payment": ("Payment {n}", "Paiement {n}"),
    "payment-of": ("Payment {n} of {total}", "Paiement {n} sur {total}"),
    "payment-block": ("Payment block {n}", "Lot {n}"),
    "file": ("File", "Fichier"),
    "total": ("total {sum}", "total {sum}"),
    "n.not-listed": (
        "… and {n} more finding of {rule}, counted but not listed.|"
        "… and {n} more findings of {rule}, counted but not listed.",
        "… et {n} autre constat {rule}, compté mais non listé.|"
        "… et {n} autres constats {rule}, comptés mais non listés.",
    ),
    "n.not-listed-least": (
        "… and at least {n} more finding of {rule}, counted but not listed.|"
        "… and at least {n} more findings of {rule}, counted but not listed.",
        "… et au moins {n} autre constat {rule}, compté mais non listé.|"
        "… et au moins {n} autres constats {rule}, comptés mais non listés.",
    ),
    # -- reports
    "severity.error": ("error", "erreur"),
    "severity.warning": ("warning", "avertissement"),
    "severity.info": ("info", "info"),
    "severity.off": ("off", "désactivée"),
    "found": ("found", "trouvé"),
    "expected": ("expected", "attendu"),
    "fix": ("to do", "à faire"),
    "line": ("line {line}", "ligne {line}"),
    "column": ("column {column}", "colonne {column}"),
    "hidden-least": ("… and at least {n} more of {rule}", "… et au moins {n} autres de {rule}"),
    "hidden": ("… and {n} more of {rule}", "… et {n} autres de {rule}"),
    "profile": ("profile {name}", "profil {name}"),
    "opening": ("opening balance", "solde initial"),
    "credits": ("credits", "crédits"),
    "debits": ("debits", "débits"),
    "computed": ("computed closing", "solde final calculé"),
    "closing": ("stated closing", "solde final indiqué"),
    "difference": ("difference", "écart"),
    "none-stated": ("not stated", "non indiqué"),
    "available": ("available balance", "solde disponible"),
    "forward": ("forward available", "disponible à terme"),
    "statement": ("Statement", "Relevé"),
    "account": ("account", "compte"),
    "number": ("number", "numéro"),
    "period": ("{since} to {until}", "du {since} au {until}"),
    "of": ("of {day}", "au {day}"),
    "value": ("value {day}", "valeur {day}"),
    "reversal": ("reversal", "extourne"),
    "reference": ("reference", "référence"),
    # -- show
    "record": ("Record {n}", "Enregistrement {n}"),
    "message": ("Message {n}", "Message {n}"),
    "unknown-record": ("not known", "inconnu"),
    "length": ("{n} characters", "{n} caractères"),
    "role.payer": ("from", "de"),
    "role.beneficiary": ("to", "à"),
    "role.none": ("with", "avec"),
    "ref.end_to_end_id": ("end-to-end", "bout en bout"),
    "ref.mandate_id": ("mandate", "mandat"),
    "ref.creditor_id": ("creditor id", "ICS"),
    "ref.bank_reference": ("bank ref.", "réf. banque"),
    "ref.customer_reference": ("your ref.", "votre réf."),
    "original": ("originally {amount}", "à l'origine {amount}"),
    "rate": ("rate {rate}", "cours {rate}"),
    "no-ruler": (
        "--ruler is for MT940 and CFONB-120; this is: {name}.",
        "--ruler est pour MT940 et CFONB 120 ; ce fichier est : {name}.",
    ),
    "one-answer": (
        "a pain.002 answers one payment file at a time; {n} were given.",
        "un pain.002 répond à un seul fichier de virements à la fois ; {n} ont été donnés.",
    ),
    "no-answer": (
        "a pain.002 answers a payment file; {file} is {format}.",
        "un pain.002 répond à un fichier de virements ; {file} est {format}.",
    ),
    # -- the bank's answer
    "answer.unread": (
        "The answer cannot be set against the file.",
        "La réponse ne peut pas être rapprochée du fichier.",
    ),
    "answer.none": ("The bank refused no payment of the file.", "La banque n'a refusé aucun paiement du fichier."),
    "answer.unsure": (
        "The answer refuses what the file does not hold.",
        "La réponse refuse ce que le fichier ne contient pas.",
    ),
    "n.refused": (
        "The bank refused {n} of the {total} payments.|The bank refused {n} of the {total} payments.",
        "La banque a refusé {n} paiement sur {total}.|La banque a refusé {n} paiements sur {total}.",
    ),
    "answer-title": ("Answer of the bank {version}", "Réponse de la banque {version}"),
    "answer-made": ("made {moment}", "émise le {moment}"),
    "answer-from": ("from {name}", "de {name}"),
    "answer-to": ("To the file {id}", "Au fichier {id}"),
    "answer-other": (
        "This answer is to another file: {file} has the reference {own}.",
        "Cette réponse porte sur un autre fichier : {file} a la référence {own}.",
    ),
    "answer-block": ("Block {id}", "Lot {id}"),
    "answer-payment": ("Payment {id}", "Paiement {id}"),
    "answer-line": ("line {line} of {file}", "ligne {line} de {file}"),
    "answer-missing": ("not in {file}", "absent de {file}"),
    "answer-reason": ("reason", "motif"),
    "answer-says": ("words of the bank", "texte de la banque"),
    "our-check": ("our check", "notre contrôle"),
    "no-original": (
        "{path} is no payment file that can be read: {reason}",
        "{path} n'est pas un fichier de virements lisible : {reason}",
    ),
    "original-one": (
        "--original goes with one answer of a bank (pain.002); {file} is: {name}.",
        "--original va avec une seule réponse de banque (pain.002) ; {file} est : {name}.",
    ),
    "original-many": (
        "--original goes with one answer of a bank (pain.002); {n} files were given.",
        "--original va avec une seule réponse de banque (pain.002) ; {n} fichiers ont été donnés.",
    ),
    "no-explain": (
        "Nothing is known of '{name}': no rule, no name of a rule, no reason code.{near} Run 'statements explain' for "
        "the list.",
        "Rien n'est connu sous « {name} » : ni règle, ni nom de règle, ni code motif.{near} « statements explain » en "
        "donne la liste.",
    ),
    "code-of": ("ISO 20022 code, {list}", "code ISO 20022, {list}"),
    "list.status_reason": ("reason of a refusal", "motif de rejet"),
    "list.status": ("status", "statut"),
    "list.purpose": ("purpose", "motif de l'opération"),
    "list.category_purpose": ("category purpose", "catégorie d'opération"),
    "list.service_level": ("service level", "niveau de service"),
    "rules-of-code": ("Rules of this code", "Règles de ce code"),
    "payment-file": ("Payment file", "Fichier de virements"),
    "created": ("made {moment}", "créé le {moment}"),
    "stated": ("stated: {count} / {sum}", "déclaré : {count} / {sum}"),
    "unread-amounts": ("{count} without a readable amount", "{count} sans montant lisible"),
    "initiator": ("initiated by", "émis par"),
    "block": ("Block", "Lot"),
    "execution": ("to execute on {day}", "à exécuter le {day}"),
    # -- identify
    "ebics24": ("EBICS 2.4 FileFormat", "EBICS 2.4 FileFormat"),
    "ebics30": ("EBICS 3.0 BTF", "EBICS 3.0 BTF"),
    "version": ("version {version}", "version {version}"),
    "not-offered": ("not exchanged by Qonto over EBICS", "non échangé par Qonto via EBICS"),
    # -- explain
    "why": ("Why", "Pourquoi"),
    "mend": ("To mend it", "Pour y remédier"),
    "severities": ("Severity", "Gravité"),
    "example": ("Example", "Exemple"),
    "source": ("Source", "Source"),
    "repair": ("Repair on reading", "Réparation à la lecture"),
    "reason-code": ("ISO reason code", "Code motif ISO"),
    "always": ("always", "toujours"),
    "rules-of": ("Rules of {name}", "Règles de {name}"),
}


class Texts:
    """The sentences in one language.

    >>> Texts("fr").count("entry", 2)
    '2 écritures'
    """

    __slots__ = ("_at", "lang")

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self._at = 1 if lang == "fr" else 0

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence ``key`` with its placeholders filled in."""
        text = self._text(key)
        return text.format(**values) if values else text

    def _text(self, key: str) -> str:
        return french(TEXTS[key][1]) if self._at else TEXTS[key][0]

    def placeholders(self, text: str) -> str:
        """A usage line or an option as the help writes it, with the words that stand for values in the language.

        >>> Texts("fr").placeholders("-o, --output DIR|FILE|-")
        '-o, --output DOSSIER|FICHIER|-'
        """
        return (
            re.sub(r"(?<![\w-])[A-Z]+(?![\w-])", lambda word: PLACEHOLDERS.get(word[0], word[0]), text)
            if self._at
            else text
        )

    @property
    def space(self) -> str:
        """The blank between a number and its unit: it does not break in French."""
        return "\u00a0" if self._at else " "

    @property
    def semicolon(self) -> str:
        """A semicolon with its blanks."""
        return "\u00a0; " if self._at else "; "

    @property
    def colon(self) -> str:
        """A colon with its blanks: French puts one before it too."""
        return "\u00a0: " if self._at else ": "

    def count(self, key: str, number: int, **values: object) -> str:
        """A number with its noun. French takes the singular for 0 too."""
        one, many = self._text(f"n.{key}").split("|")
        single = number < 2 if self._at else number == 1
        return (one if single else many).format(n=self.number(number), **values)

    def number(self, value: int | str) -> str:
        """A count or a plain decimal text with the marks of the language, every digit kept; another text as it is.

        >>> Texts("en").number(2000), Texts("fr").number("-32001.001"), Texts("fr").number("1E3")
        ('2,000', '-32\\xa0001,001', '1E3')
        """
        decimal = str(value)
        if not decimal.lstrip("-").replace(".", "", 1).isdecimal() or not decimal.isascii():
            return decimal
        sign, digits = ("-", decimal[1:]) if decimal.startswith("-") else ("", decimal)
        whole, point, cents = digits.partition(".")
        group, mark = ("\u00a0", ",") if self._at else (",", ".")
        return f"{sign}{group.join(_threes(whole))}{mark if point else ''}{cents}"


def _threes(digits: str) -> list[str]:
    first = len(digits) % 3
    return [part for part in (digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))) if part]
