"""The pages for people: roles, forms, sessions, and what a stranger can try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from statements.ebics.keys import RoleKey
from statements_bank import payments
from statements_bank.bank import Bank
from statements_bank.desk import connections
from statements_bank.door import application
from statements_bank.journal import verify
from statements_bank.pages import routes
from statements_bank.pages.view import texts
from statements_bank.store.tables import JOURNAL
from tests.bank.conftest import PASSWORD, Clock, person
from tests.ebics.material import keyring

HOSTS = ("testserver",)


@pytest.fixture
def browser(bank: Bank) -> Iterator[TestClient]:
    """A browser that nobody has signed in with."""
    with TestClient(application(bank, hosts=HOSTS), base_url="https://testserver") as client:
        yield client


def token(page: str) -> str:
    """The token of a form."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_in(browser: TestClient, login: str = "owner", password: str = PASSWORD) -> int:
    """Sign in; the status of the answer."""
    form = {"csrf": token(browser.get("/sign-in").text), "login": login, "password": password}
    return browser.post("/sign-in", data=form).status_code


def send(browser: TestClient, page: str, address: str, **form: str) -> str:
    """Fill in the form of a page and send it; the page that follows."""
    answer = browser.post(address, data={"csrf": token(browser.get(page).text), **form})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_story_from_connect_to_an_approved_payment(browser: TestClient, bank: Bank, fixtures: Path) -> None:
    """Connect a tool, send three certificates, release, and approve a payment file that came in between."""
    assert sign_in(browser) == 200
    page = send(browser, "/connect", "/connect", tool="Axelor")
    assert "The connection was asked for." in page
    place = "/connections/TRIAL001"
    assert "TRIALBANK" in browser.get(f"{place}/letter").text
    files = [("files", (f"{role}.der", pair.certificate)) for role, pair in keyring("anna").items()]
    answer = browser.post(f"{place}/certificates", data={"csrf": token(browser.get(place).text)}, files=files)
    assert "The three certificates are good." in answer.text
    hashes = {f"hash-{role}": pair.public.certificate_hash for role, pair in keyring("anna").items()}
    wrong = send(browser, place, f"{place}/release", **{**hashes, "hash-A": "00"})
    assert "Nothing was released" in wrong
    assert "The connection is ready." in send(browser, place, f"{place}/release", **hashes)
    content = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    report = payments.check(content, "SCT/pain.001:03", bank.now().date())
    upload = payments.Upload(
        partner="TRIAL001",
        user="USER001",
        version="H005",
        order="BTU",
        order_id="A001",
        name="transfer-pain001-03",
        declared="SCT/pain.001:03",
        data=content,
        digest=report.sha256,
        signers=("USER001",),
        authorises=False,
        test=False,
        time=bank.now(),
    )
    with bank.store.begin() as connection:
        payments.receive(connection, upload, report, bank.now())
    assert "Awaiting approval" in browser.get("/payments").text
    page = send(browser, "/payments/1", "/payments/1", decision="approve", reason="")
    assert "Approved. The tool can read it in the protocol." in page
    with bank.store.begin() as connection:
        assert list(verify(connection)) == []
        acts = list(connection.scalars(select(JOURNAL.c.what).order_by(JOURNAL.c.seq)))
    assert acts == ["connect TRIAL001", "register TRIAL001", "release TRIAL001", "approve 1"]
    assert "disconnected" in send(browser, place, f"{place}/disconnect").lower()


def test_faulty_certificates_are_told_on_the_page(browser: TestClient, bank: Bank) -> None:
    """The faults of the files stand on the page, in the language of the reader; nothing is registered."""
    sign_in(browser)
    send(browser, "/connect", "/connect", tool="Axelor")
    place = "/connections/TRIAL001?lang=fr"
    answer = browser.post(
        "/connections/TRIAL001/certificates",
        data={"csrf": token(browser.get(place).text)},
        files=[("files", ("photo.png", b"\x89PNG"))],
    )
    assert answer.status_code == 400
    assert "certificat X.509" in answer.text
    with bank.store.begin() as connection:
        assert connections.find(connection, "TRIAL001").state == "requested"


