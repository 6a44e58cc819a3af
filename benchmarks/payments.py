"""Payment files as ERPs write them: the command against `xmllint --stream --schema`, the library against peers."""

from __future__ import annotations

import datetime
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from benchmarks.measure import Job, Used, process, row, table, turns
from statements.formats import pain001

TODAY = datetime.date(2026, 11, 30)
PAYMENTS = 50_000
SCHEMA = Path(__file__).parents[1] / "schemas" / "pain.001.001.03.xsd"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{namespace}">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>BENCH-1</MsgId>
      <CreDtTm>2026-11-30T08:00:00</CreDtTm>
      <NbOfTxs>{count}</NbOfTxs>
      <CtrlSum>{total}</CtrlSum>
      <InitgPty>
        <Nm>LES TROIS QUAIS SARL</Nm>
      </InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>BENCH-1-A</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>{count}</NbOfTxs>
      <CtrlSum>{total}</CtrlSum>
      <PmtTpInf>
        <SvcLvl>
          <Cd>SEPA</Cd>
        </SvcLvl>
      </PmtTpInf>
      <ReqdExctnDt>2026-12-02</ReqdExctnDt>
      <Dbtr>
        <Nm>LES TROIS QUAIS SARL</Nm>
      </Dbtr>
      <DbtrAcct>
        <Id>
          <IBAN>FR7616958000011234567890177</IBAN>
        </Id>
      </DbtrAcct>
      <DbtrAgt>
        <FinInstnId>
          <BIC>QNTOFRP1XXX</BIC>
        </FinInstnId>
      </DbtrAgt>
      <ChrgBr>SLEV</ChrgBr>
"""
PAYMENT = """      <CdtTrfTxInf>
        <PmtId>
          <InstrId>I-{index:08d}</InstrId>
          <EndToEndId>E2E-{index:08d}</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="EUR">{amount}</InstdAmt>
        </Amt>
{agent}        <Cdtr>
          <Nm>{name}</Nm>
{address}        </Cdtr>
        <CdtrAcct>
          <Id>
            <IBAN>{iban}</IBAN>
          </Id>
        </CdtrAcct>
        <RmtInf>
{text}        </RmtInf>
      </CdtTrfTxInf>
"""
AGENT = """        <CdtrAgt>
          <FinInstnId>
            <BIC>AGRIFRPPXXX</BIC>
          </FinInstnId>
        </CdtrAgt>
"""
ADDRESS = """          <PstlAdr>
            <StrtNm>Rue des Tilleuls</StrtNm>
            <BldgNb>{number}</BldgNb>
            <PstCd>35000</PstCd>
            <TwnNm>Rennes</TwnNm>
            <Ctry>FR</Ctry>
          </PstlAdr>
"""
STRUCTURED = """          <Strd>
            <CdtrRefInf>
              <Tp>
                <CdOrPrtry>
                  <Cd>SCOR</Cd>
                </CdOrPrtry>
              </Tp>
              <Ref>{reference}</Ref>
            </CdtrRefInf>
          </Strd>
