"""``show``, ``identify``, ``explain``, and the frame of the command: help, version, language."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from statements.cli.main import COMMANDS, language, run
from statements.cli.texts import TEXTS, Texts
from statements.formats import register
from statements.reference.external_codes import external_codes
from tests.unit.cli.conftest import IBAN, JSON, MT940, Run
from tests.unit.cli.test_validate import CFONB

ROOT = Path(__file__).parent.parent.parent.parent
PAIN = ROOT / "fixtures" / "pain001" / "clean-03-two-blocks.xml"


def test_show_prints_a_statement(command: Run, folder: Path) -> None:
    """Account, period, each entry with party and text, and the balances."""
    result = command("show", "good.sta")
    assert (result.code, result.err) == (0, "")
    for words in (IBAN, "2026-09-03", "CREPERIE DE L'ILE", "ACOMPTE DEVIS 2026-117", "12.34", "-2.34", "110.00"):
        assert words in result.out
    assert "solde final indiqué" in command("show", "good.sta", "--lang", "fr").out


def test_show_as_json_is_that_of_convert(command: Run, folder: Path) -> None:
    """``show --format json`` and ``convert --to json`` say the same."""
    assert command("show", "good.sta", "--format", "json").out == command("convert", "good.sta", "--to", "json").out


def test_show_of_a_faulty_file_says_so(command: Run, folder: Path) -> None:
    """What could be read is shown, the error is on stderr, the exit code is 1."""
    result = command("show", "wrong.sta")
    assert result.code == 1
    assert "difference" in result.out
    assert "M940-080" in result.err


def test_ruler_of_mt940(command: Run, folder: Path) -> None:
    """Tags with their names, the subfields of :61: by the numbers of the handbook, the counters of :86: lines."""
    result = command("show", "good.sta", "--ruler")
    assert result.code == 0
    lines = result.out.splitlines()
    assert "  :61: Statement Line" in lines
    assert any(re.fullmatch(r" +7  Reference for the Account Owner +NONREF", line) for line in lines)
    assert any(re.fullmatch(r" +5  Amount +12,34 +12.34 EUR", line) for line in lines)
    assert any(re.fullmatch(r" +9  Supplementary Details +/TRCD/05/", line) for line in lines)
    assert any(re.fullmatch(r" +1  57  /ORDP//NAME/.*", line) for line in lines)


def test_ruler_of_cfonb(command: Run, folder: Path) -> None:
    """The ruler stands above the record, column for column, and each zone is decoded."""
    (folder / "x.txt").write_bytes(CFONB)
    lines = command("show", "x.txt", "--ruler", "--lang", "fr").out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith(".........1"))
    assert len(lines[at].strip()) == 120
    assert lines[at + 1][2:].rstrip() == CFONB.split(b"\r\n")[0].decode().rstrip()
    assert any("91-104" in line and "0000000123456G" in line and "12345.67 EUR" in line for line in lines)


def test_ruler_of_something_without_columns(command: Run, folder: Path) -> None:
    """--ruler is for the two formats that have columns: exit code 2 in words."""
    result = command("show", "good.json", "--ruler")
    assert (result.code, result.out) == (2, "")
    assert "--ruler is for MT940 and CFONB-120" in result.err


def test_show_prints_the_payments(command: Run) -> None:
    """Batches and payments of a pain.001, with their sums."""
    result = command("show", PAIN)
    assert result.code == 0
    for words in ("pain.001.001.03", "Block 1", "Block 2", "Papierhaus Nord GmbH", "300.02 EUR", "310.03 EUR"):
        assert words in result.out
    assert json.loads(command("show", PAIN, "--format", "json").out)["payment_files"][0]["count"] == 3


def test_payment_files_go_to_json_only(command: Run, folder: Path) -> None:
    """``convert payment.xml --to json`` gives the payments; another format is refused in words."""
    result = command("convert", PAIN, "--to", "json")
    assert result.code == 0
    assert len(json.loads(result.out)["payment_files"][0]["blocks"]) == 2
    refused = command("convert", PAIN, "--to", "mt940")
    assert (refused.code, refused.out) == (2, "")
    assert "json only" in refused.err
    assert command("convert", PAIN, "good.sta", "--to", "json").code == 2


def test_identify_names_format_version_and_ebics(command: Run, folder: Path) -> None:
    """Format, version, and the names of EBICS 2.4 and 3.0 as Qonto spells them."""
    (folder / "x.txt").write_bytes(CFONB)
    result = command("identify", "good.sta", "x.txt", PAIN, "--format", "json")
    assert result.code == 0
    statement, cfonb, payment = json.loads(result.out)["files"]
    assert (statement["format"], statement["ebics"]["file_format"]) == ("mt940", "camt.fin.mt940.stm")
    assert statement["ebics"]["btf"] == "EOP/mt940"
    assert cfonb["ebics"]["file_format"] == "camt.xxx.cfonb120.stm"
    assert (payment["format"], payment["version"]) == ("pain.001", "03")
    assert payment["ebics"]["file_format"] == "pain.001.001.03.sct"
    text = command("identify", "good.sta").out
    assert "camt.fin.mt940.stm (FDL)" in text
    assert "EOP/mt940 (BTD)" in text


def test_identify_says_what_a_foreign_file_is(command: Run, folder: Path) -> None:
    """A direct debit is named and refused with its reason; unknown bytes end with 2."""
    space = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"
    (folder / "x.xml").write_text(f'<Document xmlns="{space}"><CstmrDrctDbtInitn/></Document>')
    result = command("identify", "x.xml")
    assert result.code == 0
    assert "pain.008.001.02 SEPA direct debit" in result.out
    assert "direct debit is not supported" in result.out
    assert command("identify", "empty.sta").code == 2
    assert command("identify", "none.sta").code == 2


def test_explain_lists_every_rule(command: Run) -> None:
    """Without an id, all rules of all books, each once."""
    result = command("explain")
    listed = re.findall(r"^  ([A-Z0-9]+-\d{3})  ", result.out, re.MULTILINE)
    assert listed == [rule.id for book in register.books().values() for rule in book.load()]
    assert len(listed) == len(set(listed)) > 350


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_explain_tells_every_rule(command: Run, lang: str) -> None:
    """Each id is explained in both languages, in any letter case; what it says is a text."""
    for book in (book.load() for book in register.books().values()):
        for rule in list(book)[:3]:
            result = command("explain", rule.id.lower(), "--lang", lang)
            assert result.code == 0
            assert result.out.startswith(f"{rule.id}{Texts(lang).colon}{rule.message.plain(lang)}")  # type: ignore[arg-type]
            assert rule.source in result.out


def test_explain_of_no_rule(command: Run) -> None:
    """An unknown id is exit code 2 in words."""
    result = command("explain", "M940-999")
    assert (result.code, result.out) == (2, "")
    assert "Nothing is known of 'M940-999'" in result.err


def test_explain_of_a_name(command: Run) -> None:
    """The name of a rule is as good as its id; several rules of one name are all told; a near one is offered."""
    by_id, by_name = command("explain", "P001-222"), command("explain", "iban-check-digits")
    assert (by_name.code, by_name.out) == (0, by_id.out)
    known = [rule for book in register.books().values() for rule in book.load() if rule.slug]
    for rule in known[::17]:
        same = [other.id for other in known if other.slug == rule.slug]
        shown = command("explain", rule.slug.replace("-", "_").upper()).out
        assert [line.split(":")[0] for line in shown.splitlines() if line.startswith(tuple(same))] == same
    near = command("explain", "iban-chek-digits")
    assert near.code == 2
    assert "iban-check-digits" in near.err


def test_explain_of_a_code(command: Run) -> None:
    """Every reason code in words, in both languages, with the rules that expect it."""
    for code, row in external_codes("status_reason").items():
        assert command("explain", code.lower()).out.startswith(f"{code}: {row.english} (")
        assert command("explain", code, "--lang", "fr").out.startswith(f"{code}\u00a0: ")
    assert "P001-222" in command("explain", "AC01").out
    # A code of two lists is told for each.
    both = [code for code in external_codes("purpose") if code in external_codes("category_purpose")]
    assert len(command("explain", both[0]).out.splitlines()) == 2


def test_an_answer_of_the_bank(command: Run, tmp_path: Path) -> None:
    """show and validate beside the payment file; what is no answer, or no payment file, is misuse in words."""
    pain = ROOT / "fixtures" / "pain001"
    answer, original = pain / "answered-03.pain.002.xml", pain / "answered-03.xml"
    shown = command("show", answer, "--original", original)
    assert shown.code == 0
    assert "Payment 2 of 2: FACT-77, Papierhaus Nord GmbH, 499.99 EUR (line 29 of" in shown.out
    assert "AC01, account number wrong" in shown.out
    assert "our check: P001-222, line 33" in shown.out
    assert "FACT-77: refused (RJCT)" in command("show", answer).out.replace("Payment FACT-77", "FACT-77")
    for form in ("text", "concise", "json", "sarif", "junit", "github"):
        told = command("validate", answer, "--original", original, "--format", form)
        assert (told.code, "P002-012" in told.out, "AC01" in told.out) == (1, True, True), form
    other = command("show", answer, "--original", pain / "clean-03.xml")
    assert "This answer is to another file" in other.out
    assert command("validate", answer, "--original", pain / "clean-03.xml").code == 1
    (tmp_path / "x.xml").write_bytes(b"<Document/>")
    for arguments in (
        ["show", original, "--original", original],
        ["show", answer, "--original", tmp_path / "x.xml"],
        ["validate", original, "--original", original],
        ["validate", answer, answer, "--original", original],
        ["validate", answer, "--original", tmp_path / "none.xml"],
    ):
        result = command(*arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert result.err.strip()


def test_no_text_of_an_answer_acts(command: Run, tmp_path: Path) -> None:
    """What a bank writes is printed as text: no escape of it reaches the terminal, no line of its own making."""
    pain = ROOT / "fixtures" / "pain001"
    text = (pain / "answered-03.pain.002.xml").read_text("utf-8")
    bad = tmp_path / "bad.xml"
    for found in set(re.findall(r">([^<>\n]+)<", text)) - {"RJCT"}:
        bad.write_text(text.replace(f">{found}<", ">a&#x9b;31m\u202eb&#x85;\nFORGED<"), "utf-8")
        for arguments in (
            ["show", bad],
            ["show", bad, "--original", pain / "answered-03.xml"],
            ["validate", bad, "--original", pain / "answered-03.xml"],
        ):
            result = command(*arguments)
            for stream in (result.out, result.err):
                assert not set("\x9b\u202e\x85") & set(stream), (found, arguments)
                assert not [line for line in stream.split("\n") if line.startswith("FORGED")]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_whole_in_both_languages(command: Run, name: str) -> None:
    """Every help text exists in French, and none of click's English words is left in it."""
    arguments = [name] if name else []
    english = command(*arguments, "--help")
    french = command(*arguments, "--help", "--lang", "fr")
    assert (english.code, french.code) == (0, 0)
    assert english.out.startswith("Usage: statements")
    assert french.out.startswith("Utilisation\u00a0: statements")
    for word in ("Usage", "Show this", "[required]", "[default", "and exit"):
        assert word not in french.out
    assert "  --lang" in french.out


