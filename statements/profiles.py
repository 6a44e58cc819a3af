"""Profiles from files and from ``KEY=VALUE``: named settings and severities, typed and explained.

A profile file is TOML::

    name = "our-bank"
    extends = "qonto"

    [settings]
    page_limit = 2000

    [severities]
    "M940-070" = { severity = "error", reason = "our ERP refuses texts of more than six lines" }

    repairs = ["french-sign-letters"]      # before the first table

Settings take the type of the built-in profile they change; a change of severity needs its reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Mapping
from typing import Any

import msgspec

from statements.findings import Location, Outcome, Profile, Reporter
from statements.rules import RuleBook, Severity, Text, WordedError

_YES = frozenset({"yes", "true", "on", "1", "oui"})
_NO = frozenset({"no", "false", "off", "0", "non"})
_BASE = Profile(name="default", base="default")
_book: list[RuleBook] = []


def rules() -> RuleBook:
    """The rule book of profile files (CNV-051 and following), loaded once."""
    if not _book:
        _book.append(RuleBook.load("statements", "profiles.tsv"))
    return _book[0]


def typed(current: Any, value: Any) -> Any:
    """``value`` in the type of the setting's present value. Raises ``ValueError`` with the form that was expected.

    >>> typed(False, "yes"), typed(0, "2000"), typed("-", "x")
    (True, 2000, 'x')
    """
    if isinstance(current, bool):
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        if word in _YES or word in _NO:
            return word in _YES
        raise WordedError(Text("yes|no", "yes|no"))
    if isinstance(current, int):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        text = str(value).replace("_", "")
        if text.removeprefix("-").isascii() and text.removeprefix("-").isdecimal() and len(text) < 20:
            return int(text)
        raise WordedError(Text("0, 1, 2 …", "0, 1, 2 …"))
    if isinstance(current, (tuple, frozenset, list)):
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, (list, tuple, frozenset)) or not all(isinstance(word, str) for word in words):
            raise WordedError(Text("a,b,c", "a,b,c"))
        return type(current)(word.strip() for word in words)
    if isinstance(current, Mapping):
        if not isinstance(value, Mapping):
            raise WordedError(Text("table", "une table"))
        return dict(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int)):
        return str(value)
    raise WordedError(Text("text", "un texte"))


class SettingError(WordedError):
    """A value that a setting cannot have, and what it can have.

    >>> SettingError("eol", "cr", Text("crlf or lf", "crlf ou lf")).sentence("en")
    "the setting eol cannot be 'cr': crlf or lf is expected"
    """

    def __init__(self, name: str, value: object, expected: Text) -> None:
        self.name, self.value, self.expected = name, value, expected
        super().__init__(
            Text(
                f"the setting {name} cannot be {str(value)!r}: {expected.en} is expected",
                f"le réglage {name} ne peut pas être « {value} » : {expected.fr or expected.en} est attendu",
            )
        )


YES_OR_NO = Text("yes or no", "yes ou no")


class UnknownSettingError(ValueError):
    """A setting that a profile does not have; ``known`` are those it has."""

    def __init__(self, name: str, profile: Profile) -> None:
        self.name = name
        self.known = tuple(sorted(profile.settings))
        super().__init__(f"no setting {name!r} of profile {profile.name}; known: {', '.join(self.known) or '-'}")


def with_settings(profile: Profile, changes: Mapping[str, Any]) -> Profile:
    """A copy with other settings. ``ValueError``: another type or form, or no such setting.

    >>> base = Profile(name="x", base="x", settings={"page_limit": 0})
    >>> with_settings(base, {"page_limit": "2000"}).settings["page_limit"]
    2000
    """
    if not changes:
        return profile
    settings = dict(profile.settings)
    for key, value in changes.items():
        if key not in settings:
            raise UnknownSettingError(key, profile)
        settings[key] = typed(settings[key], value)
        form, words = profile.forms.get(key, ("", ""))
        if form and re.fullmatch(form, str(settings[key]), re.ASCII) is None:
            raise WordedError(Text(words, words))
    return msgspec.structs.replace(profile, settings=settings)


def with_repairs(profile: Profile, repairs: Iterable[str]) -> Profile:
    """A copy that also applies these named repairs."""
    names = frozenset(repairs)
    return msgspec.structs.replace(profile, repairs=profile.repairs | names) if names else profile


def extends(data: bytes) -> str | None:
    """The name of the built-in profile that a profile file extends; ``None`` when it cannot be told."""
    try:
        value = tomllib.loads(data.decode("utf-8-sig")).get("extends")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def toml_fault(error: Exception) -> Text:
    """Where a TOML file breaks off being one: the words of the reader in English, its place in French.

    >>> toml_fault(tomllib.TOMLDecodeError("Invalid value (at line 3, column 5)")).fr
    'ligne 3, colonne 5'
    """
    if isinstance(error, UnicodeDecodeError):
        at, byte = error.start, error.object[error.start]
        return Text(f"byte {byte:#04x} at {at} is not UTF-8", f"l'octet {byte:#04x} en {at} n'est pas de l'UTF-8")
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    if place is not None:
        return Text(str(error), f"ligne {place[1]}, colonne {place[2]}")
    return Text(str(error), "à la fin" if "end of document" in str(error) else "imbrication trop profonde")


def load(data: bytes, builtins: Mapping[str, Profile], known: Container[str] | None = None) -> Outcome[Profile | None]:
    """A profile of a TOML file over one of ``builtins``; ``None`` with findings when it does not hold.

    ``known``: the rule ids that may be graded; all when not given.

    >>> base = {"qonto": Profile(name="qonto", base="qonto", settings={"page_limit": 0})}
    >>> load(b'extends = "qonto"\\n[settings]\\npage_limit = 2000', base).value.settings["page_limit"]
    2000
    """
    report = Reporter(rules(), _BASE)
    profile = _load(data, builtins, known, report)
    return Outcome(None if report.errors else profile, tuple(report.findings))


def _load(
    data: bytes, builtins: Mapping[str, Profile], known: Container[str] | None, report: Reporter
) -> Profile | None:
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        report.add("CNV-051", Location(offset=error.start), expected="UTF-8")
        return None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        words = toml_fault(error)
        report.add("CNV-051", expected=words.en, expected_fr=words.fr)
        return None
    name = table.get("extends")
    base = builtins.get(name) if isinstance(name, str) else None
    if base is None:
        report.add("CNV-052", Location(field="extends"), found=str(name or ""), expected=", ".join(builtins))
        return None
    for key in table:
        if key not in ("name", "extends", "settings", "severities", "repairs"):
            report.add("CNV-053", Location(field=key), found=key)
    settings = _table(table, "settings", report)
    profile = base
    for key, value in settings.items():
        try:
            profile = with_settings(profile, {key: value})
        except UnknownSettingError:
            report.add("CNV-054", Location(field=key), found=key, expected=", ".join(sorted(base.settings)))
        except WordedError as error:
            words = error.words
            report.add("CNV-055", Location(field=key), found=str(value), expected=words.en, expected_fr=words.get("fr"))
    severities, reasons = _severities(_table(table, "severities", report), known, report)
    repairs = table.get("repairs", [])
    if not isinstance(repairs, list) or not all(isinstance(item, str) for item in repairs):
        report.add("CNV-055", Location(field="repairs"), found=str(repairs), expected='["…"]')
        repairs = []
    return msgspec.structs.replace(
        profile,
        name=str(table.get("name") or name),
        severities={**profile.severities, **severities},
        reasons={**profile.reasons, **reasons},
        repairs=profile.repairs | frozenset(repairs),
    )


def _table(table: Mapping[str, Any], name: str, report: Reporter) -> Mapping[str, Any]:
    value = table.get(name, {})
    if isinstance(value, dict):
        return value
    report.add("CNV-055", Location(field=name), found=str(value), expected=f"[{name}]")
    return {}


def _severities(
    table: Mapping[str, Any], known: Container[str] | None, report: Reporter
) -> tuple[dict[str, Severity | None], dict[str, str]]:
    severities: dict[str, Severity | None] = {}
    reasons: dict[str, str] = {}
    for rule, change in table.items():
        place = Location(field=rule)
        if known is not None and rule not in known:
            report.add("CNV-056", place, found=rule)
            continue
        word = change.get("severity") if isinstance(change, dict) else change
        reason = change.get("reason") if isinstance(change, dict) else None
        if word not in ("error", "warning", "info", "off"):
            report.add("CNV-057", place, found=str(word), expected="error, warning, info, off")
        elif not isinstance(reason, str) or not reason.strip():
            report.add("CNV-058", place, found=rule)
        else:
            severities[rule] = None if word == "off" else Severity(word)
            reasons[rule] = reason.strip()
    return severities, reasons
