"""Mistakes that a generator makes in every payment: each a change of the text of one payment.

>>> MISTAKES["no currency"]('<InstdAmt Ccy="EUR">1.00</InstdAmt>')
'<InstdAmt>1.00</InstdAmt>'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from benchmarks.payments import document

Mistake = Callable[[str], str]


def _replaced(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Mistake:
    found = re.compile(pattern, re.DOTALL)
    return lambda payment: found.sub(by, payment)


def _amount(by: str) -> Mistake:
    """Another amount; ``{0}`` and ``{1}`` are the euros and the cents of the right one."""
    return _replaced(r">(\d+)\.(\d\d)</InstdAmt>", lambda match: f">{by.format(match[1], match[2])}</InstdAmt>")


MISTAKES: Mapping[str, Mistake] = {
    "comma in the amount": _amount("{0},{1}"),
    "amount in words": _amount("one euro"),
    "blank amount": _amount("  "),
    "empty amount": _amount(""),
    "amount with a sign": _amount("-{0}.{1}"),
    "amount in groups": _amount("1 {0}.{1}"),
    "no currency": _replaced(' Ccy="EUR"', ""),
    "currency of four letters": _replaced('"EUR"', '"EURO"'),
    "misspelt payment": _replaced("CdtTrfTxInf>", "CdtTrfTxInfo>"),
    "misspelt account": _replaced("CdtrAcct>", "CdtrAct>"),
    "misspelt reference": _replaced("EndToEndId>", "EndToEndID>"),
    "misspelt IBAN": _replaced("IBAN>", "IBANN>"),
    "account before its holder": _replaced(r"(<Cdtr>.*</Cdtr>)\s*(<CdtrAcct>.*</CdtrAcct>)", r"\2\1"),
    "references in disorder": _replaced(r"(<InstrId>.*</InstrId>)\s*(<EndToEndId>.*</EndToEndId>)", r"\2\1"),
    "no reference": _replaced(r"<EndToEndId>.*</EndToEndId>", ""),
    "no references at all": _replaced(r"<PmtId>.*</PmtId>", ""),
    "no amount": _replaced(r"<Amt>.*</Amt>", ""),
    "two amounts": _replaced(r"(<Amt>.*</Amt>)", r"\1\1"),
    "reference too long": _replaced("</EndToEndId>", "x" * 30 + "</EndToEndId>"),
    "name too long": _replaced("</Nm>", "x" * 150 + "</Nm>"),
    "characters outside the set in a reference": _replaced("</EndToEndId>", "_é</EndToEndId>"),
    "slashes in a reference": _replaced("</EndToEndId>", "//</EndToEndId>"),
    "empty reference": _replaced(r"<EndToEndId>.*</EndToEndId>", "<EndToEndId/>"),
    "empty name": _replaced(r"<Nm>.*</Nm>", "<Nm></Nm>"),
    "blank before each value": _replaced(r">(?=[^\s<])", "> "),
    "country of three letters": _replaced("</Nm>", "</Nm><CtryOfRes>FRA</CtryOfRes>"),
    "country that is none": _replaced("</Nm>", "</Nm><CtryOfRes>XX</CtryOfRes>"),
    "IBAN in groups": _replaced(r"<IBAN>(....)", r"<IBAN>\1 "),
    "wrong word for the charges": _replaced("</Amt>", "</Amt><ChrgBr>FOO</ChrgBr>"),
    "date as a person writes it": _replaced(
        "<RmtInf>.*</RmtInf>",
        "<RmtInf><Strd><RfrdDocInf><Nb>12</Nb><RltdDt>02/12/2026</RltdDt></RfrdDocInf></Strd></RmtInf>",
    ),
    "unknown element": _replaced("<Cdtr>", "<Foo>x</Foo><Cdtr>"),
    "unknown elements inside one another": _replaced("</Nm>", "</Nm><Foo><Bar>x</Bar></Foo>"),
    "text between elements": _replaced("<Cdtr>", "abc<Cdtr>"),
    "text where elements belong": _replaced("<RmtInf>.*</RmtInf>", "<RmtInf>Facture 12</RmtInf>"),
    "unknown attribute": _replaced("<Cdtr>", '<Cdtr id="1">'),
    "number as an attribute": _replaced(r"<CdtTrfTxInf>(.*?<InstrId>(.*?)<)", r'<CdtTrfTxInf id="\2">\1'),
    "element of another namespace": _replaced("<Cdtr>", '<Cdtr xmlns="urn:x">'),
    "names in capitals": _replaced("CdtrAcct>", "CDTRACCT>"),
}


def mistaken(count: int, mistake: Mistake) -> Iterator[str]:
    """The clean document with the mistake in each of its payments."""
    for part in document(count):
        yield mistake(part) if part.lstrip().startswith("<CdtTrfTxInf") else part
