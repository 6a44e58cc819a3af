"""What ``series``, ``compare`` and ``anonymise`` say, in English and in French; part of
:data:`statements.cli.texts.TEXTS`."""

from __future__ import annotations

BOOKS: dict[str, tuple[str, str]] = {
    # -- series
    "series.short": (
        "Show whether statements follow one another without a gap.",
        "Montrer si des relevés se suivent sans trou.",
    ),
    "series.help": (
        "Show for each account and currency which days its statements cover: gaps, overlaps, repetitions, numbers out "
        "of order, balances that do not follow one another. Files of any formats may be mixed; a folder stands for "
        "the files in it. Exit code 1: something is missing or does not agree.",
        "Montrer, pour chaque compte et devise, les jours couverts par les relevés : trous, chevauchements, "
        "répétitions, numéros en désordre, soldes qui ne se suivent pas. Les formats peuvent être mêlés ; un dossier "
        "vaut pour ses fichiers. Code de sortie 1 : il manque quelque chose, ou quelque chose ne concorde pas.",
    ),
    "opt.expect": (
        "What should be there: a statement for each bank day, or for each month, up to the last day of all accounts.",
        "Ce qui devrait être là : un relevé par jour ouvré des banques, ou par mois, jusqu'au dernier jour de tous les "
        "comptes.",
    ),
    "series.no-account": ("(no account)", "(sans compte)"),
    "n.covered": ("{n} of {total} days|{n} of {total} days", "{n} jour sur {total}|{n} jours sur {total}"),
    "series.mark.covered": ("covered", "couvert"),
    "series.mark.twice": ("covered twice", "couvert deux fois"),
    "series.mark.quiet": ("no statement, same balance", "sans relevé, même solde"),
    "series.mark.missing": ("missing", "manquant"),
    "series.gap": (
        "missing: {span}, {days} and {difference}, between {before} and {after}",
        "manque : {span}, soit {days} et {difference}, entre {before} et {after}",
    ),
    "series.gap.unknown": (
        "missing: {span}, {days}, between {before} and {after}; a balance is not stated",
        "manque : {span}, soit {days}, entre {before} et {after} ; un solde n'est pas indiqué",
    ),
    "series.gap.number": (
        "missing: {span}, {days}, between {before} and {after}; the balances are the same, but number {found} follows "
        "number {expected}",
        "manque : {span}, soit {days}, entre {before} et {after} ; les soldes sont les mêmes, mais le numéro {found} "
        "suit le numéro {expected}",
    ),
    "series.chain": (
        "balances: {after} opens with {found}, but {before} closes with {expected}, a difference of {difference}",
        "soldes : {after} s'ouvre sur {found}, mais {before} se clôt sur {expected}, soit un écart de {difference}",
    ),
    "series.overlap": (
        "twice: {span}, in {before} and in {after}",
        "deux fois : {span}, dans {before} et dans {after}",
    ),
    "series.repeated": (
        "given twice: {after} says the same as {before}",
        "donné deux fois : {after} dit la même chose que {before}",
    ),
    "series.also": (
        "in two formats: {after} says the same as {before}",
        "en deux formats : {after} dit la même chose que {before}",
    ),
    "series.number": (
        "numbers: {after} has number {found} after number {expected} of {before}",
        "numéros : {after} porte le numéro {found} après le numéro {expected} de {before}",
    ),
    "series.sum": (
        "sums: the entries of {after} do not lead to its closing balance; the difference is {difference}",
        "sommes : les écritures de {after} ne mènent pas à son solde final ; l'écart est de {difference}",
    ),
    "series.expected": ("expected and not there: {span}", "attendu et absent : {span}"),
    "series.same-file": (
        "{file} is the same file as {first}; it counts once.",
        "{file} est le même fichier que {first} ; il ne compte qu'une fois.",
    ),
    "series.complete": (
        "Nothing is missing, and all balances follow one another.",
        "Rien ne manque, et tous les soldes se suivent.",
    ),
    "series.unsound": (
        "Nothing is missing, but a file has errors: see above.",
        "Rien ne manque, mais un fichier comporte des erreurs : voir plus haut.",
    ),
    "series.none": ("There is no statement in these files.", "Il n'y a aucun relevé dans ces fichiers."),
    "series.result": ("Not complete: {issues}.", "Incomplet : {issues}."),
    "n.issue": (
        "{n} thing is missing or does not agree|{n} things are missing or do not agree",
        "{n} point manque ou ne concorde pas|{n} points manquent ou ne concordent pas",
    ),
    "n.day": ("{n} day|{n} days", "{n} jour|{n} jours"),
    "n.interim": (
        "{n} report without balances|{n} reports without balances",
        "{n} relevé intrajournalier sans solde|{n} relevés intrajournaliers sans solde",
    ),
    # -- compare
    "compare.short": (
        "Say what differs between two sets of statements.",
        "Dire ce qui diffère entre deux ensembles de relevés.",
    ),
    "compare.help": (
        "Compare the statements of A with those of B, files or folders of any formats: what only one side has, and "
        "what differs, member by member. What a format cannot say is no difference. Exit code 1: something differs.",
        "Comparer les relevés de A à ceux de B, fichiers ou dossiers de tous formats : ce qu'un seul côté contient, et "
        "ce qui diffère, champ par champ. Ce qu'un format ne peut pas dire n'est pas une différence. Code de sortie "
        "1 : quelque chose diffère.",
    ),
    "compare.no-account": ("{name} has no statement of it", "{name} n'en a aucun relevé"),
    "compare.only": ("only in {name}: {entries}", "seulement dans {name} : {entries}"),
    "compare.member": ("{member}: {left} | {right}", "{member} : {left} | {right}"),
    "compare.nothing": ("(nothing)", "(rien)"),
    "compare.place": ("{file}, entry {n}", "{file}, écriture {n}"),
    "compare.same": (
        "Both sides say the same, as far as their formats can.",
        "Les deux côtés disent la même chose, autant que leurs formats le permettent.",
    ),
    "compare.different": ("The two sides differ.", "Les deux côtés diffèrent."),
    "n.matched": (
        "{n} entry on both sides|{n} entries on both sides",
        "{n} écriture en commun|{n} écritures en commun",
    ),
    "n.differing": ("{n} of them differs|{n} of them differ", "dont {n} qui diffère|dont {n} qui diffèrent"),
    # -- anonymise
    "anonymise.short": (
        "Copy files with other names, texts and accounts, for a supplier's support.",
        "Copier des fichiers avec d'autres noms, textes et comptes, pour l'assistance d'un fournisseur.",
    ),
    "anonymise.help": (
        "Copy MT940, CFONB-120, pain.001 and JSON files with other names, texts, accounts and references: the same "
        "word becomes the same word everywhere, lengths and check digits stay, and the copy has the findings of the "
        "original at the same places. Dates and amounts stay, or are shifted by choice. The key of the replacements "
        "is made for each run and kept nowhere.",
        "Copier des fichiers MT940, CFONB 120, pain.001 et JSON avec d'autres noms, textes, comptes et références : un "
        "même mot devient partout le même mot, longueurs et clés de contrôle restent, et la copie présente les mêmes "
        "constats aux mêmes endroits. Dates et montants restent, ou sont décalés si vous le demandez. La clé des "
        "remplacements est créée à chaque passage et n'est pas conservée.",
    ),
    "opt.output.folder": ("Folder of the copies.", "Dossier des copies."),
    "opt.shift": (
        "Shift every date by N days; multiples of 7 keep the days of the week.",
        "Décaler chaque date de N jours ; un multiple de 7 garde les jours de la semaine.",
    ),
    "opt.shift-amounts": (
        "Replace every amount by another: sums and balances that agreed agree, those that did not do not.",
        "Remplacer chaque montant par un autre : les sommes et soldes justes restent justes, les faux restent faux.",
    ),
    "not-days": ("'{value}' is no whole number of days.", "« {value} » n'est pas un nombre entier de jours."),
    "not-anonymised": (
        "{path} cannot be anonymised, so nothing was written: {name}. Give MT940, CFONB-120, pain.001 or JSON.",
        "{path} ne peut pas être rendu anonyme, rien n'a donc été écrit : {name}. Donnez du MT940, du CFONB 120, du "
        "pain.001 ou du JSON.",
    ),
    "anonymised": ("{path} → {copy}", "{path} → {copy}"),
    "anonymised.other": (
        "{copy} has other findings than the original: {rules}",
        "{copy} ne présente pas les mêmes constats que l'original : {rules}",
    ),
    "anonymised.same-amounts": (
        "{copy} holds the amounts of the original: with others its findings would not be those of the original.",
        "{copy} contient les montants de l'original : avec d'autres, ses constats ne seraient pas ceux de l'original.",
    ),
    "anonymised.unchanged": (
        "{copy}: these amounts stay, because no other has their digits on the same side of a limit of the rules: "
        "{amounts}",
        "{copy} : ces montants restent, car aucun autre n'a leurs chiffres du même côté d'un plafond des règles : "
        "{amounts}",
    ),
}
