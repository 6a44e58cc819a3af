"""What ``convert`` says of its result, and the runs that write nothing or only what is new."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statements.model.members import MEMBERS
from statements.visible import french
from tests.unit.cli.conftest import IBAN, MT940, Run

QONTO = sorted((Path(__file__).parents[3] / "fixtures" / "qonto" / "2026-09").glob("*.json"))


def test_the_result_comes_first_and_accents_last(command: Run, folder: Path) -> None:
    """Files, statements, entries, sums; warnings in full; what has no place; what is only spelled otherwise."""
    lines = command("convert", *QONTO, "--to", "cfonb120", "-o", "out").err.splitlines()
    assert lines[0] == "2 files, 2 statements, 40 entries, credits 8,991.93 EUR, debits -9,964.22 EUR."
    assert [line.startswith("out/") for line in lines[1:4]] == [True, True, False]
    order = [next(n for n, line in enumerate(lines) if word in line) for word in (
        "QNT-035 warning", "11 values have no place in CFONB-120", "3 × QNT-036", "27 texts were spelled", "--verbose"
    )]  # fmt: skip
    assert order == sorted(order)


def test_the_whole_list_is_where_it_is_said_to_be(command: Run, folder: Path) -> None:
    """--verbose prints each change; with a ledger the sentence names that."""
    given = ("convert", *QONTO, "--to", "cfonb120")
    every = command(*given, "-o", "out", "--verbose").err
    assert every.count("CNV-113 info") == 27
    assert "texts were spelled" not in every
    assert "The ledger has them one by one" in command(*given, "-o", "out2", "--ledger", "all.jsonl").err
    assert Path("all.jsonl").read_bytes().count(b'"rule":"CNV-113"') == 27


def test_french_texts_hold_no_member_names(command: Run, folder: Path) -> None:
    """«\u00a0nom de la contrepartie\u00a0», not counterparty.name; amounts and dates as the French write them."""
    paths = [*QONTO, *sorted((Path(__file__).parents[3] / "fixtures" / "mt940").rglob("*.sta"))[:60]]
    for target in ("cfonb120", "mt940"):
        text = "".join(command("convert", path, "--to", target, "--lang", "fr", "-v").err for path in paths[3:])
        text += command("convert", *QONTO, "--to", target, "--lang", "fr", "-v").err
        assert "nom de la contrepartie" in text
        for member in MEMBERS:
            if "." in member:
                assert member not in text
        own = [line for line in text.splitlines() if re.search(r"CNV-1(06|08|10)|CNV-20[26]|CNV-219", line)]
        assert all(not re.search(r"\d\.\d\d\b|\b20\d\d-\d\d-\d\d", line.partition("CNV-")[2]) for line in own)
        assert own


def test_dates_and_amounts_are_taken_as_the_french_write_them(command: Run, folder: Path) -> None:
    """And said back in the same way."""
    given = ("convert", "good.sta", "--to", "json", "--since")
    assert command(*given, "03/09/2026", "--lang", "fr").out == command(*given, "2026-09-03").out != ""
    wrong = command(*given, "05/09/2026", "--until", "04/09/2026", "--lang", "fr")
    assert french("--since 05/09/2026 est postérieur à --until 04/09/2026.") in wrong.err
    Path("bare.json").write_bytes(
        b'[{"transaction_id": "a-1", "amount_cents": 100, "side": "credit", "status": "completed", "currency": "EUR", '
        b'"settled_at": "2026-09-03T08:00:00Z"}]'
    )
    bare = ("convert", "bare.json", "--to", "json", "--account", IBAN, "--opening")
    assert command(*bare, "1 234,50", "--lang", "fr").out == command(*bare, "1234.50").out != ""


def test_a_dry_run_writes_nothing_and_says_everything(command: Run, folder: Path) -> None:
    """What would be new, what is there already, and what stands in the way; the exit code is that of the real run."""
    dry = command("convert", "good.sta", "--to", "cfonb120", "-o", "out", "--ledger", "l.jsonl", "--dry-run")
    assert (dry.code, dry.out) == (0, "")
    assert dry.err.startswith(
        "Would be written: 1 file, 1 statement, 2 entries, credits 12.34 EUR, debits -2.34 EUR.\n"
    )
    assert not Path("out").exists()
    assert not Path("l.jsonl").exists()
    command("convert", "good.sta", "--to", "cfonb120", "-o", "out")
    assert ": unchanged" in command("convert", "good.sta", "--to", "cfonb120", "-o", "out", "--dry-run").err
    (name,) = Path("out").iterdir()
    name.write_bytes(b"mine")
    assert (
        "exists with other content" in command("convert", "good.sta", "--to", "cfonb120", "-o", "out", "--dry-run").err
    )
    assert name.read_bytes() == b"mine"
    assert command("convert", "wrong.sta", "--to", "cfonb120", "-o", "out", "--dry-run").code == 1


DAYS = (
    b'{"statements": [{"account": {"iban": "FR7616958000011234567890177", "currency": "EUR"}, '
    b'"opening": {"amount": "100.00", "date": "2026-09-02"}, "closing": {"amount": "%s", "date": "%s"}, '
    b'"entries": [%s]}]}'
)
ENTRY = b'{"booking_date": "%s", "amount": "10.00", "currency": "EUR", "reversal": false, "codes": {"cfonb": "05"}}'


def days(*dates: bytes, last: bytes) -> bytes:
    """A statement from 3 September with an entry of 10.00 on each date."""
    closing = b"%d.00" % (100 + 10 * len(dates))
    return DAYS % (closing, last, b", ".join(ENTRY % date for date in dates))


@pytest.mark.parametrize("every", [("--every", "day"), ()])
def test_only_what_is_new_is_written(command: Run, folder: Path, every: tuple[str, ...]) -> None:
    """The second run goes on after the last day; with nothing new it writes nothing."""
    given = ("convert", "x.json", "--to", "mt940", *every, "-o", "out", "--new-only")
    Path("x.json").write_bytes(days(b"2026-09-03", b"2026-09-04", last=b"2026-09-05"))
    assert command(*given).code == 0
    first = {path.name for path in Path("out").glob("*.sta")}
    result = command(*given)
    assert result.code == 0
    assert "nothing new since the last run" in result.err
    Path("x.json").write_bytes(days(b"2026-09-03", b"2026-09-04", b"2026-09-07", last=b"2026-09-07"))
    assert command(*given).code == 0
    new = sorted(path.name for path in Path("out").glob("*.sta") if path.name not in first)
    assert new[0].split("_")[1] == "2026-09-06"
    assert new[-1].split("_")[2].startswith("2026-09-07")
    read = command("convert", *sorted(Path("out").glob("*.sta")), "--to", "json", "--every", "all")
    assert "CNV-006" not in read.err
    assert read.out.count('"booking_date"') == 3


def test_each_format_goes_on_by_itself(command: Run, folder: Path) -> None:
    """One folder, two formats: each has its own last day."""
    Path("x.json").write_bytes(days(b"2026-09-03", last=b"2026-09-05"))
    for target in ("mt940", "cfonb120"):
        assert "1 statement, 1 entry" in command("convert", "x.json", "--to", target, "-o", "out", "--new-only").err


def test_an_entry_that_comes_late_is_never_slipped_in(command: Run, folder: Path) -> None:
    """The balance of a day that was written has changed: an error, and nothing is written."""
    given = ("convert", "x.json", "--to", "mt940", "--every", "day", "-o", "out", "--new-only")
    Path("x.json").write_bytes(days(b"2026-09-03", last=b"2026-09-05"))
    command(*given)
    before = {path: path.read_bytes() for path in Path("out").iterdir()}
    Path("x.json").write_bytes(days(b"2026-09-03", b"2026-09-04", b"2026-09-06", last=b"2026-09-06"))
    result = command(*given)
    assert result.code == 1
    assert "CNV-024" in result.err
    assert "up to 2026-09-05 with the balance 110.00; now that balance is 120.00" in result.err
    assert {path: path.read_bytes() for path in Path("out").iterdir()} == before


def test_where_only_new_makes_no_sense(command: Run, folder: Path) -> None:
    """Without a folder there is nowhere to keep the state; a broken state is not guessed at."""
    for output in ((), ("-o", "-"), ("-o", "one.sta")):
        result = command("convert", "good.sta", "--to", "mt940", "--new-only", *output)
        assert (result.code, result.out) == (2, "")
        assert "--new-only needs a folder" in result.err
    Path("out").mkdir()
    Path("out/.statements-state.json").write_bytes(b"[]")
    result = command("convert", "good.sta", "--to", "mt940", "--new-only", "-o", "out")
    assert (result.code, "no state of --new-only" in result.err) == (2, True)


def test_a_refused_output_still_says_what_was_found(command: Run, folder: Path) -> None:
    """The file is in the way: that ends the run, and the warnings of the sources are not lost with it."""
    Path("out").mkdir()
    Path("out/FR7616958000011234567890177_2026-09-03_2026-09-03.mt940.sta").write_bytes(b"mine")
    Path("odd.sta").write_bytes(MT940.replace(b"NTRF", b"NXYZ", 1))
    result = command("convert", "odd.sta", "--to", "mt940", "-o", "out")
    assert result.code == 2
    assert "exists with other content" in result.err
    assert "CNV-218" in result.err or "M940-061" in result.err


def test_many_files_are_counted(command: Run, folder: Path) -> None:
    """The first twenty are named; --verbose names the others too."""
    Path("x.json").write_bytes(days(b"2026-09-03", last=b"2026-10-02"))
    result = command("convert", "x.json", "--to", "mt940", "--every", "day", "-o", "out")
    assert "… and 10 files more" in result.err


def test_quiet_says_what_is_wrong_and_nothing_else(command: Run, folder: Path) -> None:
    """-q: the files are the same; no sums, no list of files, no changes, no zone; errors and warnings stay."""
    loud = command("convert", "good.sta", "--to", "cfonb120", "-o", "loud")
    quiet = command("convert", "good.sta", "--to", "cfonb120", "-o", "quiet", "-q")
    assert loud.err
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    (left,), (right,) = (folder / "loud").iterdir(), (folder / "quiet").iterdir()
    assert (left.name, left.read_bytes()) == (right.name, right.read_bytes())
    wrong = command("convert", "wrong.sta", "--to", "cfonb120", "-o", "quiet", "-q")
    assert wrong.code == 1
    assert "M940-080 error" in wrong.err
    assert "not written: see the errors above" in wrong.err
    fresh = ("convert", "good.sta", "--to", "mt940", "-o", "daily", "--new-only", "-q")
    assert [command(*fresh).err for _ in range(2)] == ["", ""]


def test_each_currency_of_an_account_goes_on_by_itself(command: Run, folder: Path) -> None:
    """Two currencies of one IBAN are two accounts: what was written of one says nothing of the other."""
    first = MT940 + MT940.replace(b"EUR1", b"USD7").replace(b":20:", b":20:U")
    second = first.replace(b"C260902EUR100", b"C260903EUR110").replace(
        b"C260903EUR110,00\r\n-", b"C260904EUR120,00\r\n-"
    )
    second = second.replace(b"C260902USD700", b"C260903USD710").replace(
        b"C260903USD710,00\r\n-", b"C260904USD720,00\r\n-"
    )
    second = (
        second.replace(b":61:2609030903", b":61:2609040904").replace(b":20:", b":20:N").replace(b"26246/", b"26247/")
    )
    (folder / "first.sta").write_bytes(first)
    (folder / "second.sta").write_bytes(second)
    fresh = ("--to", "mt940", "-o", "daily", "--new-only")
    assert command("convert", "first.sta", *fresh).code == 0
    both = command("convert", "first.sta", "second.sta", *fresh)
    assert (both.code, "CNV-024" in both.err) == (0, False), both.err
    assert "2 statements" in both.err
    assert "There is nothing new" in command("convert", "first.sta", "second.sta", *fresh).err


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Nothing was written: errors are in the way."),
        ("fr", "Rien n'a été écrit\u00a0: des erreurs l'empêchent."),
    ],
)
@pytest.mark.parametrize("more", [(), ("--new-only",)])
def test_errors_in_the_way_are_not_called_nothing(
    command: Run, folder: Path, lang: str, said: str, more: tuple[str, ...]
) -> None:
    """A source with errors is no source without anything new."""
    Path("wrong.sta").write_bytes(
        MT940.replace(b"EUR112,34", b"EUR113,34").replace(b":62F:C260903EUR110,00", b":62F:C260903EUR111,00")
    )
    result = command("convert", "wrong.sta", "--to", "cfonb120", "-o", "out", "--lang", lang, *more)
    assert result.code == 1
    assert result.err.splitlines()[0] == said
