"""The table of payment faults, ``fixtures/pain001/rules.toml``, as cases: one edit of a clean file each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "fixtures" / "pain001"
VERSIONS = ("02", "03", "09")
PROFILES = ("iso", "sepa", "qonto")
TODAY = "2026-11-30"

# The clean files carry the findings of their version in these profiles and no other.
CLEAN = {"02": {"sepa": "P001-016"}, "03": {"sepa": "P001-016"}, "09": {"qonto": "P001-017"}}

_OPEN, _CLOSE = "⟦", "⟧"


@dataclass(frozen=True)
class Place:
    """Where the finding must stand: line and column count from 1, in characters; ``text`` is what stands there."""

    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Case:
    """One file with one fault (or, when not ``bad``, one near miss) in one version."""

    rule: str
    title: str
    version: str
    bad: bool
    data: bytes
    place: Place | None
    exactness: str
    also: tuple[str, ...]
    severity: Mapping[str, str]
    encoding: str = "utf-8"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.rule[5:]}-{self.version}-{'bad' if self.bad else 'good'}-{self.title.replace(' ', '_')}"


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The table as it is written."""
    return tomllib.loads((FOLDER / "rules.toml").read_text("utf-8"))


@lru_cache(maxsize=64)
def clean(version: str, base: str = "") -> str:
    """A clean file of the folder."""
    name = f"clean-{version}-{base}.xml" if base else f"clean-{version}.xml"
    return (FOLDER / name).read_text("utf-8")


def clean_files() -> list[Path]:
    """Every clean file of the folder."""
    return sorted(FOLDER.glob("clean-*.xml"))


def edited(text: str, edits: list[list[str]], version: str) -> str:
    """``text`` with each find replaced by its new text; a find must stand exactly once, else the table is wrong."""
    for find, replace in edits:
        find, replace = (part.replace("{BIC}", "BICFI" if version == "09" else "BIC") for part in (find, replace))
        if text.count(find) != 1:
            raise ValueError(f"{find!r} stands {text.count(find)} times in the file of version {version}")
        text = text.replace(find, replace)
    return text


def _marked(text: str) -> tuple[str, Place | None]:
    if _OPEN not in text:
        return text, None
    before, rest = text.split(_OPEN)
    marked, after = rest.split(_CLOSE)
    line = before.count("\n") + 1
    return before + marked + after, Place(line, len(before) - before.rfind("\n"), marked)


def _case(row: Mapping[str, Any], version: str, bad: bool) -> Case:
    def of_version(name: str, default: Any) -> Any:
        return row.get(f"{name}_{version}", row.get(name, default))

    if "content" in row:
        text, place = _marked(row["content"].removeprefix("\n"))
    else:
        edits = of_version("edits", None)
        if edits is None:
            raise ValueError(f"{row['rule']} {row['case']}: no edit for version {version}")
        text, place = _marked(edited(clean(version, row.get("base", "")), edits, version))
    return Case(
        rule=row["rule"],
        title=row["case"],
        version=version,
        bad=bad,
        data=text.encode(row.get("encode", "utf-8")),
        place=place if bad else None,
        exactness=row.get("place", "exact"),
        also=tuple(of_version("also", ())),
        severity=row.get("severity", {}),
        encoding=row.get("encode", "utf-8"),
        options=of_version("options", {}),
    )


def _versions(row: Mapping[str, Any]) -> tuple[str, ...]:
    # A whole file is no edit of a clean one: its version does not matter.
    return ("03",) if "content" in row else tuple(row.get("on", "02 03 09").split())


def cases(*, bad: bool) -> Iterator[Case]:
    """Every bad case, or every near miss, in every version."""
    for row in table()["bad" if bad else "good"]:
        for version in _versions(row):
            yield _case(row, version, bad)


def case(rule: str, version: str = "03", number: int = 0) -> Case:
    """The bad case of a rule, for tests that need one file."""
    return [found for found in cases(bad=True) if found.rule == rule and found.version == version][number]


def files() -> dict[str, bytes]:
    """The instructive cases that also stand as whole files in ``bad/``: name -> bytes."""
    found = {}
    for row in table()["bad"]:
        if "file" in row:
            version = row["file"]
            words = re.sub(r"[^a-z0-9]+", "-", row["case"].lower()).strip("-")
            found[f"{version}-{row['rule'][5:]}-{words}.xml"] = _case(row, version, True).data
    return found


if __name__ == "__main__":
    for name, data in files().items():
        (FOLDER / "bad" / name).write_bytes(data)
