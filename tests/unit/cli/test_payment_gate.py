"""The pre-upload gate: exit codes of ``validate`` on payment files, and what its options change."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from statements.cli.render import RENDERERS
from tests.unit.cli.conftest import MT940, Run

ROOT = Path(__file__).parents[3]
PAYMENTS = ROOT / "fixtures" / "pain001"
TODAY = ("--today", "2026-11-30")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one clean, one warned and one refused payment file."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(PAYMENTS / "clean-03.xml", "clean.xml")
    shutil.copy(PAYMENTS / "bad" / "03-134-the-same-end-to-end-reference-twice.xml", "warned.xml")
    shutil.copy(PAYMENTS / "bad" / "03-222-wrong-check-digits-of-a-creditor-account.xml", "refused.xml")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("clean.xml",), 0),
        (("warned.xml",), 0),
        (("refused.xml",), 1),
        (("clean.xml", "refused.xml"), 1),
        (("refused.xml", "--exit-zero"), 0),
        (("warned.xml", "--fail-on", "warning"), 1),
        (("clean.xml", "--fail-on", "warning"), 0),
        (("refused.xml", "--ignore", "P001-222"), 0),
        (("refused.xml", "--profile", "iso"), 1),
        (("warned.xml", "--profile", "iso", "--fail-on", "warning"), 0),
        (("warned.xml", "--set", "strict_duplicates=yes"), 1),
        (("clean.xml", "--set", "max_bytes=100"), 1),
        (("clean.xml", "--own", "FR7616958000011234567890177"), 1),
        (("clean.xml", "--declared", "pain.001.001.03.sct"), 0),
        (("clean.xml", "--declared", "pain.001.001.02.SCT"), 1),
        (("clean.xml", "--declared", "pain.001"), 0),
        (("absent.xml",), 2),
        (("clean.xml", "--profile", "nobody"), 2),
        (("clean.xml", "--set", "nothing=1"), 2),
        (("clean.xml", "--declared", "no name at all"), 2),
    ],
    ids=lambda value: "_".join(value) if isinstance(value, tuple) else str(value),
)
def test_exit_code_of_the_gate(files: Path, command: Run, arguments: tuple[str, ...], code: int) -> None:
    """0 clean or only warnings, 1 something refused, 2 wrong use or unreadable: a script needs nothing else."""
    assert command("validate", *arguments, *TODAY).code == code


@pytest.mark.parametrize("form", RENDERERS)
def test_every_form_has_the_same_exit_code(files: Path, command: Run, form: str) -> None:
    """The form of the report never changes the verdict, and a report is all that stands on stdout."""
    result = command("validate", "refused.xml", *TODAY, "--format", form)
    assert result.code == 1
    assert "P001-222" in result.out
    assert result.err == ""
    assert command("validate", "clean.xml", *TODAY, "--format", form).code == 0


def test_the_report_may_go_to_a_file(files: Path, command: Run) -> None:
    """``-o`` writes the report and leaves stdout empty; the exit code stays."""
    result = command("validate", "refused.xml", *TODAY, "--format", "sarif", "-o", "report.sarif")
    assert (result.code, result.out) == (1, "")
    assert '"ruleId": "P001-222"' in (files / "report.sarif").read_text("utf-8")


@pytest.mark.parametrize("names", [("clean.xml", "refused.xml"), ("statement.sta",)])
def test_a_status_report_answers_one_payment_file(files: Path, command: Run, names: tuple[str, ...]) -> None:
    """Several files, or a file without payments, are wrong use: said on stderr, nothing on stdout."""
    (files / "statement.sta").write_bytes(MT940)
    result = command("validate", *names, *TODAY, "--format", "pain.002")
    assert (result.code, result.out) == (2, "")
    assert "pain.002" in result.err


def test_known_references_come_from_a_file(files: Path, command: Run) -> None:
    """A message reference that was sent before refuses the file; another one does not."""
    (files / "sent.txt").write_text("VIR-2026-10-31\nVIR-2026-11-30\n", "utf-8")
    assert "P001-137" in command("validate", "clean.xml", *TODAY, "--known-ids", "sent.txt").out
    (files / "sent.txt").write_text("VIR-2026-10-31\n", "utf-8")
    assert command("validate", "clean.xml", *TODAY, "--known-ids", "sent.txt").code == 0


def test_a_profile_of_our_own(files: Path, command: Run) -> None:
    """The profile of the examples: severities change with their reasons, settings too."""
    shutil.copy(ROOT / "docs" / "examples" / "our-bank.toml", "our-bank.toml")
    result = command("validate", "warned.xml", *TODAY, "--profile", "our-bank.toml")
    assert result.code == 1
    assert "error P001-134" in result.out


def test_the_answer_never_says_paid(files: Path, command: Run) -> None:
    """What the bank will do is not ours to say, in either language."""
    for lang in ("en", "fr"):
        said = command("validate", "clean.xml", "refused.xml", *TODAY, "--lang", lang).out
        assert re.search(r"\bpaid\b|\bpayés?\b|\bexecuted\b", said) is None
    assert "ready for approval in Qonto" in command("validate", "clean.xml", *TODAY).out


def test_pre_commit_hooks_name_this_command() -> None:
    """The hooks run the installed command with arguments it knows, in the language that installs it."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entries = re.findall(r"^  entry: (.+)$", text, re.MULTILINE)
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert len(entries) == len(re.findall(r"^- id: ", text, re.MULTILINE)) == 2
    for entry in entries:
        program, *arguments = entry.split()
        assert program in scripts
        assert arguments == ["validate", "--format", "concise"]
    assert text.count("  language: python\n") == 2


