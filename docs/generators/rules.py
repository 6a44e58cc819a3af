"""docs/rules.md and docs/rules.fr.md: every rule of every book, with its severities, an example and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generators.markdown import code, generated, join, table, text
from statements.formats import register
from statements.reference.external_codes import external_codes
from statements.rules import Language, Rule
from statements.visible import french

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Rules",
        "intro": "Every finding names one of these rules. Ids are permanent: an id is never used again for something "
        "else. An `error` refuses what it stands in: a payment, a block or the whole file of payments; a statement "
        "with one is read, but never written in a format of a bank. `warning` and `info` refuse nothing; `off` is not "
        "reported. An ellipsis stands for what a finding fills in from the file. `statements explain RULE` says the "
        "same in short on a terminal.",
        "severity": "severity",
        "off": "off",
        "error": "error",
        "warning": "warning",
        "info": "info",
        "versions": "Versions",
        "where": "Where",
        "from": "In full from",
        "before": "one step milder before that execution date",
        "settings": "Settings",
        "repair": "Named repair",
        "proposal": "Proposal",
        "safe": "safe: the file says the same afterwards",
        "review": "review: a person must look",
        "safe, review": "safe where the file says the same afterwards, else review: a person must look",
        "none": "none",
        "example": "Example",
        "mend": "Mending",
        "certainty": "Certainty",
        "confirmed": "confirmed",
        "inferred": "inferred: no bank says so in public",
        "code": "ISO reason code",
        "source": "Source",
        "rules": "rules",
    },
    "fr": {
        "title": "Règles",
        "intro": "Chaque constat cite l'une de ces règles. Les identifiants sont permanents : un identifiant ne change "
        "jamais de sens. Une `erreur` refuse ce où elle se trouve : un paiement, un lot ou le fichier de virements "
        "entier ; un relevé qui en a une est lu, mais jamais écrit dans un format bancaire. `avertissement` et `info` "
        "ne refusent rien ; `non` : la règle n'est pas appliquée. Des points de suspension tiennent la place de ce "
        "que le constat complète d'après le fichier. `statements explain RÈGLE --lang fr` dit l'essentiel dans un "
        "terminal.",
        "severity": "gravité",
        "off": "non",
        "error": "erreur",
        "warning": "avertissement",
        "info": "info",
        "versions": "Versions",
        "where": "Où",
        "from": "Pleinement à partir du",
        "before": "un degré moins grave avant cette date d'exécution",
        "settings": "Réglages",
        "repair": "Réparation nommée",
        "proposal": "Proposition",
        "safe": "sûre : le fichier dit la même chose ensuite",
        "review": "à vérifier par une personne",
        "safe, review": "sûre si le fichier dit la même chose ensuite, sinon à vérifier par une personne",
        "none": "aucune",
        "example": "Exemple",
        "mend": "Correction",
        "certainty": "Certitude",
        "confirmed": "confirmé",
        "inferred": "déduit : aucune banque ne le dit publiquement",
        "code": "Code motif ISO",
        "source": "Source",
        "rules": "règles",
    },
}


def pages() -> dict[str, str]:
    """Both pages by their path under docs/."""
    return {"rules.md": page("en"), "rules.fr.md": page("fr")}


def page(lang: Language) -> str:
    """The page in one language."""
    words = _WORDS[lang]
    books = [(book.title.get(lang), book.load()) for book in register.books().values()]
    colon = ":" if lang == "en" else " :"
    contents = "\n".join(f"- [{title}](#{_anchor(title)}){colon} {len(book)} {words['rules']}" for title, book in books)
    parts = [f"# {words['title']}", words["intro"], contents]
    for title, book in books:
        parts.append(f"## {title}")
        for rule in book:
            parts.extend(_rule(rule, lang))
    whole = join(parts)
    return generated("the rule tables") + (french(whole) if lang == "fr" else whole)


def _settings(rule: Rule, lang: Language) -> str:
    french = rule.columns.get("params_fr", "") if lang == "fr" else ""
    return french or rule.columns.get("params", "")


def _rule(rule: Rule, lang: Language) -> Iterator[str]:
    words = _WORDS[lang]
    colon = ":" if lang == "en" else " :"
    yield f"### {rule.id}" + (f" {code(rule.slug)}" if rule.slug else "")
    yield text(rule.message.plain(lang))
    yield text(rule.why.plain(lang))
    yield _severities(rule, words)
    facts: list[tuple[str, str]] = [
        (words["mend"], text(rule.fix.plain(lang))),
        (words["example"], code(rule.sample(lang)) if rule.example != "-" else ""),
        (words["where"], code(rule.columns.get("xpath", ""))),
        (words["versions"], " ".join(f".{version}" for version in rule.columns.get("versions", "").split())),
        (words["from"], _dated(rule, words)),
        (words["settings"], _dash(text(_settings(rule, lang)))),
        (words["repair"], code(_dash(rule.repair))),
        (words["proposal"], words[rule.columns.get("proposal", "") or "none"]),
        (words["certainty"], words["confirmed" if rule.confirmed else "inferred"]),
        (words["code"], _reason(rule.reason_code, lang)),
        (words["source"], text(rule.source)),
    ]
    yield "\n".join(f"- {name}{colon} {value}" for name, value in facts if value)


def _severities(rule: Rule, words: Mapping[str, str]) -> str:
    graded = {name: words["off" if severity is None else severity.value] for name, severity in rule.severities.items()}
    if set(graded) == {"default"}:
        return f"**{graded['default']}**"
    return table([code(name) for name in graded], [list(graded.values())])


def _dated(rule: Rule, words: Mapping[str, str]) -> str:
    since = rule.columns.get("valid_from", "")
    return f"{since} ({words['before']})" if since else ""


def _reason(reason: str, lang: Language) -> str:
    if reason in ("", "-"):
        return ""
    known = external_codes("status_reason").get(reason)
    if known is None:
        return code(reason)
    return f"{code(reason)} ({text(known.french if lang == 'fr' else known.english)})"


def _dash(value: str) -> str:
    return "" if value == "-" else value


def _anchor(title: str) -> str:
    kept = "".join(char for char in title.lower().replace("\u00a0", " ") if char.isalnum() or char in " -")
    return kept.replace(" ", "-")
