"""A folder of ``statements fetch`` as a source: complete, as it was received, and of days that are over."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from statements.cli import words
from statements.cli.console import UsageFault, say
from statements.cli.files import expand, read_source
from statements.cli.texts import Texts
from statements.findings import Finding, Location
from statements.services import downloads
from statements.services.rules import finding
from statements.visible import one_line


def read_sources(names: Sequence[str], options: dict[str, Any], texts: Texts) -> list[tuple[str, bytes]]:
    """Name and bytes of every source; a folder of a download stands for the answers in it.

    Where a folder is given and no last day, ``options["until"]`` becomes the last day that is wholly in it.
    """
    found: list[tuple[str, bytes]] = []
    for name in names:
        if name != "-" and os.path.isdir(name) and _holds_download(Path(name)):
            found.extend(_answers(name, options, texts))
        else:
            found.extend((item, read_source(item, texts)) for item in expand([name], texts))
    return found


def _holds_download(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (downloads.MANIFEST, downloads.RUN))


def _answers(name: str, options: dict[str, Any], texts: Texts) -> list[tuple[str, bytes]]:
    folder = Path(name)
    accounts, zone = options["accounts"], ZoneInfo(options["timezone"])

    def read(file: str) -> bytes | None:
        try:
            # Names come from the manifest: none may lead out of the folder.
            path = (folder / file).resolve()
            return path.read_bytes() if path.is_relative_to(folder.resolve()) else None
        except OSError:
            return None

    manifest = downloads.read_manifest(read(downloads.MANIFEST) or b"")
    if manifest is None:
        raise _refusal([finding("CNV-020", Location(file=name), found=name)], texts)
    day = downloads.closed_day(manifest, accounts, zone)
    outcome = downloads.sources(manifest, read, accounts)
    faults = [*downloads.missing(manifest, accounts), *outcome.findings]
    until = options["until"]
    if until is not None and day is not None and until > day:
        faults.extend(downloads.too_short(manifest, accounts, zone, until))
    if faults:
        raise _refusal(faults, texts)
    if until is None and day is not None:
        options["until"] = day
        say(texts("closed-days", day=words.day(day, texts)))
    return [(os.path.join(name, file), data) for file, data in outcome.value]


def _refusal(faults: Sequence[Finding], texts: Texts) -> UsageFault:
    return UsageFault(*(one_line(f"{item.id} {item.message(texts.lang)} {item.fix(texts.lang)}") for item in faults))
