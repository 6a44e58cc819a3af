"""Everything that can go wrong on the way: what is tried again, what ends the run, and that no secret gets out."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from statements.fetch import Credentials, FetchError, Transport
from statements.fetch.answers import organization
from statements.fetch.transport import _retry_after, base_address
from tests.fetch.bank import (
    LOGIN,
    SECRET,
    STAGING,
    TOKEN,
    Bank,
    Server,
    cut_body,
    error,
    huge_body,
    moment,
    serving,
    slow_body,
)
from tests.fetch.conftest import Fetch

Connect = Callable[..., Transport]


def kind_of(connection: Transport) -> str:
    """How asking for the organization ends."""
    try:
        organization(connection)
    except FetchError as caught:
        return caught.kind
    return "good"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "refused"), (401, "unauthorised"), (403, "forbidden"), (404, "unknown-address"), (422, "bad-question")],
)
def test_a_refusal_is_not_asked_again(bank: Bank, transport: Connect, status: int, kind: str) -> None:
    """Over 200 answers 401 in an hour lead to throttling: one call, and the words of the server."""
    bank.fill(1)
    bank.always = lambda request: error(status, "a_code", "what is wrong", "a_parameter")
    with pytest.raises(FetchError) as caught:
        organization(transport())
    assert caught.value.kind == kind
    assert caught.value.values["said"] == "a_code what is wrong a_parameter; trace_id trace-77"
    assert len(bank.log) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"errors": {"status": 404, "detail": "as an object"}}',
        b'{"code": "flat", "detail": "as an object"}',
        b'{"message": "as an object"}',
        b'{"errors": [{"detail": "as an object", "trace_id": "inside"}]}',
    ],
)
def test_every_shape_of_an_error_is_read(bank: Bank, transport: Connect, body: bytes) -> None:
    """One object, a list, or flat."""
    bank.always = lambda request: Response(body, 404, media_type="application/json")
    with pytest.raises(FetchError) as caught:
        organization(transport())
    assert "as an object" in str(caught.value.values["said"])


@pytest.mark.parametrize("body", [b"[1]", b"null", b"{", b"\xff", b'{"errors": [3, null]}', b'{"errors": {"code": 7}}'])
def test_an_error_without_words_is_survived(bank: Bank, transport: Connect, body: bytes) -> None:
    """Whatever stands in the body, the status decides."""
    bank.always = lambda request: Response(body, 403, media_type="application/json")
    assert kind_of(transport()) == "forbidden"


def test_too_many_calls_wait_as_long_as_the_server_says(bank: Bank, transport: Connect, sleeps: list[float]) -> None:
    """Seconds or an HTTP date; then it goes on."""
    bank.fill(1)
    bank.faults[1] = lambda request: error(429, "too_many", "slow down", retry_after="7")
    bank.faults[2] = lambda request: error(429, "too_many", "slow down", retry_after="Thu, 15 Oct 2026 09:00:20 GMT")
    assert kind_of(transport()) == "good"
    assert sleeps == [7.0, 20.0]


def test_without_a_time_the_pauses_double(bank: Bank, transport: Connect, sleeps: list[float]) -> None:
    """Five tries, 15 seconds in all, and chance takes up to half of a pause away."""
    bank.always = lambda request: error(429, "too_many", "slow down")
    assert kind_of(transport()) == "too-many"
    assert sleeps == [1.0, 2.0, 4.0, 8.0]
    assert len(bank.log) == 5


def test_a_long_wait_is_not_slept(bank: Bank, transport: Connect, sleeps: list[float]) -> None:
    """Who asks for ten minutes gets the run ended; the same command goes on later."""
    bank.always = lambda request: error(429, "too_many", "slow down", retry_after="600")
    assert kind_of(transport()) == "wait-long"
    assert sleeps == []
    assert len(bank.log) == 1


@pytest.mark.parametrize("value", ["", "soon", "-3", "1e9", "Thu, 99 Oct 2026", "99999999999"])
def test_a_wait_that_is_none_is_left_aside(value: str) -> None:
    """The header is not documented: what cannot be read does not count."""
    assert _retry_after(value, moment("2026-10-15T09:00:00")) is None


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_of_the_server_is_tried_again(bank: Bank, transport: Connect, status: int) -> None:
    """Also when it comes as a web page."""
    bank.fill(1)
    bank.faults[1] = bank.faults[2] = lambda request: Response("<html>oops</html>", status, media_type="text/html")
    assert kind_of(transport()) == "good"
    bank.always = lambda request: error(status, "x", "y")
    assert kind_of(transport()) == "server"


def test_a_body_that_breaks_off_is_tried_again(bank: Bank, transport: Connect) -> None:
    """Less came than was announced."""
    bank.fill(1)
    bank.faults[1] = cut_body
    assert kind_of(transport()) == "good"
    bank.always = cut_body
    assert kind_of(transport()) == "broken"


def test_an_answer_that_drips_is_given_up(bank: Bank, transport: Connect) -> None:
    """A byte now and then keeps no connection open for ever."""
    bank.always = slow_body
    assert kind_of(transport(whole=0.15, tries=2)) == "timeout"
    assert kind_of(transport(read=0.05, tries=2)) == "timeout"


def test_an_answer_that_is_too_large_is_not_taken(bank: Bank, transport: Connect) -> None:
    """100 MB would fill the memory: the reading stops at the limit."""
    bank.always = huge_body
    assert kind_of(transport(size=1 << 20)) == "too-large"


def test_a_server_that_is_not_there(bank: Bank, sleeps: list[float], transport: Connect) -> None:
    """Nobody listens: a few tries, then a sentence."""
    connection = transport()
    connection.base = "http://127.0.0.1:1"
    assert kind_of(connection) == "no-connection"
    assert len(sleeps) == 4


@pytest.mark.parametrize(
    ("body", "content", "kind"),
    [
        (b"", "application/json", "not-json"),
        (b"<html>sign in</html>", "text/html", "not-json"),
        (b"{", "application/json", "not-organization"),
        (b"null", "application/json", "not-organization"),
        (b'{"errors": [{"detail": "inside a 200"}]}', "application/json", "not-organization"),
        (b'{"organization": {"bank_accounts": []}, "organization": {"bank_accounts": []}}', "application/json",
         "not-organization"),
        (b'{"organization": {"bank_accounts": [], "x": NaN}}', "application/json", "not-organization"),
        (b'{"organization": {"bank_accounts": [{"balance_cents": "1"}]}}', "application/json", "not-organization"),
    ],
)  # fmt: skip
def test_what_is_no_organization(bank: Bank, transport: Connect, body: bytes, content: str, kind: str) -> None:
    """Good status, bad content: said at once, not tried again."""
    bank.always = lambda request: Response(body, 200, media_type=content)
    assert kind_of(transport()) == kind
    assert len(bank.log) == 1


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda body: body.replace(b'"amount_cents": 29,', b'"amount_cents": 29, "amount_cents": 30,'), "fault"),
        (lambda body: body.replace(b'"amount": 0.29', b'"amount": NaN'), ""),
        (lambda body: body.replace(b'"amount_cents": 29,', b'"amount_cents": "29",'), "unreadable"),
        (lambda body: body.replace(b'"side": "credit"', b'"side": "left"'), "unreadable"),
        (lambda body: body.replace(b'"bank_account_id": "1', b'"bank_account_id": "2'), "other-account"),
        (lambda body: body.replace(b'"settled_balance_cents": 5', b'"x": 5'), "unchecked"),
        (lambda body: body.replace(b'"total_pages": ', b'"total_pages": 9999'), "pages"),
        (lambda body: body.replace(b'"total_count": ', b'"total_rows": '), ""),
    ],
    ids=["duplicate key", "NaN", "cents as text", "side", "another account", "no balance", "endless", "no count"],
)
def test_what_is_no_list_of_transactions(bank: Bank, run: Fetch, edit: Any, reason: str) -> None:
    """A page that cannot be trusted ends the account's reading or the run; it never becomes data."""
    bank.fill(150)
    bank.edit = edit
    if not reason:
        with pytest.raises(FetchError) as caught:
            run()
        assert caught.value.kind == "not-list"
        return
    found = [reason.kind for news in run().accounts for reason in news.download.missing]
    assert found == [reason]


