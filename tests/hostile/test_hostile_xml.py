"""Twenty-five hostile documents: the right finding, at once, in bounded memory, without a request to anybody."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from statements.findings import Report
from statements.formats import pain001

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
CLEAN = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{SPACE}">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>PAIE-2026-12</MsgId>
      <CreDtTm>2026-11-30T08:00:00</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>12.50</CtrlSum>
      <InitgPty><Nm>Atelier Martin</Nm></InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>PAIE-2026-12-A</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>12.50</CtrlSum>
      <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>
      <ReqdExctnDt>2026-12-02</ReqdExctnDt>
      <Dbtr><Nm>Atelier Martin</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>FR7616958000011234567890177</IBAN></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><BIC>QNTOFRP1XXX</BIC></FinInstnId></DbtrAgt>
      <ChrgBr>SLEV</ChrgBr>
      <CdtTrfTxInf>
        <PmtId><EndToEndId>FACT-1</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">12.50</InstdAmt></Amt>
        <Cdtr><Nm>Claire Petit</Nm></Cdtr>
        <CdtrAcct><Id><IBAN>FR5699991000019876543210931</IBAN></Id></CdtrAcct>
        <RmtInf><Ustrd>Facture 1</Ustrd></RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
"""
BODY = CLEAN.split("?>\n", 1)[1]
NAME = "Claire Petit"


def iban_of_the_creditor() -> str:
    """A valid French IBAN of an invented bank, so that the clean document is clean."""
    from statements.reference.iban import rib_iban

    return rib_iban("99991", "00001", "98765432109")


CLEAN = CLEAN.replace("FR5699991000019876543210931", iban_of_the_creditor())
BODY = CLEAN.split("?>\n", 1)[1]


