"""The good and bad cases of all rules of all formats: one form, ``fixtures/FORMAT/rules.toml``, read by one loader.

A table names for every rule at least one ``[[bad]]`` case, and near misses as ``[[good]]`` (a rule without a near miss
has the clean files themselves as its good case). A case is a clean file with edits, one fault at a time. The fields:

=============  =====================================================================================================
rule           the rule that must fire
case           what was done, in words
base           the clean file it starts from (default: the clean file without a further name)
edits          ``[find, replace]`` pairs; a find stands exactly once in the clean file. ``⟦…⟧`` marks, in the new text,
               the place where the finding must stand; a pair that only sets the marks changes nothing
everywhere     ``[find, replace]`` pairs done before, at every place
content        the whole file, instead of edits
encode         the bytes are written in this encoding (default: utf-8)
eol            crlf, lf, none, or "as written" (default: that of the format)
also           other rules that the fault truly implies
place          "line": only the line is fixed; "none": the place is not (default: line and column)
places         "first": further findings of the rule stand elsewhere (default: all stand at the marks)
profile        the profile it is checked in (default: every profile of the table below)
severity       by profile, where it differs from the rule table
options        arguments of the check; for payments also settings and severities of a bank's own profile
on             payments: the versions it is tried in (default: 02 03 09); ``edits_02`` (also _03, _09), ``also_02`` …
               stand for that version; ``{BIC}`` is BIC, in .09 BICFI
file           payments: in this version the case is also a file in ``bad/`` (``python -m tests.rule_cases`` writes it)
organization_edits, entries, balances, name
               Qonto: edits of the account list; what comes out; the name of the file
=============  =====================================================================================================
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from statements.findings import Finding, Outcome, Profile, Report
from statements.formats import cfonb120, mt940, pain001, qonto
from statements.formats.pain001.answer import FileVerdict
from statements.model.statement import Statement
from statements.profiles import with_settings
from statements.rules import RuleBook, Severity

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = "2026-11-30"

_OPEN, _CLOSE = "⟦", "⟧"
_EOL = {"crlf": "\r\n", "lf": "\n", "none": ""}


@dataclass(frozen=True)
class Place:
    """Where the finding must stand: line and column count from 1, in characters; ``text`` is what stands there."""

    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Case:
    """One file with one fault (or, when not ``bad``, one near miss) in one version."""

    table: Table
    row: Mapping[str, Any]
    bad: bool
    version: str
    data: bytes
    place: Place | None
    organization: bytes | None = None
    """Qonto: the account list it is read with."""
    encoding: str = "utf-8"
    also: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The rule it is about."""
        return str(self.row["rule"])

    @property
    def id(self) -> str:
        """The name of the test: number, version where there are several, good or bad, words."""
        words = (self.rule.split("-")[1], self.version, "bad" if self.bad else "good", self.row["case"])
        return "-".join(word for word in words if word).replace(" ", "_")

    @property
    def exactness(self) -> str:
        """How far its place is fixed: exact, line, none."""
        return str(self.row.get("place", "exact"))

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles it is checked in."""
        return (self.row["profile"],) if "profile" in self.row else self.table.profiles

    def findings(self, profile: str) -> tuple[Finding, ...]:
        """What the check says of it; asked by several tests, checked once."""
        return _checked(self.table.name, self.id, self, profile)

    def expected(self, profile: str) -> set[str]:
        """The rules that must fire: its own and those it implies, as far as the profile grades them."""
        graded = self.table.profile(self, profile)
        wanted = (self.rule, *self.also) if self.bad else self.also
        book = self.table.rules()
        found = {rule for rule in wanted if _severity(book, rule, graded) is not None}
        return found | self.table.always(self, profile)

    def __hash__(self) -> int:
        return hash((self.table.name, self.id))


def _severity(book: RuleBook, rule: str, profile: Profile | None) -> Severity | None:
    if profile is None:
        return next(iter(book[rule].severities.values()))
    if rule in profile.severities:
        return profile.severities[rule]
    return book[rule].severity(profile.base)


_SAID: dict[tuple[str, str, str], tuple[Finding, ...]] = {}


def _checked(table: str, name: str, case: Case, profile: str) -> tuple[Finding, ...]:
    key = (table, name, profile)
    if key not in _SAID:
        _SAID[key] = case.table.check(case, profile)
    return _SAID[key]


def _none(case: Case, profile: str) -> set[str]:
    return set()


@dataclass(frozen=True)
class Table:
    """What the table of one format needs to be run: its rules, its clean files and its check."""

    name: str
    profiles: tuple[str, ...]
    clean: Callable[[str, str], str]
    """The text of a clean file, by version and name; its line ends are LF."""
    check: Callable[[Case, str], tuple[Finding, ...]]
    profile: Callable[[Case, str], Profile | None]
    always: Callable[[Case, str], set[str]] = _none
    """What every file of a version has in a profile, besides the rules of the case."""
    versions: tuple[str, ...] = ("",)
    eol: str = "as written"

    def rules(self) -> RuleBook:
        """The rules of the format's own table."""
        return _book(self.name)

    def cases(self, *, bad: bool) -> Iterator[Case]:
        """Every bad case, or every near miss, in every version."""
        for row in self.rows()["bad" if bad else "good"]:
            # A whole file is no edit of a clean one: its version does not matter.
            on = self.versions if self.versions == ("",) else tuple(row.get("on", " ".join(self.versions)).split())
            for version in ("03",) if "content" in row and len(self.versions) > 1 else on:
                yield self._case(row, version, bad)

    def rows(self) -> Mapping[str, Any]:
        """The table as it is written."""
        return {"bad": [], "good": [], **_rows(self.name)}

    def case(self, rule: str, version: str | None = None, number: int = 0) -> Case:
        """The bad case of a rule, for tests that need one file."""
        found = [case for case in self.cases(bad=True) if case.rule == rule and version in (None, case.version)]
        return found[number]

    def _case(self, row: Mapping[str, Any], version: str, bad: bool) -> Case:
        def of_version(name: str, default: Any) -> Any:
            return row.get(f"{name}_{version}", row.get(name, default))

        place: Place | None = None
        if "content" in row:
            text, place = _marked(row["content"].removeprefix("\n"))
        else:
            edits = of_version("edits", () if not version or "organization_edits" in row else None)
            if edits is None:
                raise ValueError(f"{row['rule']} {row['case']}: no edit for version {version}")
            text = self.clean(version, row.get("base", ""))
            for find, replace in row.get("everywhere", ()):
                text = text.replace(find, replace)
            text, place = _marked(edited(text, edits, version))
        organization = None
        if self.name == "qonto" and row.get("base") != "csv":
            accounts, where = _marked(edited(_qonto_organization(), row.get("organization_edits", ()), ""))
            organization, place = accounts.encode(), where or place
        eol = row.get("eol", self.eol)
        encoding = row.get("encode", "utf-8")
        return Case(
            table=self,
            row=row,
            bad=bad,
            version=version,
            data=(text if eol == "as written" else text.replace("\n", _EOL[eol])).encode(encoding),
            place=place if bad else None,
            organization=organization,
            encoding=encoding,
            also=tuple(of_version("also", ())),
            options=of_version("options", {}),
        )