def test_unknown_members_and_words_are_no_fault(bank: Bank, run: Fetch) -> None:
    """New members and values may come without notice."""
    for row in bank.fill(10).rows:
        row.more.update(brand_new={"a": [1]}, operation_type="telepathy", subject_type="Mind")
    assert run().complete


def test_an_address_is_https_or_this_machine() -> None:
    """Nothing else is asked, and no secret stands in an address."""
    assert base_address("http://[::1]:8080") == "http://[::1]:8080"
    for address, kind in [
        ("http://thirdparty.qonto.com", "not-https"),
        ("http://127.0.0.1.example.com", "not-https"),
        ("ftp://127.0.0.1", "not-https"),
        ("https://user:pass@thirdparty.qonto.com", "address-extra"),
        ("https://thirdparty.qonto.com/?key=1", "address-extra"),
        ("thirdparty.qonto.com", "bad-address"),
        ("", "bad-address"),
    ]:
        with pytest.raises(FetchError) as caught:
            base_address(address)
        assert caught.value.kind == kind
        assert "pass" not in str(caught.value.values)


def test_a_redirect_is_refused_and_the_key_stays_here(bank: Bank, transport: Connect) -> None:
    """Another host never sees a request, whatever the status of the redirect."""
    with serving() as other:
        for status in (301, 302, 303, 307, 308):
            bank.always = lambda request, status=status: RedirectResponse(f"{other.address}/v2/organization", status)
            with pytest.raises(FetchError) as caught:
                organization(transport())
            assert (caught.value.kind, caught.value.values["other"]) == ("redirect", "127.0.0.1")
        assert other.bank.log == []


