"""Every rule of the table has its code, and the code names only rules of the table."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from statements.formats.pain001.profiles import rules
from statements.formats.pain001.registry import on_payment, registered

PACKAGE = Path(__file__).parents[3] / "statements" / "formats" / "pain001"
# Doubles are told after the second look, from there.
SECOND_LOOK = {"P001-132", "P001-134", "P001-135", "P001-136", "P001-138"}


def test_every_business_rule_has_a_function() -> None:
    """The rules from 060 on, each registered or told by the second look, none twice at one stage."""
    ids = {rule_id for each in registered() for rule_id in each.ids}
    wanted = {rule.id for rule in rules() if int(rule.id[-3:]) >= 60}
    assert ids | SECOND_LOOK == wanted
    assert not ids & SECOND_LOOK
    places = [(rule_id, stage) for each in registered() for rule_id in each.ids for stage in each.stages]
    assert len(places) == len(set(places))


def test_functions_report_what_they_are_registered_for() -> None:
    """Each rule id that an area module reports is one that it registers."""
    for path in sorted((PACKAGE / "rules").glob("*.py")):
        text = path.read_text("utf-8")
        module = f"statements.formats.pain001.rules.{path.stem}"
        own = {rule_id for each in registered() if each.function.__module__ == module for rule_id in each.ids}
        assert set(re.findall(r"P001-\d{3}", _code(text))) <= own | {"P001-232"}, path.name


def _code(text: str) -> str:
    """The string constants that are arguments of calls, where ids are reported."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return " ".join(
        argument.value
        for call in calls
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def test_two_functions_for_one_rule_are_refused() -> None:
    """A second function for a rule at the same stage is a mistake of ours, told at once."""
    with pytest.raises(ValueError, match="P001-430 has two functions"):
        on_payment("P001-430")(lambda payment, check: None)


def test_each_function_says_what_it_checks() -> None:
    """Every rule function has a docstring; every rule says in which areas of the payment it looks."""
    for each in registered():
        assert each.function.__doc__, each.function