@pytest.mark.parametrize(
    "path", ["/connect", "/connections", "/connections/TRIAL001", "/statements", "/payments", "/payments/1", "/journal"]
)
def test_nobody_sees_a_page_without_signing_in(browser: TestClient, path: str) -> None:
    """Every page but the door and the file check leads to the door."""
    answer = browser.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("login", ["reporting", "manager", "employee"])
def test_a_role_without_rights_is_told_so(browser: TestClient, login: str) -> None:
    """The page says why, and the act is refused even when the form is sent by hand."""
    sign_in(browser, login)
    assert "may not connect tools" in browser.get("/connections").text
    assert "may not manage connections" in send(browser, "/connect", "/connect", tool="Axelor")


POSTS = ("/sign-in", "/sign-out", "/connect", "/connections/TRIAL001/release", "/connections/TRIAL001/disconnect",
         "/connections/TRIAL001/reconnect", "/connections/TRIAL001/certificates", "/payments/1",
         "/statements/conflicts/1", "/check")  # fmt: skip


def test_every_address_that_changes_something_is_in_the_list() -> None:
    """A new POST without a test of its token is noticed here."""
    known = {
        re.sub(r"\{[^}]+\}", "X", route.path) for route in routes() if "POST" in (getattr(route, "methods", ()) or ())
    }
    assert known == {re.sub(r"TRIAL001|(?<=/)1$", "X", path) for path in POSTS}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("attack", ["no token", "token of another session", "other site", "foreign origin"])
def test_a_form_of_another_site_is_refused(browser: TestClient, bank: Bank, path: str, attack: str) -> None:
    """Without the session's own token, or from elsewhere by the browser's own word, nothing happens."""
    sign_in(browser)
    with bank.store.begin() as connection:
        connections.connect(connection, person(connection, "owner"), "Axelor", bank.now())
        payments_before = connection.scalar(select(func.count()).select_from(JOURNAL))
    own = token(browser.get("/check").text)
    form = {"csrf": {"no token": "", "token of another session": "x" * 32}.get(attack, own)}
    headers = {"other site": {"sec-fetch-site": "cross-site"}, "foreign origin": {"origin": "https://evil.example"}}
    answer = browser.post(path, data=form, headers=headers.get(attack, {}), follow_redirects=False)
    assert answer.status_code in (403, 404)
    with bank.store.begin() as connection:
        assert connections.find(connection, "TRIAL001").alive
        assert connection.scalar(select(func.count()).select_from(JOURNAL)) == payments_before


def test_signing_in_begins_a_new_session(browser: TestClient) -> None:
    """A session that was planted before is worth nothing after: cookie and token change."""
    before = token(browser.get("/sign-in").text)
    planted = browser.cookies["trial_bank"]
    sign_in(browser)
    assert browser.cookies["trial_bank"] != planted
    assert token(browser.get("/check").text) != before
    browser.cookies.set("trial_bank", planted)
    assert browser.get("/connections", follow_redirects=False).status_code == 303


def test_a_forged_cookie_opens_nothing(browser: TestClient) -> None:
    """The session is signed."""
    browser.cookies.set("trial_bank", "eyJsb2dpbiI6ICJvd25lciJ9.forged.signature")
    assert browser.get("/connections", follow_redirects=False).status_code == 303


def test_the_cookie_goes_to_this_site_over_tls_only(browser: TestClient) -> None:
    """HttpOnly, Secure and SameSite=Strict."""
    cookie = browser.get("/sign-in").headers["set-cookie"].lower()
    assert {"httponly", "secure", "samesite=strict"} <= {part.strip() for part in cookie.split(";")}


