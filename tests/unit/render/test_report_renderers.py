"""The renderings of a report: text for people, SARIF, JUnit and GitHub annotations for machines."""

from __future__ import annotations

import tracemalloc
import xml.etree.ElementTree as ET
from typing import Any, Literal

import msgspec
import pytest

from statements.cli.render import CheckedFile, github, groups, junit, sarif, text
from statements.cli.render.excerpt import SourceLines
from statements.cli.texts import Texts
from statements.cli.words import label, verdict
from statements.findings import Finding, Location, PaymentLabel, Report, Summary
from statements.rules import Rule, Severity, Text
from statements.visible import blotted

DATA = b"""<?xml version="1.0" encoding="UTF-8"?>
<Document>
  <MsgId>A_B</MsgId>
  <IBAN>DE00</IBAN>
  <Nm>D\xc3\xbcrand</Nm>
</Document>
"""

LABEL = PaymentLabel(
    index=2, end_to_end_id="FACT-77", creditor="Papierhaus", iban="DE00", amount="1499.9", currency="EUR"
)


def rule(rule_id: str, en: str, fr: str) -> Rule:
    """A rule with everything that a rendering can show."""
    return Rule(
        id=rule_id,
        slug="a-rule",
        severities={"qonto": Severity.ERROR},
        message=Text(en, fr),
        fix=Text("Mend it.", "Corrigez."),
        source="a standard",
        reason_code="AC01",
        example="DE00 <bad>",
    )


class Verdict(msgspec.Struct):
    """What the check says of the whole file."""

    accepted: int


BAD_IBAN = Finding(
    rule("P001-222", "The check digits are wrong.", "La clé est fausse."),
    Severity.ERROR,
    Location(line=4, column=9, path="PmtInf[1]/CdtTrfTxInf[2]/CdtrAcct/Id/IBAN", payment=LABEL),
    found="DE00",
    expected="DE13",
)
BAD_ID = Finding(
    rule("P001-130", "A reference holds 100% wrong, odd: signs.", "Une référence contient des signes interdits."),
    Severity.WARNING,
    Location(line=3, column=10, path="GrpHdr/MsgId"),
    found="A_B",
)
BLOCK = Finding(
    rule("P001-372", "The date is a Sunday.", "La date est un dimanche."),
    Severity.INFO,
    Location(path="PmtInf[1]/ReqdExctnDt"),
    found="2026-11-29",
)


