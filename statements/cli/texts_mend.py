"""What ``mend`` says, in English and in French; part of :data:`statements.cli.texts.TEXTS`."""

from __future__ import annotations

MEND: dict[str, tuple[str, str]] = {
    "mend.short": (
        "Write a mended copy of a payment file or of statements.",
        "Écrire une copie corrigée d'un fichier de virements ou de relevés.",
    ),
    "mend.help": (
        "Write a mended copy of a pain.001, MT940 or CFONB-120 file, never in place: the proposals that 'validate' "
        "shows are applied, everything else stays byte for byte. Then the copy is checked and what is left is said. "
        "Check digits, accounts and the value of amounts always stay; a name may be spelled in the format's characters."
        " Exit code 0: no error is left; 1: something is; 2: wrong use, or a file that is not mended.",
        "Écrire une copie corrigée d'un fichier pain.001, MT940 ou CFONB 120, jamais sur place : les propositions que "
        "montre « validate » sont appliquées, tout le reste demeure octet pour octet. La copie est ensuite contrôlée "
        "et ce qui reste est dit. Clés de contrôle, comptes et valeur des montants restent toujours ; un nom peut être "
        "écrit dans les caractères du format. Code de sortie "
        "0 : aucune erreur ne reste ; 1 : il en reste ; 2 : mauvais usage, ou fichier qui ne se corrige pas.",
    ),
    "opt.output.mended": (
        "File to write, or - for stdout.",
        "Fichier à écrire, ou - pour la sortie standard.",
    ),
    "opt.accept": (
        "Which proposals: safe ones, after which the file says the same, or also those that a person must look at.",
        "Quelles propositions : les sûres, après lesquelles le fichier dit la même chose, ou aussi celles à vérifier.",
    ),
    "opt.only": ("Apply proposals of this rule only. Repeatable.", "N'appliquer que cette règle. Répétable."),
    "opt.diff": (
        "Show the changes on stdout (unified diff) and write nothing.",
        "Montrer les changements sur la sortie standard (diff unifié) sans rien écrire.",
    ),
    "opt.today.mend": ("Day of the check.", "Jour du contrôle."),
    "mended": ("mended", "corrigé"),
    "no-output": (
        "-o OUT is missing: the mended copy needs a name (or - for stdout; --diff only shows the changes).",
        "il manque -o OUT : la copie corrigée demande un nom (ou - pour la sortie standard ; --diff montre seulement "
        "les changements).",
    ),
    "diff-writes-nothing": (
        "--diff writes nothing; leave -o out.",
        "--diff n'écrit rien ; retirez -o.",
    ),
    "json-beside-data": (
        "--format json goes to stdout, where --diff or -o - already write; give -o a file.",
        "--format json va sur la sortie standard, où --diff ou -o - écrivent déjà ; donnez un fichier à -o.",
    ),
    "not-mended": (
        "{path} is {name}: mend takes payment files (pain.001), MT940 and CFONB-120.",
        "{path} : {name} ; mend prend des fichiers de virements (pain.001), MT940 et CFONB 120.",
    ),
    "mend.other-bytes": (
        "{path} was changed while it was read; nothing was written. Run the command again. ({reason})",
        "{path} a été modifié pendant la lecture ; rien n'a été écrit. Relancez la commande. ({reason})",
    ),
    "mend.to": ("{path} → {target}", "{path} → {target}"),
    "mend.nothing": (
        "Nothing was changed: the bytes are those of the file.",
        "Rien n'a été changé : les octets sont ceux du fichier.",
    ),
    "n.change": ("{n} change|{n} changes", "{n} changement|{n} changements"),
    "mend.safe": (
        "{count}, all safe: the file says the same as before.",
        "{count}, tous sûrs : le fichier dit la même chose qu'avant.",
    ),
    "mend.review": (
        "{count}, of which a person must look at {n} before the file goes.",
        "{count}, dont {n} à vérifier par une personne avant l'envoi du fichier.",
    ),
    "mend.before": ("Before: {verdict}", "Avant : {verdict}"),
    "changed-safe": ("changed, safe:", "changé, sûr :"),
    "changed-review": ("changed, to be looked at:", "changé, à vérifier :"),
    "mend.left": ("Left, for a person:", "Reste à traiter par une personne :"),
    "n.waiting": (
        "{n} proposal waits for a person: {rules}. See it with --accept review --diff, then mend with --accept review.|"
        "{n} proposals wait for a person: {rules}. See them with --accept review --diff, then mend with --accept "
        "review.",
        "{n} proposition attend une personne : {rules}. Voyez-la avec --accept review --diff, puis corrigez avec "
        "--accept review.|{n} propositions attendent une personne : {rules}. Voyez-les avec --accept review --diff, "
        "puis corrigez avec --accept review.",
    ),
    "mend.incomplete": (
        "Not everything was mended at once: mend the copy again.",
        "Tout n'a pas été corrigé en une fois : corrigez encore la copie.",
    ),
}
