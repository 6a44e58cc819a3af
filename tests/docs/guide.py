"""The commands and programs shown in the user guides, read from their Markdown and run in a folder with the examples.

``python -m tests.docs.guide`` writes the outputs of both guides anew; read the difference before it is kept.
A line ``…`` in an expected output stands for any lines.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from statements.cli.main import run

ROOT = Path(__file__).parents[2]
GUIDES = {"en": ROOT / "docs" / "guide.en.md", "fr": ROOT / "docs" / "guide.fr.md"}
LOCALE = {"en": "en_GB.UTF-8", "fr": "fr_FR.UTF-8"}

_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    """One command with its expected output, or one program (then ``command`` is its text and nothing is expected)."""

    kind: str
    command: str
    expected: str


def steps(text: str) -> list[Step]:
    """The steps of a guide, in the order of the page."""
    found = []
    for block in _BLOCK.finditer(text):
        if block[1] == "python":
            found.append(Step("python", block[2], ""))
            continue
        for part in re.split(r"^\$ ", block[2], flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            found.append(Step("console", command, expected))
    return found


def prepare(folder: Path) -> None:
    """Put the examples of the guide into a folder, and the command on its path."""
    for path in (ROOT / "docs" / "examples").iterdir():
        if path.suffix != ".yml":
            shutil.copy(path, folder)
    shutil.copy(ROOT / "fixtures" / "pain001" / "several-faults-03.xml", folder / "payments.xml")
    shutil.copy(ROOT / "fixtures" / "pain001" / "clean-03-salaries.xml", folder / "salaries.xml")
    shutil.copy(ROOT / "fixtures" / "pain001" / "answered-03.xml", folder / "answered.xml")
    shutil.copy(ROOT / "fixtures" / "pain001" / "answered-03.pain.002.xml", folder / "answer.xml")
    command_of(folder)


def command_of(folder: Path) -> None:
    """Put the command ``statements`` of this checkout into a folder, where :func:`execute` finds it."""
    (folder / ".bin").mkdir()
    command = folder / ".bin" / "statements"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m statements "$@"\n', "utf-8")
    command.chmod(0o755)


def execute(step: Step, folder: Path, lang: str) -> tuple[int, str]:
    """Exit code and output (both streams) of one step.

    The commands of the English guide run as a user starts them. Those of the French one, which are the same, run in
    this process where they need no shell: only their words differ.
    """
    path = f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "PYTHONPATH": str(ROOT), "LC_ALL": LOCALE[lang], "PYTHONUTF8": "1"}
    if lang == "fr" and step.kind == "console" and _ALONE.fullmatch(step.command):
        code, out = _here(shlex.split(step.command)[1:], folder, environment)
    else:
        command = [sys.executable, "-c", step.command] if step.kind == "python" else ["sh", "-c", step.command]
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        code, out = done.returncode, done.stdout
    # A statement has the line ends of its format; Markdown has its own.
    return code, out.decode().replace("\r\n", "\n")


_ALONE = re.compile(r"statements [^|&;<>*?\[\]$`#~(){}\n]*")


def _here(arguments: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, bytes]:
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment, clear=True),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        code = run(arguments)
    return code, said.detach().getvalue()  # type: ignore[attr-defined]


def play(text: str, folder: Path, lang: str) -> list[tuple[Step, str, int]]:
    """Every step with what it really gives; ``$ echo $?`` gives the exit code of the step before it."""
    prepare(folder)
    played = []
    code = 0
    for step in steps(text):
        if step.command == "echo $?":
            played.append((step, f"{code}\n", 0))
            continue
        code, out = execute(step, folder, lang)
        played.append((step, out, code))
    return played


def matches(expected: str, real: str) -> bool:
    """Whether an output is the expected one; a line ``…`` stands for any lines. A page is written with plain blanks."""
    expected, real = expected.replace("\u00a0", " "), real.replace("\u00a0", " ")
    parts = [re.escape(part) for part in re.split(r"^…\n", expected, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*".join(parts), real) is not None


def _rewrite(lang: str) -> None:
    text = GUIDES[lang].read_text("utf-8")
    at = 0
    with tempfile.TemporaryDirectory() as folder:
        for step, out, _ in play(text, Path(folder), lang):
            if step.kind == "console":
                shown = f"$ {step.command}\n{step.expected}"
                at = text.index(shown, at)
                kept = shown if matches(step.expected, out) else f"$ {step.command}\n{out}"
                text = text[:at] + kept + text[at + len(shown) :]
                at += len(kept)
    GUIDES[lang].write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    for language in GUIDES:
        _rewrite(language)