def checked(
    *findings: Finding, payments: int | None = 2, accepted: int = 1, hidden: dict[str, int] | None = None
) -> CheckedFile:
    """A report as the check gives it."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = sum(finding.severity is Severity.WARNING for finding in findings)
    summary = Summary(payments=payments, control_sum="1500.00", currency="EUR", errors=errors, warnings=warnings)
    report = Report(
        format="pain.001.001.03",
        profile="qonto",
        sha256="ab" * 32,
        summary=summary,
        findings=findings,
        hidden=hidden or {},
        details=Verdict(accepted),
    )
    return CheckedFile("out/pay,1.xml", DATA, report)


ALL = checked(BAD_IBAN, BAD_ID, BLOCK)


def test_text_says_the_verdict_first_and_groups_by_payment() -> None:
    """A person reads the verdict, then what concerns the file, the block and each payment, each with its line."""
    assert text.render([ALL]) == (
        "out/pay,1.xml: 1 of 2 payments is ready for approval in Qonto.\n"
        f"  pain.001.001.03, profile qonto, total 1,500.00 EUR, 1 error, 1 warning, SHA-256 {'ab' * 32}\n"
        "\n"
        "Payment 2 of 2: FACT-77, Papierhaus, 1,499.90 EUR\n"
        "  error P001-222, line 4, column 9: The check digits are wrong.\n"
        "    4 |   <IBAN>DE00</IBAN>\n"
        "      |         ^^^^\n"
        "    expected: DE13; reason code AC01\n"
        "    → Mend it.\n"
        "\n"
        "File\n"
        "  warning P001-130, line 3, column 10: A reference holds 100% wrong, odd: signs.\n"
        "    3 |   <MsgId>A_B</MsgId>\n"
        "      |          ^^^\n"
        "    reason code AC01\n"
        "    → Mend it.\n"
        "\n"
        "Payment block 1\n"
        "  info P001-372: The date is a Sunday.\n"
        "    found: 2026-11-29; reason code AC01\n"
        "    → Mend it.\n"
        "\n"
        "1 of 2 payments is ready for approval in Qonto. 1 error in payment 2 · 1 warning in line 3 · "
        "1 remark of P001-372.\n"
    )


def test_text_in_french() -> None:
    """The same answer in French, with French numbers and colons."""
    shown = text.render([ALL], "fr")
    assert shown.startswith("out/pay,1.xml\u00a0: 1 paiement sur 2 est prêt à être approuvé dans Qonto.\n")
    assert "profil qonto, total 1\xa0500,00\xa0EUR, 1 erreur, 1 avertissement" in shown
    assert "Paiement 2 sur 2\u00a0: FACT-77, Papierhaus, 1\xa0499,90\xa0EUR\n" in shown
    assert "  erreur P001-222, ligne 4, colonne 9\u00a0: La clé est fausse.\n" in shown
    assert "    attendu\u00a0: DE13\u00a0; code motif AC01\n" in shown


def test_text_counts_what_is_not_listed() -> None:
    """Findings beyond the cap are counted, never forgotten."""
    shown = text.render([checked(BAD_IBAN, hidden={"P001-222": 1, "P001-300": 49_900})])
    assert "… and 1 more finding of P001-222, counted but not listed.\n" in shown
    assert "… and 49,900 more findings of P001-300, counted but not listed.\n" in shown
    french = text.render([checked(BAD_IBAN, hidden={"P001-222": 2})], "fr")
    assert "… et 2 autres constats P001-222, comptés mais non listés.\n" in french


@pytest.mark.parametrize(
    ("payments", "accepted", "en", "fr"),
    [
        (
            2000,
            1998,
            "1,998 of 2,000 payments are ready",
            "1\xa0998 paiements sur 2\xa0000 sont prêts à être approuvés",
        ),
        (2, 0, "None of the 2 payments is ready", "Aucun des 2 paiements n'est prêt à être approuvé"),
        (1, 0, "The payment is not ready", "Le paiement n'est pas prêt à être approuvé"),
        (0, 0, "No payment of this file is ready", "Aucun paiement de ce fichier n'est prêt à être approuvé"),
    ],
)
def test_the_verdict_never_promises_a_payment(payments: int, accepted: int, en: str, fr: str) -> None:
    """The wording is "ready for approval in Qonto": the tool cannot know what the bank will do."""
    report = checked(BAD_IBAN, payments=payments, accepted=accepted).report
    assert verdict(report, Texts("en")).startswith(f"{en} for approval in Qonto")
    assert verdict(report, Texts("fr")).startswith(f"{fr} dans Qonto")
    assert "paid" not in verdict(report, Texts("en"))


def test_the_verdict_of_a_clean_file() -> None:
    """Every payment is ready when no error was found, warnings allowed."""
    assert verdict(checked(BAD_ID, accepted=0).report, Texts("en")) == "All 2 payments are ready for approval in Qonto."
    assert verdict(checked(payments=1).report, Texts("en")) == "The payment is ready for approval in Qonto."
    assert verdict(checked(payments=3).report, Texts("fr")) == "Les 3 paiements sont prêts à être approuvés dans Qonto."


@pytest.mark.parametrize(("findings", "en"), [((), "valid"), ((BAD_IBAN,), "not valid")])
def test_the_verdict_of_a_statement_file(findings: tuple[Finding, ...], en: str) -> None:
    """A statement is valid or not; nothing is approved in it."""
    report = msgspec.structs.replace(checked(*findings).report, format="mt940")
    assert verdict(report, Texts("en")) == f"The file is {en}."


def test_groups_keep_the_order_of_the_file() -> None:
    """File, then blocks, then payments; payment 10 after payment 2."""
    tenth = msgspec.structs.replace(
        BAD_IBAN, location=msgspec.structs.replace(BAD_IBAN.location, payment=PaymentLabel(index=10))
    )
    assert [(group.block, group.payment) for group in groups([tenth, BLOCK, BAD_IBAN, BAD_ID])] == [
        (0, 0),
        (1, 0),
        (1, 2),
        (1, 10),
    ]


def test_label_leaves_out_what_is_not_known() -> None:
    """A payment without reference is named by its number alone."""
    assert label(PaymentLabel(index=3), None, Texts("en")) == "Payment 3"
    assert label(PaymentLabel(index=3, creditor="X"), 9, Texts("fr")) == "Paiement 3 sur 9\u00a0: X"


def test_excerpt_of_a_file_in_one_line() -> None:
    """A file without line breaks is cut to a window in which the caret still stands under the value."""
    data = b"<a>" + b"<b>1</b>" * 500 + b"<IBAN>DE00</IBAN>" + b"<b>1</b>" * 500 + b"</a>"
    column = data.index(b"DE00") + 1
    excerpt = SourceLines(data).excerpt(1, column, "DE00")
    assert excerpt is not None
    shown, caret = excerpt
    assert len(shown) <= 102
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "DE00"


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_excerpt_of_a_very_long_line(bom: bytes) -> None:
    """Only what stands around the place is decoded: in any order of places, and to the end of the line."""
    cells = [f"<b>é{index}</b>" for index in range(60_000)]
    places = [sum(map(len, cells[:index])) + 4 for index in (0, 59_999, 7, 30_000)]
    source = SourceLines(bom + "".join(cells).encode() + b"\r\n<last/>\n")
    for column, found in zip(places, ("é0", "é59999", "é7", "é30000"), strict=True):
        shown, caret = source.excerpt(1, column, found) or ("", "")
        assert shown[caret.index("^") : caret.rindex("^") + 1] == found
    behind = sum(map(len, cells)) + 1
    assert source.excerpt(1, behind, "x") == source.excerpt(1, None, None)
    assert source.excerpt(2, 1, None) == ("<last/>", "^^^^^^^")
    assert source.line(1) == "".join(cells)


def test_a_table_of_lines_is_not_held() -> None:
    """Of a million lines some counts are kept, whichever is asked for."""
    source = SourceLines(b"<a>\n" * 1_000_000)
    tracemalloc.start()
    assert (source.line(999_999), source.line(5), source.line(1_000_002)) == ("<a>", "<a>", None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_excerpt_counts_wide_and_combining_characters() -> None:
    """The caret stands under the value also after letters that a terminal draws wider or over one another."""
    wide = SourceLines("<a>日本</a><b>X</b>".encode()).excerpt(1, 13, "X")
    assert wide == ("<a>日本</a><b>X</b>", " " * 14 + "^")
    combined = SourceLines("<a>e\u0301</a><b>X</b>".encode()).excerpt(1, 13, "X")
    assert combined == ("<a>e\u0301</a><b>X</b>", " " * 11 + "^")


def test_excerpt_marks_a_whole_tag_and_an_escaped_value() -> None:
    """A finding about an element marks its tag; a value written with entities is marked as it stands."""
    assert SourceLines(b"<a><Cdtr/></a>").excerpt(1, 4, None) == ("<a><Cdtr/></a>", "   ^^^^^^^")
    assert SourceLines(b"<a>x &amp; y</a>").excerpt(1, 4, "x & y") == ("<a>x &amp; y</a>", "   ^^^^^^^^^")


def test_excerpt_of_other_encodings_and_missing_lines() -> None:
    """The declared encoding is used; a line that the file does not have has no excerpt."""
    source = SourceLines('<?xml version="1.0" encoding="ISO-8859-1"?>\r\n<Nm>Dürand</Nm>'.encode("latin-1"))
    assert source.excerpt(2, 5, "Dürand") == ("<Nm>Dürand</Nm>", "    ^^^^^^")
    assert source.excerpt(3, 1, None) is None
    assert source.excerpt(None, None, None) is None
    assert source.excerpt(2, 99, None) == ("<Nm>Dürand</Nm>", "")
    assert SourceLines(b'<?xml version="1.0" encoding="nonsense"?>').line(1) is not None
    assert SourceLines(b"\xef\xbb\xbf<a/>").line(1) == "<a/>"


def test_a_name_cannot_steer_the_terminal() -> None:
    """Escape sequences and direction marks of the file are shown, never sent."""
    named = msgspec.structs.replace(
        BAD_IBAN,
        location=msgspec.structs.replace(BAD_IBAN.location, payment=PaymentLabel(index=2, creditor="A\x1b[2J\u202eB")),
    )
    for shown in (text.render([checked(named)]), github.render([checked(named)])):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert blotted("ok é") == "ok é"


def test_github_escapes_data_and_properties() -> None:
    """A comma in the name or a percent sign in the text cannot break the command."""
    lines = github.render([ALL]).splitlines()
    assert lines[0] == (
        "::error file=out/pay%2C1.xml,line=4,col=9,endColumn=13,title=P001-222::"
        "Payment 2: FACT-77, Papierhaus, 1,499.90 EUR%0AThe check digits are wrong.%0AMend it."
    )
    assert lines[1].startswith("::warning file=out/pay%2C1.xml,line=3,col=10,endColumn=13,title=P001-130::")
    assert "100%25 wrong, odd: signs." in lines[1]
    assert lines[2].startswith("::notice file=out/pay%2C1.xml,title=P001-372::")


def test_github_says_the_verdict_of_a_clean_file_and_what_is_hidden() -> None:
    """A clean file is one notice; hidden findings are counted."""
    assert github.render([checked()]) == (
        "::notice file=out/pay%2C1.xml::All 2 payments are ready for approval in Qonto.\n"
    )
    assert "::notice file=out/pay%2C1.xml::… and 7 more of P001-222\n" in github.render(
        [checked(BAD_IBAN, hidden={"P001-222": 7})]
    )


@pytest.mark.parametrize(("lang", "words"), [("en", "asked for"), ("fr", "demand\u00e9\u00a0")])
def test_github_names_the_options_that_were_set(lang: Literal["en", "fr"], words: str) -> None:
    """What was asked for beside the check stands first, so that nobody takes a shortened list for all of it."""
    said = github.render([checked()], lang, notes=("--exit-zero", "--max-findings 2"))
    assert said.splitlines()[0] == f"::notice::{words}: --exit-zero, --max-findings 2"


def test_junit_counts_and_fails_by_severity() -> None:
    """A case for the file, the block and the payment; only findings at or above the threshold fail."""
    root = ET.fromstring(junit.render([ALL]))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "0")
    suite = root.find("testsuite")
    assert suite is not None
    assert suite.get("name") == "out/pay,1.xml"
    names = [case.get("name") for case in suite.findall("testcase")]
    assert names == ["File", "Payment block 1", "Payment 2: FACT-77, Papierhaus, 1,499.90 EUR"]
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("type") == "P001-222"
    assert "out/pay,1.xml:4:9: P001-222 error: The check digits are wrong. [DE00] Mend it." in (failure.text or "")
    strict = ET.fromstring(junit.render([ALL], fail_on=Severity.WARNING))
    assert strict.get("failures") == "2"


def test_junit_of_a_clean_file_has_one_passing_case() -> None:
    """A suite is never empty, and a payment finding without file finding still has the file's case."""
    root = ET.fromstring(junit.render([checked()]))
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert ET.fromstring(junit.render([checked(BAD_IBAN)])).get("tests") == "2"


