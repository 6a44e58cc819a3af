"""The payment check: all rules against lxml's bare parse and schema validation, and against `sepaxml`'s validation."""

from __future__ import annotations

import datetime
import io
import math
import tempfile
from pathlib import Path

from lxml import etree

from benchmarks.measure import peak_memory, show, timed, turns
from statements.formats import pain001
from statements.formats.pain001.schema import packaged

TODAY = datetime.date(2026, 11, 30)
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{namespace}"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>BENCH-1</MsgId><CreDtTm>2026-11-30T08:00:00</CreDtTm><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>
<InitgPty><Nm>LES TROIS QUAIS SARL</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>BENCH-1-A</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt>2026-12-02</ReqdExctnDt>
<Dbtr><Nm>LES TROIS QUAIS SARL</Nm></Dbtr><DbtrAcct><Id><IBAN>FR7616958000011234567890177</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BIC>QNTOFRP1XXX</BIC></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>
"""

PAYMENT = """<CdtTrfTxInf><PmtId><InstrId>I-{index:08d}</InstrId><EndToEndId>E2E-{index:08d}</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt><CdtrAgt><FinInstnId><BIC>AGRIFRPPXXX</BIC></FinInstnId></CdtrAgt>
<Cdtr><Nm>Fournisseur numero {index}</Nm></Cdtr><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct>
<RmtInf><Ustrd>Facture {index:08d} du mois de novembre, merci de rappeler cette reference</Ustrd></RmtInf></CdtTrfTxInf>
"""


def iban(index: int, *, wrong: bool = False) -> str:
    """A French IBAN of its own for each payment, valid unless ``wrong``."""
    bank, branch, account = 99991, 1, index
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    bban = f"{bank:05d}{branch:05d}{account:011d}{key:02d}"
    check = 98 - int(bban + "152700") % 97
    return f"FR{check % 97 + 1 if wrong else check:02d}{bban}"


def payments(count: int, *, wrong_ibans: bool = False, bad_amounts: bool = False) -> bytes:
    """A pain.001.001.03 of ``count`` payments of about 519 bytes, clean or with one fault in each payment."""
    total = sum(100 + index % 90_000 for index in range(count))
    parts = [HEAD.format(namespace=NAMESPACE, count=count, total=f"{total // 100}.{total % 100:02d}")]
    for index in range(count):
        cents = 100 + index % 90_000
        amount = "one euro" if bad_amounts else f"{cents // 100}.{cents % 100:02d}"
        parts.append(PAYMENT.format(index=index, amount=amount, iban=iban(index, wrong=wrong_ibans)))
    parts.append("</PmtInf></CstmrCdtTrfInitn></Document>\n")
    return "".join(parts).encode()


CHECK = """
import datetime, sys
from statements.formats import pain001
with open(sys.argv[1], 'rb') as stream:
    print(pain001.validate(stream, today=datetime.date(2026, 11, 30)).summary.payments)
"""


def main() -> None:
    """Print the ratios, the memory and the exponents."""
    schema = packaged().lxml("pain.001.001.03")

    def bare(data: bytes) -> None:
        for _, element in etree.iterparse(
            io.BytesIO(data), events=("end",), schema=schema, tag=f"{{{NAMESPACE}}}CdtTrfTxInf"
        ):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def full(data: bytes) -> None:
        report = pain001.validate(data, today=TODAY)
        if report.summary.payments is None:
            raise SystemExit("no payments were counted: nothing to measure")

    large, small = payments(100_000), payments(10_000)
    ours, theirs, ratio = turns(lambda: full(large), lambda: bare(large), rounds=3)
    show(
        "100,000 payments: all rules / lxml with schema",
        f"{ours:.2f} / {theirs:.2f} s = {1 / ratio:.2f}   (goal 2.5, aim 1.8)",
    )

    from sepaxml.validation import try_valid_xml

    ours, theirs, ratio = turns(lambda: full(small), lambda: try_valid_xml(small, "pain.001.001.03"), rounds=3)
    show(
        "10,000 payments: sepaxml's validation / all rules",
        f"{theirs:.2f} / {ours:.2f} s = {ratio:.1f}   (goal 12, aim 20)",
    )

    with tempfile.TemporaryDirectory() as folder:
        for count in (10_000, 1_000_000):
            path = Path(folder, "payments.xml")
            path.write_bytes(payments(count))
            show(f"{count:,} payments: resident memory", f"{peak_memory(CHECK, str(path)):.0f} MB   (goal < 80)")
            path.unlink()
    for name, faults in (("bad IBANs", {"wrong_ibans": True}), ("schema faults", {"bad_amounts": True})):
        files = [payments(count, **faults) for count in (12_500, 50_000)]
        seconds = [timed(lambda data=data: full(data)) for data in files]
        growth = math.log(seconds[1] / seconds[0], 4)
        show(f"50,000 {name}: seconds, exponent of time", f"{seconds[1]:.2f} s, {growth:.3f}   (linear)")


if __name__ == "__main__":
    main()
