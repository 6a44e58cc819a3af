"""The HTML report without a browser: words first, figures as in the file, and nothing of a file acts."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from lxml import html

from statements.cli.files import LargeFile
from statements.cli.render import CheckedFile
from statements.cli.render.balance_line import balance_line
from statements.cli.render.html import render, render_statements
from statements.cli.render.html_payments import SHOWN
from statements.model.account import Account
from statements.model.money import Money
from statements.model.statement import Balance, Entry, Statement
from statements.rules import Language
from statements.services.read import ReadOptions, gather
from statements.services.validate import CheckOptions, check
from tests.unit.cli.conftest import MT940, WRONG_CLOSING, Run
from tests.unit.cli.conftest import command as command

FIXTURES = Path(__file__).parents[3] / "fixtures"
MOMENT = datetime.datetime.fromisoformat("2026-11-20T09:30")
FAULTY = (FIXTURES / "pain001" / "several-faults-03.xml").read_bytes()
# Without the fault of the header two payments of three could be sent, were it not for the currency of one.
PARTLY = FAULTY.replace(b"VIR_2026_11_30", b"VIR-2026-11-30")
COMMENTED = (FIXTURES / "pain001" / "bad" / "03-014-a-comment-inside-a-name.xml").read_bytes()
QONTO = sorted(map(str, (FIXTURES / "qonto" / "2026-09").glob("*.json")))


def report(data: bytes, lang: Language = "en", name: str = "x") -> str:
    """The page of one checked file."""
    chosen = CheckOptions(today=MOMENT.date())
    return render([CheckedFile(name, data, check(data, chosen))], lang, created=MOMENT)


def text(page: str, path: str) -> str:
    """The words at one place of a page, with single blanks."""
    (found,) = html.fromstring(page).xpath(path)
    return " ".join(found.text_content().split())


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table whose region or caption bears a name."""
    places = f"//*[starts-with(@aria-label, '{heading}')]//tr | //table[caption = '{heading}']//tr"
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("td | th")]
        for row in html.fromstring(page).xpath(places)
    ]


def test_the_verdict_on_payments_comes_first() -> None:
    """Title and heading begin with how many payments are ready, and their amounts; never with "valid"."""
    page = report(PARTLY)
    headline = "1 of 3 payments ready, 2,100.10 EUR; 2 refused, 1,200.00 EUR + 50.35 USD"
    assert text(page, "//h1") == headline
    assert text(page, "//title").startswith(headline)
    assert "A person still approves the payments in Qonto" in page
    assert "will be paid" not in page
    assert text(report(PARTLY, "fr"), "//h1") == (
        "1 paiement sur 3 prêt, 2 100,10 EUR ; 2 refusés, 1 200,00 EUR + 50,35 USD"
    )


def test_amounts_by_execution_date_and_account() -> None:
    """Each date and debtor account has its ready and its refused amount."""
    assert rows(report(PARTLY), "Amounts by")[1:] == [
        ["2026-11-16", "FR76 1695 8000 0112 3456 7890 177", "0", "-", "2", "1,200.00 EUR + 50.35 USD"],
        ["2026-12-04", "FR76 1695 8000 0112 3456 7890 274", "1", "2,100.10 EUR", "0", "-"],
    ]


def test_what_to_do_is_grouped_by_who_must_act() -> None:
    """Errors of the file before those of a payment before warnings; an IBAN is asked of its owner."""
    tree = html.fromstring(report(FAULTY))
    groups = {
        " ".join(head.text_content().split()): re.findall(r"P001-\d+", head.getnext().text_content())
        for head in tree.xpath("//section[h2 = 'To do, in this order']/h3")
    }
    assert groups == {
        "In the software that makes the file": ["P001-130", "P001-300", "P001-370", "P001-160"],
        "With the owner of the account": ["P001-222"],
    }
    assert tree.xpath("//section[h2 = 'To do, in this order']//a/@href") == ["#p1-2", "#p1-3", "#p1-1"]


