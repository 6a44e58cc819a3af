"""The pages in a real Chromium: the whole story in French, from "Connecter" to an approved payment.

No console message, no request elsewhere, no fault that axe-core knows; the letter prints on one sheet. With
``STATEMENTS_WRITE_PICTURES=1`` the pictures of the documentation are taken anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from statements_bank.running import LOGIN, PASSWORD, RunningBank
from tests.bank.clients import Core
from tests.ebics.material import keyring

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(__file__).parent.parent.parent / "docs" / "img"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; continuous integration installs it"),
]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A running bank."""
    running = RunningBank(tmp_path / "bank")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield opened
        opened.close()


class Visitor:
    """A page in French whose console and requests are watched."""

    def __init__(self, browser: Any, bank: RunningBank, width: int = 1280, height: int = 900) -> None:
        self.root = bank.url.removesuffix("/ebics")
        self.context = browser.new_context(
            ignore_https_errors=True, locale="fr-FR", viewport={"width": width, "height": height}
        )
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.root, "data:")):
            self.elsewhere.append(request.url)

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.root + path)

    def sign_in(self) -> None:
        """Through the door."""
        self.go("/sign-in")
        self.page.fill("#login", LOGIN)
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")

    def judge(self) -> None:
        """What axe-core says of this page, and whether it scrolls to the side."""
        self.page.wait_for_load_state()
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, self.page.url
        if AXE.is_file():
            # The policy of the pages forbids scripts; the judge comes in by the debugger's own door.
            faults = self.page.evaluate(AXE.read_text("utf-8") + "\n; axe.run().then(found => found.violations)")
            assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults] == [], self.page.url

    def picture(self, name: str) -> None:
        """A picture for the documentation."""
        if os.environ.get("STATEMENTS_WRITE_PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png")


def test_the_whole_story_in_french(browser: Any, bank: RunningBank, fixtures: Path, tmp_path: Path) -> None:
    """Connect, letter, certificates, release, statements fetched, a payment approved; every page judged."""
    visitor = Visitor(browser, bank)
    page = visitor.page
    visitor.sign_in()
    visitor.judge()
    visitor.go("/connect")
    page.fill("#search", "axe")
    page.click("text=Rechercher >> nth=-1")
    visitor.judge()
    visitor.picture("bank-connect")
    page.click("button:has-text('Axelor')")
    assert "La connexion est demandée." in page.inner_text("main")
    partner = page.url.rsplit("/", 1)[1]
    files = []
    for role, pair in keyring("anna").items():
        files.append(tmp_path / f"{role}.der")
        files[-1].write_bytes(pair.certificate)
    page.set_input_files("#files", files)
    visitor.judge()
    page.click("button:has-text('Envoyer')")
    assert "Les trois certificats sont bons." in page.inner_text("main")
    for role, pair in keyring("anna").items():
        page.fill(f"#hash-{role}", pair.public.certificate_hash)
    visitor.judge()
    page.click("button:has-text('Valider')")
    assert "La connexion est prête." in page.inner_text("main")
    visitor.judge()
    visitor.picture("bank-connection")
    user = page.inner_text("dl.facts dd:nth-of-type(3)").split()[0]
    client = Core(bank, "H005", partner=partner, user_id=user)
    client.fetch_bank_keys()
    bank.feed()
    assert client.statement("mt940") == bank.statements("mt940", partner)
    client.upload((fixtures / "pain001" / "clean-03.xml").read_bytes())
    visitor.go("/statements")
    assert "récupéré le" in page.inner_text("main")
    visitor.judge()
    visitor.picture("bank-statements")
    visitor.go("/payments")
    assert "À approuver" in page.inner_text("main")
    visitor.judge()
    page.click("table a")
    visitor.judge()
    visitor.picture("bank-payment")
    page.click("button:has-text('Approuver')")
    assert "Approuvé." in page.inner_text("main")
    for path in ("/connections", "/journal", "/check"):
        visitor.go(path)
        visitor.judge()
    assert visitor.said == []
    assert visitor.elsewhere == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_pages_in_both_schemes(browser: Any, bank: RunningBank, scheme: str) -> None:
    """Contrast and structure hold in light and dark, at the door and at the file check."""
    visitor = Visitor(browser, bank)
    visitor.page.emulate_media(color_scheme=scheme)
    for path in ("/sign-in", "/check"):
        visitor.go(path)
        visitor.judge()


def test_a_narrow_screen_is_told_to_use_a_computer(browser: Any, bank: RunningBank) -> None:
    """Help page: connections are set up on a desktop. A phone reads so, and still sees the rest without scrolling."""
    visitor = Visitor(browser, bank, 360, 740)
    visitor.sign_in()
    visitor.go("/connect")
    assert visitor.page.is_visible("text=Les connexions se configurent sur un ordinateur")
    assert not visitor.page.is_visible("#search")
    visitor.judge()
    for path in ("/connections", "/statements", "/payments", "/check"):
        visitor.go(path)
        visitor.judge()


def test_the_letter_prints_on_one_sheet(browser: Any, bank: RunningBank) -> None:
    """One A4 page in both languages."""
    visitor = Visitor(browser, bank)
    visitor.sign_in()
    for lang in ("en", "fr"):
        visitor.go(f"/connections/{bank.partner_id}/letter?lang={lang}")
        visitor.judge()
        printed = visitor.page.pdf(prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1
    visitor.picture("bank-letter")
    assert visitor.elsewhere == []
