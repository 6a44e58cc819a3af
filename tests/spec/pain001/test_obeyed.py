"""Obeying every remedy ends with a clean file, but for those that are listed, with the reason why."""

from __future__ import annotations

import csv
import datetime
import random
import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from statements.findings import Finding, Proposal
from statements.formats import pain001
from statements.formats.pain001.profiles import rules
from statements.wire.charset import SWIFT_X
from statements.wire.mending import mended
from tests.pain_documents import mutate
from tests.rule_cases import PAIN001, Case

BY_HAND = Path(__file__).with_name("by_hand.tsv")
BAD = list(PAIN001.cases(bad=True))
TODAY = datetime.date(2026, 11, 30)
# A file is mended as often as a fault may hide another: a bare `&` hides all behind it.
ROUNDS = 6


@lru_cache(maxsize=1)
def by_hand() -> dict[tuple[str, str], str]:
    """The reason, by rule and case, why a remedy is not mechanical."""
    with BY_HAND.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(row["rule"], row["case"]): row["reason"] for row in rows}


def strictest(case: Case) -> str:
    """The profile that says most of the rule of a case."""
    return next(name for name in ("qonto", "sepa", "iso") if any(each.id == case.rule for each in case.findings(name)))


def proposals(findings: tuple[Finding, ...]) -> list[Proposal]:
    """What is proposed, in the order told."""
    return [finding.proposal for finding in findings if finding.proposal is not None]


def obeyed(case: Case, profile: str) -> tuple[Finding, ...]:
    """What is said of a file once every proposal was obeyed, safe and for review, in the order told."""
    findings = case.findings(profile)
    for _ in range(ROUNDS):
        if not proposals(findings):
            return findings
        case = replace(case, data=b"".join(mended([case.data], proposals(findings))))
        findings = PAIN001.check(case, profile)
    return findings


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_every_remedy_obeyed_ends_with_a_clean_file(case: Case) -> None:
    """Nothing is left but what the clean file of the version has, and nothing more is proposed for it."""
    profile = strictest(case)
    left = obeyed(case, profile)
    assert proposals(left) == []
    said = {finding.id for finding in left if case.rule == finding.id or finding.id not in ("P001-016", "P001-017")}
    assert (case.rule in said, bool(said)) == (((case.rule, case.row["case"]) in by_hand()),) * 2


def test_the_list_has_no_other_cases() -> None:
    """Every row stands for a case, with a reason."""
    assert by_hand().keys() <= {(case.rule, case.row["case"]) for case in BAD}
    assert all(by_hand().values())


def test_the_rule_list_says_which_grades_there_are() -> None:
    """The column of the table, which the rule list shows, is what the cases show in any profile."""
    seen: dict[str, set[str]] = {}
    for case in BAD:
        for profile in PAIN001.profiles:
            for finding in case.findings(profile):
                if finding.proposal is not None:
                    seen.setdefault(finding.id, set()).add(finding.proposal.grade)
    table = {rule.id: set(filter(None, rule.columns["proposal"].split(", "))) for rule in rules()}
    assert seen == {rule: grades for rule, grades in table.items() if grades}


# ----------------------------------------------------------------------------------- what is never proposed: on mutants

BASES = ("", "salaries", "rf-reference", "structured-address", "two-blocks", "no-creditor-bank")
ODD = (" ", "\u00a0", "\u200b", "\t", "\u0415", "\u00e9", "O", "0", "-", "/", ",", ".", "+", "&amp;", "\u4e2d")
LEAF = re.compile(r">([^<>\n]+)</")
PAIR = re.compile(r"<(\w{3,})>([^<>]*)</\1>")


