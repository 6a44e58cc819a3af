"""What a download brings, what it asks for, and what it proves."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import pytest

from statements.fetch import FetchError, FetchReport
from statements.formats import qonto
from statements.services import downloads
from tests.fetch.bank import IBANS, Bank, Row, error, moment, zipped
from tests.fetch.conftest import Fetch

SINCE = datetime.date(2026, 9, 1)


def manifest(folder: Path) -> downloads.Manifest:
    """The manifest of a folder."""
    found = downloads.read_manifest((folder / "manifest.json").read_bytes())
    assert found is not None
    return found


def rows_in(folder: Path) -> list[str]:
    """The ids of the transactions that a conversion reads."""
    outcome = downloads.sources(manifest(folder), lambda name: (folder / name).read_bytes())
    assert outcome.findings == ()
    found = []
    for name, data in outcome.value:
        if name.startswith("pages/"):
            found += [__import__("json").loads(row)["id"] for row in downloads.rows_of(data)]
    return found


def reasons(report: FetchReport) -> list[str]:
    """The kinds of what is missing."""
    return [reason.kind for news in report.accounts for reason in news.download.missing]


def test_150_rows_are_two_pages_and_two_looks_at_the_account(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """No call more than needed, and each says all it must."""
    bank.fill(150)
    report = run(since=SINCE)
    assert report.complete
    assert [path for path, _ in bank.log].count("/v2/organization") == 2
    asked = [questions for path, questions in bank.log if path == "/v2/transactions"]
    # Two months: September has all rows on two pages, October none.
    assert [item["page"] for item in asked] == [["1"], ["2"], ["1"]]
    assert all(item["status[]"] == ["completed"] and item["sort_by"] == ["settled_at:asc"] for item in asked)
    assert len(rows_in(tmp_path / "qonto")) == 150
    assert report.accounts[0].rows == report.accounts[0].added == 150
    # Local midnight of the first day in Paris, a second wider.
    assert asked[0]["settled_at_from"] == ["2026-08-31T21:59:59.000Z"]


def test_pages_lie_in_the_folder_as_they_were_received(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """Byte for byte, for their owner only, with SHA-256, count and time in the manifest."""
    bodies: list[bytes] = []
    bank.edit = lambda body: bodies.append(body) or body  # type: ignore[func-returns-value]
    bank.fill(120)
    run(since=SINCE)
    account = manifest(tmp_path / "qonto").accounts[0]
    for window in account.windows:
        for piece in window.pages:
            path = tmp_path / "qonto" / piece.file
            assert path.read_bytes() in bodies
            assert piece.received == bank.now
            if os.name == "posix":
                assert path.stat().st_mode & 0o777 == 0o600
                assert path.parent.stat().st_mode & 0o777 == 0o700
    assert account.rows == 120
    assert account.complete_to == bank.now


def test_the_folder_reads_as_statements(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """What came is what the reader of Qonto data takes, without a finding of severity."""
    held = bank.fill(150)
    run()
    folder = tmp_path / "qonto"
    outcome = downloads.sources(manifest(folder), lambda name: (folder / name).read_bytes())
    read = qonto.read(outcome.value)
    (statement,) = read.unwrap()
    assert len(statement.entries) == 150
    assert statement.closing is not None
    assert statement.closing.amount.minor == held.balance()
    assert [item.id for item in read.findings] == []


def test_without_a_first_day_the_first_transaction_decides(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """One small question finds the beginning of the account, years back."""
    bank.fill(3, since="2023-12-30T10:00:00", step=86_400)
    report = run()
    assert report.complete
    assert len(rows_in(tmp_path / "qonto")) == 3
    assert bank.log[1][1]["per_page"] == ["1"]


def test_accounts_without_rows_closed_and_foreign(bank: Bank, run: Fetch) -> None:
    """An empty account is complete; a closed one comes when it is named."""
    bank.fill(5)
    bank.fill(0, account=1).opening = 0
    bank.fill(4, account=2).status = "closed"
    assert [news.rows for news in run().accounts] == [5, 0]
    assert [news.rows for news in run(accounts=(IBANS[2],)).accounts] == [4]
    # Once in the folder it stays up to date.
    assert len(run().accounts) == 3


def test_an_account_that_is_not_there_is_named_with_those_that_are(bank: Bank, run: Fetch) -> None:
    """Nothing is asked of the transactions then."""
    bank.fill(5)
    with pytest.raises(FetchError) as caught:
        run(accounts=(IBANS[1],))
    assert caught.value.kind == "no-account"
    assert IBANS[0] in str(caught.value.values)
    assert len(bank.log) == 1


def test_windows_never_cross_a_new_year(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """The bank refuses such a range; every instant is asked for all the same."""
    bank.now = moment("2026-01-20T09:00:00")
    bank.fill(200, since="2025-11-20T00:00:00", step=21_600)
    report = run(since=datetime.date(2025, 11, 1))
    assert report.complete
    assert len(rows_in(tmp_path / "qonto")) == 200
    for path, asked in bank.log:
        if path == "/v2/transactions" and "settled_at_from" in asked:
            assert asked["settled_at_from"][0][:4] == asked["settled_at_to"][0][:4]


@pytest.mark.parametrize("inclusive", [True, False])
def test_rows_on_every_edge_come_once(bank: Bank, run: Fetch, tmp_path: Path, inclusive: bool) -> None:
    """Whether the bounds count in is not documented: midnight of a new month and of a new year lose nothing."""
    bank.inclusive = inclusive
    bank.year_rule = False
    bank.now = moment("2026-02-10T09:00:00")
    held = bank.fill(0)
    edges = ["2025-12-01T00:00:00", "2025-12-31T23:59:59.999", "2026-01-01T00:00:00", "2026-02-01T00:00:00"]
    for at, text in enumerate(["2025-11-05T10:00:00", *edges, "2026-02-03T10:00:00"]):
        held.rows.append(Row(f"edge-{at}", 1_000 + at, moment(text)))
    report = run(since=datetime.date(2025, 11, 1))
    assert reasons(report) == []
    assert sorted(rows_in(tmp_path / "qonto")) == [f"edge-{at}" for at in range(6)]


def test_a_long_month_is_asked_for_in_parts(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """Over 20 pages a window is halved, down to a day; a day of over 20 pages is still read whole."""
    bank.fill(2_600, step=900)
    bank.fill(2_300, account=1, since="2026-09-10T00:00:01", step=30)
    report = run(since=SINCE)
    assert report.complete
    assert sorted(rows_in(tmp_path / "qonto")) == sorted(row.id for held in bank.accounts for row in held.rows)
    longest = [
        max(len(window.pages) for window in account.windows) for account in manifest(tmp_path / "qonto").accounts
    ]
    assert longest == [14, 23]


@pytest.mark.parametrize(
    "next_page",
    [
        lambda page, pages: {},
        lambda page, pages: {"next_page": 0},
        lambda page, pages: {"next_page": page},
        lambda page, pages: {"next_page": str(page + 1)},
    ],
    ids=["absent", "zero", "itself", "a text"],
)
def test_the_counts_decide_not_next_page(bank: Bank, run: Fetch, tmp_path: Path, next_page: Any) -> None:
    """Some lists say the next page as nothing, 0, themselves or a text."""
    bank.next_page = next_page
    bank.fill(250)
    assert run(since=SINCE).complete
    assert len(rows_in(tmp_path / "qonto")) == 250


@pytest.mark.parametrize("past_end", [422, 200])
def test_no_page_past_the_end_is_asked_for(bank: Bank, run: Fetch, past_end: int) -> None:
    """It may be answered with 422, so a list of 100 rows is one call."""
    bank.past_end = past_end
    bank.fill(100)
    assert run(since=SINCE, until=datetime.date(2026, 9, 30)).complete
    pages = [asked["page"] for path, asked in bank.log if "sort_by" in asked]
    assert ["2"] not in pages


def test_a_row_that_arrives_between_two_pages_is_not_lost(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """The counts of the pages differ: the list is read again from its first page."""
    held = bank.fill(250)

    def late(call: int) -> None:
        if call == 3:
            held.rows.append(Row("between", 700, moment("2026-09-02T08:30:00")))

    bank.before = late
    report = run(since=SINCE)
    assert report.complete
    assert len(rows_in(tmp_path / "qonto")) == 251


def test_a_row_that_leaves_between_two_pages_is_noticed(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """A row gone from page one pulls another over the border: 422 or a smaller count starts the list again."""
    held = bank.fill(201)

    def gone(call: int) -> None:
        if call == 4:
            del held.rows[5]

    bank.before = gone
    report = run(since=SINCE)
    assert report.complete
    assert len(rows_in(tmp_path / "qonto")) == 200


def test_same_instant_on_both_sides_of_a_page_border(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """A bulk of transfers of one instant, cut by a page: the chain finds their order."""
    held = bank.fill(95)
    at = moment("2026-09-20T10:00:00")
    held.rows += [Row(f"bulk-{n:02d}", -(1_000 + n * n), at) for n in range(12)]
    assert run(since=SINCE).complete
    assert len(rows_in(tmp_path / "qonto")) == 107


def test_a_count_that_never_fits_is_said_and_nothing_is_kept(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """Three readings, then the folder says what is missing; the pages that came are gone."""
    bank.fill(150)
    bank.count_off = 2
    report = run(since=SINCE)
    assert reasons(report) == ["counts"]
    assert not list((tmp_path / "qonto").glob("pages/*/*"))
    (found,) = downloads.missing(manifest(tmp_path / "qonto"))
    assert found.message("en") == (
        f"The download of {IBANS[0]} is not complete: 150 of 152 transactions came for 2026-08-31 to 2026-10-01."
    )


def test_a_hole_in_the_chain_is_said(bank: Bank, run: Fetch) -> None:
    """A row that the list hides: the balance behind it does not follow."""
    held = bank.fill(50)
    held.rows[20].more["status"] = "reversed"
    report = run(since=SINCE)
    assert reasons(report) == ["chain"]


def test_a_balance_that_differs_from_the_chain_is_said(bank: Bank, run: Fetch) -> None:
    """The last balance of the chain is that of the account, or something is missing at the end."""
    bank.fill(50).balance_off = 5
    report = run(since=SINCE)
    assert reasons(report) == ["balance"]
    bank.accounts[0].balance_off = 0
    assert run(since=SINCE).complete


def test_a_hidden_balance_is_said(bank: Bank, run: Fetch) -> None:
    """A role that may not see balances cannot prove that a download is whole."""
    bank.fill(5).shown = False
    assert reasons(run(since=SINCE)) == ["hidden"]


def test_an_account_that_moves_during_the_download_is_read_again(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """The balance before and after differ: once more, then both agree."""
    held = bank.fill(150)

    def move(call: int) -> None:
        if call == 5:
            bank.now += datetime.timedelta(seconds=30)
            held.rows.append(Row("moved", 900, bank.now))

    bank.before = move
    report = run(since=SINCE)
    assert report.complete
    assert "moved" in rows_in(tmp_path / "qonto")


def test_an_account_that_never_rests_is_not_called_complete(bank: Bank, run: Fetch) -> None:
    """After three readings the folder says so, and the next run may do better."""
    held = bank.fill(20)

    def move(call: int) -> None:
        bank.now += datetime.timedelta(seconds=90)
        held.rows.append(Row(f"moved-{call}", 900, bank.now))

    bank.before = move
    assert reasons(run(since=SINCE)) == ["moved"]
    bank.before = lambda call: None
    assert run(since=SINCE).complete


def test_one_account_that_fails_leaves_the_others_alone(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """The sound account can be converted; the faulty one is refused by name."""
    bank.fill(20)
    bank.fill(20, account=1).balance_off = 1
    report = run(since=SINCE)
    assert reasons(report) == ["balance"]
    held = manifest(tmp_path / "qonto")
    assert downloads.missing(held, [IBANS[0]]) == []
    assert len(downloads.missing(held)) == 1


def test_an_earlier_last_day_is_proved_by_what_follows(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """With --until in the past the balance of today proves nothing; the row behind the range does."""
    held = bank.fill(150)
    report = run(since=SINCE, until=datetime.date(2026, 9, 3))
    assert report.complete
    last = max(row for row in rows_in(tmp_path / "qonto"))
    assert held.rows[int(last[-6:]) + 1].settled >= moment("2026-09-03T22:00:00")
    assert manifest(tmp_path / "qonto").accounts[0].complete_to == moment("2026-09-03T22:00:00")


def test_a_compressed_answer_is_read(bank: Bank, run: Fetch) -> None:
    """gzip on the way changes nothing."""
    bank.fill(50)
    bank.always = zipped(bank)
    assert run(since=SINCE).complete


# -- the second run --------------------------------------------------------------------------------------------------


def test_a_second_run_without_news_changes_no_page(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """Only the manifest says that somebody looked."""
    bank.fill(150)
    run(since=SINCE)
    pages = {path: path.stat().st_mtime_ns for path in (tmp_path / "qonto").glob("pages/*/*")}
    report = run(since=SINCE)
    assert report.complete
    assert [news.added for news in report.accounts] == [0]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "qonto").glob("pages/*/*")} == pages


def test_a_second_run_asks_for_what_is_new_with_an_overlap(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """The last seven days again, everything new, and what was changed before; not the old months."""
    bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    run()
    calls = len(bank.log)
    bank.now += datetime.timedelta(days=1)
    bank.accounts[0].rows.append(Row("new", 4_200, bank.now - datetime.timedelta(hours=3)))
    report = run()
    assert report.complete
    assert report.accounts[0].added == 1
    asked = [questions for path, questions in bank.log[calls:] if path == "/v2/transactions"]
    assert asked[0]["updated_at_from"] == ["2026-10-14T08:59:59.000Z"]
    assert all(item["settled_at_from"][0] >= "2026-09-30" for item in asked[1:])
    assert len(rows_in(tmp_path / "qonto")) == 601


def test_a_changed_transaction_replaces_its_older_version_and_is_named(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """A label changed weeks later: its month is read again, the change is named, nothing stands twice."""
    held = bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    run()
    bank.now += datetime.timedelta(days=1)
    held.rows[30].label, held.rows[30].updated = "Papeterie du Quai", bank.now - datetime.timedelta(hours=1)
    held.rows[31].more["note"], held.rows[31].updated = "seen", bank.now - datetime.timedelta(hours=1)
    report = run()
    assert report.complete
    (news,) = report.accounts
    assert [(change.id, change.members) for change in news.changed] == [("0-000030", ("label",))]
    assert news.unseen == 1
    found = rows_in(tmp_path / "qonto")
    assert len(found) == len(set(found)) == 600
    assert any(b"Papeterie du Quai" in path.read_bytes() for path in (tmp_path / "qonto").glob("pages/*/*"))


def test_a_row_that_settles_late_is_named(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """Booked into a day that was over at the last run: a statement of it may be out."""
    held = bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    run()
    bank.now += datetime.timedelta(days=1)
    held.rows.append(Row("late", 1_100, moment("2026-08-02T10:00:00"), updated=bank.now))
    report = run()
    assert report.complete
    assert [(change.id, str(change.day)) for change in report.accounts[0].late] == [("late", "2026-08-02")]
    assert "late" in rows_in(tmp_path / "qonto")


def test_a_pending_row_comes_when_it_is_booked(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """With another amount, as fuel pumps do; before that it is nowhere."""
    held = bank.fill(20)
    held.rows.append(Row("pump", -15_000, None, status="pending"))
    run(since=SINCE)
    assert "pump" not in rows_in(tmp_path / "qonto")
    bank.now += datetime.timedelta(days=2)
    held.rows[-1] = Row("pump", -6_120, bank.now - datetime.timedelta(hours=1))
    assert run(since=SINCE).complete
    assert "pump" in rows_in(tmp_path / "qonto")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda row: setattr(row, "amount", row.amount + 1), "contradiction"),
        (lambda row: setattr(row, "status", "reversed"), "gone"),
    ],
    ids=["amount", "status"],
)
def test_booked_money_that_changes_needs_a_person(
    bank: Bank, run: Fetch, tmp_path: Path, change: Any, kind: str
) -> None:
    """An amount once booked never changes: the account is refused, and its older data stay."""
    held = bank.fill(40, since="2026-10-09T08:00:00")
    run()
    before = rows_in(tmp_path / "qonto")
    change(held.rows[10])
    held.rows[10].updated = bank.now
    report = run()
    assert reasons(report) == [kind]
    assert rows_in(tmp_path / "qonto") == before
    assert downloads.missing(manifest(tmp_path / "qonto"))


def test_an_earlier_first_day_brings_what_is_before(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """The folder grows at its other end, and stays one chain."""
    bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    run(since=SINCE)
    first = len(rows_in(tmp_path / "qonto"))
    report = run(since=datetime.date(2026, 7, 1))
    assert report.complete
    assert first < len(rows_in(tmp_path / "qonto")) == 600
    assert report.accounts[0].late == ()


def test_a_cut_run_goes_on_where_it_stopped(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """What was read whole is not asked for again, and the end is the same as in one go."""
    bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    bank.before = lambda call: setattr(bank, "always", lambda request: error(500, "x", "y")) if call > 6 else None
    with pytest.raises(FetchError) as caught:
        run()
    assert caught.value.kind == "server"
    assert not (tmp_path / "qonto" / "manifest.json").exists()
    calls = len(bank.log)
    bank.before, bank.always = lambda call: None, None
    assert run().complete
    resumed = [asked["settled_at_from"][0] for _, asked in bank.log[calls:] if "settled_at_from" in asked]
    assert resumed
    assert min(resumed) > "2026-08"
    whole = tmp_path / "whole"
    assert run(into=whole).complete
    assert rows_in(whole) == rows_in(tmp_path / "qonto")
    assert not (tmp_path / "qonto" / "run.json").exists()


def test_a_cut_run_with_a_page_lost_reads_it_again(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """What is taken over is checked first."""
    bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    bank.before = lambda call: setattr(bank, "always", lambda request: error(500, "x", "y")) if call > 6 else None
    with pytest.raises(FetchError):
        run()
    next((tmp_path / "qonto").glob("pages/*/2026-07*")).write_bytes(b"{}")
    bank.before, bank.always = lambda call: None, None
    assert run().complete
    assert len(rows_in(tmp_path / "qonto")) == 600


def test_a_folder_of_something_else_is_left_alone(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """No download into a folder with other files, of another bank, or with a manifest that is not ours."""
    bank.fill(5)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"x")
    with pytest.raises(FetchError) as caught:
        run(into=tmp_path / "photos")
    assert caught.value.kind == "not-empty"
    run(since=SINCE)
    path = tmp_path / "qonto" / "manifest.json"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"127.0.0.1", b"127.0.0.2"))
    with pytest.raises(FetchError) as caught:
        run(since=SINCE)
    assert caught.value.kind == "other-source"
    path.write_bytes(b"{}")
    with pytest.raises(FetchError) as caught:
        run(since=SINCE)
    assert caught.value.kind == "bad-manifest"


def test_two_runs_never_share_a_folder(bank: Bank, run: Fetch, tmp_path: Path) -> None:
    """The second is told so; the lock goes with its process."""
    from statements.fetch.store import Store

    bank.fill(5)
    with Store(tmp_path / "qonto").locked(), pytest.raises(FetchError) as caught:
        run(since=SINCE)
    assert caught.value.kind == "busy"
    assert run(since=SINCE).complete
