"""Every rule of the table has its code, the code names only rules of the table, and a rule is asked unless it says."""

from __future__ import annotations

import ast
import re
from functools import partial
from pathlib import Path
from unittest import mock

import pytest

from statements.formats.pain001 import run, validate, validation
from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.profiles import rules
from statements.formats.pain001.rules import RULES
from statements.formats.pain001.scope import Scope
from statements.formats.pain001.silence import PAYMENT, RuleFunction, matching, rules_of

PACKAGE = Path(__file__).parents[3] / "statements" / "formats" / "pain001"
# Duplicates are told after the file has been read once, from there.
LATER = {"P001-132", "P001-134", "P001-135", "P001-136", "P001-138"}


def test_every_business_rule_has_a_function() -> None:
    """The rules from 060 on, each in a tuple or told by the look for duplicates, none twice at one stage."""
    ids = {rule_id for each in RULES for rule_id in each.ids}
    wanted = {rule.id for rule in rules() if int(rule.id[-3:]) >= 60}
    assert ids | LATER == wanted
    assert not ids & LATER
    places = [(rule_id, stage) for each in RULES for rule_id in each.ids for stage in each.stages]
    assert len(places) == len(set(places))


def test_functions_report_what_they_are_registered_for() -> None:
    """Each rule id that an area module reports is one that its tuples name."""
    for path in sorted((PACKAGE / "rules").glob("[a-z]*.py")):
        module = f"statements.formats.pain001.rules.{path.stem}"
        own = {rule_id for each in RULES if each.function.__module__ == module for rule_id in each.ids}
        assert set(re.findall(r"P001-\d{3}", _code(path.read_text("utf-8")))) <= own | {"P001-232"}, path.name
        assert own, path.name


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
        rules_of(RULES, [RuleFunction(spanish, ("P001-430",), PAYMENT)])


def test_each_function_says_what_it_checks() -> None:
    """Every rule function has a docstring."""
    for each in RULES:
        assert each.function.__doc__, each.function


def spanish(payment: Scope, check: CheckContext) -> None:
    """A rule as CONTRIBUTING tells to write it: it fires on Spanish accounts."""
    if (payment.text("CdtrAcct/Id/IBAN") or "").startswith("ES"):
        check.add("P001-342", payment, "CdtrAcct/Id/IBAN", found=payment.text("CdtrAcct/Id/IBAN"))


def _many(fixtures: Path) -> bytes:
    """Two hundred plain payments, the last one to Spain."""
    clean = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    payment = re.search(rb"<CdtTrfTxInf>.*?</CdtTrfTxInf>", clean, re.DOTALL)
    assert payment is not None
    last = re.sub(rb"<IBAN>[^<]*", b"<IBAN>ES9121000418450200051332", payment[0])
    return clean.replace(payment[0], payment[0] * 199 + last, 1)


@pytest.mark.parametrize("few", [run._FEW, 0])
def test_a_new_rule_is_asked_about_plain_payments(fixtures: Path, few: int) -> None:
    """Without a declared silence a rule hears of every payment, however plain: slow, never silent."""
    asked: list[int] = []

    def counting(payment: Scope, check: CheckContext) -> None:
        asked.append(payment.index)
        spanish(payment, check)

    added = (*(each for each in RULES if "P001-342" not in each.ids), RuleFunction(counting, ("P001-342",), PAYMENT))
    with mock.patch.object(validation, "Run", partial(run.Run, rules=added)), mock.patch.object(run, "_FEW", few):
        report = validate(_many(fixtures), profile="sepa")
    assert [f.location.path for f in report.findings if f.id == "P001-342"] == [
        "PmtInf[1]/CdtTrfTxInf[200]/CdtrAcct/Id/IBAN"
    ]
    assert asked == list(range(1, (report.summary.payments or 0) + 1))
    assert len(asked) >= 200


def test_a_declared_silence_spares_the_call(fixtures: Path) -> None:
    """With a declaration the rule is called for the payments that are not in it, and for no other."""
    asked: list[int] = []

    def counting(payment: Scope, check: CheckContext) -> None:
        asked.append(payment.index)
        spanish(payment, check)

    silent = matching("(?!ES)[A-Z0-9]+", "CdtrAcct/Id/IBAN")
    rule = RuleFunction(counting, ("P001-342",), PAYMENT, silent=silent)
    added = (*(each for each in RULES if "P001-342" not in each.ids), rule)
    with mock.patch.object(validation, "Run", partial(run.Run, rules=added)), mock.patch.object(run, "_FEW", 0):
        report = validate(_many(fixtures), profile="sepa")
    assert [f.location.payment.index for f in report.findings if f.id == "P001-342" and f.location.payment] == [200]
    assert asked == [200]