def test_junit_survives_characters_that_xml_forbids() -> None:
    """A control character in a value gives a readable document all the same."""
    odd = msgspec.structs.replace(BAD_ID, found='\x00<"&\n\x0b')
    root = ET.fromstring(junit.render([checked(odd)]))
    assert '[\\x00<"&\\n\\x0b]' in (root.findtext("testsuite/testcase/system-out") or "")


def sarif_run(*files: CheckedFile) -> dict[str, Any]:
    """The one run of the document."""
    document: dict[str, Any] = msgspec.json.decode(sarif.render(files))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_links_results_to_rules_and_artifacts() -> None:
    """Every index points at what it names, levels are SARIF's, columns say how they count."""
    run = sarif_run(ALL)
    rules = run["tool"]["driver"]["rules"]
    assert [entry["id"] for entry in rules] == ["P001-130", "P001-222", "P001-372"]
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"] == "out/pay%2C1.xml"
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 4,
        "startColumn": 9,
        "endColumn": 13,
    }
    assert run["results"][0]["properties"]["reasonCode"] == "AC01"
    assert "region" not in run["results"][2]["locations"][0]["physicalLocation"]
    assert run["artifacts"][0]["hashes"]["sha-256"] == "ab" * 32


def test_sarif_help_holds_fix_example_and_source() -> None:
    """The help of a rule says how to mend it, with an example and the source; angle brackets are safe in markdown."""
    helped = sarif_run(ALL)["tool"]["driver"]["rules"][1]["help"]
    assert helped["text"] == ("The check digits are wrong.\n\nMend it.\n\nExample: DE00 <bad>\n\nSource: a standard")
    assert "&lt;bad>" in helped["markdown"]