def changed(text: str, source: random.Random) -> str:
    """One value of a document spelled in another way, or one element under nearly its name."""
    choices = list((PAIR if source.random() < 0.2 else LEAF).finditer(text))
    if not choices:
        return text
    found = source.choice(choices)
    if found.re is PAIR:
        at = source.randrange(1, len(found[1]))
        name = found[1][:at] + found[1][at + source.randrange(2) :] + source.choice(("", "t", "x"))
        return f"{text[: found.start()]}<{name}>{found[2]}</{name}>{text[found.end() :]}"
    value = found[1]
    at = source.randrange(len(value) + 1)
    spelled = source.choice(
        (
            value[:at] + source.choice(ODD) + value[at:],
            value[:at] + source.choice(ODD) + value[at + 1 :],
            value.lower(),
            value.upper(),
            value.replace(".", ","),
            f"+{value}",
            f" {value} ",
            value * 5,
            " ".join(value),
            value[:at],
            value[1:2] + value[:1] + value[2:],
            "  ",
            "/".join(reversed(value.split("-"))),
        )
    )
    return text[: found.start(1)] + spelled + text[found.end(1) :]


def mutant(seed: int) -> bytes:
    """A clean file with some changes to its tree and its values; always well-formed."""
    source = random.Random(seed)
    version = source.choice(PAIN001.versions)
    text = PAIN001.clean(version, source.choice(BASES))
    if source.random() < 0.4:
        root = etree.fromstring(text.encode())
        mutate(root, version, source)
        text = etree.tostring(root, encoding="unicode")
    for _ in range(source.randrange(1, 4)):
        text = changed(text, source)
    return text.encode()


def protected(name: str, path: str, text: str) -> str | None:
    """What of a value nobody but its owner changes: an account, an amount, a name, check digits; else ``None``."""
    if name in ("IBAN", "BBAN", "UPIC", "Ref", "CdtrRef") or re.search(r"Acct\w*/Id/\w+/Id$", path):
        return "".join(char for char in text.upper() if char.isalnum())
    if name in ("InstdAmt", "Amt") and text.strip():
        digits = re.sub(r"[\s\u200b\u00a0]", "", text).lstrip("+").replace(",", ".")
        whole, _, cents = digits.partition(".")
        return f"{whole.lstrip('0')}.{cents.rstrip('0')}"
    return SWIFT_X.fit(text) if name == "Nm" else None


def values(data: bytes) -> Counter[str]:
    """The protected values of a document, by their own names and by every name that they may have after mending."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    found: Counter[str] = Counter()
    for element in etree.fromstring(data, parser).iter("{*}*"):
        steps = [str(each.tag).rpartition("}")[2] for each in (*reversed(list(element.iterancestors())), element)]
        if not len(element):
            value = protected(steps[-1], "/".join(steps), element.text or "")
            if value:
                found[value] += 1
    return found


def texts(data: bytes) -> set[str]:
    """Every text of a document as it would count under each of the protected names."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    found: set[str] = set()
    for element in etree.fromstring(data, parser).iter("{*}*"):
        for name in ("IBAN", "InstdAmt", "Nm"):
            found.add(protected(name, "", element.text or "") or "")
    return found


def law(data: bytes) -> int:
    """Obeyed one by one, no proposal takes a protected value away or brings one that was not there; how many."""
    profile = "qonto"
    findings = pain001.validate(data, profile=profile, today=TODAY).findings
    before, known = values(data), texts(data)
    proposed = dict.fromkeys(proposals(findings))
    for proposal in proposed:
        after = values(b"".join(mended([data], [proposal])))
        assert not before - after, (proposal, before - after)
        assert set(after - before) <= known, (proposal, after - before)
    return len(proposed)


@given(st.integers(0, 2**32))
def test_what_is_never_proposed(seed: int) -> None:
    """Check digits, the value of an amount, an account, a name stay as they are, whatever else is wrong."""
    law(mutant(seed))


@pytest.mark.long
def test_what_is_never_proposed_on_ten_thousand_mutants() -> None:
    """The same law on more of them; most have something that can be mended."""
    assert sum(map(law, map(mutant, range(10_000)))) > 5_000
