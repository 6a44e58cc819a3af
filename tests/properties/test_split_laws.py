"""What holds of every split file: the parts together are the whole, and each is a file of its own."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

import statements
from statements.formats.pain001.versions import VERSIONS
from statements.rules import Severity
from tests.strategies import share

TODAY = datetime.date(2026, 11, 30)
TOTALS = ("P001-100", "P001-101", "P001-102", "P001-103")
SCHEMA = re.compile("P001-0[34]")
GOOD_IBANS = ("FR7616958000011234567890177", "DE89370400440532013000", "BE68539007547034", "NL91ABNA0417164300")
DEBTORS = ("FR7616958000011234567890177", "FR7616958000019999999999931")
# What is wrong with a payment, and what the schema says of it.
PAYMENT_FAULTS = ("iban", "zero", "amount", "words", "no-creditor", "long", "currency")
BY_SCHEMA = frozenset(("amount", "words", "no-creditor", "long"))


class DrawnPayment(NamedTuple):
    """A payment as it is written, its amount where it is one, and its fault."""

    text: str
    amount: Decimal | None
    fault: str


class DrawnBlock(NamedTuple):
    """The payments of a block, with its account, day, and whether it has a fault of its own."""

    payments: list[DrawnPayment]
    account: str
    day: str
    faulty: bool


class Drawn(NamedTuple):
    """A file with what it is made of."""

    data: bytes
    version: str
    encoding: str
    blocks: list[DrawnBlock]

    @property
    def payments(self) -> list[tuple[DrawnBlock, DrawnPayment]]:
        """Every payment with its block."""
        return [(block, payment) for block in self.blocks for payment in block.payments]

    def held(self) -> list[bool]:
        """Of each payment whether it cannot go."""
        return [block.faulty or bool(payment.fault) for block, payment in self.payments]


class Form(NamedTuple):
    """How the elements are written: prefix of their names, blanks between them, what stands aside."""

    prefix: str
    gap: str
    aside: str

    def tag(self, name: str, inside: str, attributes: str = "") -> str:
        """An element."""
        return f"<{self.prefix}{name}{attributes}>{inside}</{self.prefix}{name}>"


@st.composite
def files(draw: st.DrawFn) -> Drawn:
    """A file whose header and totals are right; blocks and payments may have faults."""
    version = draw(st.sampled_from(["02", "03", "09"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "iso-8859-1", "utf-16"]))
    aside = draw(st.sampled_from(["", "", "<!-- </CdtTrfTxInf> <MsgId>no</MsgId> -->", "<?note x?>"]))
    form = Form(draw(st.sampled_from(["", "", "p:"])), draw(st.sampled_from(["", "\n  ", "\r\n\t"])), aside)
    # One file in two is sound; else some of its payments are not.
    faults = draw(st.sampled_from([(), PAYMENT_FAULTS]))
    blocks = [draw(_blocks(version, form, number, faults)) for number in range(draw(st.integers(1, 3)))]
    payments = [payment for block in blocks for payment in block.payments]
    total = sum((payment.amount for payment in payments if payment.amount is not None), Decimal(0))
    count = draw(st.sampled_from([f"{len(payments)}", f"0{len(payments)}"]))
    known = draw(st.booleans())
    head = form.gap.join(
        [
            form.tag("MsgId", draw(st.sampled_from(["M-1", "M+" + "X" * 33, "A B", "M&#45;2", " M3 "]))),
            form.tag("CreDtTm", "2026-11-30T08:00:00"),
            form.tag("NbOfTxs", count),
            *([form.tag("CtrlSum", f"{total}")] if known else []),
            *([form.tag("Grpg", "MIXD")] if version == "02" else []),
            form.tag("InitgPty", form.tag("Nm", "ATELIER DU CANAL")),
        ]
    )
    body = form.gap.join([form.tag("GrpHdr", head), *(_block_text(block, version, form, draw) for block in blocks)])
    space = VERSIONS[version].namespace
    bound = f' xmlns:p="{space}"' if form.prefix else f' xmlns="{space}"'
    message = form.tag(VERSIONS[version].element, form.gap + body + form.gap)
    declared = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16"}.get(encoding, encoding.upper())
    text = f'<?xml version="1.0" encoding="{declared}"?>\n{form.tag("Document", message, bound)}\n'
    return Drawn(text.encode(encoding), version, encoding, blocks)


@st.composite
def _blocks(draw: st.DrawFn, version: str, form: Form, number: int, faults: tuple[str, ...]) -> DrawnBlock:
    faulty = bool(faults) and draw(st.sampled_from([False, False, False, True]))
    payments = [draw(_payments(version, form, f"{number}-{index}", faults)) for index in range(draw(st.integers(1, 4)))]
    return DrawnBlock(payments, draw(st.sampled_from(DEBTORS)), f"2026-12-0{draw(st.integers(1, 4))}", faulty)


@st.composite
def _payments(draw: st.DrawFn, version: str, form: Form, label: str, faults: tuple[str, ...]) -> DrawnPayment:
    fault = draw(st.sampled_from(["", "", *faults])) if faults else ""
    amount = Decimal(draw(st.integers(1, 99_999_999))) / 100
    if fault == "zero":
        amount = Decimal("0.00")
    written = f"{amount:.2f}"
    if fault == "amount":
        written = written.replace(".", ",")
    elif fault == "words":
        written = "one euro"
    iban = "FR7616958000011234567890178" if fault == "iban" else draw(st.sampled_from(GOOD_IBANS))
    note = (
        "x" * 141 if fault == "long" else draw(st.sampled_from([f"Facture {label}", "<![CDATA[A & B]]>", "n&#176; 1"]))
    )
    creditor = [form.tag("Cdtr", form.tag("Nm", "Menuiserie Dufour"))]
    parts = [
        form.tag("PmtId", form.tag("EndToEndId", f"E-{label}")),
        form.aside,
        form.tag("Amt", form.tag("InstdAmt", written, ' Ccy="USD"' if fault == "currency" else ' Ccy="EUR"')),
        *([] if fault == "no-creditor" and version == "02" else creditor),
        form.tag("Wrong", "x") if fault == "no-creditor" else "",
        form.tag("CdtrAcct", form.tag("Id", form.tag("IBAN", iban))),
        form.tag("RmtInf", form.tag("Ustrd", note)),
    ]
    return DrawnPayment(
        form.tag("CdtTrfTxInf", form.gap.join(filter(None, parts))), None if fault == "words" else amount, fault
    )


def _block_text(block: DrawnBlock, version: str, form: Form, draw: st.DrawFn) -> str:
    total = sum((payment.amount for payment in block.payments if payment.amount is not None), Decimal(0))
    totals = draw(st.sampled_from([(), ("NbOfTxs",), ("NbOfTxs", "CtrlSum")])) if version != "02" else ()
    said = {"NbOfTxs": f"{len(block.payments)}", "CtrlSum": f" {total} "}
    day = form.tag("Dt", block.day) if version == "09" else block.day
    bic = form.tag("BICFI" if version == "09" else "BIC", "QNTOFRP1XXX")
    account = "FR7616958000011234567890178" if block.faulty else block.account
    parts = [
        form.tag("PmtInfId", f"B-{draw(st.integers(1, 9_999))}"),
        form.tag("PmtMtd", "TRF"),
        *(form.tag(name, said[name]) for name in totals),
        form.aside,
        form.tag("ReqdExctnDt", day),
        form.tag("Dbtr", form.tag("Nm", "ATELIER DU CANAL")),
        form.tag("DbtrAcct", form.tag("Id", form.tag("IBAN", account))),
        form.tag("DbtrAgt", form.tag("FinInstnId", bic)),
        *(payment.text for payment in block.payments),
    ]
    return form.tag("PmtInf", form.gap + form.gap.join(filter(None, parts)) + form.gap)


WAYS = st.sampled_from(["verdict", "verdict", "account", "date", "count=1", "count=3"])


@share(2)
@given(files(), WAYS)
def test_the_parts_are_the_whole(drawn: Drawn, by: str) -> None:
    """Each payment stands in one part with its own bytes; each part counts, adds up and follows the schema."""
    before = statements.validate(drawn.data, today=TODAY)
    known = {"M-1-READY", "M-1-1", "A B-HELD"}
    made = statements.split(drawn.data, by=by, today=TODAY, known_ids=known)
    event(f"{by}, {len(made.parts)} parts")
    assert made.stopped == ()
    assert made.report == before
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(drawn.encoding, drawn.encoding)
    left = [payment.text.encode(codec) for _, payment in drawn.payments]
    contents = [part.content or b"" for part in made.parts]
    for part, content in zip(made.parts, contents, strict=True):
        found = _payments_in(content, left)
        assert len(found) == part.payments
        for text in found:
            left.remove(text)
        report = statements.validate(content, today=TODAY, known_ids=known)
        rules = {item.id for item in report.findings if item.severity is Severity.ERROR}
        told = {item.id for item in report.findings}
        faults = {payment.fault for payment in _of_texts(drawn, codec, found)}
        # Beside an amount that is no number at all nobody can say whether a sum is right: that is a remark.
        assert not (rules if "words" in faults else told) & set(TOTALS)
        assert any(map(SCHEMA.match, rules)) == bool(faults & BY_SCHEMA), rules
        assert report.summary.payments == part.payments
        amounts = [payment.amount or Decimal(0) for payment in _of_texts(drawn, codec, found)]
        assert sum(amounts) == sum(Decimal(each) for _, each in part.sums)
        assert all(Decimal(each) == sum(amounts) for each in [report.details.declared_sum] if each is not None)
        assert part.unread == sum(payment.amount is None for payment in _of_texts(drawn, codec, found))
        if part.name == "ready":
            assert not report.summary.errors
        assert report.details.message_id == part.message_id
        assert len(part.message_id) <= 35
    assert left == []
    ids = [part.message_id for part in made.parts]
    assert len(set(ids)) == len(ids)
    assert not {*known, before.details.message_id} & set(ids)
    _sorted_rightly(drawn, by, contents, codec, [part.name for part in made.parts])


def _payments_in(content: bytes, wanted: list[bytes]) -> list[bytes]:
    """The payments of the source that a part holds, in its own order, each as often as it stands there."""
    places = [
        (match.start(), text) for text in dict.fromkeys(wanted) for match in re.finditer(re.escape(text), content)
    ]
    return [text for _, text in sorted(places)]


def _of_texts(drawn: Drawn, codec: str, texts: list[bytes]) -> list[DrawnPayment]:
    by_text = {payment.text.encode(codec): payment for _, payment in drawn.payments}
    return [by_text[text] for text in texts]


def _sorted_rightly(drawn: Drawn, by: str, contents: list[bytes], codec: str, names: list[str]) -> None:
    """Each payment is in the part where its verdict, account, day or number wants it."""
    keys: list[str] = []
    for number, ((block, _), held) in enumerate(zip(drawn.payments, drawn.held(), strict=True)):
        account = "FR7616958000011234567890178" if block.faulty else block.account
        size = int(by.removeprefix("count=")) if by.startswith("count=") else 0
        key = {"verdict": "held" if held else "ready", "account": account, "date": block.day}
        keys.append(key[by] if by in key else str(number // size))
    order = sorted(set(keys), key=["ready", "held"].index) if by == "verdict" else list(dict.fromkeys(keys))
    assert len(order) == len(contents)
    if by == "verdict":
        assert order == names
    for (_, payment), wanted in zip(drawn.payments, keys, strict=True):
        assert payment.text.encode(codec) in contents[order.index(wanted)]


@share(2)
@given(files())
def test_a_part_that_is_the_whole_has_another_reference_only(drawn: Drawn) -> None:
    """With the original reference put back it is the source, byte for byte."""
    made = statements.split(drawn.data, by="count=99", today=TODAY)
    (part,) = made.parts
    content = part.content or b""
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(drawn.encoding, drawn.encoding)
    before, after = (_reference(data.decode(codec)) for data in (drawn.data, content))
    assert content.decode(codec).replace(after, before, 1) == drawn.data.decode(codec)


def _reference(text: str) -> str:
    head = re.search(r"<(?:p:)?MsgId>[^<]*</(?:p:)?MsgId>", re.sub("<!--.*?-->", "", text))
    assert head is not None
    return head[0]