def test_workflow_example_uses_existing_options(files: Path, command: Run) -> None:
    """Every ``statements`` line of the workflow example runs here."""
    text = (ROOT / "docs" / "examples" / "github-sarif.yml").read_text("utf-8")
    lines = re.findall(r"run: statements (.+)$", text, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        arguments = [part for word in line.split() for part in (["refused.xml"] if "*" in word else [word])]
        expected = 0 if "--exit-zero" in arguments else 1
        assert command(*arguments, *TODAY).code == expected
    assert (files / "payments.sarif").is_file()


def many(count: int, wrong: frozenset[int]) -> bytes:
    """A file of one block with ``count`` payments of one euro; those in ``wrong`` have a wrong IBAN."""
    head, rest = (PAYMENTS / "clean-03-no-creditor-bank.xml").read_text("utf-8").split("      <CdtTrfTxInf>", 1)
    payment, tail = rest.split("</CdtTrfTxInf>\n", 1)
    payment = f"      <CdtTrfTxInf>{payment}</CdtTrfTxInf>\n".replace("860.40", "1.00")
    payments = []
    for number in range(1, count + 1):
        text = payment.replace("NOTPROVIDED", f"FACT-{number}").replace("Facture 2026/118", f"Facture {number}")
        payments.append(text.replace("FR76", "FR67") if number in wrong else text)
    head = head.replace("<NbOfTxs>1<", f"<NbOfTxs>{count}<").replace("860.40", f"{count}.00")
    return (head + "".join(payments) + tail).encode()


def test_the_verdict_counts_the_payments_that_can_go(files: Path, command: Run) -> None:
    """Two bad payments among 2,000: the other 1,998 are named ready, the two are listed with their place and number."""
    (files / "many.xml").write_bytes(many(2000, frozenset({408, 1512})))
    said = command("validate", "many.xml", *TODAY, "--ignore", "P001-110").out
    assert said.startswith("many.xml: 1,998 of 2,000 payments are ready for approval in Qonto.\n")
    assert "\nPayment 408 of 2,000: FACT-408, Cafe Lumiere, 1.00 EUR\n" in said
    assert "\nPayment 1,512 of 2,000: FACT-1512, Cafe Lumiere, 1.00 EUR\n" in said
    assert said.count("error P001-222") == 2
    french = command("validate", "many.xml", *TODAY, "--lang", "fr").out
    assert french.startswith(
        "many.xml\u00a0: 1\xa0998 paiements sur 2\xa0000 sont prêts à être approuvés dans Qonto.\n"
    )


def test_findings_beyond_the_cap_are_counted(files: Path, command: Run) -> None:
    """Of 150 wrong IBANs the first places are shown, all are counted, and the verdict still knows them all."""
    (files / "many.xml").write_bytes(many(300, frozenset(range(1, 151))))
    said = command("validate", "many.xml", *TODAY).out
    assert said.startswith("many.xml: 150 of 300 payments are ready for approval in Qonto.\n")
    assert said.count("error P001-222, 150 places: ") == 1
    assert "… and 50 more findings of P001-222, counted but not listed.\n" in said
    assert said.endswith("150 of 300 payments are ready for approval in Qonto. 150 errors of P001-222.\n")
    full = command("validate", "many.xml", *TODAY, "--verbose").out
    assert full.count("error P001-222") == 100
    assert "150 errors" in said
