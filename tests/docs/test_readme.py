"""What the README shows is what happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.docs.guide import ROOT, command_of, execute, matches, steps


def test_the_readme_tells_the_truth(tmp_path: Path) -> None:
    """Each command of the README gives what it shows, and its program runs."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    command_of(tmp_path)
    code = 0
    played = 0
    for step in steps((ROOT / "README.md").read_text("utf-8")):
        if step.command == "echo $?":
            assert step.expected == f"{code}\n"
            continue
        code, out = execute(step, tmp_path, "en")
        played += 1
        if step.kind == "python":
            assert (code, out) == (0, "")
        else:
            assert matches(step.expected, out), f"$ {step.command}\n{out}"
    assert played > 5


def test_links_of_the_pages_lead_somewhere() -> None:
    """Every relative link of the README and of the pages beside it exists."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md"), ROOT / "schemas" / "README.md"]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