def test_the_sandbox_wants_its_own_token(bank: Bank, run: Fetch, transport: Connect) -> None:
    """Without it a web page comes; outside of the sandbox the token is not sent."""
    bank.fill(3)
    bank.sandbox = True
    credentials = Credentials(login=LOGIN, secret=SECRET, staging=STAGING)
    assert run(credentials=credentials, sandbox=True).complete
    assert kind_of(transport(sandbox=True)) == "sandbox-page"
    bank.headers.clear()
    kind_of(transport(credentials))
    assert "x-qonto-staging-token" not in bank.headers[0]


def test_a_bearer_token_serves_as_well(bank: Bank, run: Fetch) -> None:
    """For those who have an OAuth application of their own."""
    bank.fill(3)
    assert run(credentials=Credentials(token=TOKEN)).complete


def test_calls_keep_their_distance(bank: Bank, transport: Connect, sleeps: list[float]) -> None:
    """At least 50 ms between two calls, one at a time."""
    bank.fill(1)
    connection = transport(pace=0.05)
    for _ in range(3):
        organization(connection)
    assert len([pause for pause in sleeps if 0 < pause <= 0.05]) == 2


def test_the_bank_s_clock_counts_when_this_machine_s_is_wrong(bank: Bank, server: Server, transport: Connect) -> None:
    """Over a minute apart the Date of the answer decides what "now" is."""
    bank.fill(1)
    connection = transport()
    here = bank.now
    original = bank._good

    def ahead(request: Request, asked: dict[str, list[str]]) -> Response:
        response = original(request, asked)
        response.headers["date"] = "Thu, 15 Oct 2026 11:30:00 GMT"
        return response

    bank._good = ahead  # type: ignore[method-assign]
    organization(connection)
    assert connection.now() == moment("2026-10-15T11:30:00")
    assert bank.now == here


def test_no_secret_gets_out(
    bank: Bank, run: Fetch, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not into the folder, a log at its most talkative, an error, a traceback with its causes, or a terminal.

    The server repeats the secret wherever it can.
    """
    caplog.set_level(logging.DEBUG)
    bank.fill(5)
    secrets = (SECRET, TOKEN, STAGING)
    credentials = Credentials(login=LOGIN, secret=SECRET, token="", staging=STAGING)
    faults = [
        lambda request: error(401, "bad", f"the header was {request.headers['authorization']}"),
        lambda request: error(422, SECRET, SECRET, SECRET),
        lambda request: Response(f"<p>{SECRET}</p>", media_type="text/html"),
        lambda request: Response(f'{{"organization": "{SECRET}"}}', media_type="application/json"),
        lambda request: RedirectResponse(f"https://{SECRET}.example.com/"),
        lambda request: Response("x", media_type=f"text/{SECRET}"),
        lambda request: error(503, "x", SECRET),
        cut_body,
        None,
    ]
    told = [repr(credentials), str(credentials)]
    for number, fault in enumerate(faults):
        bank.always = fault
        try:
            told.append(repr(run(into=tmp_path / str(number), credentials=credentials, sandbox=True)))
        except FetchError as caught:
            told.append(repr(caught))
            told.extend(traceback.format_exception(caught))
    bank.always = None
    bank.edit = lambda body: body.replace(b"Imprimerie des Trois Quais", SECRET.encode())
    with pytest.raises(FetchError) as echoed:
        run(into=tmp_path / "echo", credentials=credentials, sandbox=True)
    assert echoed.value.kind == "secret-echoed"
    told += [record.getMessage() + repr(record.args) for record in caplog.records]
    told += capfd.readouterr()
    told += [path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(told) > 40
    assert len(list(tmp_path.rglob("*.json"))) > 2
    for text in told:
        assert not any(secret in text for secret in secrets), text[:200]


def test_credentials_are_not_copied() -> None:
    """Neither pickled into another process nor shown."""
    import copy
    import pickle

    credentials = Credentials(login=LOGIN, secret=SECRET)
    for act in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            act(credentials)
    assert not hasattr(credentials, "__dict__")