def test_each_payment_has_its_verdict_and_its_faults() -> None:
    """Verdict as a word and a sign; the likely answer of the bank with its meaning and how sure it is."""
    found = rows(report(PARTLY), "Payments")
    assert found[1][:4] == ["1", "✗ refused", "Papierhaus Nord GmbH", "DE69 9999 0000 0001 2345 67"]
    assert "The bank's likely answer: AC01 (account number wrong) · certain" in found[2][0]
    assert found[5][1] == "! ready, with a warning"
    # Before and after only where the file says the same afterwards: not for the date, which is for a person to choose.
    assert "proposal, safe: Camille Roussel &amp; Müller → Camille Roussel + Muller" in found[6][0]
    assert report(PARTLY).count("<del>") == 1
    # With a fault in the header nothing goes, whatever the payment itself is worth.
    assert rows(report(FAULTY), "Payments")[5][1] == "✗ refused with the file or block"


def test_a_file_that_cannot_be_read_to_its_end_says_so() -> None:
    """No list of payments is made up."""
    page = report(FAULTY[:1500])
    assert text(page, "//h1").startswith("0 of 0 payments ready")
    assert "The payments cannot be listed" in page


def test_sums_of_a_statement() -> None:
    """Computed and stated closing, the difference with a word and a sign, and the balance after each entry."""
    good, bad = report(MT940), report(WRONG_CLOSING)
    assert rows(good, "Balances and sums")[1:] == [
        ["opening balance", "", "100.00"],
        ["credits", "1", "12.34"],
        ["debits", "1", "-2.34"],
        ["computed closing", "", "110.00"],
        ["stated closing", "", "110.00"],
        ["difference", "✓ agrees", "0.00"],
    ]
    assert rows(bad, "Balances and sums")[-1] == ["difference", "✗ does not agree", "1.00"]
    assert [row[-2:] for row in rows(good, "Entries")[1:]] == [["12.34", "112.34"], ["-2.34", "110.00"]]
    assert rows(good, "Days")[1:] == [["2026-09-03", "2", "12.34", "-2.34", "110.00"]]
    assert text(good, "//h1") == "The file is valid; balances agree"
    assert text(bad, "//h1") == "The file is not valid; 1 of 1 statements do not add up"


def test_the_line_has_the_figures_of_the_table() -> None:
    """Axis, highest and lowest are balances of the table of days, or the opening one."""
    line = balance_line(
        Money(-50, "EUR"),
        [(datetime.date(2026, 9, 2), Money(150, "EUR")), (datetime.date(2026, 9, 3), Money(-50, "EUR"))],
        datetime.date(2026, 9, 1),
        datetime.date(2026, 9, 4),
    )
    assert line is not None
    assert (line.top.minor, line.middle.minor, line.bottom.minor) == (150, 50, -50)
    assert line.path == "M0 200H250V0H500V200H1000"
    assert (line.highest, line.lowest, line.zero) == ((250, 0), (0, 200), 150)
    assert balance_line(Money(0, "EUR"), [], datetime.date(2026, 9, 1), datetime.date(2026, 9, 1)) is None


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_page_is_self_contained(lang: Language) -> None:
    """One file without script, address or picture from elsewhere, under a strict policy; the language is stated."""
    for page in (report(FAULTY, lang), report(MT940, lang)):
        tree = html.fromstring(page)
        assert tree.get("lang") == lang
        assert tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        ]
        assert tree.xpath("//script | //link | //img | //iframe | //@onclick | //@src") == []
        assert {address[0] for address in tree.xpath("//@href")} <= {"#"}
        assert "url(" not in page
        assert "http" not in page.replace("http-equiv", "")


def test_texts_of_a_file_are_escaped() -> None:
    """Markup in names, references, file names and style sheet strings stays text."""
    payload = "<b onclick=x>&lt;\"'</style><script>alert(1)</script>"
    data = PARTLY.replace(b"Papierhaus Nord GmbH", b"&lt;script&gt;alert(1)&lt;/script&gt;")
    page = report(data, name=payload)
    tree = html.fromstring(page)
    assert tree.xpath("//script | //b") == []
    assert "<script>alert(1)</script>" in text(page, "//tr[@id='p1-1']")
    assert payload in text(page, "//title")
    statement = Statement(
        Account(other=payload), Balance(Money(0, "EUR"), MOMENT.date()), None, (Entry(MOMENT.date(), Money(1, "EUR")),)
    )
    shown = render_statements([statement], (), payload, "0", "en")
    assert html.fromstring(shown).xpath("//script | //b") == []
    assert payload in text(shown, "//h2[starts-with(@id, 'sheet')]")


