"""The HTML report in a real Chromium: nothing is asked of anywhere, nothing is said on the console, nothing is cut.

With ``STATEMENTS_WRITE_PICTURES=1`` the pictures of the documentation are taken anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from statements.cli.main import run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[3]
AXE = ROOT / "tests" / "bank" / "node" / "node_modules" / "axe-core" / "axe.min.js"
FIXTURES = ROOT / "fixtures"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; continuous integration installs it"),
]

CASES = {
    "payments": ("en", "validate", "payments.xml", "--today", "2026-11-20", "--format", "html"),
    "statement": ("fr", "validate", "statement.sta", "--today", "2026-11-20", "--format", "html"),
    "shown": ("en", "show", "statement.sta", "--format", "html"),
    "converted": ("fr", "convert", "qonto", "--to", "cfonb120"),
    "series": ("fr", "series", "days", "--format", "html"),
    "compared": ("en", "compare", "statement.sta", "changed.sta", "--format", "html"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each case as a page on the disk."""
    folder = tmp_path_factory.mktemp("pages")
    month = sorted(str(path) for path in (FIXTURES / "qonto" / "2026-09").glob("*.json"))
    faulty = (FIXTURES / "pain001" / "several-faults-03.xml").read_bytes()
    (folder / "payments.xml").write_bytes(faulty.replace(b"VIR_2026_11_30", b"VIR-2026-11-30"))
    run(["convert", *month, "--to", "mt940", "-o", str(folder / "statement.sta")])
    changed = (folder / "statement.sta").read_bytes().replace(b"C905,10", b"C905,11").replace(b"DUNES", b"DUNE")
    (folder / "changed.sta").write_bytes(changed)
    run(["convert", *month, "--to", "cfonb120", "--every", "day", "-o", str(folder / "days")])
    for path in sorted((folder / "days").iterdir())[2:9:3]:
        path.unlink()
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, (lang, command, source, *options) in CASES.items():
            made[name] = folder / f"{name}.html"
            target = ["-o", str(made[name])]
            if command == "convert":
                target = ["-o", str(folder / "out"), "--report", str(made[name])]
            sources = month if source == "qonto" else [source]
            run([command, *sources, *options, *target, "--lang", lang])
    return made


def opened(browser: Any, page: Path, width: int, scheme: str = "light") -> tuple[Any, list[str]]:
    """A page in a window of a width, and what it says and asks for beside itself."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    noise: list[str] = []
    tab.on("console", lambda message: noise.append(message.text))
    tab.on("pageerror", lambda error: noise.append(str(error)))
    tab.on("request", lambda request: noise.append(request.url) if request.url != page.as_uri() else None)
    tab.goto(page.as_uri())
    return tab, noise


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("case", CASES)
def test_quiet_and_within_its_width(case: str, width: int, scheme: str, browser: Any, pages: dict[str, Path]) -> None:
    """No console message, no request, no scrolling to the side, in the light and in the dark."""
    tab, noise = opened(browser, pages[case], width, scheme)
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    # Words of a heading or a cell never leave their box; a table that is too wide scrolls in its own.
    cut = tab.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, p, li, dd, td, th')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map(one => one.outerHTML)"
    )
    assert cut == []
    assert noise == []


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (npm install in tests/bank/node)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("case", CASES)
def test_axe_finds_no_violation(case: str, scheme: str, browser: Any, pages: dict[str, Path]) -> None:
    """WCAG as far as axe-core judges it, contrast in both colour schemes included."""
    tab, _ = opened(browser, pages[case], 1440, scheme)
    # The policy of the page forbids scripts; the judge comes in by the debugger's own door.
    faults = tab.evaluate(AXE.read_text("utf-8") + "\n; axe.run().then(found => found.violations)")
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults] == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")
@pytest.mark.parametrize(
    ("case", "count"), [("payments", 2), ("statement", 5), ("converted", 7), ("series", 6), ("compared", 1)]
)
def test_it_prints_on_a4(case: str, count: int, browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    """As many sheets of A4 as the contents need, numbered, with the heads of a table on each of its sheets."""
    tab, _ = opened(browser, pages[case], 1440)
    target = tmp_path / "page.pdf"
    tab.pdf(path=target, prefer_css_page_size=True)
    said = subprocess.run(["pdfinfo", target], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Pages: +(\d+)", said)[1] == str(count)  # type: ignore[index]
    assert "(A4)" in said
    text = subprocess.run(["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True).stdout
    sheets = text.split("\f")[:count]
    assert all(f"Page {number} / {count}" in sheet for number, sheet in enumerate(sheets, 1))
    if case == "statement":
        # The table of entries goes over several sheets, and begins anew with its head on each.
        assert sum("Contrepartie et libellé" in sheet for sheet in sheets) >= 3


PICTURES = {
    "report-payments": ("payments", 1200, "light", 0, 812),
    "report-statement": ("statement", 1200, "light", 0, 680),
    "report-dark": ("statement", 360, "dark", 0, 900),
    "report-converted": ("converted", 1200, "light", 1565, 790),
    "report-series": ("series", 1200, "light", 0, 812),
    "report-compared": ("compared", 1200, "light", 0, 665),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_of_the_documentation(name: str, browser: Any, pages: dict[str, Path]) -> None:
    """The part of the page that the picture shows is there; the picture itself is taken where that is asked for."""
    case, width, scheme, top, height = PICTURES[name]
    tab, _ = opened(browser, pages[case], width, scheme)
    assert tab.evaluate("document.documentElement.scrollHeight") >= top + height
    if os.environ.get("STATEMENTS_WRITE_PICTURES"):
        clip = {"x": 0, "y": top, "width": width, "height": height}
        tab.screenshot(path=ROOT / "docs" / "img" / f"{name}.png", full_page=True, clip=clip)
