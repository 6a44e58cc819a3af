"""``statements fetch`` as people run it, and ``statements convert`` of the folder that it leaves."""

from __future__ import annotations

import datetime
import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from statements.cli import fetch as command
from statements.cli.main import run
from statements.cli.texts import TEXTS
from statements.fetch.transport import Clock
from statements.visible import french
from tests.fetch.bank import IBANS, LOGIN, SECRET, Bank, Row, Server, error, moment

ROOT = Path(__file__).parents[2]


class Result(NamedTuple):
    """How a run of the command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Result]


@pytest.fixture
def statements(
    server: Server,
    bank: Bank,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Command:
    """The command in this process; ``fetch`` asks the loopback bank at the bank's time and never sleeps."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "QONTO_TOKEN", "QONTO_STAGING_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QONTO_LOGIN", LOGIN)
    monkeypatch.setenv("QONTO_SECRET_KEY", SECRET)
    monkeypatch.setattr(
        command,
        "clock",
        lambda: Clock(now=lambda: bank.now, monotonic=time.monotonic, sleep=lambda pause: None, chance=lambda: 0.0),
    )

    def start(*args: object) -> Result:
        words = [str(arg) for arg in args]
        if words[0] == "fetch" and "--base-url" not in words:
            words += ["--base-url", server.address]
        code = run(words)
        captured = capsysbinary.readouterr()
        return Result(code, captured.out.decode(), captured.err.decode())

    return start


def test_fetch_says_what_came(bank: Bank, statements: Command) -> None:
    """A line for each account, in the language asked for; nothing on standard output."""
    bank.fill(150)
    bank.fill(1, account=1)
    result = statements("fetch", "-o", "qonto")
    assert result == Result(
        0,
        "",
        f"{IBANS[0]}: 150 transactions, 150 new, complete to 2026-10-15 09:00 UTC\n"
        f"{IBANS[1]}: 1 transaction, 1 new, complete to 2026-10-15 09:00 UTC\n",
    )
    result = statements("fetch", "-o", "qonto", "--lang", "fr", "--account", IBANS[1])
    assert result.err == french(f"{IBANS[1]} : 1 opération, 0 nouvelle, complet jusqu'au 15/10/2026 à 09:00 UTC\n")


def test_fetch_names_what_changed(bank: Bank, statements: Command) -> None:
    """Changed, late and unseen; a long list is cut and counted."""
    held = bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    statements("fetch", "-o", "qonto")
    bank.now += datetime.timedelta(days=1)
    for row in held.rows[10:35]:
        row.label, row.updated = "Papeterie", bank.now
    held.rows[40].more["note"], held.rows[40].updated = "x", bank.now
    held.rows.append(Row("late", 5, moment("2026-08-03T10:00:00"), updated=bank.now))
    result = statements("fetch", "-o", "qonto")
    assert result.code == 0
    lines = result.err.splitlines()
    assert lines[1] == (
        f"{IBANS[0]}: the transaction late settled late, on 2026-08-03: a statement of that day may be out without it"
    )
    assert lines[2].endswith("of 2026-07-03 changed: label")
    assert len([line for line in lines if line.endswith("changed: label")]) == 20
    assert f"{IBANS[0]}: … and 5 more" in lines
    assert "1 transaction changed in notes, labels or receipts only" in lines[-1]


def test_an_incomplete_download_is_said_and_refused(bank: Bank, statements: Command) -> None:
    """Exit code 1, the reason in words; convert refuses the account and takes the other one."""
    bank.fill(5)
    bank.fill(5, account=1).balance_off = 100
    result = statements("fetch", "-o", "qonto")
    assert result.code == 1
    assert f"CNV-021 The download of {IBANS[1]} is not complete: the transactions end with the balance" in result.err
    refused = statements("convert", "qonto", "--to", "mt940", "-o", "out")
    assert (refused.code, refused.out) == (2, "")
    assert "CNV-021" in refused.err
    assert not Path("out").exists()
    assert statements("convert", "qonto", "--to", "mt940", "-o", "out", "--account", IBANS[0]).code == 0