def test_the_same_input_gives_the_same_bytes() -> None:
    """Of the moment of the check only the day is in the page."""
    checked = [CheckedFile("x", FAULTY, check(FAULTY, CheckOptions(today=MOMENT.date())))]
    later = MOMENT.replace(hour=23)
    assert render(checked, created=MOMENT) == render(checked, created=later)
    assert "Day of the check: 2026-11-20." in render(checked, created=MOMENT)


def test_several_files_and_one_that_could_not_be_read(command: Run, tmp_path: Path) -> None:
    """The first words count the files with errors; each file has a heading, the unread one its sentence."""
    (tmp_path / "good.sta").write_bytes(MT940)
    (tmp_path / "bad.sta").write_bytes(WRONG_CLOSING)
    result = command("validate", tmp_path / "good.sta", tmp_path / "bad.sta", tmp_path / "none", "--format", "html")
    assert result.code == 2
    assert text(result.out, "//h1") == "2 of 3 files have errors"
    assert [head.text for head in html.fromstring(result.out).xpath("//article/h2")] == [
        str(tmp_path / "good.sta"),
        str(tmp_path / "bad.sta"),
    ]
    assert "does not exist" in text(result.out, "//section[h2 = 'Not checked']")


def test_show_writes_a_page(command: Run, tmp_path: Path) -> None:
    """The statements of a file, how they follow one another; never in place of another file."""
    target = tmp_path / "page.html"
    source = FIXTURES / "cfonb120" / "clean-two-statements.txt"
    assert command("show", source, "--format", "html", "-o", target).code == 0
    page = target.read_text("utf-8")
    assert text(page, "//h1") == "Balances agree"
    assert "opens with the closing balance" in text(page, "//section[h2 = 'Continuity']")
    target.write_text("mine")
    assert command("show", source, "--format", "html", "-o", target).code == 2
    assert command("show", source, "-o", target).code == 2
    assert command("show", FIXTURES / "pain001" / "clean-03.xml", "--format", "html").code == 2


def test_convert_reports_what_was_written(command: Run, tmp_path: Path) -> None:
    """Losses stand on their row with before and after; accents in one sentence; the file written is named."""
    folder = tmp_path / "out"
    result = command("convert", *QONTO, "--to", "cfonb120", "-o", folder, "--report", tmp_path / "report.html")
    assert result.code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert text(page, "//h1") == "2 files written; 40 entries; balances agree"
    names = sorted(path.name for path in folder.iterdir())
    assert html.fromstring(page).xpath("//article/h2/text()")[:2] == names
    first = rows(page, "Entries")[1]
    assert "† CNV-115 IBAN of the counterparty: FR7699991000010000000010139 → (no place)" in first[2]
    assert "CNV-113" not in first[2]
    assert "texts were spelled in the characters of CFONB-120 (CNV-113)" in page
    again = command("convert", *QONTO, "--to", "cfonb120", "-o", folder, "--format", "html")
    assert again.out == page
    dry = command("convert", *QONTO, "--to", "cfonb120", "-o", folder, "--format", "html", "--dry-run")
    assert text(dry.out, "//h1").startswith("2 files would be written")
    assert command("convert", *QONTO, "--to", "cfonb120", "--format", "html").code == 2


def test_the_next_statement_must_open_with_the_closing_balance() -> None:
    """A gap is told with its amount."""
    days = [datetime.date(2026, 9, day) for day in (1, 2, 3)]
    account = Account("FR7616958000011234567890177")

    def made(opening: int, closing: int, day: int) -> Statement:
        entry = Entry(days[day + 1], Money(closing - opening, "EUR"))
        ends = (Balance(Money(opening, "EUR"), days[day]), Balance(Money(closing, "EUR"), days[day + 1]))
        return Statement(account, *ends, (entry,))

    page = render_statements([made(0, 100, 0), made(150, 200, 1)], (), "x", "0", "en")
    assert "the opening balance differs by 0.50 EUR" in text(page, "//section[h2 = 'Continuity']")