def entity(declaration: str, use: str = NAME, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> str:
    """The clean document with a DOCTYPE and something that uses it."""
    return head + f"<!DOCTYPE Document {declaration}>\n" + BODY.replace(NAME, use)


def laughs() -> str:
    """The billion laughs."""
    lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return entity(f"[{''.join(lines)}]", "&a11;")


def at_root(attributes: str) -> str:
    """The clean document with attributes at its root."""
    return CLEAN.replace("<Document ", f"<Document {attributes} ", 1)


def broken(attributes: str) -> str:
    """A document with a fault of the schema and attributes at its root."""
    return at_root(attributes).replace("<Cdtr>", "<Foo/><Cdtr>")


def crowded() -> str:
    """A document with 50,000 attributes at one element."""
    attributes = " ".join(f"a{number}=''" for number in range(50_000))
    return CLEAN.replace("<Cdtr>", f"<Cdtr {attributes}>")


Make = Callable[[str], "str | bytes"]
# what -> how it is made (with the address of the loopback server) and the errors it must give
DOCUMENTS: dict[str, tuple[Make, set[str]]] = {
    "external entity, file": (lambda url: entity('[<!ENTITY x SYSTEM "file:///etc/hostname">]', "&x;"), {"P001-003"}),
    "external entity, http": (lambda url: entity(f'[<!ENTITY x SYSTEM "{url}x">]', "&x;"), {"P001-003"}),
    "internal entity": (lambda url: entity('[<!ENTITY x "Claire">]', "&x;"), {"P001-003"}),
    "entity in an attribute": (
        lambda url: entity('[<!ENTITY x "EUR">]').replace('Ccy="EUR"', 'Ccy="&x;"'), {"P001-003"}),
    "public entity": (lambda url: entity(f'[<!ENTITY x PUBLIC "-//X//Y" "{url}p">]', "&x;"), {"P001-003"}),
    "parameter entity": (lambda url: entity(f'[<!ENTITY % p SYSTEM "{url}p">%p;]'), {"P001-003"}),
    "external DTD": (lambda url: entity(f'SYSTEM "{url}evil.dtd"'), {"P001-003"}),
    "bomb": (lambda url: laughs(), {"P001-003"}),
    "quadratic growth": (lambda url: entity(f'[<!ENTITY x "{"x" * 50_000}">]', "&x;" * 50_000), {"P001-003"}),
    "undeclared entity": (lambda url: CLEAN.replace(NAME, "&x;"), {"P001-002"}),
    "schemaLocation to a file": (
        lambda url: broken(f'{XSI} xsi:schemaLocation="{SPACE} file:///etc/hostname"'), {"P001-031"}),
    "schemaLocation to a server": (
        lambda url: broken(f'{XSI} xsi:schemaLocation="{SPACE} {url}x.xsd"'), {"P001-031"}),
    "noNamespaceSchemaLocation": (lambda url: at_root(f'{XSI} xsi:noNamespaceSchemaLocation="{url}y.xsd"'), set()),
    "xinclude": (
        lambda url: CLEAN.replace(
            "<Cdtr>", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}i"/><Cdtr>'),
        {"P001-031"}),
    "xml-stylesheet": (
        lambda url: CLEAN.replace("?>\n", f'?>\n<?xml-stylesheet type="text/xsl" href="{url}s.xsl"?>\n', 1), set()),
    "UTF-7 that hides a DOCTYPE": (
        lambda url: b'<?xml version="1.0" encoding="UTF-7"?>\n+ADwAIQ-DOCTYPE Document>' + BODY.encode(), {"P001-003"}),
    "UTF-16 with a DOCTYPE": (lambda url: entity('[<!ENTITY x "y">]', head="").encode("utf-16"), {"P001-003"}),
    "UTF-32": (lambda url: BODY.encode("utf-32"), set()),
    "wrong declaration": (lambda url: CLEAN.replace("UTF-8", "UTF-16", 1), {"P001-004"}),
    "NUL": (lambda url: CLEAN.replace(NAME, "Claire\0Petit"), {"P001-002"}),
    "depth 257": (lambda url: CLEAN.replace(NAME, "<a>" * 257 + "</a>" * 257), {"P001-012"}),
    "depth 100,000": (lambda url: CLEAN.replace(NAME, "<a>" * 100_000 + "</a>" * 100_000), {"P001-012"}),
    "text of 11 MB": (lambda url: CLEAN.replace(NAME, "x" * 11_000_000), {"P001-012"}),
    "50,000 attributes": (lambda url: crowded(), {"P001-030"}),
    "10,000 namespaces": (lambda url: at_root(" ".join(f'xmlns:n{n}="urn:{n}"' for n in range(10_000))), set()),
    "second root": (lambda url: CLEAN + BODY, {"P001-002"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """A loopback server and the list of the paths it was asked for."""
    asked: list[str] = []

    class Count(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Count) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{service.server_port}/", asked
        service.shutdown()


def check(data: str | bytes) -> Report:
    """The answer of the default profile to bytes."""
    return pain001.validate(data.encode() if isinstance(data, str) else data, today=date(2026, 11, 30))


def errors(report: Report) -> set[str]:
    """The rules that refuse."""
    return {finding.id for finding in report.findings if finding.severity == "error"}


def test_the_clean_document_is_clean(server: tuple[str, list[str]]) -> None:
    """Without the hostile part the document has no finding at all; the server does count."""
    import urllib.request
    from urllib.error import HTTPError

    assert check(CLEAN).findings == ()
    with pytest.raises(HTTPError):
        urllib.request.urlopen(server[0] + "probe")
    assert server[1] == ["/probe"]
    server[1].clear()


# A guard against time that grows with the square of the size (minutes), not a measure: the benchmarks measure.
@pytest.mark.timeout(30)
@pytest.mark.parametrize("what", DOCUMENTS)
def test_a_hostile_document_gets_its_finding_at_once(what: str, server: tuple[str, list[str]]) -> None:
    """The right rule refuses it, or nothing when it is harmless, and nobody was asked (benchmarks: the time)."""
    make, expected = DOCUMENTS[what]
    report = check(make(server[0]))
    assert errors(report) == expected
    assert server[1] == []
    for finding in report.findings:
        assert finding.location.line, "a finding has its place"
        assert "Claire" not in (finding.expected or "")


@pytest.mark.parametrize("data", ["<a/>", "<a></a>", "<Document/>", "<a/>x", '<?xml version="1.0"?><a b="1"/>', "<a"])
def test_a_document_of_a_few_bytes_has_its_verdict(data: str) -> None:
    """The smallest documents are refused like large ones: unknown, or not well-formed."""
    assert errors(check(data)) <= {"P001-007", "P001-002"}
    assert not check(data).valid


def test_there_are_at_least_twenty_five() -> None:
    """The demanded number of kinds."""
    assert len(DOCUMENTS) >= 25


def test_cut_at_every_hundredth_byte() -> None:
    """A truncated document is empty or not well-formed, wherever it is cut; it never raises and never passes."""
    data = CLEAN.encode()
    for end in range(0, len(data) - 20, 100):
        assert errors(check(data[:end])) == {"P001-001" if end == 0 else "P001-002"}, end


PROGRAM = """
import pathlib, resource, sys
sys.path.insert(0, "tests/hostile")
from test_hostile_xml import CLEAN, DOCUMENTS, check
broken = CLEAN.replace("<Cdtr>", "<Foo/><Cdtr>")
makers = [lambda url: CLEAN, lambda url: broken] + [make for make, _ in DOCUMENTS.values()]
for make in makers:
    check(make("http://127.0.0.1:9/"))
# On Linux the figure of getrusage begins with that of the process that started this one.
status = pathlib.Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
own = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
seen = []
watched = ("open", "socket.", "subprocess.", "os.", "urllib.", "http.", "ftplib.", "shutil.")
sys.addaudithook(lambda event, args: seen.append((event, args)) if event.startswith(watched) else None)
for make in makers:
    check(make("http://127.0.0.1:9/"))
print(seen)
"""


@pytest.fixture(scope="module")
def alone() -> tuple[str, str]:
    """Of a process that checks all of them twice: its greatest memory after once, and what the second time opened."""
    import subprocess
    import sys
    from pathlib import Path

    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, check=True)
    memory, opened = run.stdout.splitlines()
    return memory, opened


def test_memory_stays_bounded(alone: tuple[str, str]) -> None:
    """All of them one after another keep a process under 200 MiB."""
    import sys

    kibibytes = int(alone[0]) // (1024 if sys.platform == "darwin" else 1)
    assert kibibytes < 200 * 1024


def test_the_core_opens_no_file_and_no_socket(alone: tuple[str, str]) -> None:
    """After the tables are loaded a check, good or bad, opens nothing: an audit hook sees every attempt."""
    assert alone[1] == "[]"
