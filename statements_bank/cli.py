"""``statements bank …``: the verbs of the trial bank.

The clock is read here; people act under ``--as`` and need the right role, as on the pages. Whoever can read the
bank's passphrase may use the command.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from statements.cli.console import FINDINGS, OK, UsageFault, out, out_bytes, say
from statements.cli.console import table as columns
from statements.cli.downloads import read_sources
from statements.cli.files import Output, read_source, release
from statements.cli.options import Day, LocalCommand, LocalGroup, Whole, Word
from statements.cli.texts import Texts
from statements.ebics.certificates import check
from statements.ebics.keys import KEY_VERSIONS, ROLE_NAMES, ROLES, Role, RoleKey, read_certificate
from statements.reference.tables import table
from statements.services.downloads import MANIFEST
from statements_bank import demo, feed, journal, payments
from statements_bank.bank import Bank, BankRole, Settings, new_key
from statements_bank.clock import text
from statements_bank.desk import connections, people
from statements_bank.desk.letters import data_block, letter
from statements_bank.desk.people import Person
from statements_bank.desk.rights import plans, roles
from statements_bank.errors import DeskError
from statements_bank.place import Place
from statements_bank.store.tables import JOURNAL, RECEIPTS, STATEMENT_FILES

DEFAULT_FOLDER = "trial-bank"
DEFAULT_PORT = 8443


def command(texts: Texts) -> click.Command:
    """The group of verbs in one language."""
    verbs = {name: _say(texts, f"{name}.short") for name in VERBS}
    return LocalGroup(texts, "bank", _say(texts, "help"), verbs, lambda name: _verb(texts, name))


def _verb(texts: Texts, name: str) -> LocalCommand:
    params, act = VERBS[name]

    def run(at: str, passphrase_file: str | None, **options: Any) -> int:
        desk = Desk(texts, Place(Path(at), Path(passphrase_file) if passphrase_file else None))
        try:
            return act(desk, **options)
        except DeskError as error:
            raise UsageFault(texts("error") + (error.fr if texts.lang == "fr" else error.en)) from error
        except ValueError as error:
            raise UsageFault(texts("error") + str(error)) from error

    shared = [
        click.Option(
            ["--at"],
            default=DEFAULT_FOLDER,
            show_default=True,
            metavar="DIR",
            envvar="STATEMENTS_BANK",
            help=_say(texts, "opt.at"),
        ),
        click.Option(["--passphrase-file"], metavar="FILE", help=_say(texts, "opt.passphrase")),
    ]
    return LocalCommand(
        texts, name=name, help=_say(texts, f"{name}.short"), callback=run, params=[*params(texts), *shared]
    )


class Desk:
    """What every verb has: texts, the place, and the bank once it is opened."""

    def __init__(self, texts: Texts, place: Place) -> None:
        self.texts, self.place = texts, place

    def say(self, key: str, **values: object) -> None:
        """A sentence for the person, on stderr."""
        say(_say(self.texts, key, **values))

    def bank(self, settings: Settings = Settings()) -> Bank:  # noqa: B008 - frozen
        """The bank of the folder."""
        return self.place.open(_now, settings)

    def act(self, login: str, do: Callable[[Any, Bank, Person], Any], what: str) -> Any:
        """Do something as a person, in one transaction, and write it into the journal."""
        bank = self.bank()
        with bank.store.begin() as connection:
            person = people.find(connection, login)
            if person is None:
                raise UsageFault(_say(self.texts, "no-person", login=login))
            result = do(connection, bank, person)
            journal.append(connection, journal.Note(at=text(bank.now()), actor=login, what=what))
        bank.store.close()
        return result

    def hashes(self, keys: list[RoleKey]) -> None:
        """Both hashes of each key, for comparing with a letter."""
        for key in keys:
            role = ROLE_NAMES[key.role].get(self.texts.lang)
            hashes = {"certificate": key.key.certificate_hash or "-", "hash": key.key.key_hash}
            out(["  " + _say(self.texts, "hash-row", role=role, version=key.version, **hashes)])


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _say(texts: Texts, key: str, **values: object) -> str:
    sentence = _sentences()[key][texts.lang]
    return sentence.format(**values) if values else sentence


def _sentences() -> Mapping[str, Mapping[str, str]]:
    return {row["key"]: row for row in table("texts", "statements_bank")}


def _as(texts: Texts) -> click.Option:
    return click.Option(["--as", "login"], required=True, metavar="LOGIN", help=_say(texts, "opt.as"))


def _partner() -> click.Argument:
    return click.Argument(["partner"])


def _none(texts: Texts) -> list[click.Parameter]:
    return []


def _init_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Option(["--host-id"], default="TRIALBANK", show_default=True, help=_say(texts, "opt.host-id")),
        click.Option(["--name"], default="Trial bank", show_default=True, help=_say(texts, "opt.name")),
        click.Option(
            ["--url"],
            default=f"https://127.0.0.1:{DEFAULT_PORT}/ebics",
            show_default=True,
            help=_say(texts, "opt.url"),
        ),
        click.Option(["--plan"], type=Word(tuple(plans()), texts), default="enterprise", help=_say(texts, "opt.plan")),
        click.Option(["--store"], metavar="URL", help=_say(texts, "opt.store")),
    ]


def _init(desk: Desk, host_id: str, name: str, url: str, plan: str, store: str | None) -> int:
    if desk.place.configuration.exists():
        desk.place.upgrade()
        desk.say("upgraded", folder=desk.place.folder)
        return OK
    desk.place.create(host_id=host_id, name=name, url=url, plan=plan, now=_now(), store=store)
    desk.say("made", folder=desk.place.folder)
    return OK


def _person_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Argument(["login"]),
        click.Option(["--name"], help=_say(texts, "opt.name")),
        click.Option(["--role"], type=Word(tuple(roles()), texts), required=True, help=_say(texts, "opt.role")),
        click.Option(["--transfer-right"], is_flag=True, help=_say(texts, "opt.transfer")),
        click.Option(["--password-file"], metavar="FILE", help=_say(texts, "opt.password")),
    ]


def _person(
    desk: Desk, login: str, name: str | None, role: str, transfer_right: bool, password_file: str | None
) -> int:
    if password_file is not None:
        password = read_source(password_file, desk.texts).decode("utf-8").strip()
    else:
        password = click.prompt(_say(desk.texts, "password"), hide_input=True, confirmation_prompt=True, err=True)
    bank = desk.bank()
    with bank.store.begin() as connection:
        person = people.add(
            connection, login=login, name=name or login, role=role, password=password, may_transfer=transfer_right
        )
        journal.append(connection, journal.Note(at=text(bank.now()), actor="command", what=f"person {login} {role}"))
    desk.say("person-made", login=login, role=person.role.name.get(desk.texts.lang))
    return OK


def _connect_options(texts: Texts) -> list[click.Parameter]:
    return [click.Argument(["tool"]), _as(texts)]


def _connect(desk: Desk, tool: str, login: str) -> int:
    link = desk.act(login, lambda c, bank, person: connections.connect(c, person, tool, bank.now()), f"connect {tool}")
    desk.say("asked", partner=link.partner_id, user=link.user_id, tool=tool)
    return OK


def _letter_options(texts: Texts) -> list[click.Parameter]:
    return [_partner(), click.Option(["-o", "--output"], metavar="FILE", help=_say(texts, "opt.output"))]


def _letter(desk: Desk, partner: str, output: str | None) -> int:
    bank = desk.bank()
    with bank.store.begin() as connection:
        page = letter(bank, connections.find(connection, partner), desk.texts.lang)
    if output is None:
        out_bytes(page.encode("utf-8"))
    else:
        release([Output(Path(output), page.encode("utf-8"))], [], False, desk.texts)
    return OK


def _register_options(texts: Texts) -> list[click.Parameter]:
    return [
        _partner(),
        click.Argument(["files"], nargs=-1, required=True),
        click.Option(
            ["--signature"], type=Word(KEY_VERSIONS["A"], texts), default="A005", help=_say(texts, "opt.signature")
        ),
        _as(texts),
    ]


def _register(desk: Desk, partner: str, files: tuple[str, ...], signature: str, login: str) -> int:
    given = [(name, read_source(name, desk.texts)) for name in files]
    checked = check(given, _now())
    if not checked.good:
        for fault in checked.faults:
            say(fault.text.get(desk.texts.lang))
        return FINDINGS
    found = checked.role_keys(signature)
    desk.act(login, lambda c, bank, _: connections.register(c, partner, found, bank.now()), f"register {partner}")
    desk.say("registered", partner=partner)
    desk.hashes(list(found))
    return OK


def _release_options(texts: Texts) -> list[click.Parameter]:
    hashes: list[click.Parameter] = [
        click.Option(
            [f"--{ROLE_NAMES[role].en}", role],
            required=True,
            metavar="HASH",
            help=_say(texts, "opt.hash", role=ROLE_NAMES[role].get(texts.lang)),
        )
        for role in ROLES
    ]
    return [_partner(), *hashes, _as(texts)]


def _release(desk: Desk, partner: str, login: str, **written: str) -> int:
    given: dict[Role, str] = {role: written[role] for role in ROLES}

    def do(connection: Any, bank: Bank, person: Person) -> tuple[RoleKey, ...]:
        link = connections.find(connection, partner)
        connections.release(connection, person, partner, connections.keys(connection, link), given)
        return bank.public_keys()

    keys = desk.act(login, do, f"release {partner}")
    desk.say("released", partner=partner)
    desk.hashes(list(keys))
    return OK


def _feed_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Argument(["files"], nargs=-1, required=True),
        click.Option(["--since"], type=Day(texts), help=_say(texts, "opt.since")),
        click.Option(["--until"], type=Day(texts), help=_say(texts, "opt.until")),
    ]


def _feed(desk: Desk, files: tuple[str, ...], since: datetime.date | None, until: datetime.date | None) -> int:
    bank = desk.bank()
    sources = _sources(desk, files)
    made = feed.day_files(sources, since=since, until=until)
    with bank.store.begin() as connection:
        fed = feed.feed(connection, made, bank.now())
        journal.append(connection, journal.Note(at=text(bank.now()), actor="command", what=f"feed {fed.queued}"))
    return _say_fed(desk, made, fed)


def _say_fed(desk: Desk, made: feed.Made, fed: feed.Fed) -> int:
    errors = [finding for finding in made.findings if finding.severity == "error"]
    if errors:
        desk.say("feed-errors", n=len(errors), first=f"{errors[0].id} {errors[0].message(desk.texts.lang)}")
    counts = {"queued": fed.queued, "replaced": fed.replaced, "unchanged": fed.unchanged}
    desk.say("fed", connections=fed.connections, **counts)
    for partner, kind, iban, day in fed.conflicts:
        desk.say("conflict", kind=kind, day=day, iban=iban, partner=partner)
    return FINDINGS if errors or fed.conflicts else OK


def _sources(desk: Desk, names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """Files, folders of JSON files, and folders of ``statements fetch``, whose manifest says what may be read."""
    found: list[str] = []
    for name in names:
        path = Path(name)
        plain = path.is_dir() and not (path / MANIFEST).exists()
        found += sorted(map(str, path.glob("*.json"))) if plain else [name]
    return read_sources(found, {"accounts": (), "since": None, "until": None, "timezone": "Europe/Paris"}, desk.texts)


def _statements(desk: Desk) -> int:
    delivered = (
        select(func.min(RECEIPTS.c.at))
        .where(RECEIPTS.c.what == "statement", RECEIPTS.c.item == STATEMENT_FILES.c.id)
        .scalar_subquery()
    )
    query = select(
        STATEMENT_FILES.c.day, STATEMENT_FILES.c.iban, STATEMENT_FILES.c.kind, STATEMENT_FILES.c.partner_id, delivered
    ).order_by(STATEMENT_FILES.c.day, STATEMENT_FILES.c.iban, STATEMENT_FILES.c.kind, STATEMENT_FILES.c.partner_id)
    with desk.bank().store.begin() as connection:
        rows = [[*map(str, row[:4]), (row[4] or "-")[:10]] for row in connection.execute(query)]
    return _print(desk, rows)


def _pending(desk: Desk) -> int:
    with desk.bank().store.begin() as connection:
        found = payments.orders(connection)
    rows = [
        [
            str(row.id),
            row.order_id,
            row.partner_id,
            row.received_at[:16],
            str(row.payments if row.payments is not None else "-"),
            row.control_sum or "-",
            _say(desk.texts, f"order.{row.state}"),
        ]
        for row in found
    ]
    return _print(desk, rows)


def _print(desk: Desk, rows: list[list[str]]) -> int:
    if not rows:
        desk.say("none")
    out(columns(rows, indent=""))
    return OK


def _decision_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Argument(["number"], type=Whole(texts, 1)),
        click.Option(["--reason"], default="", help=_say(texts, "opt.reason")),
        _as(texts),
    ]


def _decided(approve: bool) -> Callable[..., int]:
    def run(desk: Desk, number: int, reason: str, login: str) -> int:
        def do(connection: Any, bank: Bank, person: Person) -> None:
            payments.decide(connection, number, person, approve=approve, reason=reason, now=bank.now())

        desk.act(login, do, f"{'approve' if approve else 'refuse'} {number}")
        desk.say("approved" if approve else "refused", id=number)
        return OK

    return run


def _disconnect_options(texts: Texts) -> list[click.Parameter]:
    return [_partner(), click.Option(["--reason"], default="command", help=_say(texts, "opt.reason")), _as(texts)]


def _disconnect(desk: Desk, partner: str, reason: str, login: str) -> int:
    desk.act(
        login,
        lambda c, bank, person: connections.disconnect(c, person, partner, reason, bank.now()),
        f"disconnect {partner}",
    )
    desk.say("ended", partner=partner)
    return OK


def _reconnect_options(texts: Texts) -> list[click.Parameter]:
    return [_partner(), _as(texts)]


def _reconnect(desk: Desk, partner: str, login: str) -> int:
    desk.act(
        login, lambda c, bank, person: connections.reconnect(c, person, partner, bank.now()), f"reconnect {partner}"
    )
    desk.say("anew", partner=partner)
    return OK


def _plan_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Argument(["wanted"], required=False, type=Word(tuple(plans()), texts)),
        click.Option(["--keep"], multiple=True, metavar="PARTNER", help=_say(texts, "opt.keep")),
        click.Option(["--as", "login"], metavar="LOGIN", help=_say(texts, "opt.as")),
    ]


def _plan(desk: Desk, wanted: str | None, keep: tuple[str, ...], login: str | None) -> int:
    if wanted is not None:
        if login is None:
            raise UsageFault(_say(desk.texts, "no-person", login="-"))
        ended = desk.act(
            login,
            lambda c, bank, person: connections.change_plan(c, person, wanted, keep, bank.now()),
            f"plan {wanted}",
        )
        for link in ended:
            desk.say("ended", partner=link.partner_id)
    with desk.bank().store.begin() as connection:
        plan, links = connections.plan(connection), connections.every(connection)
    used = sum(link.alive for link in links)
    desk.say("plan-is", plan=plan.name.get(desk.texts.lang), used=used, places=plan.connections)
    if not plan.confirmed:
        desk.say("plan-unconfirmed")
    rows = [[link.partner_id, link.user_id, link.tool, _say(desk.texts, f"state.{link.state}")] for link in links]
    return _print(desk, rows)


def _journal_options(texts: Texts) -> list[click.Parameter]:
    return [click.Option(["--limit"], type=Whole(texts, 1), default=50, help=_say(texts, "opt.limit"))]


def _journal(desk: Desk, limit: int) -> int:
    with desk.bank().store.begin() as connection:
        found = connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq.desc()).limit(limit)).mappings().all()
    rows = [
        [
            str(row["seq"]),
            row["at"][:19],
            row["actor"],
            row["what"],
            row["code"] or "",
            row[f"reason_{desk.texts.lang}"] or "",
        ]
        for row in reversed(found)
    ]
    return _print(desk, rows)


def _doctor(desk: Desk) -> int:
    bank = desk.bank()
    faults: list[str] = []
    revision, newest = bank.store.revision(), bank.store.newest()
    if revision != newest:
        faults.append(_say(desk.texts, "doctor.tables-old", found=revision, wanted=newest))
    else:
        _good(desk, "doctor.tables")
    for key in bank.public_keys():
        ends = read_certificate(key.key.certificate).ends
        if ends <= bank.now():
            name = ROLE_NAMES[key.role].get(desk.texts.lang)
            faults.append(_say(desk.texts, "doctor.key-ends", role=name, day=ends.date().isoformat()))
    if not faults:
        _good(desk, "doctor.keys")
    with bank.store.begin() as connection:
        broken = list(journal.verify(connection))
        if not broken:
            _good(desk, "doctor.journal", n=journal.count(connection))
    out([*faults, *broken])
    return FINDINGS if faults or broken else OK


def _good(desk: Desk, key: str, **values: object) -> None:
    out([_say(desk.texts, "doctor.good", what=_say(desk.texts, key, **values))])


def _serve_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Option(
            ["--port"], type=Whole(texts, 0), default=DEFAULT_PORT, show_default=True, help=_say(texts, "opt.port")
        ),
        click.Option(["--host"], default="127.0.0.1", show_default=True, help=_say(texts, "opt.host")),
        click.Option(["--open-to-network"], is_flag=True, help=_say(texts, "opt.open")),
        click.Option(["--feed", "folder"], metavar="DIR", help=_say(texts, "opt.feed")),
        click.Option(["--plain-keys"], is_flag=True, help=_say(texts, "opt.plain")),
        click.Option(["--keep-messages"], type=Whole(texts, 0), default=0, help=_say(texts, "opt.keep-messages")),
    ]


def _serve(
    desk: Desk,
    port: int,
    host: str,
    open_to_network: bool,
    folder: str | None,
    plain_keys: bool,
    keep_messages: int,
) -> int:
    _demand_loopback(desk, host, open_to_network)
    bank = desk.bank(Settings(plain_keys=plain_keys, keep_messages_days=keep_messages))
    work = None if folder is None else lambda: _daily(desk, bank, Path(folder))
    desk.say("serving", url=bank.url, pages=f"https://{host}:{port}/")
    _run(desk, bank, host, port, work)
    return OK


def _daily(desk: Desk, bank: Bank, folder: Path) -> None:
    sources = _sources(desk, (str(folder),))
    yesterday = bank.now().date() - datetime.timedelta(1)
    made = feed.day_files(sources, since=yesterday, until=yesterday)
    with bank.store.begin() as connection:
        fed = feed.feed(connection, made, bank.now())
    _say_fed(desk, made, fed)


def _demand_loopback(desk: Desk, host: str, open_to_network: bool) -> None:
    try:
        near = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    if near:
        return
    if not open_to_network:
        raise UsageFault(_say(desk.texts, "not-loopback", host=host))
    desk.say("open-warning", host=host)


def _run(
    desk: Desk, bank: Bank, host: str, port: int, work: Callable[[], None] | None, every: int | None = None
) -> None:
    import uvicorn

    from statements_bank.door import HOSTS
    from statements_bank.serving import HOUR, configured, served

    app = served(bank, hosts=tuple({*HOSTS, host}), work=work, every=every or HOUR)
    config = configured(app, host=host, port=port, certificate=desk.place.certificate, key=desk.place.tls_key)
    uvicorn.Server(config).run()


def _demo_options(texts: Texts) -> list[click.Parameter]:
    return [
        click.Option(
            ["--port"], type=Whole(texts, 0), default=DEFAULT_PORT, show_default=True, help=_say(texts, "opt.port")
        )
    ]


def _demo(desk: Desk, port: int) -> int:
    url = f"https://127.0.0.1:{port}/ebics"
    made = demo.prepare(desk.place, url, _now(), _now)
    bank = desk.bank()
    with bank.store.begin() as connection:
        links = connections.every(connection)
    desk.say("demo.intro")
    out([*data_block(bank, links[0]).splitlines(), f"tls_certificate = {desk.place.certificate}"])
    if made is not None:
        pages = f"https://127.0.0.1:{port}/"
        desk.say("demo.pages", pages=pages, login=demo.LOGIN, password=made.password)
    desk.say("demo.next")
    _run(desk, bank, "127.0.0.1", port, demo.feed_month(bank), every=2)
    return OK


def _renew_options(texts: Texts) -> list[click.Parameter]:
    words = {ROLE_NAMES[role].en: role for role in ("X", "E")}
    return [click.Argument(["use"], type=Word(tuple(words), texts)), _as(texts)]


def _renew(desk: Desk, use: str, login: str) -> int:
    role: BankRole = "X" if use == ROLE_NAMES["X"].en else "E"

    def do(connection: Any, bank: Bank, person: Person) -> tuple[RoleKey, ...]:
        connections.demand_role(person)
        new_key(connection, bank.vault, role, bank.name, bank.now())
        bank.keys.follow(connection)
        return bank.public_keys()

    keys = desk.act(login, do, f"renew {use}")
    desk.say("renewed")
    desk.hashes(list(keys))
    return OK


VERBS: Mapping[str, tuple[Callable[[Texts], list[click.Parameter]], Callable[..., int]]] = {
    "demo": (_demo_options, _demo),
    "init": (_init_options, _init),
    "person": (_person_options, _person),
    "connect": (_connect_options, _connect),
    "letter": (_letter_options, _letter),
    "register": (_register_options, _register),
    "release": (_release_options, _release),
    "feed": (_feed_options, _feed),
    "statements": (_none, _statements),
    "pending": (_none, _pending),
    "approve": (_decision_options, _decided(True)),
    "refuse": (_decision_options, _decided(False)),
    "disconnect": (_disconnect_options, _disconnect),
    "reconnect": (_reconnect_options, _reconnect),
    "plan": (_plan_options, _plan),
    "renew": (_renew_options, _renew),
    "journal": (_journal_options, _journal),
    "doctor": (_none, _doctor),
    "serve": (_serve_options, _serve),
}
"""Each verb: its options, and what it does."""
