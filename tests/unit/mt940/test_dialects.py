"""What the text of an entry says, by dialect."""

from __future__ import annotations

import pytest

from statements.formats import mt940
from statements.formats.mt940.narrative import Parts, dialect, read_narrative
from statements.formats.mt940.to_model import supplementary
from statements.model.statement import Detail


def said(parts: Parts) -> dict[str, object]:
    """The members that hold something."""
    names = "name iban bic role end_to_end_id mandate_id creditor_id customer_reference bank_reference rate original"
    found: dict[str, object] = {
        name: getattr(parts, name) for name in names.split() if getattr(parts, name) is not None
    }
    if parts.remittance:
        found["remittance"] = parts.remittance
    if parts.details:
        found["details"] = [(detail.qualifier, detail.text) for detail in parts.details]
    return found


CASES = {
    "abn": (
        [
            "/TRTP/SEPA OVERBOEKING/IBAN/NL86INGB0002445588/BIC/INGBNL2A/NAME/",
            "TT TEST/REMI/TRANSFER OWN MONEY/EREF/NOTPROVIDED",
        ],
        {
            "name": "TT TEST",
            "iban": "NL86INGB0002445588",
            "bic": "INGBNL2A",
            "remittance": ("TRANSFER OWN MONEY",),
            "details": [("TRTP", "SEPA OVERBOEKING")],
        },
    ),
    "rabobank": (
        ["/EREF/01-01-2013 12:00 0030000987654321/BENM//NAME/CONTRA ACCOUN", "T HOLDER/REMI//ISDT/2013-07-11"],
        {
            "end_to_end_id": "01-01-2013 12:00 0030000987654321",
            "name": "CONTRA ACCOUN T HOLDER",
            "role": "beneficiary",
            "details": [("ISDT", "2013-07-11")],
        },
    ),
    "ing": (
        [
            "/EREF/501810557591//MARF/1.14332853//CSID/NL93ZZZ332656790051",
            "//CNTP/NL12COBA0733959555/COBANL2XXXX/B ASDGF Netherlands BV///R",
            "EMI/USTD//Factuurnummer 987654321098//PURP/OTHR/",
        ],
        {
            "end_to_end_id": "501810557591",
            "mandate_id": "1.14332853",
            "creditor_id": "NL93ZZZ332656790051",
            "iban": "NL12COBA0733959555",
            "bic": "COBANL2XXXX",
            "name": "B ASDGF Netherlands BV",
            "remittance": ("Factuurnummer 987654321098",),
            "details": [("PURP", "OTHR")],
        },
    ),
    "knab": (
        ["/TRTP/SEPA INCASSO DOORLOPEND/IBAN/NL52RBOS0343434343/BIC/KNABNL2 ", "HXXX/NAME/ABLAS/MARF/007-M157303302"],
        {
            "name": "ABLAS",
            "iban": "NL52RBOS0343434343",
            "bic": "KNABNL2HXXX",
            "mandate_id": "007-M157303302",
            "details": [("TRTP", "SEPA INCASSO DOORLOPEND")],
        },
    ),
    "german": (
        [
            "166?00GUTSCHRIFT?100399?20EREF+TFNR 0300300004?21SVWZ+Strukturier",
            "ter Verwend?22ungszweck 30030004 DE?30DRESDEFF508?31DE89370400440",
            "532013000?32KARL?33 KAUFMANN",
        ],
        {
            "end_to_end_id": "TFNR 0300300004",
            "remittance": ("Strukturierter Verwendungszweck 30030004 DE",),
            "bic": "DRESDEFF508",
            "iban": "DE89370400440532013000",
            "name": "KARL KAUFMANN",
            "details": [("GVC", "166"), ("00", "GUTSCHRIFT"), ("10", "0399")],
        },
    ),
    "triodos": (
        ["000>100987654321", ">20ALGEMENE TUSSENREKENING KOS>21TEN VAN 01-10>310390123456"],
        {
            "remittance": ("ALGEMENE TUSSENREKENING KOSTEN VAN 01-10",),
            "details": [("GVC", "000"), ("10", "0987654321"), ("ACCW", "0390123456")],
        },
    ),
    "unstructured": (["999PN5477SCHECK"], {"remittance": ("PN5477SCHECK",), "details": [("GVC", "999")]}),
    "return": (
        ["109?00RETOURE?20EREF+E1?34914"],
        {"end_to_end_id": "E1", "details": [("GVC", "109"), ("RTRN", "MS03")]},
    ),
    "plain": (["BEA   NR:XXX1234", "PAS999  "], {"remittance": ("BEA   NR:XXX1234", "PAS999")}),
    "unknown word": (["/INV/123/"], {"remittance": ("/INV/123/",)}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_a_narrative_says_what_its_dialect_means(name: str) -> None:
    """Name, account, references, remittance and details of one text of each bank."""
    lines, expected = CASES[name]
    assert said(read_narrative("\n".join(lines))) == expected


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["166?20Miete"], "german"),
        ([" 020?00Wyplata"], "german"),
        (["171~00"], "german"),
        (["999PN54"], "german"),
        (["0111111111 V. DE JONG"], "plain"),
        (["/REMI/x"], "slash"),
        (["/YYYY/x"], "plain"),
        (["911 TRANSAKCJA"], "plain"),
        ([], "plain"),
    ],
)
def test_the_dialect_is_told_by_the_first_characters(lines: list[str], kind: str) -> None:
    """German by code, separator and key; slash by a listed word; plain else."""
    assert dialect("\n".join(lines)).name == kind


