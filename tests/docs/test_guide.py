"""Every command and program that the user guides show does what they show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.guide import GUIDES, matches, play, steps


@pytest.mark.parametrize("lang", GUIDES)
def test_the_guide_tells_the_truth(lang: str, tmp_path: Path) -> None:
    """Each command of the guide is run; its output is the one shown. Each program runs without a fault."""
    for step, out, code in play(GUIDES[lang].read_text("utf-8"), tmp_path, lang):
        if step.kind == "python":
            assert (code, out) == (0, ""), step.command
        else:
            assert matches(step.expected, out), f"$ {step.command}\n{out}"


def test_both_guides_show_the_same_steps() -> None:
    """English and French readers get the same commands in the same order."""
    english, french = (
        [step.command for step in steps(GUIDES[lang].read_text("utf-8")) if step.kind == "console"]
        for lang in ("en", "fr")
    )
    assert english == french
    assert len(english) > 20


def test_both_guides_have_the_same_chapters() -> None:
    """A chapter that exists in one language exists in the other."""
    levels = [re.findall(r"^(#+) ", GUIDES[lang].read_text("utf-8"), re.MULTILINE) for lang in ("en", "fr")]
    assert levels[0] == levels[1]


def test_an_ellipsis_stands_for_any_lines() -> None:
    """The comparison can fail: only what the guide leaves out on purpose may differ."""
    assert matches("one\n…\nfour\n", "one\ntwo\nthree\nfour\n")
    assert matches("", "")
    assert not matches("one\n", "two\n")
    assert not matches("one\n…\nfour\n", "one\ntwo\n")
