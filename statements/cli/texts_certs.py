"""The sentences of ``statements certs`` and of its letter, in English and in French."""

from __future__ import annotations

CERTS: dict[str, tuple[str, str]] = {
    "certs.short": (
        "The three certificates of EBICS in France: make, show, check, letter.",
        "Les trois certificats d'EBICS en France : créer, afficher, contrôler, lettre.",
    ),
    "certs.make.short": ("Make three keys and certificates.", "Créer trois clés et certificats."),
    "certs.make.help": (
        "Make the keys for signature, authentication and encryption and a self-signed certificate for each, as French "
        "banks want them. The keys are encrypted under a passphrase, from a prompt or a file.",
        "Créer les clés de signature, d'authentification et de chiffrement et un certificat auto-signé pour chacune, "
        "comme les banques françaises les veulent. Les clés sont chiffrées par une phrase secrète, demandée ou lue "
        "dans un fichier.",
    ),
    "certs.show.short": ("Show certificates with both hashes.", "Afficher des certificats avec leurs deux empreintes."),
    "certs.show.help": (
        "Show certificates (PEM, DER, P7): use, dates, and both hashes as letters print them.",
        "Afficher des certificats (PEM, DER, P7) : usage, dates, et les deux empreintes telles que les lettres les "
        "impriment.",
    ),
    "certs.check.short": ("Check three certificates of a tool.", "Contrôler les trois certificats d'un outil."),
    "certs.check.help": (
        "Check the certificates that a tool made: key usage, length, dates, the same key twice, a missing role. Exit "
        "code 1 when something is wrong.",
        "Contrôler les certificats créés par un outil : usage de la clé, longueur, dates, clé utilisée deux fois, rôle "
        "manquant. Code de sortie 1 si quelque chose ne va pas.",
    ),
    "certs.letter.short": ("Write the letter with the hashes (HTML).", "Écrire la lettre avec les empreintes (HTML)."),
    "certs.letter.help": (
        "Write the initialisation letter with the hashes of the three keys: an HTML page that prints on one A4 sheet.",
        "Écrire la lettre d'initialisation avec les empreintes des trois clés : une page HTML qui s'imprime sur une "
        "feuille A4.",
    ),
    "certs.opt.folder": ("Folder for the six files.", "Dossier des six fichiers."),
    "certs.opt.name": ("Name of the company, for the certificates.", "Nom de l'entreprise, pour les certificats."),
    "certs.opt.company": ("Name of the company.", "Nom de l'entreprise."),
    "certs.opt.country": ("Country, two letters.", "Pays, deux lettres."),
    "certs.opt.bits": ("Length of the keys.", "Longueur des clés."),
    "certs.opt.years": ("How many years the certificates last.", "Durée des certificats en années."),
    "certs.opt.passphrase": (
        "File with the passphrase, readable by its owner alone; it is asked for otherwise.",
        "Fichier contenant la phrase secrète, lisible par son seul propriétaire ; sinon elle est demandée.",
    ),
    "certs.opt.role": ("Check one certificate for this use.", "Contrôler un seul certificat pour cet usage."),
    "certs.opt.host-id": ("HostID of the bank.", "HostID de la banque."),
    "certs.opt.partner-id": ("PartnerID.", "PartnerID."),
    "certs.opt.user-id": ("UserID.", "UserID."),
    "certs.opt.bank": ("Name of the bank, for the letter.", "Nom de la banque, pour la lettre."),
    "certs.passphrase": ("Passphrase for the keys", "Phrase secrète pour les clés"),
    "certs.passphrase-again": ("The same again", "La même, encore une fois"),
    "certs.short-passphrase": (
        "A passphrase has at least {n} characters.",
        "Une phrase secrète a au moins {n} caractères.",
    ),
    "certs.open-passphrase": (
        "{path} can be read by other people; chmod 600 it first.",
        "{path} peut être lu par d'autres personnes ; faites d'abord chmod 600.",
    ),
    "certs.country": (
        "'{value}' is no country code of two letters.",
        "« {value} » n'est pas un code pays de deux lettres.",
    ),
    "certs.made": (
        "Three keys and certificates are in {folder}. Keep the .key files and the passphrase to yourself.",
        "Trois clés et certificats se trouvent dans {folder}. Gardez pour vous les fichiers .key et la phrase secrète.",
    ),
    "certs.none": ("{path} holds no certificate.", "{path} ne contient pas de certificat."),
    "certs.good": ("The three certificates are good.", "Les trois certificats sont bons."),
    "certs.good-one": ("The certificate is good.", "Le certificat est bon."),
    "certs.subject": ("Subject", "Sujet"),
    "certs.use": ("Use", "Usage"),
    "certs.dates": ("Valid", "Validité"),
    "certs.length": ("Key", "Clé"),
    "certs.certificate-hash": ("SHA-256 of the certificate", "SHA-256 du certificat"),
    "certs.key-hash": ("SHA-256 of the key", "SHA-256 de la clé"),
    "certs.role.signature": ("signature", "signature"),
    "certs.role.authentication": ("authentication", "authentification"),
    "certs.role.encryption": ("encryption", "chiffrement"),
    "certs.letter.title": ("EBICS initialisation letter (INI and HIA)", "Lettre d'initialisation EBICS (INI et HIA)"),
    "certs.letter.date": ("Date", "Date"),
    "certs.letter.bank": ("To", "Destinataire"),
    "certs.letter.company": ("Company", "Entreprise"),
    "certs.letter.until": ("Valid until", "Valable jusqu'au"),
    "certs.letter.sentence": (
        "I confirm the keys above for my EBICS access. Please compare the hashes with those you received.",
        "Je confirme les clés ci-dessus pour mon accès EBICS. Merci de comparer les empreintes avec celles que vous "
        "avez reçues.",
    ),
    "certs.letter.place": ("Place, date", "Lieu, date"),
    "certs.letter.signer": ("Name", "Nom"),
    "certs.letter.signature": ("Signature", "Signature"),
}
