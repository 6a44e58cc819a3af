"""What ``split`` says, in English and in French; part of :data:`statements.cli.texts.TEXTS`."""

from __future__ import annotations

SPLIT: dict[str, tuple[str, str]] = {
    "split.short": (
        "Split a payment file into files that can go by themselves.",
        "Diviser un fichier de paiements en fichiers qui peuvent partir seuls.",
    ),
    "split.help": (
        "Split a payment file (pain.001): by default into the payments that are ready and those that are held. Each "
        "part is a file of the same version with right totals and a message reference of its own; every payment "
        "stands in exactly one part, byte for byte. Beside a part with payments in error stands a report with the "
        "reasons: a text, or JSON with --format json. An error of the header or wrong totals stop the run. Exit code "
        "1: payments are held, or nothing can be split.",
        "Diviser un fichier de paiements (pain.001) : par défaut, les virements prêts et les virements retenus. Chaque "
        "partie est un fichier de même version, avec des totaux justes et une référence de message à elle ; chaque "
        "virement figure dans une seule partie, octet pour octet. À côté d'une partie avec des virements en erreur se "
        "trouve un rapport avec les raisons : un texte, ou du JSON avec --format json. Une erreur de l'en-tête ou des "
        "totaux faux arrêtent tout. Code de sortie 1 : des virements sont retenus, ou rien ne peut être divisé.",
    ),
    "opt.by": (
        "How: by verdict, by debtor account, by execution date, or so many payments each.",
        "Comment : par verdict, par compte débité, par date d'exécution, ou tant de virements chacun.",
    ),
    "opt.split.accept": (
        "review: the wrong totals of the file were looked at, no payment is missing.",
        "review : les totaux faux du fichier ont été examinés, aucun virement ne manque.",
    ),
    "opt.output.parts": ("Folder of the parts.", "Dossier des parties."),
    "not-grouping": (
        "'{value}' is none of verdict, account, date, count=N.",
        "« {value} » n'est pas parmi verdict, account, date, count=N.",
    ),
    "not-split": (
        "{path} holds no payments, so there is nothing to split: {name}.",
        "{path} ne contient pas de paiements, il n'y a donc rien à diviser : {name}.",
    ),
    "split.whole": ("{path}: {payments}, {sum}", "{path} : {payments}, {sum}"),
    "split.stopped": (
        "{path} was not split: these errors would be in every part.",
        "{path} n'a pas été divisé : ces erreurs seraient dans chaque partie.",
    ),
    "split.stopped.together": (
        "{path} was not split: the payments that are ready by themselves have an error together.",
        "{path} n'a pas été divisé : les virements prêts pris un par un ont ensemble une erreur.",
    ),
    "split.stopped.totals": (
        "{path} was not split: its totals are wrong, so payments may be missing. When that is settled, --accept review "
        "gives the parts right totals.",
        "{path} n'a pas été divisé : ses totaux sont faux, il manque peut-être des virements. Une fois ce point "
        "éclairci, --accept review donne des totaux justes aux parties.",
    ),
    "split.stopped.empty": (
        "{path} was not split: it holds no payments.",
        "{path} n'a pas été divisé : il ne contient aucun virement.",
    ),
    "split.totals": (
        "The totals of the source were wrong ({rules}); those of the parts are right. Was a payment missing?",
        "Les totaux de la source étaient faux ({rules}) ; ceux des parties sont justes. Manquait-il un virement ?",
    ),
    "split.doubles": (
        "{count} in the whole file that a part alone would not show.",
        "{count} dans le fichier entier, qu'une partie seule ne montrerait pas.",
    ),
    "n.double": ("{n} double|{n} doubles", "{n} doublon|{n} doublons"),
    "split.ready": ("ready", "prêts"),
    "split.held": ("held", "retenus"),
    "split.message": ("message {id}", "message {id}"),
    "split.why": ("reasons: {path}", "raisons : {path}"),
    "split.unread": ("{n} without a readable amount", "{n} sans montant lisible"),
    "n.in-error": ("{n} in error|{n} in error", "dont {n} en erreur|dont {n} en erreur"),
    "n.empty-block": (
        "{n} payment block holds no payment and is in no part.|{n} payment blocks hold no payment and are in no part.",
        "{n} lot ne contient aucun virement et n'est dans aucune partie.|"
        "{n} lots ne contiennent aucun virement et ne sont dans aucune partie.",
    ),
    "split.block": ("Payment block {n}, {id}, {payments}", "Lot {n}, {id}, {payments}"),
    "split.once": (
        "Send the parts or the original, never both.",
        "Envoyez les parties ou l'original, jamais les deux.",
    ),
    "opt.split.force": (
        "Replace existing files, and the parts of an earlier split as a set.",
        "Remplacer les fichiers existants, et ensemble les parties d'une division précédente.",
    ),
    "split.earlier": (
        "Parts of an earlier split are there that this one would not write: {paths}. Beside the new ones their "
        "payments could go twice; --force replaces the whole set.",
        "Il y a là des parties d'une division précédente que celle-ci n'écrirait pas : {paths}. À côté des nouvelles, "
        "leurs virements pourraient partir deux fois ; --force remplace l'ensemble.",
    ),
    "split.changed": (
        "Parts of an earlier split were changed since: {paths}. Move them away first, so that no payment goes twice.",
        "Des parties d'une division précédente ont été modifiées depuis : {paths}. Déplacez-les d'abord, pour "
        "qu'aucun virement ne parte deux fois.",
    ),
    "split.removed": (
        "Removed, because they were of an earlier split: {paths}",
        "Supprimés, car ils venaient d'une division précédente : {paths}",
    ),
    "split.still": (
        "Nothing was written; these parts of an earlier split are still there: {paths}",
        "Rien n'a été écrit ; ces parties d'une division précédente sont encore là : {paths}",
    ),
    "split.report": ("Payments of {path} that cannot go", "Virements de {path} qui ne peuvent pas partir"),
    "split.report.part": (
        "They stand in {part}. Lines are those of {path}.",
        "Ils figurent dans {part}. Les lignes sont celles de {path}.",
    ),
}
