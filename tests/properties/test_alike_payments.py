"""The same mistake in every payment: counted as it would be listed, however short the list is."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import statements
from benchmarks.mistakes import MISTAKES, mistaken
from benchmarks.payments import document
from statements.findings import Report
from statements.formats.pain001 import validate
from statements.formats.pain001.schema import packaged
from statements.formats.pain001.schema.forms import Forms
from tests.strategies import share

TODAY = datetime.date(2026, 11, 30)
SCHEMA_RULES = frozenset(f"P001-{number:03d}" for number in range(30, 50))
HEAD, *PAYMENTS, TAIL = document(12)


def counts(report: Report[Any]) -> Counter[str]:
    """How many findings of each rule, listed or not."""
    return Counter(finding.id for finding in report.findings) + Counter(report.hidden)


def of(payments: list[str], head: str = HEAD) -> bytes:
    """A file of these payments."""
    return (head + "".join(payments) + TAIL).encode()


def _errors(report: Report[Any]) -> int:
    """The errors without totals that only follow from others: those are known once all others are listed."""
    return report.summary.errors - sum(f.severity == "error" and f.follows for f in report.findings)


@pytest.mark.parametrize("name", MISTAKES)
def test_one_file_counts_what_as_many_files_of_one_payment_do(name: str) -> None:
    """The faults of the schema in a file are those of its payments."""
    payments = [MISTAKES[name](payment) for payment in PAYMENTS] * 4
    whole = validate(of(payments), today=TODAY, limit=3)
    single = Counter[str]()
    for payment in payments[: len(PAYMENTS)]:
        single += counts(validate(of([payment]), today=TODAY, limit=None))
    wanted = {rule: 4 * count for rule, count in single.items() if rule in SCHEMA_RULES}
    assert {rule: count for rule, count in counts(whole).items() if rule in SCHEMA_RULES} == wanted
    assert not whole.at_least


@pytest.mark.parametrize("name", MISTAKES)
def test_a_short_list_counts_every_rule_as_a_long_one(name: str) -> None:
    """Which rule is counted does not depend on how many findings of it are listed."""
    data = "".join(mistaken(40, MISTAKES[name])).encode()
    short, long = (validate(data, today=TODAY, limit=limit) for limit in (3, None))
    assert counts(short) == counts(long)
    assert _errors(short) == _errors(long)
    assert short.summary.warnings == long.summary.warnings
    # What a list shows is the beginning of the longer one.
    for rule in counts(short):
        listed = [finding for finding in short.findings if finding.id == rule]
        wanted = [finding for finding in long.findings if finding.id == rule][: len(listed)]
        assert listed == wanted or all(finding.follows for finding in listed)


@share(2)
@given(
    st.lists(st.lists(st.sampled_from(sorted(MISTAKES)), max_size=2), min_size=1, max_size=60),
    st.integers(1, 4),
)
def test_mistakes_in_turn_are_counted_as_they_would_be_listed(chosen: list[list[str]], limit: int) -> None:
    """Payments of many kinds beside one another, right ones among them."""
    payments = []
    for number, names in enumerate(chosen):
        payment = PAYMENTS[number % len(PAYMENTS)]
        for name in names:
            payment = MISTAKES[name](payment)
        payments.append(payment)
    data = of(payments)
    short, long = (validate(data, today=TODAY, limit=each) for each in (limit, None))
    for rule in (counts(short) | counts(long)).keys() & SCHEMA_RULES:
        if rule in short.at_least:
            assert counts(short)[rule] <= counts(long)[rule]
        else:
            assert counts(short)[rule] == counts(long)[rule], rule


VALUES = st.one_of(
    st.from_regex(r"\A[+-]?[0-9]{0,22}([.,][0-9]{0,8})?\Z"),
    st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(Z|\+01:00)?\Z"),
    st.text("AZaz09 .,-+/éÀ&<€\u00a0\u2003", min_size=1, max_size=40),
    st.sampled_from(
        ["SLEV", "SHAR", "FR", "FRA", "EUR", "1e3", "INF", "NaN", " 1.50", "1.50 ", "02/12/2026", "x" * 141]
    ),
)


def _paths(version: str) -> list[tuple[str, str]]:
    """Each path below a payment that has a judgement, without those that go on for ever, and the name of its type."""
    tree = packaged().tree(version)
    forms = Forms(tree)
    types = {each.get("name"): each for each in tree if each.get("name")}
    xs = "{http://www.w3.org/2001/XMLSchema}"
    top = next(each.get("type") for each in tree.iter(xs + "element") if each.get("name") == "CdtTrfTxInf")
    found: dict[str, str] = {}

    def below(kind: str, path: str, depth: int) -> None:
        for element in types[kind].iter(xs + "element") if kind in types else ():
            each = f"{path}/{element.get('name')}" if path else str(element.get("name"))
            inner = str(element.get("type"))
            if types[inner].tag == xs + "simpleType" and forms.form(each) is not None:
                found.setdefault(inner, each)
            elif depth < 6:
                below(inner, each, depth + 1)

    below(str(top), "", 0)
    return sorted((path, kind) for kind, path in found.items())


PATHS = {version: _paths(version) for version in ("02", "03", "09")}


@pytest.mark.parametrize("version", PATHS)
@given(st.data())
def test_the_judgement_on_a_value_is_that_of_libxml2(version: str, data: st.DataObject) -> None:
    """Whenever there is a judgement it is that of the type in the schema, whatever the value."""
    path, kind = data.draw(st.sampled_from(PATHS[version]))
    value = data.draw(VALUES)
    refusal = Forms(packaged().tree(version)).refusal(path, value)
    xs = "http://www.w3.org/2001/XMLSchema"
    tree = etree.fromstring(etree.tostring(packaged().tree(version)))
    space = tree.get("targetNamespace")
    etree.SubElement(tree, f"{{{xs}}}element", name="Alone", type=kind)
    element = etree.Element(f"{{{space}}}Alone")
    element.text = value
    if refusal is not None:
        assert etree.XMLSchema(tree).validate(element) is (refusal == ""), (path, value, refusal)


def test_a_document_that_copies_our_marks_is_explained() -> None:
    """A payment with an attribute like those that the explanation uses is looked at like any other."""
    mark = re.sub(r"<CdtTrfTxInf>", '<CdtTrfTxInf _0123456789abcdef="7">', PAYMENTS[0])
    report = validate(of([mark, MISTAKES["no amount"](PAYMENTS[1])]), today=TODAY)
    assert counts(report)["P001-030"] == 1
    assert counts(report)["P001-032"] == 1


# Mistakes of which only a person knows what should stand there.
ASKED = frozenset(
    {
        "amount in words", "blank amount", "empty amount", "amount with a sign", "currency of four letters",
        "no references at all", "no amount", "two amounts", "reference too long", "name too long", "empty reference",
        "empty name", "country of three letters", "wrong word for the charges", "unknown element",
        "unknown elements inside one another", "text between elements", "text where elements belong",
        "unknown attribute", "number as an attribute", "element of another namespace",
    }
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(MISTAKES) - ASKED))
def test_what_is_proposed_mends_the_whole_file(name: str) -> None:
    """Obeying the proposals once ends with a file that is right, as often as the mistake was made."""
    data = "".join(mistaken(40, MISTAKES[name])).encode()
    mended = statements.mend(data, accept="review", today=TODAY).data
    assert validate(mended, today=TODAY).summary.errors == 0