"""
TAIL = "    </PmtInf>\n  </CstmrCdtTrfInitn>\n</Document>\n"


def iban(index: int, *, wrong: bool = False) -> str:
    """A French IBAN of its own for each payment, valid unless ``wrong``."""
    bank, branch, account = 99991, 1, index
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    bban = f"{bank:05d}{branch:05d}{account:011d}{key:02d}"
    check = 98 - int(bban + "152700") % 97
    return f"FR{check % 97 + 1 if wrong else check:02d}{bban}"


def reference(index: int) -> str:
    """An RF reference with right check digits."""
    return f"RF{98 - int(f'{index:010d}271500') % 97:02d}{index:010d}"


def document(count: int, *, accented: int = 0, wrong: int = 0, long_names: bool = False) -> Iterator[str]:
    """A pain.001.001.03, indented, with addresses and structured references.

    ``accented``: one name in so many has accents (0: none); ``wrong``: one IBAN in so many has wrong check digits, an
    error; ``long_names``: every name has 80 characters, a warning.
    """
    total = sum(100 + index % 90_000 for index in range(count))
    yield HEAD.format(namespace=NAMESPACE, count=count, total=f"{total // 100}.{total % 100:02d}")
    for index in range(count):
        cents = 100 + index % 90_000
        name = (
            f"Société générale d'équipement {index}" if accented and index % accented == 0 else f"Fournisseur {index}"
        )
        if index % 5:
            text = f"          <Ustrd>Facture {index:08d} du 3 novembre</Ustrd>\n"
        else:
            text = STRUCTURED.format(reference=reference(index))
        yield PAYMENT.format(
            index=index,
            amount=f"{cents // 100}.{cents % 100:02d}",
            agent=AGENT if index % 3 else "",
            name=name.ljust(80, "x") if long_names else name,
            address=ADDRESS.format(number=index % 90 + 1) if index % 2 else "",
            iban=iban(index, wrong=bool(wrong) and index % wrong == 0),
            text=text,
        )
    yield TAIL


def encoded(count: int, **faults: bool | int) -> bytes:
    """The bytes of a document."""
    return "".join(document(count, **faults)).encode()  # type: ignore[arg-type]


SHAPES: dict[str, dict[str, bool | int]] = {
    "clean": {},
    "one name in four accented": {"accented": 4},
    "every name accented": {"accented": 1},
    "every name too long (a warning each)": {"long_names": True},
    "every IBAN wrong (an error each)": {"wrong": 1},
}


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "payments.xml")
        schema, name = _bare(path)
        table(
            f"{PAYMENTS:,} payments, whole process",
            "CPU s",
            "memory MB",
            f"× {name}",
            "× the clean file",
            "goal",
        )
        clean = 0.0
        for shape, settings in SHAPES.items():
            path.write_bytes(encoded(PAYMENTS, **settings))
            pairs = [(_ours(path), process(*schema)) for _ in range(2)]
            ours, bare = (min(side, key=lambda used: used.seconds) for side in zip(*pairs, strict=True))
            clean = clean or ours.seconds
            row(
                shape,
                f"{ours.seconds:.2f}",
                f"{ours.memory:.0f}",
                f"{ours.seconds / bare.seconds:.2f}",
                f"{ours.seconds / clean:.2f}",
                {"clean": "≤ 2.5 × the schema, ≤ 60 MB"}.get(
                    shape, "≤ 3 × clean" if "error" in shape else "≤ 1.3 × clean"
                ),
            )
            if shape == "clean":
                row(f"{name}: schema alone", f"{bare.seconds:.2f}", f"{bare.memory:.0f}", "1", "", "")

        from benchmarks.mistakes import MISTAKES, mistaken

        table(
            f"the same mistake in {PAYMENTS:,} payments, whole process",
            "CPU s",
            "memory MB",
            "× the clean file",
            "goal",
        )
        for shape, mistake in MISTAKES.items():
            path.write_bytes(encoded(PAYMENTS))
            right = _ours(path)
            path.write_text("".join(mistaken(PAYMENTS, mistake)), "utf-8")
            ours = _ours(path)
            # In turns, so that the ratio holds on a machine under load.
            row(shape, f"{ours.seconds:.2f}", f"{ours.memory:.0f}", f"{ours.seconds / right.seconds:.2f}", "≤ 3")

    from sepaxml.validation import try_valid_xml

    small = encoded(5_000)
    table("5,000 payments, library", "ours, s", "peer, s", "median ratio", "least")
    for peer, job in (
        ("sepaxml's validation", lambda: try_valid_xml(small, "pain.001.001.03")),
        ("lxml", _lxml(small)),
    ):
        ratio = turns(lambda: pain001.validate(small, today=TODAY), job, rounds=3)
        row(peer, f"{ratio.ours:.2f}", f"{ratio.theirs:.2f}", f"{ratio.median:.2f}", f"{ratio.least:.2f}")


def _ours(path: Path) -> Used:
    used = process(sys.executable, "-m", "statements", "validate", str(path), "--today", f"{TODAY}", "--exit-zero")
    if used.code != 0:
        raise SystemExit(f"validate ended with {used.code}: nothing to measure")
    return used


_LXML = """
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
try:
    for _, element in etree.iterparse(sys.argv[2], schema=schema, tag="{*}CdtTrfTxInf"):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
except etree.XMLSyntaxError:
    pass
"""


def _bare(path: Path) -> tuple[list[str], str]:
    """The command that checks the schema alone: libxml2's own, or lxml where that is not installed."""
    if shutil.which("xmllint"):
        return ["xmllint", "--noout", "--stream", "--schema", str(SCHEMA), str(path)], "xmllint"
    return [sys.executable, "-c", _LXML, str(SCHEMA), str(path)], "lxml"


def _lxml(data: bytes) -> Job:
    schema = etree.XMLSchema(etree.parse(SCHEMA))

    def job() -> None:
        for _, element in etree.iterparse(io.BytesIO(data), schema=schema, tag="{*}CdtTrfTxInf"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    return job


if __name__ == "__main__":
    main()