def long_statement(entries: int) -> bytes:
    """An MT940 of many entries."""
    lines = b"".join(b":61:2609030903C1,00NTRFR%d\r\n:86:TEXT %d\r\n" % (at, at) for at in range(entries))
    closing = b"%d,00" % (100 + entries)
    head = MT940.split(b":61:", 1)[0]
    return head + lines + b":62F:C260903EUR" + closing + b"\r\n-\r\n"


def test_a_long_statement_is_folded_and_says_so() -> None:
    """Above 500 entries the list is behind a click, above 2,000 it is cut; all sums are whole."""
    page = report(long_statement(2300))
    tree = html.fromstring(page)
    assert len(tree.xpath("//details//tbody/tr")) == 2000
    assert "2,300 entries: those with a remark stand here" in page
    assert "300 further entries are counted in every sum and not listed" in page
    assert rows(page, "Balances and sums")[2] == ["credits", "2,300", "2,300.00"]
    assert "<details>" not in report(long_statement(500))


def many_payments(count: int) -> bytes:
    """A payment file whose every tenth payment is in dollars."""
    data = (FIXTURES / "pain001" / "clean-03.xml").read_bytes()
    start, end = data.index(b"<CdtTrfTxInf>"), data.rindex(b"</CdtTrfTxInf>") + len(b"</CdtTrfTxInf>")
    block = data[start : data.index(b"</CdtTrfTxInf>") + len(b"</CdtTrfTxInf>")]
    block = re.sub(rb"<InstdAmt[^<]*</InstdAmt>", b'<InstdAmt Ccy="EUR">1.00</InstdAmt>', block)
    reference = re.search(rb"<EndToEndId>([^<]*)</EndToEndId>", block)
    assert reference is not None
    parts = []
    for at in range(count):
        one = block.replace(reference[1], b"N%d" % at)
        parts.append(one.replace(b'Ccy="EUR"', b'Ccy="USD"') if at % 10 == 0 else one)
    whole = data[:start] + b"\n".join(parts) + data[end:]
    whole = re.sub(rb"<NbOfTxs>\d+</NbOfTxs>", b"<NbOfTxs>%d</NbOfTxs>" % count, whole)
    return re.sub(rb"<CtrlSum>[\d.]+</CtrlSum>", b"<CtrlSum>%d.00</CtrlSum>" % count, whole)


def test_a_large_payment_file_is_capped_and_counts_the_rest() -> None:
    """At most 500 payments with a finding, 500 others folded, the rest counted: 10,000 payments fit into 2 MB."""
    page = report(many_payments(10_000))
    tree = html.fromstring(page)
    assert len(page.encode()) < 2_000_000
    assert len(tree.xpath("//tr[starts-with(@id, 'p1-')]")) == 2 * SHOWN
    # Beside the 1,000 refused ones 91 payments show a warning, since all of them resemble one another.
    assert "591 further payments with a finding are counted and not listed" in page
    assert "8,409 payments without an error are not listed" in page
    assert text(page, "//h1") == "9,000 of 10,000 payments ready, 9,000.00 EUR; 1,000 refused, 1,000.00 USD"


def test_a_payment_file_on_the_disk_is_never_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is opened and read payment by payment; the page is that of its bytes, also with a remark of the reader."""
    for name, data in (("a.xml", PARTLY), ("b.xml", COMMENTED)):
        path = tmp_path / name
        path.write_bytes(data)
        expected = report(data)
        assert "cannot be listed" not in expected
        large = LargeFile(str(path))
        monkeypatch.setattr(LargeFile, "__getitem__", None)
        checked = check(data, CheckOptions(today=MOMENT.date()))
        assert render([CheckedFile("x", large, checked)], "en", created=MOMENT) == expected
        monkeypatch.undo()


def test_statements_are_read_as_the_check_reads_them() -> None:
    """The reading of the page takes the profile of the run: without one it is the default of the format."""
    data = (FIXTURES / "mt940" / "clean-two-statements.sta").read_bytes()
    statements = gather([("x", data)], ReadOptions()).statements
    found = [row for row in rows(report(data), "Entries") if row[0] != "Date"]
    assert len(found) == sum(len(statement.entries) for statement in statements)
