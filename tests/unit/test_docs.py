"""The generated documentation is up to date, complete and bilingual."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The generator, as ``python docs/generate.py`` runs it."""
    spec = importlib.util.spec_from_file_location("generate_docs", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_up_to_date(generate: ModuleType) -> None:
    """Whoever changes a table runs ``make docs``: page and program never disagree."""
    assert generate.stale() == [], "run: make docs"


def test_every_rule_is_on_both_pages() -> None:
    """The same rules in the same order in English and in French."""
    english, french = (
        re.findall(r"^### (\S+)", (DOCS / name).read_text("utf-8"), re.M) for name in ("rules.md", "rules.fr.md")
    )
    assert english == french
    assert len(english) == len(set(english))
    assert sum(rule.startswith("P001-") for rule in english) == 152


def test_a_stale_page_is_noticed(generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check can fail: in an empty folder every page is missing, and the run writes them all."""
    monkeypatch.setattr(generate, "FOLDER", tmp_path)
    assert generate.main(["--check"]) == 1
    assert generate.stale() == list(generate.pages())
    assert generate.main([]) == 0
    assert generate.stale() == []
    assert generate.main(["--check"]) == 0
