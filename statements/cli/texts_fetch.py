"""The sentences of ``statements fetch`` in English and in French; part of :data:`statements.cli.texts.TEXTS`."""

from __future__ import annotations

FETCH: dict[str, tuple[str, str]] = {
    "fetch.short": (
        "Download transactions from Qonto's API into a folder that convert reads.",
        "Télécharger les opérations par l'API de Qonto dans un dossier que convert lit.",
    ),
    "fetch.help": (
        "Download the organization, its accounts and their booked transactions from Qonto's API into a folder that "
        "'statements convert' reads. The second run asks for what is new or changed. The login and the secret key come "
        "from QONTO_LOGIN and QONTO_SECRET_KEY (or a bearer token from QONTO_TOKEN; for the sandbox also "
        "QONTO_STAGING_TOKEN), from a file that its owner alone may read, or from the system's keyring. Exit code 0: "
        "complete; 1: something is missing, and convert will refuse it; 2: nothing could be brought.",
        "Télécharger l'organisation, ses comptes et leurs opérations comptabilisées par l'API de Qonto, dans un "
        "dossier que « statements convert » lit. Le second passage demande ce qui est nouveau ou changé. Identifiant "
        "et clé secrète viennent de QONTO_LOGIN et QONTO_SECRET_KEY (ou un jeton de QONTO_TOKEN ; pour le bac à sable, "
        "aussi QONTO_STAGING_TOKEN), d'un fichier que seul son propriétaire peut lire, ou du trousseau du système. "
        "Code de sortie 0 : complet ; 1 : il manque quelque chose, et convert le refusera ; 2 : rien n'a pu être "
        "apporté.",
    ),
    "opt.fetch.output": ("Folder of the download.", "Dossier du téléchargement."),
    "opt.fetch.account": (
        "Only this account. Repeatable. Without it: all that are open.",
        "Ce compte seulement. Répétable. À défaut : tous ceux qui sont ouverts.",
    ),
    "opt.fetch.since": (
        "First day (in Paris). Without it: the account's first transaction.",
        "Premier jour (à Paris). À défaut : la première opération du compte.",
    ),
    "opt.fetch.until": ("Last day. Without it: now.", "Dernier jour. À défaut : maintenant."),
    "opt.sandbox": ("Ask Qonto's sandbox.", "Interroger le bac à sable de Qonto."),
    "opt.base-url": (
        "Another address: https, or http to this machine.",
        "Autre adresse : https, ou http vers cette machine.",
    ),
    "opt.credentials": (
        "TOML file with login and secret_key (or token, and staging_token), readable by its owner only.",
        "Fichier TOML avec login et secret_key (ou token, et staging_token), lisible par son propriétaire seul.",
    ),
    # -- results
    "n.transaction": ("{n} transaction|{n} transactions", "{n} opération|{n} opérations"),
    "n.new": ("{n} new|{n} new", "{n} nouvelle|{n} nouvelles"),
    "fetch.account": (
        "{account}: {transactions}, {new}, complete to {end}",
        "{account} : {transactions}, {new}, complet jusqu'au {end}",
    ),
    "fetch.instant": ("{day} {time} UTC", "{day} à {time} UTC"),
    "fetch.changed": (
        "{account}: the transaction {id} of {day} changed: {members}",
        "{account} : l'opération {id} du {day} a changé : {members}",
    ),
    "fetch.late": (
        "{account}: the transaction {id} settled late, on {day}: a statement of that day may be out without it",
        "{account} : l'opération {id} a été réglée tardivement, au {day} : un relevé de ce jour a pu partir sans elle",
    ),
    "fetch.unseen": (
        "{account}: {transactions} changed in notes, labels or receipts only; no statement shows these",
        "{account} : {transactions} dont seuls notes, étiquettes ou justificatifs ont changé ; aucun relevé ne les "
        "montre",
    ),
    "fetch.more": ("{account}: … and {n} more", "{account} : … et {n} autres"),
    "fetch.page": ("page {page} of {pages}", "page {page} sur {pages}"),
    "fetch.resumable": (
        "The run was cut; the same command goes on where it stopped.",
        "Le passage a été interrompu ; la même commande reprendra où il s'est arrêté.",
    ),
    # -- why not
    "fetch.extra": (
        "This command needs the extra 'fetch': pip install 'statements[fetch]'.",
        "Cette commande demande l'extra « fetch » : pip install 'statements[fetch]'.",
    ),
    "why.no-credentials": (
        "There is no key: set QONTO_LOGIN and QONTO_SECRET_KEY, name a file with --credentials, or put login and "
        "secret_key of statements-qonto into the keyring.",
        "Aucune clé : renseignez QONTO_LOGIN et QONTO_SECRET_KEY, nommez un fichier avec --credentials, ou placez "
        "login et secret_key de statements-qonto dans le trousseau.",
    ),
    "why.no-credentials-in": (
        "{path} holds no login with a secret_key, and no token.",
        "{path} ne contient ni login avec secret_key, ni token.",
    ),
    "why.bad-credential": (
        "The value of {name} ({variable}) holds a character that cannot be sent, such as a line break.",
        "La valeur de {name} ({variable}) contient un caractère qui ne peut pas être transmis, tel qu'un retour à la "
        "ligne.",
    ),
    "why.credentials-open": (
        "{path} can be read by others; run: chmod 600 {path}",
        "{path} est lisible par d'autres ; lancez : chmod 600 {path}",
    ),
    "why.credentials-owner": (
        "{path} belongs to somebody else; the file of a secret must be yours.",
        "{path} appartient à quelqu'un d'autre ; le fichier d'un secret doit être le vôtre.",
    ),
    "why.credentials-unreadable": ("{path} cannot be read.", "{path} ne peut pas être lu."),
    "why.credentials-form": (
        "{path} is no TOML file with texts for some of: {known}.",
        "{path} n'est pas un fichier TOML avec des textes pour certains de : {known}.",
    ),
    "why.bad-address": (
        "{address} is no address such as https://thirdparty.qonto.com.",
        "{address} n'est pas une adresse telle que https://thirdparty.qonto.com.",
    ),
    "why.address-extra": (
        "The address of {host} may hold no user, password, question mark or #.",
        "L'adresse de {host} ne peut contenir ni utilisateur, ni mot de passe, ni point d'interrogation, ni #.",
    ),
    "why.not-https": (
        "{host} is asked over https only; http is for this machine (127.0.0.1, ::1, localhost).",
        "{host} n'est interrogé qu'en https ; http est réservé à cette machine (127.0.0.1, ::1, localhost).",
    ),
    "why.no-connection": (
        "{host} cannot be reached ({tries} tries); check the network.",
        "{host} est injoignable ({tries} essais) ; vérifiez le réseau.",
    ),
    "why.timeout": (
        "{host} did not answer in time ({tries} tries).",
        "{host} n'a pas répondu à temps ({tries} essais).",
    ),
    "why.broken": (
        "The answers of {host} broke off or were garbled ({tries} tries).",
        "Les réponses de {host} ont été coupées ou brouillées ({tries} essais).",
    ),
    "why.server": (
        "{host} has a fault of its own ({status}, {tries} tries); try later.",
        "{host} est en panne ({status}, {tries} essais) ; réessayez plus tard.",
    ),
    "why.too-many": (
        "{host} still refuses: too many calls ({tries} tries); try later.",
        "{host} refuse toujours : trop d'appels ({tries} essais) ; réessayez plus tard.",
    ),
    "why.wait-long": (
        "{host} asks to wait {seconds} s; run the command again then.",
        "{host} demande d'attendre {seconds} s ; relancez la commande ensuite.",
    ),
    "why.too-large": (
        "An answer of {host} is larger than {limit} MiB and was not taken.",
        "Une réponse de {host} dépasse {limit} Mio et n'a pas été prise.",
    ),
    "why.redirect": (
        "{host} sends on to another address ({other}); that is never followed, because the key would go along.",
        "{host} renvoie vers une autre adresse ({other}) ; ce renvoi n'est jamais suivi, car la clé partirait avec.",
    ),
    "why.unauthorised": (
        "{host} does not accept the key (401). Check login and secret key; a new key ends the old one. {said}",
        "{host} n'accepte pas la clé (401). Vérifiez identifiant et clé secrète ; une nouvelle clé met fin à "
        "l'ancienne. {said}",
    ),
    "why.forbidden": (
        "{host} refuses (403): the role or scope of the key is too narrow. {said}",
        "{host} refuse (403) : le rôle ou la portée de la clé ne suffit pas. {said}",
    ),
    "why.unknown-address": (
        "{host} does not know this address or account (404). {said}",
        "{host} ne connaît pas cette adresse ou ce compte (404). {said}",
    ),
    "why.bad-question": ("{host} refuses the question (422). {said}", "{host} refuse la demande (422). {said}"),
    "why.refused": ("{host} refuses ({status}). {said}", "{host} refuse ({status}). {said}"),
    "why.sandbox-page": (
        "{host} answers with a sign-in page: the sandbox needs the staging token (QONTO_STAGING_TOKEN).",
        "{host} répond par une page de connexion : le bac à sable demande le jeton QONTO_STAGING_TOKEN.",
    ),
    "why.not-json": (
        "{host} answers with {content}, not JSON: {start}",
        "{host} répond par {content}, et non du JSON : {start}",
    ),
    "why.secret-echoed": (
        "An answer of {host} repeats the secret; it was not kept.",
        "Une réponse de {host} répète le secret ; elle n'a pas été conservée.",
    ),
    "why.not-organization": (
        "{host} did not answer with an organization that can be trusted. {said}",
        "{host} n'a pas répondu par une organisation fiable. {said}",
    ),
    "why.not-list": (
        "{host} did not answer with a list of transactions and its counts. {said}",
        "{host} n'a pas répondu par une liste d'opérations et ses nombres. {said}",
    ),
    "why.no-account": (
        "The account {iban} is not among those of the key: {known}.",
        "Le compte {iban} n'est pas parmi ceux de la clé : {known}.",
    ),
    "why.busy": ("Another run is at work in {path}.", "Un autre passage est en cours dans {path}."),
    "why.not-empty": (
        "{path} is no folder of a download ({name} lies in it); choose another one.",
        "{path} n'est pas un dossier de téléchargement ({name} s'y trouve) ; choisissez-en un autre.",
    ),
    "why.bad-manifest": (
        "{path} cannot be read; choose a new folder.",
        "{path} est illisible ; prenez un nouveau dossier.",
    ),
    "why.other-source": (
        "{path} holds a download from {source}; choose another folder.",
        "{path} contient un téléchargement de {source} ; choisissez un autre dossier.",
    ),
    "why.cannot-write": ("{path} cannot be written.", "{path} ne peut pas être écrit."),
}