def test_guessing_a_password_ends_soon(browser: TestClient, clock: Clock) -> None:
    """After five wrong guesses the login rests, after ten requests a minute the address waits."""
    assert [sign_in(browser, password="wrong password") for _ in range(5)] == [401] * 5
    assert sign_in(browser) == 401
    clock.forward(minutes=5)
    assert sign_in(browser) == 200
    answers = [sign_in(browser, "nobody", "wrong password") for _ in range(6)]
    assert answers[-1] == 429


def test_a_foreign_host_is_refused(bank: Bank) -> None:
    """A page elsewhere whose name was pointed at this machine gets no answer."""
    with TestClient(application(bank), base_url="https://evil.example") as client:
        assert client.get("/sign-in").status_code == 400
        assert client.post("/ebics", content=b"<x/>").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../texts.tsv",
        "/static/%2e%2e/%2e%2e/bank.sqlite",
        "/connections/..%2f..%2fetc",
        "/payments/-1",
        "/payments/9" * 3,
    ],
)
def test_paths_lead_nowhere(browser: TestClient, path: str) -> None:
    """No trick with a path gives anything but a page that says so."""
    sign_in(browser)
    answer = browser.get(path)
    assert answer.status_code in (404, 405)
    assert "SQLite" not in answer.text


def test_a_hostile_file_dropped_on_the_page_harms_nobody(browser: TestClient) -> None:
    """Markup in a file and in its name stays text; XML bombs, junk and nothing are answered."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    for content in (b"", b"\x00" * 10, bomb, b":20:<script>alert(1)</script>\r\n", b"%PDF-1.7", b"{" * 5000):
        answer = browser.post(
            "/check",
            data={"csrf": token(browser.get("/check").text), "act": "check"},
            files={"file": ("<script>.sta", content)},
        )
        assert answer.status_code == 200
        assert "<script>" not in answer.text


def test_a_dropped_file_is_converted_and_not_kept(browser: TestClient, bank: Bank, fixtures: Path) -> None:
    """MT940 in, CFONB-120 out, and not a byte of it in the store."""
    sample = next(path for path in sorted((fixtures / "mt940").glob("*.sta")) if b"FR76" in path.read_bytes())
    before = bank.store.engine.url.database
    answer = browser.post(
        "/check",
        data={"csrf": token(browser.get("/check").text), "act": "json"},
        files={"file": ("a.sta", sample.read_bytes())},
    )
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert before
    assert b"FR76" not in Path(before).read_bytes()


def test_every_answer_forbids_scripts_and_frames(browser: TestClient) -> None:
    """The policy of each page loads nothing but the style sheet of this bank."""
    for path in ("/sign-in", "/check", "/nothing-here"):
        policy = browser.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script" not in browser.get(path).text


def test_every_text_is_there_in_both_languages() -> None:
    """No text is empty, and both languages take the same places."""
    for key, row in texts().items():
        assert row["en"], key
        assert row["fr"], key
        places = [sorted(re.findall(r"\{(\w+)\}", row[lang])) for lang in ("en", "fr")]
        assert places[0] == places[1], key


def test_every_text_is_used() -> None:
    """A text that no page says any more goes."""
    folder = Path(__file__).parent.parent.parent / "statements_bank" / "pages"
    source = "".join(path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in (".py", ".html"))
    built = ("state.", "next.", "role.", "order.", "severity.", "check.act.", "menu.")
    unused = [
        key for key in texts() if f'"{key}"' not in source and f"'{key}'" not in source and not key.startswith(built)
    ]
    assert unused == [key for key in unused if key.endswith(".done")]


def test_registered_keys_keep_their_roles(bank: Bank) -> None:
    """What the desk lists are the keys as they came."""
    with bank.store.begin() as connection:
        link = connections.connect(connection, person(connection, "owner"), "Axelor", bank.now())
        keys = [
            RoleKey(role, "A006" if role == "A" else f"{role}002", pair.public)
            for role, pair in keyring("anna").items()
        ]
        connections.register(connection, link.partner_id, keys, bank.now())
        assert connections.keys(connection, link) == tuple(keys)