def test_a_run_that_cannot_go_on(bank: Bank, statements: Command) -> None:
    """One sentence, exit code 2; where trying again may help, that is said."""
    bank.fill(5)
    bank.always = lambda request: error(401, "unauthorized", "Invalid credentials")
    result = statements("fetch", "-o", "qonto")
    assert result.code == 2
    assert result.err.startswith("Error: 127.0.0.1 does not accept the key (401).")
    bank.always = lambda request: error(503, "x", "y")
    result = statements("fetch", "-o", "qonto", "--lang", "fr")
    assert result.code == 2
    assert result.err == french(
        "Erreur : 127.0.0.1 est en panne (503, 5 essais) ; réessayez plus tard.\n"
        "Le passage a été interrompu ; la même commande reprendra où il s'est arrêté.\n"
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("fetch",), "The option --output is missing."),
        (("fetch", "-o", "x", "--since", "2026-10-02", "--until", "2026-10-01"), "is later than"),
        (("fetch", "-o", "x", "--account", "FR761"), "is no valid IBAN"),
        (("fetch", "-o", "x", "--base-url", "http://example.com"), "https only"),
        (("fetch", "-o", "x", "--base-url", f"https://u:{SECRET}@example.com"), "may hold no user"),
        (("fetch", "-o", "x", "--credentials", "none.toml"), "cannot be read"),
    ],
)
def test_wrong_use(bank: Bank, statements: Command, args: tuple[str, ...], words: str) -> None:
    """Exit code 2 before anything is asked; no secret is repeated."""
    result = statements(*args)
    assert (result.code, result.out, bank.log) == (2, "", [])
    assert words in result.err
    assert SECRET not in result.err


