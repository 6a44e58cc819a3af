"""What ``statements convert`` says of its result, in English and in French; part of
:data:`statements.cli.texts.TEXTS`."""

from __future__ import annotations

CONVERT: dict[str, tuple[str, str]] = {
    "opt.dask": ("Share the work on this Dask cluster.", "Partager le travail sur ce cluster Dask."),
    "no-cluster": (
        "There is no Dask scheduler at {address}, such as tcp://127.0.0.1:8786.",
        "Aucun ordonnanceur Dask à l'adresse {address}, par exemple tcp://127.0.0.1:8786.",
    ),
    "opt.dry-run": ("Say what would be written, and write nothing.", "Dire ce qui serait écrit, sans rien écrire."),
    "opt.new-only": (
        "Write only the days after those of the last run into this folder (-o).",
        "N'écrire que les jours qui suivent ceux du dernier passage dans ce dossier (-o).",
    ),
    "opt.convert.quiet": (
        "Say errors and warnings only.",
        "Ne dire que les erreurs et les avertissements.",
    ),
    "opt.convert.verbose": (
        "List every change and every file, not just their counts.",
        "Énumérer chaque changement et chaque fichier, et non leurs seuls nombres.",
    ),
    "result": ("{what}.", "{what}."),
    "result.dry": ("Would be written: {what}.", "Serait écrit : {what}."),
    "occupied": (
        "{path}: exists with other content; only --force would replace it",
        "{path} : existe avec un autre contenu ; seul --force le remplacerait",
    ),
    "more-files": ("… and {files} more (--verbose names them)", "… et {files} de plus (--verbose les nomme)"),
    "whole-list": (
        "--verbose lists them one by one; --ledger FILE keeps them, with before and after.",
        "--verbose les énumère un par un ; --ledger FICHIER les conserve, avant et après.",
    ),
    "whole-list.ledger": (
        "The ledger has them one by one, with before and after.",
        "Le journal les contient un par un, avant et après.",
    ),
    "change.other": ("{n} × {rule}: {message}", "{n} × {rule} : {message}"),
    "nothing-new": ("There is nothing new since the last run.", "Rien de nouveau depuis le dernier passage."),
    "new-only-folder": (
        "--new-only needs a folder (-o DIR): it keeps there how far the statements go.",
        "--new-only demande un dossier (-o DOSSIER) : il y garde la date jusqu'où vont les relevés.",
    ),
    "bad-state": (
        "{path} is no state of --new-only; remove it to begin anew.",
        "{path} n'est pas un état de --new-only ; supprimez-le pour recommencer.",
    ),
    "n.change.no-place": (
        "{n} value has no place in {format} and was left out: {member} ({rules})|"
        "{n} values have no place in {format} and were left out: {member} ({rules})",
        "{n} valeur n'a pas de place en {format} et n'est pas reprise : {member} ({rules})|"
        "{n} valeurs n'ont pas de place en {format} et ne sont pas reprises : {member} ({rules})",
    ),
    "n.change.moved": (
        "{n} reference stands in the text, because its own field is too small ({rules})|"
        "{n} references stand in the text, because their own field is too small ({rules})",
        "{n} référence figure dans le texte, sa propre zone étant trop petite ({rules})|"
        "{n} références figurent dans le texte, leur propre zone étant trop petite ({rules})",
    ),
    "n.change.joined": (
        "{n} text of several lines was written as one ({rules})|"
        "{n} texts of several lines were written as one ({rules})",
        "{n} texte de plusieurs lignes a été écrit d'un seul tenant ({rules})|"
        "{n} textes de plusieurs lignes ont été écrits d'un seul tenant ({rules})",
    ),
    "n.change.spelled": (
        "{n} text was spelled in the characters of {format} ({rules})|"
        "{n} texts were spelled in the characters of {format} ({rules})",
        "{n} texte a été écrit avec les caractères du {format} ({rules})|"
        "{n} textes ont été écrits avec les caractères du {format} ({rules})",
    ),
    "closed-days": (
        "Days up to {day}: the download holds no later one whole.",
        "Jours jusqu'au {day} : le téléchargement n'en contient pas de plus récent en entier.",
    ),
}
