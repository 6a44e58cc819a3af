"""What people are used to from other commands: settings in files and variables, spellings, patterns, what they type."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from statements.cli import config
from statements.cli.main import COMMANDS, front_page
from statements.cli.options import AmountType, Day
from statements.cli.texts import Texts
from tests.unit.cli.conftest import MT940, Run

LOCAL = MT940.replace(b"\r\n", b"\n")


def test_a_file_of_settings_holds_below_what_is_typed(
    command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed before variable before file; the nearest file upwards counts, --isolated none, --config the one named."""
    (folder / "statements.toml").write_text('lang = "fr"\n[convert]\nto = "cfonb120"\n')
    (folder / "deep").mkdir()
    monkeypatch.chdir(folder / "deep")
    assert command("convert", "../good.sta").out.startswith("01")
    assert command("convert", "../good.sta", "--to", "mt940").out.startswith(":20:")
    assert "relevé MT940" in command("identify", "../good.sta").out
    assert "MT940 statement" in command("identify", "../good.sta", "--lang", "en").out
    monkeypatch.setenv("STATEMENTS_TO", "json")
    monkeypatch.setenv("STATEMENTS_LANG", "en")
    assert command("convert", "../good.sta").out.startswith("{")
    assert "MT940 statement" in command("identify", "../good.sta").out
    monkeypatch.delenv("STATEMENTS_TO")
    assert command("--isolated", "convert", "../good.sta").code == 2
    (folder / "other.toml").write_text('[convert]\nto = "mt940"\n')
    assert command("--config", "../other.toml", "convert", "../good.sta").out.startswith(":20:")
    missing = command("--config", "nowhere.toml", "identify", "../good.sta")
    assert (missing.code, "cannot be read" in missing.err) == (2, True)


def test_a_project_file_may_hold_them(command: Run, folder: Path) -> None:
    """[tool.statements] of pyproject.toml; a project file without the table is none of ours."""
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert command("convert", "good.sta").code == 2
    (folder / "pyproject.toml").write_text('[tool.statements.convert]\nto = "json"\n')
    assert command("convert", "good.sta").code == 0


def test_rules_are_left_out_with_a_reason(command: Run, folder: Path) -> None:
    """A table of rules gives each its reason, which the report tells."""
    (folder / "statements.toml").write_text('ignore = { "M940-080" = "our bank rounds" }\n')
    (file,) = json.loads(command("validate", "wrong.sta", "--format", "json").out)["files"]
    assert file["suppressed"] == [{"rule": "M940-080", "severity": "error", "count": 1, "reason": "our bank rounds"}]


def test_profiles_may_be_named_for_one_format(command: Run, folder: Path) -> None:
    """``mt940 = "swift"`` says nothing about a file of another format."""
    (folder / "lf.sta").write_bytes(LOCAL)
    (folder / "statements.toml").write_text('profile = { mt940 = "swift", "pain.001" = "sepa" }\n')
    assert "profile swift" in command("validate", "lf.sta").out
    assert command("validate", "good.json").code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ignroe = ['M940-080']", "Did you mean ignore?"),
        ("[convert]\nto = 'mt9400'", "Did you mean mt940"),
        ("[convert\n", "the file of settings cannot be read"),
    ],
)
def test_a_wrong_file_of_settings_is_told(command: Run, folder: Path, text: str, words: str) -> None:
    """An unknown key, a wrong value and broken TOML end the run with 2 and words."""
    (folder / "statements.toml").write_text(text)
    result = command("convert", "good.sta")
    assert result.code == 2
    assert words in result.err


def test_every_option_can_stand_in_a_file() -> None:
    """The keys of the file are the long options of all commands; none is missing, none is invented."""
    from importlib import import_module

    found = set(COMMANDS)
    for name, place in COMMANDS.items():
        made = import_module(place).command(Texts("en"))
        config.apply(made, name, config.Config(), Texts("en"))
        for param in made.params:
            if getattr(param, "envvar", None):
                found.add(str(param.envvar).removeprefix("STATEMENTS_").lower().replace("_", "-"))
    found = found - {"set"} | {"settings", "lang"}
    assert found == config.KEYS