def test_a_code_word_counts_once() -> None:
    """The first of a kind counts, the others are kept as details."""
    parts = read_narrative("/REMI/one/REMI/two")
    assert parts.remittance == ("one",)
    assert parts.details == [Detail("REMI", "two")]
    assert [note.rule for note in parts.notes] == ["M940-075"]


@pytest.mark.parametrize(
    ("text", "original", "cfonb", "details"),
    [
        ("/OCMT/USD50,01//TRCD/28/", "USD50,01", "28", []),
        ("/OCMT/CAD47,11", "CAD47,11", None, []),
        ("/OCMT/CAD47,11/CHGS/EUR1,23", "CAD47,11", None, [Detail("CHGS", "EUR1,23")]),
        ("/TRCD/00100/", None, None, [Detail("TRCD", "00100")]),
        ("/TRCD/ZZ/", None, None, [Detail("TRCD", "ZZ")]),
        ("random text / and stuff", None, None, [Detail("61.9", "random text / and stuff")]),
        ("", None, None, []),
    ],
)
def test_supplementary_details_are_split_into_words(
    text: str, original: str | None, cfonb: str | None, details: list[Detail]
) -> None:
    """Original amount, CFONB code of the table, everything else kept."""
    assert supplementary(text) == (original, cfonb, details)


def test_a_word_cut_by_two_line_ends_is_no_word() -> None:
    """A line end may cut the first word once; lines that only look like one when joined are plain."""
    assert read_narrative("/REMI\n/Facture 12").remittance == ("Facture 12",)
    assert read_narrative("/REMI\n\n/Facture 12").remittance == ("/REMI", "/Facture 12")


def test_a_word_that_no_slash_closes_is_none_whatever_was_read_before() -> None:
    """What is remembered of one text says nothing of a text that only ends like it."""
    assert read_narrative("/REMI/Facture 12").remittance == ("Facture 12",)
    assert read_narrative("/REMI").remittance == ("/REMI",)
    assert read_narrative("/EREF/E2E-1/REMI/Facture").remittance == ("Facture",)
    assert read_narrative("/EREF/E2E-1/REMI").end_to_end_id == "E2E-1/REMI"


def test_an_identifier_inside_a_name_is_a_detail_of_its_own() -> None:
    """`/NAME/x/ID/123/`: the name ends before the word, and the detail holds what follows it."""
    text = (
        ":20:X\r\n:25:FR7616958000011234567890177\r\n:28C:1\r\n:60F:C261125EUR100,00\r\n"
        ":61:2611251125C1,00NTRFX\r\n:86:/ORDP//NAME/x/ID/123/\r\n:62F:C261125EUR101,00\r\n"
    )
    (statement,) = mt940.read(text).value
    (entry,) = statement.entries
    assert entry.counterparty is not None
    assert entry.counterparty.name == "x"
    assert [(detail.qualifier, detail.text) for detail in entry.details] == [("ID", "123/")]
