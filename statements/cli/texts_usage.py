"""What was wrong with arguments, names and files of settings, in English and in French; part of
:data:`statements.cli.texts.TEXTS`."""

from __future__ import annotations

USAGE: dict[str, tuple[str, str]] = {
    "no-extra": (
        "'{command}' needs the optional part '{extra}': pip install 'statements[{extra}]'",
        "« {command} » demande la partie facultative « {extra} » : pip install 'statements[{extra}]'",
    ),
    "try": ("Try '{command} --help'.", "Voir « {command} --help »."),
    "error": ("Error: ", "Erreur : "),
    "no-option": ("There is no option {name}.", "L'option {name} n'existe pas."),
    "did-you-mean": (" Did you mean {names}?", " Vouliez-vous dire {names} ?"),
    "no-command": (
        "There is no command '{name}'; there are {known}.",
        "La commande « {name} » n'existe pas ; il y a {known}.",
    ),
    "no-verb": ("Name one of {known}.", "Indiquez l'un de {known}."),
    "bad-config": (
        "the file of settings cannot be read: {reason}",
        "le fichier de réglages ne peut pas être lu : {reason}",
    ),
    "bad-toml": ("{reason}", "TOML mal formé, {reason}"),
    "bad-plugin": (
        "the plugin {name} cannot be used: {reason}. Leave it out with --isolated.",
        "l'extension {name} n'est pas utilisable : {reason}. --isolated la laisse de côté.",
    ),
    "bad-key": (
        "{path} holds the key '{key}', which no option has.",
        "{path} contient la clé « {key} », qu'aucune option ne porte.",
    ),
    "never-key": (
        "{path} holds the key '{key}': --{key} can only be typed.",
        "{path} contient la clé « {key} » : --{key} ne peut être que tapé.",
    ),
    "missing-argument": ("{name} is missing.", "Il manque {name}."),
    "missing-option": ("The option {name} is missing.", "Il manque l'option {name}."),
    "needs-value": ("The option {name} needs a value.", "L'option {name} demande une valeur."),
    "no-value": ("The option {name} takes no value.", "L'option {name} ne prend pas de valeur."),
    "extra": ("There is an argument too many: {name}.", "Il y a un argument de trop : {name}."),
    "bad-value": ("{name}: {reason}", "{name} : {reason}"),
    "not-choice": ("'{value}' is none of {known}.", "« {value} » n'est pas parmi {known}."),
    "not-date": ("'{value}' is no date such as 2026-09-30.", "« {value} » n'est pas une date telle que 30/09/2026."),
    "not-moment": (
        "'{value}' is no date such as 2026-11-30, with or without a time such as T18:06:00.",
        "« {value} » n'est pas une date telle que 30/11/2026, avec ou sans une heure telle que T18:06:00.",
    ),
    "not-amount": (
        "'{value}' is no exact amount such as 1250.50 or -12.00.",
        "« {value} » n'est pas un montant exact tel que 1 250,50 ou -12,00.",
    ),
    "not-number": (
        "'{value}' is no whole number from {least} on.",
        "« {value} » n'est pas un nombre entier à partir de {least}.",
    ),
    "not-pair": ("'{value}' is not of the form KEY=VALUE.", "« {value} » n'est pas de la forme CLÉ=VALEUR."),
    "not-iban": (
        "'{value}' is no valid IBAN; check its digits.",
        "« {value} » n'est pas un IBAN valide ; vérifiez ses chiffres.",
    ),
    "not-zone": (
        "'{value}' is no time zone such as Europe/Paris.",
        "« {value} » n'est pas un fuseau tel que Europe/Paris.",
    ),
    "range": ("--since {since} is later than --until {until}.", "--since {since} est postérieur à --until {until}."),
    "qonto-only": (
        "{name} is for Qonto data only, and none of the sources is.",
        "{name} ne concerne que les données Qonto, et aucune source n'en est.",
    ),
    "statements-only": (
        "{name} is for statements; a payment file has none.",
        "{name} ne concerne que les relevés ; un fichier de virements n'en contient pas.",
    ),
    "eol-only": ("{name} is for {formats} only.", "{name} ne vaut que pour {formats}."),
    "and": (" and ", " et "),
    "no-profile": (
        "There is no profile '{name}' of {format}; there are {known}.",
        "Le profil « {name} » de {format} n'existe pas ; il y a {known}.",
    ),
    "no-profiles": (
        "{format} has no profiles; leave --profile out.",
        "{format} n'a pas de profils ; retirez --profile.",
    ),
    "no-setting": (
        "There is no setting '{name}'; there are {known}.",
        "Le réglage « {name} » n'existe pas ; il y a {known}.",
    ),
    "bad-setting": (
        "The setting {name} cannot be '{value}': {expected} is expected.",
        "Le réglage {name} ne peut pas être « {value} » : {expected} est attendu.",
    ),
    "no-repair": (
        "There is no repair '{name}'; there are {known}.",
        "La réparation « {name} » n'existe pas ; il y a {known}.",
    ),
    "no-rule": (
        "There is no rule '{name}'. Run 'statements explain' for the list.",
        "La règle « {name} » n'existe pas. « statements explain » en donne la liste.",
    ),
    "switched": (
        "asked for: {options}",
        "demandé : {options}",
    ),
    "bad-mapping": (
        "The mapping file {path} cannot be used: {reason}",
        "Le fichier de correspondance {path} n'est pas utilisable : {reason}",
    ),
    "bad-profile-file": (
        "The profile file {path} cannot be used:",
        "Le fichier de profil {path} n'est pas utilisable :",
    ),
    "stdin-twice": ("- (stdin) can be given once only.", "- (entrée standard) ne peut être donné qu'une fois."),
    "pain-only-json": (
        "{path} is a payment file: it goes to json only (--to json), or check it with 'statements validate'.",
        "{path} est un fichier de virements : il ne va que vers json ; « statements validate » le contrôle.",
    ),
    "pain-mixed": (
        "Payment files and statements cannot be converted together; run the command once for each kind.",
        "Fichiers de virements et relevés ne se convertissent pas ensemble ; lancez la commande une fois par sorte.",
    ),
}