def test_sarif_fingerprints_survive_moved_lines_and_differ_otherwise() -> None:
    """A known finding stays known when lines move; two equal findings of one payment stay two."""
    moved = msgspec.structs.replace(BAD_IBAN, location=msgspec.structs.replace(BAD_IBAN.location, line=40, column=1))
    prints = [result["partialFingerprints"]["finding/v1"] for result in sarif_run(checked(BAD_IBAN))["results"]]
    again = [result["partialFingerprints"]["finding/v1"] for result in sarif_run(checked(moved, BAD_IBAN))["results"]]
    assert again[0] == prints[0]
    assert again[1] != prints[0]


def test_sarif_in_french() -> None:
    """The language of the run and of its texts."""
    run = sarif_run(ALL)
    assert run["language"] == "en-GB"
    french: dict[str, Any] = msgspec.json.decode(sarif.render([ALL], "fr"))["runs"][0]
    assert french["language"] == "fr-FR"
    assert french["results"][0]["message"]["text"].startswith("La clé est fausse. (Paiement 2\u00a0: FACT-77")


def test_same_report_same_bytes() -> None:
    """No clock, no host, no order of chance in any rendering."""
    for render in (text.render, github.render, junit.render, sarif.render):
        assert render([ALL, checked()]) == render([ALL, checked()])
