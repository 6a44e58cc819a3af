"""What the options choose: profiles, settings, repairs and rules left out, checked against what the formats know."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Literal

from statements import profiles
from statements.cli.config import near
from statements.cli.console import UsageFault
from statements.cli.files import read_source
from statements.cli.texts import Texts
from statements.cli.words import worded
from statements.findings import Profile
from statements.formats import register
from statements.rules import RuleBook
from statements.visible import one_line

Role = Literal["reader", "writer"]


def choose(
    present: Sequence[str],
    role: Role,
    texts: Texts,
    *,
    names: Sequence[str] = (),
    settings: Sequence[tuple[str, str]] = (),
    repairs: Sequence[str] = (),
    other_settings: Sequence[str] = (),
) -> dict[str, Profile]:
    """The profile of each format in ``present``. Raises :class:`UsageFault` for anything that none of them knows.

    ``other_settings`` are names that somebody else takes (those of the Qonto mapping).
    """
    known = {name: _known(name, role) for name in present}
    known = {name: table for name, table in known.items() if table}
    if present and not known and any("=" not in name for name in names):
        raise UsageFault(texts("error") + texts("no-profiles", format=" / ".join(present)))
    chosen = {name: table[_default(name, role)] for name, table in known.items()}
    for name in names:
        kind, mark, own = name.partition("=")
        if mark and kind in (row.name for row in register.formats()):
            # Named for one format: it is for nobody else, and nothing to complain of where that one is not there.
            _apply_profile(own, {kind: known[kind]} if kind in known else {}, chosen, texts)
        else:
            _apply_profile(name, known, chosen, texts)
    for key, value in settings:
        _apply_setting(key, value, chosen, other_settings, texts)
    if repairs:
        _apply_repairs(repairs, chosen, texts)
    return chosen


def _known(name: str, role: Role) -> Mapping[str, Profile]:
    row = register.get(name)
    return row.reader_profiles() if role == "reader" else row.writer_profiles()


def _default(name: str, role: Role) -> str:
    row = register.get(name)
    side = row.reader if role == "reader" else row.writer
    return side.default if side is not None else ""


def _book(name: str) -> RuleBook:
    """The rules of reading a format: those a profile may grade, with the repairs."""
    return register.get(name).books[0].load()


def _apply_profile(
    name: str, known: Mapping[str, Mapping[str, Profile]], chosen: dict[str, Profile], texts: Texts
) -> None:
    takers = [kind for kind, table in known.items() if name in table]
    for kind in takers:
        chosen[kind] = known[kind][name]
    if takers or not known:
        return
    if name.lower().endswith(".toml") or os.sep in name or os.path.isfile(name):
        _apply_file(name, known, chosen, texts)
        return
    kind = next(iter(known))
    names = tuple(dict.fromkeys(item for table in known.values() for item in table))
    words = texts("no-profile", name=name, format=" / ".join(known) or kind, known=", ".join(names))
    raise UsageFault(texts("error") + words + near(name, names, texts))


def _apply_file(
    path: str, known: Mapping[str, Mapping[str, Profile]], chosen: dict[str, Profile], texts: Texts
) -> None:
    data = read_source(path, texts)
    base = profiles.extends(data)
    takers = [kind for kind, table in known.items() if base in table] or list(known)
    for kind in takers:
        outcome = profiles.load(data, known[kind], _book(kind))
        if outcome.value is None:
            sentences = [one_line(f"  {item.id} {item.message(texts.lang)}") for item in outcome.findings]
            raise UsageFault(texts("bad-profile-file", path=path), *sentences)
        chosen[kind] = outcome.value


def _apply_setting(
    key: str, value: str, chosen: dict[str, Profile], other_settings: Sequence[str], texts: Texts
) -> None:
    taken = key in other_settings
    for kind, profile in chosen.items():
        if key not in profile.settings:
            continue
        taken = True
        try:
            chosen[kind] = profiles.with_settings(profile, {key: value})
        except ValueError as error:
            raise UsageFault(
                texts("error") + texts("bad-setting", name=key, value=value, expected=worded(error, texts))
            ) from error
    if not taken:
        listed = sorted({name for profile in chosen.values() for name in profile.settings} | set(other_settings))
        words = texts("no-setting", name=key, known=", ".join(listed) or "-")
        raise UsageFault(texts("error") + words + near(key, listed, texts))


def _apply_repairs(repairs: Sequence[str], chosen: dict[str, Profile], texts: Texts) -> None:
    offered = {kind: {rule.repair for rule in _book(kind)} - {"", "-"} for kind in chosen}
    for repair in repairs:
        takers = [kind for kind, names in offered.items() if repair in names]
        if not takers:
            listed = ", ".join(sorted(set[str]().union(*offered.values())))
            words = texts("no-repair", name=repair, known=listed or "-")
            raise UsageFault(texts("error") + words + near(repair, listed.split(", "), texts))
        for kind in takers:
            chosen[kind] = profiles.with_repairs(chosen[kind], (repair,))


def ignored(words: Sequence[str], texts: Texts) -> dict[str, str]:
    """The rules that ``--ignore`` leaves out, with their reasons: ``P001-222,M940``, ``P001-37=our bank allows it``.

    A word is an id or the beginning of one; raises :class:`UsageFault` for a word that no id begins with.
    """
    found: dict[str, str] = {}
    for word in words:
        ids, _, reason = word.partition("=")
        for prefix in filter(None, map(str.strip, ids.split(","))):
            known = register.rule_ids(prefix.upper())
            if not known:
                close = near(prefix.upper(), tuple(register.rule_ids("")), texts)
                raise UsageFault(texts("error") + texts("no-rule", name=prefix) + close)
            found.update(dict.fromkeys(known, reason.strip() or "--ignore"))
    return found
