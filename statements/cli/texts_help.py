"""The help of commands and options in English and in French; part of :data:`statements.cli.texts.TEXTS`."""

from __future__ import annotations

HELP: dict[str, tuple[str, str]] = {
    # -- help: commands
    "help": (
        "Bank statements out of Qonto and back: Qonto data, MT940, CFONB-120; and the check of pain.001 payment files.",
        "Relevés bancaires depuis Qonto et retour : données Qonto, MT940, CFONB 120 ; et contrôle des fichiers de "
        "virements pain.001.",
    ),
    "convert.short": (
        "Convert statements between Qonto data, MT940, CFONB-120, JSON, CSV and XLSX.",
        "Convertir des relevés entre données Qonto, MT940, CFONB 120, JSON, CSV et XLSX.",
    ),
    "convert.help": (
        "Convert statements between Qonto data, MT940, CFONB-120 and JSON. SOURCE is one or more Qonto JSON files or "
        "CSV exports, a folder of 'statements fetch', MT940 or CFONB-120 files, our JSON, or - for stdin. A pain.001 "
        "goes to json only. In a folder, one file per IBAN and period is written; nothing is overwritten "
        "without --force.",
        "Convertir des relevés entre données Qonto, MT940, CFONB 120 et JSON. SOURCE désigne un ou plusieurs fichiers "
        "JSON ou exports CSV de Qonto, un dossier de « statements fetch », fichiers MT940 ou CFONB 120, notre JSON, "
        "ou - pour l'entrée standard. Un pain.001 ne va que vers json. Dans un dossier, un fichier est écrit par "
        "IBAN et par période ; rien n'est remplacé sans --force.",
    ),
    "validate.short": (
        "Check MT940, CFONB-120 and pain.001 files.",
        "Contrôler des fichiers MT940, CFONB 120 et pain.001.",
    ),
    "validate.help": (
        "Check MT940, CFONB-120 and pain.001 files: everything that is wrong, where, and how to mend it. Exit code 0: "
        "clean; 1: findings; 2: unreadable or unknown file, or wrong use.",
        "Contrôler des fichiers MT940, CFONB 120 et pain.001 : tout ce qui ne va pas, où, et comment y remédier. Code "
        "de sortie 0 : rien à signaler ; 1 : anomalies ; 2 : fichier illisible ou inconnu, ou mauvais usage.",
    ),
    "bank.short": (
        "Try a whole EBICS connection with a bank of your own on this machine.",
        "Essayer une connexion EBICS complète avec une banque à soi sur cette machine.",
    ),
    "show.short": ("Show a file as a person reads it.", "Afficher un fichier comme on le lit."),
    "show.help": (
        "Show a file as a person reads it. --ruler shows the columns of each record and what they hold. An answer of a "
        "bank (pain.002) is shown with its reasons in words, beside the payments with --original.",
        "Afficher un fichier comme on le lit. --ruler montre les colonnes de chaque enregistrement et leur contenu. "
        "Une réponse de banque (pain.002) est montrée avec ses motifs en mots, face aux paiements avec --original.",
    ),
    "identify.short": (
        "Say what a file is, with its EBICS names.",
        "Dire ce qu'est un fichier, avec ses noms EBICS.",
    ),
    "explain.short": (
        "Explain a rule or a reason code, or list all rules.",
        "Expliquer une règle ou un code motif, ou énumérer les règles.",
    ),
    "explain.help": (
        "Explain a rule by its id or its name (P001-222, iban-check-digits), or a code of ISO 20022 (AC01, RJCT); "
        "without one, list all rules.",
        "Expliquer une règle par son identifiant ou son nom (P001-222, iban-check-digits), ou un code ISO 20022 (AC01, "
        "RJCT) ; sans argument, énumérer les règles.",
    ),
    "schema.short": ("Print the JSON Schema of an output.", "Afficher le schéma JSON d'une sortie."),
    "schema.help": (
        "Print the JSON Schema (draft 2020-12) of an output, or list them all. "
        "Members keep their meaning; new ones may come with a version.",
        "Afficher le schéma JSON (draft 2020-12) d'une sortie, ou les énumérer tous. "
        "Les champs gardent leur sens ; une version peut en ajouter.",
    ),
    "completion.short": ("Print the completion script of a shell.", "Afficher le script de complétion d'un shell."),
    "completion.help": (
        "Print the completion script of a shell. For bash: statements completion bash > "
        "~/.local/share/bash-completion/completions/statements",
        "Afficher le script de complétion d'un shell. Pour bash : statements completion bash > "
        "~/.local/share/bash-completion/completions/statements",
    ),
    # -- help: options
    "opt.lang": ("Language of all texts.", "Langue de tous les textes."),
    "opt.help": ("Show this help and exit.", "Afficher cette aide et quitter."),
    "opt.version": ("Show the version and exit.", "Afficher la version et quitter."),
    "opt.config": ("File of settings to use.", "Fichier de réglages à utiliser."),
    "opt.isolated": ("Use no file of settings.", "N'utiliser aucun fichier de réglages."),
    "opt.show-settings": (
        "Say which settings hold and where each comes from, and exit.",
        "Dire quels réglages valent et d'où vient chacun, puis quitter.",
    ),
    "settings.file": ("File of settings: {path}", "Fichier de réglages : {path}"),
    "settings.no-file": ("No file of settings.", "Aucun fichier de réglages."),
    "settings.typed": ("command line", "ligne de commande"),
    "settings.default": ("default", "par défaut"),
    "opt.to": ("Format to write.", "Format à écrire."),
    "opt.from": ("Format of the sources, instead of recognising it.", "Format des sources, au lieu de le reconnaître."),
    "opt.account": (
        "Only this account; where the data name none, it is theirs. Repeatable.",
        "Ce compte seulement ; si les données n'en nomment aucun, c'est le leur. Répétable.",
    ),
    "opt.since": ("First day of the range.", "Premier jour de la plage."),
    "opt.until": ("Last day of the range.", "Dernier jour de la plage."),
    "opt.every": (
        "One statement per day, per month, or for the whole range (default for Qonto data).",
        "Un relevé par jour, par mois ou pour toute la plage (par défaut pour les données Qonto).",
    ),
    "opt.timezone": (
        "Time zone that turns Qonto's instants into days.",
        "Fuseau horaire qui fait des instants de Qonto des jours.",
    ),
    "opt.opening": (
        "Balance before the range, where the data cannot tell it.",
        "Solde avant la plage, si les données ne le donnent pas.",
    ),
    "opt.mapping": (
        "TOML file with operations and CSV words of your own.",
        "Fichier TOML avec vos opérations et mots CSV.",
    ),
    "opt.profile": ("Built-in profile, or a TOML profile file.", "Profil intégré, ou fichier de profil TOML."),
    "opt.set": ("Change a setting. Repeatable.", "Changer un réglage. Répétable."),
    "opt.repair": (
        "Apply a named repair on reading. Repeatable.",
        "Appliquer une réparation nommée à la lecture. Répétable.",
    ),
    "opt.eol": ("Line ends; none is for CFONB-120 only.", "Fins de ligne ; none ne vaut que pour le CFONB 120."),
    "opt.output": (
        "Folder, file, or - for stdout (default).",
        "Dossier, fichier, ou - pour la sortie standard (défaut).",
    ),
    "opt.output.report": ("File to write instead of stdout.", "Fichier à écrire au lieu de la sortie standard."),
    "opt.output.page": ("File for the page of --format html.", "Fichier pour la page de --format html."),
    "opt.format.convert": (
        "How the result is told: lines, or a page on stdout.",
        "Comment dire le résultat : en lignes, ou une page sur la sortie standard.",
    ),
    "opt.report": (
        "Write the result as an HTML page to print and keep.",
        "Écrire le résultat en page HTML, à imprimer et à garder.",
    ),
    "opt.force": ("Replace files that exist.", "Remplacer les fichiers existants."),
    "opt.ledger": (
        "Write what was kept, cut, changed or left out, as JSON lines.",
        "Écrire ce qui a été gardé, coupé, changé ou laissé de côté, en lignes JSON.",
    ),
    "opt.jobs": ("Processes that share independent files.", "Processus qui se partagent les fichiers indépendants."),
    "opt.format": ("Form of the report.", "Forme du rapport."),
    "opt.format.show": ("Form of the output.", "Forme de la sortie."),
    "opt.today": (
        "Day of the check (with a time it also dates the pain.002).",
        "Jour du contrôle (avec une heure, il date aussi le pain.002).",
    ),
    "opt.declared": (
        "EBICS name the file is sent under, or mt940, cfonb120, pain.001.",
        "Nom EBICS sous lequel le fichier est envoyé, ou mt940, cfonb120, pain.001.",
    ),
    "opt.own": ("An account of yours. Repeatable.", "Un compte à vous. Répétable."),
    "opt.known": (
        "File of message references already sent, one a line.",
        "Fichier des références déjà envoyées, une par ligne.",
    ),
    "opt.failon": ("Severity from which the exit code is 1.", "Gravité à partir de laquelle le code de sortie est 1."),
    "opt.exclude": (
        "Leave out files of a folder that fit a pattern. Repeatable.",
        "Laisser de côté les fichiers d'un dossier qui suivent un motif. Répétable.",
    ),
    "opt.ignore": ("Leave out a rule. Repeatable.", "Laisser une règle de côté. Répétable."),
    "opt.max": (
        "How many findings are listed; the others are counted.",
        "Nombre d'anomalies énumérées ; les autres sont comptées.",
    ),
    "opt.zero": ("Exit code 0 whatever is found.", "Code de sortie 0 quoi qu'il soit trouvé."),
    "opt.original": (
        "Payment file that an answer of the bank (pain.002) is about.",
        "Fichier de virements auquel répond une réponse de banque (pain.002).",
    ),
    "opt.schema": (
        "Folder of XSD files to use instead of ours.",
        "Dossier de fichiers XSD à utiliser à la place des nôtres.",
    ),
    "opt.statistics": ("Count the findings of each rule.", "Compter les constats de chaque règle."),
    "opt.quiet": ("Verdicts only.", "Verdicts seulement."),
    "opt.verbose": ("List every finding by itself.", "Énumérer chaque constat séparément."),
    "opt.color": ("Colours of the report.", "Couleurs du rapport."),
    "opt.ruler": ("Columns and subfields of each record.", "Colonnes et sous-zones de chaque enregistrement."),
}

PLACEHOLDERS = {
    "ADDRESS": "ADRESSE",
    "AMOUNT": "MONTANT",
    "COMMAND": "COMMANDE",
    "DIR": "DOSSIER",
    "FILE": "FICHIER",
    "HASH": "EMPREINTE",
    "KEY": "CLÉ",
    "LOGIN": "IDENTIFIANT",
    "NAME": "NOM",
    "PARTNER": "PARTENAIRE",
    "PATTERN": "MOTIF",
    "RULE": "RÈGLE",
    "VALUE": "VALEUR",
    "ZONE": "FUSEAU",
}
"""The words that stand for values in usage lines and options, in French where it is another word."""
