"""The script of every morning, as both guides show it, against the bank on the loopback."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fetch.bank import LOGIN, SECRET, Bank, Row, Server, moment

ROOT = Path(__file__).parents[2]

COMMAND = """#!{python}
import datetime, os, random, sys, time
sys.path.insert(0, {root!r})
from statements.cli import fetch, main
from statements.fetch.transport import Clock
now = datetime.datetime.fromisoformat(os.environ["NOW"])
fetch.clock = lambda: Clock(now=lambda: now, monotonic=time.monotonic, sleep=time.sleep, chance=lambda: 0.0)
sys.exit(main.run(sys.argv[1:]))
"""
"""The command ``statements`` at a given hour: everything else of it is as it is."""


def script(lang: str) -> str:
    """The script of a guide."""
    text = (ROOT / "docs" / f"guide.{lang}.md").read_text("utf-8")
    found = re.search(r"^```sh\n(#!/bin/sh\n.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


class Machine:
    """The folder of the script, with the key in its file and the command on the path."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder / "qonto", server
        (folder / "bin").mkdir()
        self.folder.mkdir()
        command = folder / "bin" / "statements"
        command.write_text(COMMAND.format(python=sys.executable, root=str(ROOT)), "utf-8")
        command.chmod(0o755)
        key = self.folder / "key.toml"
        key.touch(0o600)
        key.write_text(f'login = "{LOGIN}"\nsecret_key = "{SECRET}"\n', "utf-8")
        self.script = folder / "morning.sh"
        self.script.write_text(script("en").replace("cd /srv/qonto", f"cd {self.folder}"), "utf-8")
        self.path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def run(self, now: datetime.datetime) -> subprocess.CompletedProcess[str]:
        """One morning."""
        return subprocess.run(
            ["sh", str(self.script), "--credentials", "key.toml", "--base-url", self.server.address],
            env={"PATH": self.path, "NOW": now.isoformat(), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )

    def files(self, form: str) -> dict[str, bytes]:
        """The statements of a format, by name."""
        return {path.name: path.read_bytes() for path in (self.folder / form).iterdir() if path.name[0] != "."}


def test_both_guides_show_the_same_script() -> None:
    """But for the comment, which is in the language of the guide."""
    bare = [re.sub(r"^#(?!!).*$", "", script(lang), flags=re.MULTILINE) for lang in ("en", "fr")]
    assert bare[0] == bare[1]


@pytest.mark.long
def test_every_morning(bank: Bank, server: Server, tmp_path: Path) -> None:
    """Two mornings give every day until yesterday, in both formats; a lost day and a late entry end with an error."""
    machine = Machine(tmp_path, server)
    bank.fill(21, since="2026-10-01T08:00:00", step=36_000)
    bank.now = moment("2026-10-10T06:30:00")
    first = machine.run(bank.now)
    assert (first.returncode, first.stderr.count("error")) == (0, 0), first.stderr
    assert {form: len(machine.files(form)) for form in ("cfonb120", "mt940")} == {"cfonb120": 9, "mt940": 9}
    kept = machine.files("mt940")
    bank.fill(6, since="2026-10-10T07:00:00", step=30_000)
    bank.now = moment("2026-10-12T06:30:00")
    second = machine.run(bank.now)
    assert second.returncode == 0, second.stderr
    days = {f"2026-10-{day:02d}" for day in range(1, 12)}
    for form in ("cfonb120", "mt940"):
        assert {name.split("_")[1] for name in machine.files(form)} == days
    assert kept.items() <= machine.files("mt940").items()
    report = (machine.folder / "checked.txt").read_text("utf-8")
    assert len(report.splitlines()) == 22
    assert SECRET not in first.stderr + first.stdout + second.stderr + second.stdout + report

    lost = next(path for path in (machine.folder / "cfonb120").iterdir() if "_2026-10-05_" in path.name)
    content = lost.read_bytes()
    lost.unlink()
    gap = machine.run(bank.now)
    assert gap.returncode == 1
    assert "missing: 2026-10-05" in gap.stdout
    lost.write_bytes(content)

    before = machine.files("cfonb120")
    bank.accounts[0].rows.append(
        Row("late", 1_000, moment("2026-10-11T12:00:00"), updated=moment("2026-10-13T01:00:00"))
    )
    bank.now = moment("2026-10-13T06:30:00")
    late = machine.run(bank.now)
    assert late.returncode == 1
    assert "CNV-024" in late.stderr
    assert machine.files("cfonb120") == before
