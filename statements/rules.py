"""Rules as tables: a row says id, severity for each profile, message and fix in two languages, source.

A table (``rules.tsv`` beside the format's code) is loaded once into a :class:`RuleBook`; the checks of the format
report its rows by id. A test holds that every row has a file on which it fires and one on which it does not.

    >>> Text("{found} is not {expected}", "{found} n'est pas {expected}").plain("fr")
    "… n'est pas …"
"""

from __future__ import annotations

import csv
import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from statements.visible import french

Language = Literal["en", "fr"]

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
"""A place in a text that a finding fills; any other brace stays, since messages quote ``{4:`` and the like."""


class Severity(enum.StrEnum):
    """How grave a finding is. ``error`` refuses the file; ``warning`` and ``info`` never do."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for info: smaller is graver."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Text(msgspec.Struct, frozen=True):
    """One text in English and in French, with ``{name}`` placeholders."""

    en: str = ""
    fr: str = ""

    def get(self, lang: Language) -> str:
        """The text in ``lang``; English where the French one is missing."""
        return french(self.fr) if lang == "fr" and self.fr else self.en

    def plain(self, lang: Language) -> str:
        """The text apart from any file: an ellipsis where a finding would name its figures.

        >>> Text("{found} is not {expected}; see {4:").plain("en")
        '… is not …; see {4:'
        """
        return PLACEHOLDER.sub("…", self.get(lang))


class WordedError(ValueError):
    """Misuse whose words are there in both languages: a setting, a mapping, a name that cannot be.

    >>> WordedError(Text("no such thing", "rien de tel")).sentence("fr")
    'rien de tel'
    """

    def __init__(self, words: Text) -> None:
        self.words = words
        super().__init__(words.en)

    def sentence(self, lang: Language) -> str:
        """The words in ``lang``."""
        return self.words.get(lang)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a rule table.

    ``severities`` maps the name of a built-in profile to its severity; ``None`` is off. A table that knows
    one severity only uses the profile name ``default``.
    """

    id: str
    slug: str = ""
    severities: Mapping[str, Severity | None]
    message: Text
    fix: Text = Text()
    why: Text = Text()
    repair: str = ""
    reason_code: str = ""
    source: str = ""
    confidence: str = ""
    example: str = ""
    columns: Mapping[str, str] = {}
    """Further columns of the table, by their header (``versions``, ``valid_from``, ``level``, ``params`` …)."""

    def __repr__(self) -> str:
        """The id and the slug: the row in two languages is no answer at a prompt."""
        return f"<Rule {self.id} {self.slug}>" if self.slug else f"<Rule {self.id}>"

    @property
    def confirmed(self) -> bool:
        """Whether a bank or a text of the scheme confirms the rule in public; else it is inferred."""
        return self.confidence not in ("I", "medium", "secondary")

    def sample(self, lang: Language) -> str:
        """The example in ``lang``, where it holds words at all; an amount or an element is the same in both."""
        return (self.columns.get("example_fr") if lang == "fr" else "") or self.example

    def severity(self, profile: str) -> Severity | None:
        """The severity in a built-in profile, or in the only column the table has."""
        severities = self.severities
        return severities[profile] if profile in severities else severities.get("default")


RESERVED = frozenset(("P001", "P002", "M940", "C120", "QNT", "CNV"))
"""The beginnings of our own ids."""


class RuleBook:
    """The rules of one format, by id, in the order of their table."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.id: rule for rule in rules}

    @classmethod
    def load(cls, package: str, name: str = "rules.tsv") -> RuleBook:
        """The book of a tab-separated table inside ``package``, read once; its first line states the origin."""
        return _loaded(package, name)

    def add(self, rule: Rule) -> None:
        """A rule of the caller's own. Raises ``ValueError`` for an id that is taken, or that has a prefix of ours.

        >>> RuleBook(()).add(Rule(id="P001-999", severities={}, message=Text()))
        Traceback (most recent call last):
        ValueError: the prefix P001 is kept for the rules of this package
        """
        prefix = rule.id.partition("-")[0]
        if prefix in RESERVED:
            raise ValueError(f"the prefix {prefix} is kept for the rules of this package")
        if rule.id in self._rules:
            raise ValueError(f"there is a rule {rule.id} already")
        self._rules[rule.id] = rule

    def discard(self, rule_id: str) -> None:
        """Take a rule of the caller's own away again."""
        if rule_id.partition("-")[0] not in RESERVED:
            self._rules.pop(rule_id, None)

    def __getitem__(self, rule_id: str) -> Rule:
        return self._rules[rule_id]

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self._rules

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)


@cache
def _loaded(package: str, name: str) -> RuleBook:
    return RuleBook(_rules(files(package).joinpath(name).read_text("utf-8")))


_KNOWN_COLUMNS = frozenset(
    "id slug message_en message_fr fix_en fix_fr why_en why_fr repair reason_code source confidence example".split()
)


def _rules(text: str) -> Iterator[Rule]:
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        severities: dict[str, Severity | None] = {}
        columns: dict[str, str] = {}
        for name, cell in row.items():
            if name == "severity":
                severities["default"] = _severity(cell)
            elif name.startswith("severity_"):
                severities[name.removeprefix("severity_")] = _severity(cell)
            elif name not in _KNOWN_COLUMNS:
                columns[name] = cell
        yield Rule(
            id=row["id"],
            slug=row.get("slug", ""),
            severities=severities,
            message=Text(row["message_en"], row["message_fr"]),
            fix=Text(row.get("fix_en", ""), row.get("fix_fr", "")),
            why=Text(row.get("why_en", ""), row.get("why_fr", "")),
            repair=row.get("repair", ""),
            reason_code=row.get("reason_code", ""),
            source=row.get("source", ""),
            confidence=row.get("confidence", ""),
            example=row.get("example", ""),
            columns=columns,
        )


def _severity(cell: str) -> Severity | None:
    return None if cell == "off" else Severity(cell.lower())