def test_folders_and_patterns_are_files(command: Run, folder: Path) -> None:
    """A folder stands for what is recognised in it, at any depth; a pattern for what fits it."""
    (folder / "in" / "deep").mkdir(parents=True)
    (folder / "in" / "deep" / "a.sta").write_bytes(MT940)
    (folder / "in" / "b.sta").write_bytes(MT940)
    (folder / "in" / "notes.txt").write_text("nothing of ours")
    (folder / "in" / ".hidden.sta").write_bytes(MT940)
    out = command("validate", "in", "-q").out
    assert out == "in/b.sta: The file is valid.\nin/deep/a.sta: The file is valid.\n"
    assert command("validate", "in/**/*.sta", "-q").out == out
    assert "'in/*.xml' does not exist" in command("validate", "in/*.xml").err.replace("in/*.xml", "'in/*.xml'")


@pytest.mark.parametrize("word", ["cfonb120", "CFONB-120", "Cfonb 120", "cfonb_120"])
def test_a_format_in_any_spelling(command: Run, folder: Path, word: str) -> None:
    """A person writes the name of a format as it is known."""
    assert command("convert", "good.sta", "--to", word).out.startswith("01")


def test_suggestions(command: Run, folder: Path) -> None:
    """A mistyped word is answered with the nearest one."""
    assert "Did you mean validate?" in command("valdate", "good.sta").err
    assert "Did you mean mt940" in command("convert", "good.sta", "--to", "mt490").err
    assert "Did you mean --profile" in command("convert", "good.sta", "--profil", "x").err


def test_short_options(command: Run, folder: Path) -> None:
    """-h, -V, -q and -v do what they do elsewhere."""
    assert command("-V").out == command("--version").out
    assert command("-h").out == command("--help").out
    assert command("validate", "-h").out == command("validate", "--help").out
    assert command("validate", "wrong.sta", "-q").out == "wrong.sta: The file is not valid.\n"
    assert command("validate", "wrong.sta", "-v").code == 1


def test_rules_are_ignored_by_list_and_by_beginning(command: Run, folder: Path) -> None:
    """--ignore takes a list with commas, and the beginning of ids."""
    for words in ("M940-080", "m940-080,C120-001", "M940-08", "M940"):
        assert command("validate", "wrong.sta", "--ignore", words).code == 0, words
    assert command("validate", "wrong.sta", "--ignore", "X").code == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12345.67", "12345.67"), ("12345,67", "12345.67"), ("12 345,67", "12345.67"), ("12\u00a0345,67", "12345.67"),
        ("12\u202f345.67", "12345.67"), ("12,345.67", "12345.67"), ("12.345,67", "12345.67"), ("-12,5", "-12.5"),
        ("+3", "+3"), ("0,01", "0.01"), ("1.250", "1.250"), ("1'234'567,89", "1234567.89"),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(typed: str, meant: str) -> None:
    """A comma or a point marks the decimals, blanks and the other mark group."""
    assert AmountType(Texts("en")).convert(typed, None, None) == meant


@pytest.mark.parametrize(
    "typed", ["1,250", "1,2,3", "1.2.3", "12 34,5", "1,23.456", "12,345,67", "a", "", "1e5", "--1"]
)
def test_amounts_that_could_mean_two_are_refused(typed: str) -> None:
    """Where two readings are possible, or none, nobody guesses."""
    with pytest.raises(Exception, match="no exact amount"):
        AmountType(Texts("en")).convert(typed, None, None)


@pytest.mark.parametrize("typed", ["2026-10-01", "01/10/2026", "1/10/2026", "01.10.2026"])
def test_dates_as_people_type_them(typed: str) -> None:
    """ISO 8601, or day, month and year as in France."""
    assert Day(Texts("en")).convert(typed, None, None).isoformat() == "2026-10-01"


@pytest.mark.parametrize("typed", ["2026-13-01", "31/02/2026", "01/10/26", "10-01-2026", "20261001"])
def test_other_dates_are_refused(typed: str) -> None:
    """A day that does not exist, or a form that is none of these."""
    with pytest.raises(Exception, match="no date"):
        Day(Texts("en")).convert(typed, None, None)