def test_without_the_extra_the_command_says_which_to_install(
    bank: Bank, statements: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The core needs no HTTP library."""
    for name in [name for name in sys.modules if name.startswith("statements.fetch")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx", None)
    result = statements("fetch", "-o", "x")
    assert (result.code, result.err) == (
        2, "Error: This command needs the extra 'fetch': pip install 'statements[fetch]'.\n"
    )  # fmt: skip


def test_no_other_command_loads_an_http_library() -> None:
    """Neither the package nor convert imports httpx or the room of the download."""
    code = (
        "import sys\nfrom statements.cli.main import run\nrun(['convert', '--help']); run(['--help'])\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'httpx' or name.startswith('statements.fetch')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.endswith("[]\n")


def test_every_end_of_a_run_has_its_sentence() -> None:
    """The kinds that the room raises are those that the command has words for."""
    source = "".join(path.read_text("utf-8") for path in (ROOT / "statements" / "fetch").glob("*.py"))
    told = {key.removeprefix("why.") for key in TEXTS if key.startswith("why.")}
    raised = set(re.findall(r'(?:FetchError|_Again)\(\s*"([a-z-]+)"', source))
    assert raised <= told
    assert all(f'"{kind}"' in source for kind in told)


# -- the folder as a source ------------------------------------------------------------------------------------------


def test_convert_takes_the_folder_and_whole_days_only(bank: Bank, statements: Command) -> None:
    """Today is not over: its entries come with the next run, and the files of the days before stay as they are."""
    bank.now = moment("2026-10-15T09:00:00")
    held = bank.fill(30, since="2026-10-10T08:00:00", step=14_400)
    statements("fetch", "-o", "qonto")
    result = statements("convert", "qonto", "--to", "mt940", "--every", "day", "-o", "out")
    assert result.code == 0
    assert "Days up to 2026-10-14" in result.err
    names = sorted(path.name for path in Path("out").iterdir())
    assert [name.split("_")[1] for name in names] == [f"2026-10-{day}" for day in range(10, 15)]
    held.rows.append(Row("evening", 12, moment("2026-10-15T15:00:00")))
    bank.now = moment("2026-10-16T05:00:00")
    statements("fetch", "-o", "qonto")
    result = statements("convert", "qonto", "--to", "mt940", "--every", "day", "-o", "out")
    assert result.code == 0
    assert result.err.count("unchanged") == 5
    assert len(list(Path("out").iterdir())) == 6
    again = statements("validate", *sorted(Path("out").iterdir()))
    assert again.code == 0


def test_a_day_that_is_not_over_is_refused(bank: Bank, statements: Command) -> None:
    """Also when it is asked for by its date: a statement of it would lack what is still to come."""
    bank.fill(30, since="2026-10-10T08:00:00", step=14_400)
    statements("fetch", "-o", "qonto")
    result = statements("convert", "qonto", "--to", "mt940", "--until", "2026-10-15")
    assert (result.code, result.out) == (2, "")
    assert "CNV-023" in result.err
    assert statements("convert", "qonto", "--to", "mt940", "--until", "2026-10-14").code == 0


def test_a_folder_that_was_tampered_with_is_refused(bank: Bank, statements: Command) -> None:
    """A page that is gone or edited, and a manifest that points out of the folder."""
    bank.fill(30, since="2026-10-10T08:00:00", step=14_400)
    statements("fetch", "-o", "qonto")
    page = next(path for path in Path("qonto").glob("pages/*/*") if path.stat().st_size > 600)
    good = page.read_bytes()
    page.write_bytes(good.replace(b'"amount_cents": 29,', b'"amount_cents": 39,'))
    assert "CNV-022" in statements("convert", "qonto", "--to", "json").err
    page.unlink()
    result = statements("convert", "qonto", "--to", "json")
    assert (result.code, result.out) == (2, "")
    page.write_bytes(good)
    Path("outside.json").write_bytes(good)
    manifest = Path("qonto/manifest.json")
    manifest.write_text(manifest.read_text("utf-8").replace(page.relative_to("qonto").as_posix(), "../outside.json"))
    assert "CNV-022" in statements("convert", "qonto", "--to", "json").err


def test_a_first_run_that_was_cut_is_refused(bank: Bank, statements: Command) -> None:
    """Half a download is none; any other folder is still just a folder."""
    bank.fill(600, since="2026-07-01T08:00:00", step=14_400)
    bank.before = lambda call: setattr(bank, "always", lambda request: error(500, "x", "y")) if call > 4 else None
    assert statements("fetch", "-o", "qonto").code == 2
    result = statements("convert", "qonto", "--to", "json")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("CNV-020 qonto is no finished download.")
    Path("plain").mkdir()
    assert "holds no file that is read here" in statements("convert", "plain", "--to", "json").err


def readme_day() -> list[list[str]]:
    """The four commands as the README shows them, each without its first word."""
    text = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"^## A day in four commands\n\n```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    lines = [shlex.split(line) for line in block[1].splitlines()]
    assert [words[:2] for words in lines] == [
        ["statements", name] for name in ("fetch", "convert", "series", "validate")
    ]
    return [words[1:] for words in lines]


def test_a_day_in_four_commands(bank: Bank, statements: Command) -> None:
    """The README as it stands: a statement a day, one chain without a gap, all of them sound; a day later again."""
    bank.fill(200, since="2026-09-20T08:00:00", step=10_800)
    bank.fill(40, account=1, since="2026-09-22T08:00:00", step=40_000)
    fetched, converted, chained, checked = readme_day()
    entries = []
    for later in (0, 1):
        bank.now += datetime.timedelta(days=later)
        assert statements(*fetched).code == 0
        assert statements(*converted).code == 0
        assert statements(*chained).code == 0
        series = json.loads(statements(*chained, "--format", "json").out)["series"]
        assert [calendar["issues"] for calendar in series] == [[], []]
        assert statements(*checked).code == 0
        report = json.loads(statements(*checked, "--format", "json").out)
        assert all(item["valid"] for item in report["files"])
        entries.append(sum(item["summary"]["entries"] for item in report["files"]))
    settled = [row.settled for held in bank.accounts for row in held.rows if row.settled is not None]
    ends = [moment("2026-10-14T22:00:00"), moment("2026-10-15T22:00:00")]
    assert entries == [sum(instant < end for instant in settled) for end in ends]
    assert 200 < entries[0] <= entries[1]


@pytest.mark.parametrize("form", ["cfonb120", "mt940"])
def test_the_same_day_in_each_format(bank: Bank, statements: Command, form: str) -> None:
    """The formats of banks hold the same days, chained."""
    bank.fill(60, since="2026-09-20T08:00:00", step=30_000)
    assert statements("fetch", "-o", "qonto").code == 0
    assert statements("convert", "qonto", "--to", form, "--every", "day", "-o", form).code == 0
    assert statements("series", form, "--expect", "day").code == 0
    assert statements("validate", form, "-q").code == 0