def test_without_arguments_the_help_is_shown(command: Run) -> None:
    """No command is wrong use: the help on stderr, exit code 2."""
    result = command()
    assert (result.code, result.out) == (2, "")
    assert "Commands:" in result.err


def test_version(command: Run) -> None:
    """The version stands alone on its line."""
    import statements

    assert command("--version").out == f"statements {statements.__version__}\n"


def test_an_unknown_command_names_the_known_ones(command: Run) -> None:
    """In both languages."""
    assert "there are fetch, convert, validate, show, identify, explain" in command("check").err
    assert "il y a fetch, convert, validate" in command("check", "--lang", "fr").err


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {}, "en"),
        (["x", "--lang", "fr"], {}, "fr"),
        (["--lang=fr", "x"], {}, "fr"),
        (["--lang", "fr", "--lang", "en"], {}, "en"),
        (["--lang", "en"], {"LANG": "fr_FR.UTF-8"}, "en"),
        ([], {"LANG": "fr_FR.UTF-8"}, "fr"),
        ([], {"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        (["--", "--lang", "fr"], {}, "en"),
    ],
)
def test_language(arguments: list[str], environment: dict[str, str], expected: str) -> None:
    """The option decides, else the locale, else English."""
    assert language(arguments, environment) == expected


def test_every_sentence_is_there_in_both_languages() -> None:
    """No text is empty, and both languages take the same placeholders."""
    for key, (english, french) in TEXTS.items():
        assert english, key
        assert french, key
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", french)), key
    assert Texts("fr").count("error", 0) == "0 erreur"
    assert Texts("en").count("error", 0) == "0 errors"