@cache
def _book(name: str) -> RuleBook:
    return RuleBook.load(f"statements.formats.{name}")


@cache
def _rows(name: str) -> Mapping[str, Any]:
    return tomllib.loads((FIXTURES / name / "rules.toml").read_text("utf-8"))


@lru_cache(maxsize=64)
def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8").replace("\r\n", "\n")


def edited(text: str, edits: list[list[str]], version: str = "") -> str:
    """``text`` with each find replaced by its new text; a find must stand exactly once, else the table is wrong."""
    done = text
    for find, replace in edits:
        find, replace = (part.replace("{BIC}", "BICFI" if version == "09" else "BIC") for part in (find, replace))
        if done.count(find) != 1:
            raise ValueError(f"{find!r} stands {done.count(find)} times in the clean file {version}")
        done = done.replace(find, replace)
    return done


def _marked(text: str) -> tuple[str, Place | None]:
    if _OPEN not in text:
        return text, None
    before, rest = text.split(_OPEN)
    marked, after = rest.split(_CLOSE)
    shown = before.removeprefix("\ufeff")
    return before + marked + after, Place(shown.count("\n") + 1, len(shown) - shown.rfind("\n"), marked)


# ---------------------------------------------------------------------------------------------------------- the formats


def _clean_mt940(version: str, base: str) -> str:
    return _text(FIXTURES / "mt940" / (f"clean-{base}.sta" if base else "clean.sta"))


MT940 = Table(
    name="mt940",
    profiles=("qonto",),
    clean=_clean_mt940,
    check=lambda case, profile: mt940.validate(case.data, profile=profile).findings,
    profile=lambda case, profile: mt940.PROFILES[profile],
    eol="crlf",
)


def _clean_cfonb120(version: str, base: str) -> str:
    return _text(FIXTURES / "cfonb120" / (f"clean-{base}.txt" if base else "clean.txt"))


