"""The feed: one MT940 and one CFONB-120 a day and IBAN, queued once, for Ready connections only."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from statements_bank import feed
from statements_bank.desk import connections
from statements_bank.errors import DeskError
from statements_bank.feed import DayFile, Made
from statements_bank.store.tables import CONFLICTS, RECEIPTS, STATEMENT_FILES, SUBSCRIBERS
from tests.bank.conftest import NOW, person


@pytest.fixture(scope="session")
def month(fixtures: Path) -> Made:
    """The daily files of the fixture month."""
    folder = fixtures / "qonto" / "2026-09"
    return feed.day_files([(path.name, path.read_bytes()) for path in sorted(folder.glob("*.json"))])


def ready(connection: Connection, tool: str = "Axelor") -> str:
    """The partner id of a connection that is ready."""
    link = connections.connect(connection, person(connection, "owner"), tool, NOW)
    connection.execute(update(SUBSCRIBERS).where(SUBSCRIBERS.c.partner_id == link.partner_id).values(state="ready"))
    return link.partner_id


def test_each_account_and_day_gets_both_formats(month: Made) -> None:
    """One file a kind, IBAN and day; no error on the way."""
    places = {(file.kind, file.iban, file.day) for file in month.files}
    assert len(places) == len(month.files)
    assert {kind for kind, _, _ in places} == {"mt940", "cfonb120"}
    assert len({iban for _, iban, _ in places}) == len(month.accounts) == 2
    by_kind = {kind: {place[1:] for place in places if place[0] == kind} for kind in feed.KINDS}
    assert by_kind["mt940"] == by_kind["cfonb120"]
    assert not [finding for finding in month.findings if finding.severity == "error"]


def test_nothing_is_made_for_a_connection_that_is_not_ready(connection: Connection, month: Made) -> None:
    """A letter that is out is no connection."""
    connections.connect(connection, person(connection, "owner"), "Axelor", NOW)
    assert feed.feed(connection, month, NOW).connections == 0
    assert connection.scalar(select(func.count()).select_from(STATEMENT_FILES)) == 0


def test_the_same_again_is_nothing(connection: Connection, month: Made) -> None:
    """A second run with the same data queues nothing and says so."""
    ready(connection)
    first = feed.feed(connection, month, NOW)
    assert (first.queued, first.unchanged) == (len(month.files), 0)
    second = feed.feed(connection, month, NOW)
    assert (second.queued, second.unchanged, second.conflicts) == (0, len(month.files), ())


def _changed(file: DayFile) -> Made:
    return Made(files=(DayFile(kind=file.kind, iban=file.iban, day=file.day, content=file.content + b" ", entries=9),))


def test_a_day_nobody_fetched_may_change(connection: Connection, month: Made) -> None:
    """Before a receipt the newer content simply takes the place."""
    ready(connection)
    feed.feed(connection, month, NOW)
    assert feed.feed(connection, _changed(month.files[0]), NOW).replaced == 1


@pytest.mark.parametrize("replace", [True, False])
def test_a_confirmed_day_waits_for_a_person(connection: Connection, month: Made, replace: bool) -> None:
    """After a receipt other content is a conflict: nothing is replaced until somebody decides, once."""
    partner = ready(connection)
    feed.feed(connection, month, NOW)
    file_id = connection.scalar(
        select(STATEMENT_FILES.c.id).filter_by(
            kind=month.files[0].kind, iban=month.files[0].iban, day=month.files[0].day.isoformat()
        )
    )
    connection.execute(
        RECEIPTS.insert().values(partner_id=partner, user_id="USER001", what="statement", item=file_id, at="2026")
    )
    changed = _changed(month.files[0])
    told = (partner, changed.files[0].kind, changed.files[0].iban, changed.files[0].day.isoformat())
    assert feed.feed(connection, changed, NOW).conflicts == (told,)
    assert feed.feed(connection, changed, NOW).conflicts == (told,)
    assert connection.scalar(select(func.count()).select_from(CONFLICTS)) == 1
    content = select(STATEMENT_FILES.c.content).where(STATEMENT_FILES.c.id == file_id)
    assert connection.scalar(content) == month.files[0].content
    feed.decide_conflict(connection, 1, replace=replace, login="owner", now=NOW)
    assert connection.scalar(content) == (changed if replace else month).files[0].content
    waits_again = connection.execute(select(RECEIPTS)).all() == []
    assert waits_again is replace
    with pytest.raises(DeskError, match="no open conflict"):
        feed.decide_conflict(connection, 1, replace=replace, login="owner", now=NOW)


def test_labels_notes_and_receipts_never_come_in(fixtures: Path) -> None:
    """Marker strings in every private field of the source reach no byte of a file."""
    folder = fixtures / "qonto" / "2026-09"
    marked = []
    for path in sorted(folder.glob("*.json")):
        data = path.read_bytes()
        for field in (b'"note":', b'"label_ids":', b'"attachment_ids":'):
            if field == b'"note":':
                data = data.replace(b'"note": null', b'"note": "MARKNOTE"')
            else:
                data = data.replace(field + b" []", field + b' ["MARKID"]')
        marked.append((path.name, data))
    assert any(b"MARK" in data for _, data in marked)
    made = feed.day_files(marked)
    assert made.files
    assert not [file for file in made.files if b"MARK" in file.content]