def test_every_sentence_is_used() -> None:
    """A text that nothing says any more goes."""
    files = [path for path in (ROOT / "statements" / "cli").rglob("*") if path.suffix in (".py", ".html")]
    source = "".join(path.read_text("utf-8") for path in files)
    built = (
        "certs.role.",
        "compare.",
        "html.grade.",
        "html.sure.",
        "html.who.",
        "severity.",
        "n.",
        "role.",
        "ref.",
        "reason.",
        "series.",
        "verdict.",
        "why.",
        "list.",
        "proposal-",
    )
    for key in TEXTS:
        short = key.endswith((".short", ".help"))
        assert short or key.startswith(built) or source.count(f'"{key}"') + source.count(f"'{key}'") > 1, key


def test_the_output_may_be_closed_early(folder: Path) -> None:
    """``statements … | head`` ends quietly."""
    done = subprocess.run(
        ["sh", "-c", f"PYTHONPATH={ROOT} {sys.executable} -m statements explain | head -1"],
        capture_output=True,
        check=False,
    )
    assert done.stdout.startswith(b"Rules of")
    assert done.stderr == b""


def test_help_starts_fast_and_loads_no_format() -> None:
    """``statements --help`` imports neither msgspec nor lxml, rich or any format."""
    code = (
        "import sys; from statements.cli.main import run; run(['--help']); "
        "print(sorted({'msgspec', 'lxml', 'rich', 'xmlschema', 'dateutil'} & set(sys.modules)), "
        "[name for name in sys.modules if name.startswith('statements.formats')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONPATH": str(ROOT), "LC_ALL": "C"}
    )
    assert done.stdout.splitlines()[-1] == b"[] []"


def test_python_dash_m_is_the_command() -> None:
    """``python -m statements`` ends with the exit code of the command."""
    done = subprocess.run(
        [sys.executable, "-m", "statements", "show", "/does/not/exist"],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "LC_ALL": "C"},
    )
    assert done.returncode == 2
    assert done.stderr == b"/does/not/exist does not exist; check the name.\n"


def test_samples_are_what_they_claim(command: Run, folder: Path) -> None:
    """The samples of these tests are sound themselves."""
    assert run(["validate", "good.sta"]) == 0
    assert MT940.count(b":61:") == 2
    assert json.loads(JSON)["statements"][0]["account"]["iban"] == IBAN


def test_no_sentence_is_written_twice() -> None:
    """The files of the sentences share one table: a key stands in one of them only."""
    listed = [
        key
        for path in sorted((ROOT / "statements" / "cli").glob("texts*.py"))
        for key in re.findall(r'^    "([^"]+)": \(', path.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(listed) == sorted(set(listed)) == sorted(TEXTS)