def _profile_cfonb120(case: Case, profile: str) -> Profile:
    repair = case.options.get("repair")
    return msgspec.structs.replace(cfonb120.PROFILES[profile], repairs=frozenset({repair} if repair else ()))


def _check_cfonb120(case: Case, profile: str) -> tuple[Finding, ...]:
    chosen = _profile_cfonb120(case, profile)
    return cfonb120.validate(case.data, profile=chosen, account=case.options.get("account")).findings


CFONB120 = Table(
    name="cfonb120",
    profiles=("standard",),
    clean=_clean_cfonb120,
    check=_check_cfonb120,
    profile=_profile_cfonb120,
    eol="crlf",
)

# The clean payment files carry the findings of their version in these profiles and no other.
OF_VERSION = {"02": {"sepa": "P001-016"}, "03": {"sepa": "P001-016"}, "09": {"qonto": "P001-017"}}


def _clean_pain001(version: str, base: str) -> str:
    name = f"clean-{version}-{base}.xml" if base else f"clean-{version}.xml"
    return _text(FIXTURES / "pain001" / name)


def _profile_pain001(case: Case, profile: str) -> Profile:
    """The built-in profile with the settings and severities of the case."""
    made = with_settings(pain001.PROFILES[profile], dict(case.options.get("settings", {})))
    severities = {rule: Severity(word) for rule, word in case.options.get("severities", {}).items()}
    if not severities:
        return made
    reasons = dict.fromkeys(severities, "this bank asks for it")
    return msgspec.structs.replace(made, name="bank", severities=severities, reasons=reasons)


@lru_cache(maxsize=8192)
def payment_report(data: bytes, profile: str = "qonto") -> Report[FileVerdict]:
    """What a built-in profile says of a payment file on the day of the cases; asked by many tests, checked once."""
    return pain001.validate(data, profile=profile, today=datetime.date.fromisoformat(TODAY))


def _check_pain001(case: Case, profile: str) -> tuple[Finding, ...]:
    if not case.options:
        return payment_report(case.data, profile).findings
    given = {name: value for name, value in case.options.items() if name in ("declared", "own", "known_ids")}
    today = datetime.date.fromisoformat(case.options.get("today", TODAY))
    return pain001.validate(case.data, profile=_profile_pain001(case, profile), today=today, **given).findings


def _always_pain001(case: Case, profile: str) -> set[str]:
    # A document that is refused by its envelope or its schema is not told about its version.
    area = int(case.rule.removeprefix("P001-"))
    refused = case.bad and (area < 13 or area in (18, 19) or 30 <= area < 60) and area not in (5, 6)
    return set() if refused else {rule for name, rule in OF_VERSION[case.version].items() if name == profile}


PAIN001 = Table(
    name="pain001",
    profiles=("iso", "sepa", "qonto"),
    clean=_clean_pain001,
    check=_check_pain001,
    profile=_profile_pain001,
    always=_always_pain001,
    versions=("02", "03", "09"),
)


def _clean_qonto(version: str, base: str) -> str:
    return _text(FIXTURES / "qonto" / "checks" / ("csv-french.csv" if base == "csv" else "shape-page.json"))


def _qonto_organization() -> str:
    return _text(FIXTURES / "qonto" / "checks" / "organization.json")


def qonto_outcome(case: Case) -> Outcome[tuple[Statement, ...]]:
    """What the Qonto reader makes of a case."""
    arguments = dict(case.options)
    for name in ("since", "until"):
        if name in arguments:
            arguments[name] = datetime.date.fromisoformat(arguments[name])
    name = case.row.get("name", "export.csv" if case.row.get("base") == "csv" else "page.json")
    sources = [(name, case.data)]
    if case.organization is not None:
        sources.insert(0, ("organization.json", case.organization))
    return qonto.read(sources, **arguments)


QONTO = Table(
    name="qonto",
    profiles=("",),
    clean=_clean_qonto,
    check=lambda case, profile: qonto_outcome(case).findings,
    profile=lambda case, profile: None,
)

TABLES = (MT940, CFONB120, PAIN001, QONTO)


def whole_files() -> dict[str, bytes]:
    """The instructive payment cases that also stand as whole files in ``bad/``: name -> bytes."""
    found = {}
    for case in PAIN001.cases(bad=True):
        if case.row.get("file") == case.version:
            words = re.sub(r"[^a-z0-9]+", "-", case.row["case"].lower()).strip("-")
            found[f"{case.version}-{case.rule[5:]}-{words}.xml"] = case.data
    return found


if __name__ == "__main__":
    for file, data in whole_files().items():
        (FIXTURES / "pain001" / "bad" / file).write_bytes(data)