def test_statistics_and_colour(command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--statistics counts each rule; colours only where asked for, and never in a report for programs."""
    counted = command("validate", "wrong.sta", "--statistics").out
    assert counted.splitlines()[-1].split()[:3] == ["1", "M940-080", "error"]
    assert "\x1b" not in command("validate", "wrong.sta").out
    painted = command("validate", "wrong.sta", "--color", "always").out
    assert "\x1b[31;1merror\x1b[0m M940-080" in painted
    assert "\x1b[31;1merror\x1b[0m" in command("validate", "wrong.sta", "--color", "always", "--format", "concise").out
    assert "\x1b" not in command("validate", "wrong.sta", "--color", "always", "--format", "json").out


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", [60, 78])
def test_the_front_page_fits(lang: str, width: int) -> None:
    """No line is wider than the terminal."""
    assert max(map(len, front_page(Texts(lang), width))) <= width  # type: ignore[arg-type]


def settings_shown(out: str) -> dict[str, list[str]]:
    """Value and origin of each setting."""
    cells = (re.split(r" {2,}", line.strip()) for line in out.splitlines()[1:])
    return {key: [value, origin] for key, value, origin in cells}


def test_the_settings_in_force_are_shown(command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with where it comes from: typed, variable, file (and table of it), default; nothing is run."""
    (folder / "statements.toml").write_text(
        'profile = { mt940 = "swift" }\njobs = 2\n[settings]\npage_limit = 1500\n[convert]\nto = "cfonb120"\n'
    )
    (folder / "deep").mkdir()
    monkeypatch.chdir(folder / "deep")
    monkeypatch.setenv("STATEMENTS_EVERY", "month")
    monkeypatch.setenv("STATEMENTS_LANG", "en")
    result = command("convert", "--show-settings", "--since", "01/10/2026", "--repair", "a", "--repair", "b", "-q")
    assert (result.code, result.err) == (0, "")
    file = str(folder / "statements.toml")
    assert result.out.splitlines()[0] == f"File of settings: {file}"
    shown = settings_shown(result.out)
    assert {
        key: shown[key] for key in ("lang", "to", "every", "since", "profile", "set", "repair", "jobs", "quiet")
    } == {
        "lang": ["en", "STATEMENTS_LANG"],
        "to": ["cfonb120", f"{file} [convert]"],
        "every": ["month", "STATEMENTS_EVERY"],
        "since": ["2026-10-01", "command line"],
        "profile": ["mt940=swift", file],
        "set": ["page_limit=1500", file],
        "repair": ["a, b", "command line"],
        "jobs": ["2", file],
        "quiet": ["yes", "command line"],
    }
    assert (shown["timezone"], shown["opening"]) == (["Europe/Paris", "default"], ["-", "default"])
    typed = settings_shown(command("--isolated", "--lang", "fr", "convert", "--show-settings", "--to", "json").out)
    assert (typed["lang"], typed["to"]) == (["fr", "ligne de commande"], ["json", "ligne de commande"])
    wrong = command("convert", "--show-settings", "--to", "mt490")
    assert (wrong.code, "Did you mean mt940" in wrong.err) == (2, True)


def test_settings_of_a_project_file_name_their_table(command: Run, folder: Path) -> None:
    """``[tool.statements]`` and its tables are told by their full names; the language, too."""
    text = '[tool.statements]\nlang = "fr"\n[tool.statements.validate]\nfail-on = "warning"\n'
    (folder / "pyproject.toml").write_text(text)
    shown = settings_shown(command("validate", "--show-settings").out)
    file = folder / "pyproject.toml"
    assert shown["lang"] == ["fr", f"{file} [tool.statements]"]
    assert shown["fail-on"] == ["warning", f"{file} [tool.statements.validate]"]


def test_no_secret_is_shown(command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials are no options; what somebody writes into an address is blotted out."""
    monkeypatch.setenv("QONTO_LOGIN", "atelier-4821")
    monkeypatch.setenv("QONTO_SECRET_KEY", "not-to-be-seen")
    monkeypatch.setenv("STATEMENTS_BASE_URL", "https://elsewhere.example")
    result = command("fetch", "--show-settings", "--base-url", "https://atelier-4821:not-to-be-seen@bank.example/v2")
    assert settings_shown(result.out)["base-url"] == ["https://***@bank.example/v2", "command line"]
    assert "not-to-be-seen" not in result.out + result.err
    assert "elsewhere" not in command("fetch", "--show-settings").out


def test_every_command_shows_its_settings(command: Run, folder: Path) -> None:
    """Nothing need be given for it, and nothing is done."""
    for name in sorted(set(COMMANDS) - {"certs"}):
        result = command(name, "--show-settings")
        assert (result.code, result.err) == (0, ""), name
        assert settings_shown(result.out)["lang"][0] == "en", name
    assert command("certs", "make", "--show-settings").code == 0
