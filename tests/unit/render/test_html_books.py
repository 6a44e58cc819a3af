"""The pages of ``series`` and ``compare`` without a browser: the result first, figures as in the text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from statements.cli.render.html_books import SHOWN
from tests.unit.cli.conftest import MT940, Run
from tests.unit.cli.conftest import command as command
from tests.unit.cli.conftest import folder as folder

LATER = (
    MT940.replace(b"260903", b"260908").replace(b"0903C", b"0908C").replace(b"0903D", b"0908D")
    .replace(b":60F:C260902", b":60F:C260907").replace(b"26246/1", b"26251/1")
)  # fmt: skip
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def words(page: str, path: str) -> list[str]:
    """The words at each place of a page, with single blanks."""
    return [" ".join(" ".join(found.itertext()).split()) for found in html.fromstring(page).xpath(path)]


@pytest.fixture
def files(folder: Path) -> Path:
    """A statement, one of a later day, and the first one changed."""
    (folder / "later.sta").write_bytes(LATER)
    (folder / "changed.sta").write_bytes(MT940.replace(b"DUFOUR", b"DUFOIR").replace(b"C12,34", b"C12,35"))
    return folder


def test_a_series_says_what_is_missing_before_anything_else(files: Path, command: Run) -> None:
    """The sentence of the text is title and heading; calendar and statements follow, with the exit code of the text."""
    shown = command("series", "good.sta", "later.sta", "--format", "html")
    assert shown.code == 1
    assert words(shown.out, "//h1 | //title") == ["Not complete: 1 thing is missing or does not agree."] * 2
    assert words(shown.out, "//h2")[0] == "FR76 1695 8000 0112 3456 7890 177 EUR"
    (text,) = [line for line in command("series", "good.sta", "later.sta").out.splitlines() if "missing:" in line]
    assert f"✗ {text.strip()}" in words(shown.out, "//li")
    calendar = words(shown.out, "//table[@class = 'calendar']//tbody/tr")
    month = words(shown.out, "//table[@class = 'calendar']//tbody/tr/*")
    assert month[0] == "2026-09"
    assert month[3:9] == ["■", "✗", "✗", "✗", "✗", "■"]
    assert calendar[0].endswith("2 of 30 days")
    assert words(shown.out, "//table[caption = 'Statements']//tbody/tr") == [
        "2026-09-03 26246/1 good.sta 100.00 2 110.00",
        "2026-09-08 26251/1 later.sta 100.00 2 110.00",
    ]


def test_a_series_that_is_complete_in_french(files: Path, command: Run) -> None:
    """French words, dates and figures; exit code 0."""
    shown = command("series", "good.sta", "--format", "html", "--lang", "fr")
    assert shown.code == 0
    assert '<html lang="fr">' in shown.out
    assert "✓ complet · 1 relevé, 03/09/2026" in words(shown.out, "//p")
    assert "03/09/2026 26246/1 good.sta 100,00 2 110,00" in words(shown.out, "//tbody/tr")


def test_a_comparison_says_what_differs(files: Path, command: Run) -> None:
    """What only one side has, then entries and balances that differ; both sides are named."""
    shown = command("compare", "good.sta", "changed.sta", "--format", "html")
    assert shown.code == 1
    assert words(shown.out, "//h1") == ["The two sides differ."]
    assert words(shown.out, "//header//dd") == ["good.sta", "changed.sta"]
    assert "✗ does not agree · 2 entries on both sides, 2 of them differ" in words(shown.out, "//p")
    rows = words(shown.out, "//table[thead/tr/th = 'Item']/tbody/tr")
    assert "amount 12.34 12.35" in rows
    assert any("DUFOUR" in row and "DUFOIR" in row for row in rows)
    same = command("compare", "good.sta", "good.sta", "--format", "html")
    assert (same.code, words(same.out, "//h1")) == (0, ["Both sides say the same, as far as their formats can."])


def test_each_entry_of_one_side_is_listed(files: Path, command: Run) -> None:
    """With its place; an account that a side does not have is named."""
    shown = command("compare", "good.sta", "german.json", "--format", "html")
    assert "✗ german.json has no statement of it" in words(shown.out, "//p")
    assert "Only in good.sta: 2 entries" in words(shown.out, "//h3")
    assert "2026-09-03 CREPERIE DE L'ILE ACOMPTE DEVIS 2026-117 good.sta, entry 1 12.34 EUR" in words(
        shown.out, "//tbody/tr"
    )


@pytest.mark.parametrize("command_line", [("series", "good.sta"), ("compare", "good.sta", "later.sta")])
def test_a_page_goes_to_a_file_and_asks_nothing_of_anywhere(
    command_line: tuple[str, ...], files: Path, command: Run
) -> None:
    """Self-contained under a strict policy; the same bytes again; other content is kept unless --force says so."""
    code = command(*command_line, "--format", "html", "-o", "page.html").code
    page = (files / "page.html").read_text("utf-8")
    assert f'content="{POLICY}"'.replace("'", "&#39;") in page or f'content="{POLICY}"' in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert command(*command_line, "--format", "html", "-o", "page.html").code == code
    (files / "page.html").write_text("mine", "utf-8")
    assert command(*command_line, "--format", "html", "-o", "page.html").code == 2
    assert (files / "page.html").read_text("utf-8") == "mine"
    assert command(*command_line, "--format", "html", "-o", "page.html", "--force").code == code
    assert command(*command_line, "-o", "page.html").code == 2


def test_texts_of_files_are_escaped(files: Path, command: Run) -> None:
    """Nothing of an entry or a file name is markup; findings of the reading are on the page."""
    evil = MT940.replace(b"CREPERIE DE L'ILE", b"<b onclick=x>EVIL</b>")
    (files / "<i>x.sta").write_bytes(evil)
    shown = command("compare", "good.sta", "<i>x.sta", "--format", "html").out
    assert "<b onclick" not in shown
    assert "<i>" not in shown
    wrong = command("series", "wrong.sta", "--format", "html").out
    assert any("M940-080" in row for row in words(wrong, "//tbody/tr"))


def test_a_long_comparison_is_capped_and_counts_the_rest(files: Path, command: Run) -> None:
    """The first rows stand on the page, the number of the others in words."""
    entry = b":61:2609030903C0,01NTRFNONREF//Q%06d\r\n:86:/ORDP//NAME/N%06d\r\n"
    body = b"".join(entry % (number, number) for number in range(SHOWN + 7))
    head = MT940[: MT940.index(b":61:")]
    (files / "long.sta").write_bytes(head + body + b":62F:C260903EUR105,07\r\n-\r\n")
    shown = command("compare", "good.sta", "long.sta", "--format", "html").out
    (table,) = html.fromstring(shown).xpath(
        "//section[@aria-labelledby = 'account-1']//div[contains(@id, '2') or 1][2]"
    )
    assert len(table.xpath(".//tbody/tr")) == SHOWN
    assert "… and 7 more" in words(shown, "//p")
