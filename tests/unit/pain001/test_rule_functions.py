"""Rule functions on a few elements each: what the whole files of the rule table do not reach."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from statements.findings import Reporter
from statements.formats.pain001.context import CheckContext, Tally
from statements.formats.pain001.decimals import Exact
from statements.formats.pain001.profiles import PROFILES, rules
from statements.formats.pain001.rules import accounts, amounts, banks, dates, parties, texts, types
from statements.formats.pain001.scope import Level, Scope, scope_of
from statements.profiles import with_settings

DAY = datetime.date(2026, 11, 30)


class Recording(CheckContext):
    """A check that keeps what it is told."""

    __slots__ = ("said",)

    def add(self, rule_id: str, scope: Scope | None = None, path: str = "", **values: Any) -> None:
        """Keep rule, place and words; the place of a missing scope is "nowhere"."""
        place = scope.full(path) if scope is not None else "nowhere"
        words = {name: value() if callable(value) else value for name, value in values.items()}
        self.said.append((rule_id, place, {name: value for name, value in words.items() if value is not None}))


def check(version: str = "03", block: str | None = None, *, instant: bool = False, **settings: str) -> Recording:
    """A check in the qonto profile, inside a block when one is given."""
    profile = with_settings(PROFILES["qonto"], settings)
    made = Recording(rules(), Reporter(rules(), profile), profile, version=version, today=DAY)
    made.said = []
    made.instant = instant
    made.block = scope(block, Level.BLOCK) if block is not None else None
    made.block_day = DAY
    return made


def scope(xml: str, level: Level = Level.PAYMENT) -> Scope:
    """A payment, a block or a header from its children."""
    prefix = {Level.PAYMENT: "PmtInf[1]/CdtTrfTxInf[1]", Level.BLOCK: "PmtInf[1]", Level.GROUP: "GrpHdr"}[level]
    return scope_of(f"<X>{xml}</X>", level, prefix=prefix)


def said(function: Any, xml: str, made: Recording | None = None, level: Level = Level.PAYMENT) -> list[Any]:
    """What a function says of some elements, places without the prefix of the level."""
    made = made or check()
    each = scope(xml, level)
    function(each, made)
    return [(rule, place.removeprefix(each.prefix).strip("/"), values) for rule, place, values in made.said]


def account(iban: str) -> str:
    return f"<CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct>"


def ended(function: Any, xml: str, tally: Tally, made: Recording | None = None) -> list[Any]:
    """What a function of the end of a file says."""
    made = made or check()
    function(scope(xml, Level.GROUP), tally, made)
    return made.said


def tally(count: int = 0, **members: Any) -> Tally:
    """Counts as they are at an end."""
    made = Tally()
    made.count = count
    for name, value in members.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    "name",
    "Nm Ustrd AddtlRmtInf InstrInf InstrForDbtrAgt AdrLine Dept SubDept StrtNm BldgNb BldgNm Flr PstBx Room PstCd "
    "TwnNm TwnLctnNm DstrctNm CtrySubDvsn".split(),
)
def test_every_free_text_is_looked_at(name: str) -> None:
    """A character outside the set is found in each element that holds free text, with its replacement."""
    assert said(texts.outside_the_sepa_set, f"<A><{name}>é_</{name}><{name}/></A>") == [
        ("P001-160", f"A/{name}", {"found": "é_", "expected": "e-", "characters": "é_"})
    ]


@pytest.mark.parametrize("name", "InstdAmt Amt CtrlSum ReqdExctnDt CreDtTm Dt DtTm BtchBookg BirthDt".split())
def test_breaks_around_numbers_and_dates_are_their_own_affair(name: str) -> None:
    """White space belongs to the form of numbers, dates and yes-or-no; it is a fault of any other value."""
    assert said(texts.breaks_and_hidden_characters, f"<A><{name}>\n1\n</{name}></A>") == []
    found = said(texts.breaks_and_hidden_characters, f"<A><{name}>1</{name}><B><Cd>\n1\n</Cd></B></A>")
    assert found == [("P001-161", "A/B/Cd", {"found": "\n1\n", "expected": "1"})]


def test_hidden_characters_are_named_once_each() -> None:
    """Each kind of hidden character once, in order; a break and a blank value are none."""
    text = "<Nm>A\u200bB\u202e\u200bC\tD</Nm><Ustrd>\n</Ustrd>"
    assert said(texts.breaks_and_hidden_characters, text) == [
        ("P001-161", "Nm", {"found": "A\u200bB\u202e\u200bC\tD", "expected": "ABC D"}),
        (
            "P001-165",
            "Nm",
            {
                "found": "A\u200bB\u202e\u200bC\tD",
                "expected": "ABC D",
                "characters": "U+200B ZERO WIDTH SPACE, U+202E RIGHT-TO-LEFT OVERRIDE",
            },
        ),
    ]


def test_references_keep_their_case() -> None:
    """The proposal for a reference keeps small letters and writes a hyphen for an underscore."""
    assert said(texts.characters, "<InstrId>a_é</InstrId><EndToEndId/>") == [
        ("P001-130", "InstrId", {"found": "a_é", "expected": "a-e"})
    ]


@pytest.mark.parametrize(
    ("xml", "place", "found", "expected"),
    [
        ("<InstrId>/A</InstrId>", "InstrId", "/A", "A"),
        ("<InstrId>A/</InstrId>", "InstrId", "A/", "A"),
        ("<InstrId>X//X/</InstrId>", "InstrId", "X//X/", "X/X"),
        ("<InstrId>///</InstrId>", "InstrId", "///", None),
        ("<R><CdtrRefInf><Ref>/A</Ref></CdtrRefInf></R>", "R/CdtrRefInf/Ref", "/A", "A"),
        ("<R><CdtrRefInf><CdtrRef>/A</CdtrRef></CdtrRefInf></R>", "R/CdtrRefInf/CdtrRef", "/A", "A"),
        ("<O><OrgId><Othr><Id>A//B</Id></Othr></OrgId></O>", "O/OrgId/Othr/Id", "A//B", "A/B"),
        ("<O><OrgId><Othr/><Othr><Id>A/</Id></Othr></OrgId></O>", "O/OrgId/Othr[2]/Id", "A/", "A"),
    ],
)
def test_slashes_in_references(xml: str, place: str, found: str, expected: str | None) -> None:
    """References, creditor references and other identifications obey the same rule of slashes."""
    values = {"found": found} | ({"expected": expected} if expected else {})
    assert said(texts.slashes, xml) == [("P001-131", place, values)]


@pytest.mark.parametrize(
    "xml",
    [
        "<InstrId>A/B</InstrId>",
        "<InstrId>AB</InstrId>",
        "<R><RfrdDocInf><Ref>/A</Ref></RfrdDocInf></R>",
        "<O><Prtry><Id>/A</Id></Prtry></O>",
        "<Nm>/A//B</Nm>",
    ],
)
def test_slashes_elsewhere(xml: str) -> None:
    """A slash inside a reference, and any in other elements, is nobody's fault."""
    assert said(texts.slashes, xml) == []


@pytest.mark.parametrize(("text", "faults"), [(" A", 1), ("A ", 1), ("A\t", 0), ("  ", 0), ("A B", 0)])
def test_blanks_at_an_edge(text: str, faults: int) -> None:
    """Blanks only: a tab is a break, and a text of blanks is an empty one."""
    for name in ("InstrId", "Nm"):
        found = said(texts.blank_at_an_edge, f"<{name}>{text}</{name}>")
        assert found == [("P001-139", name, {"found": text, "expected": "A"})] * faults


@pytest.mark.parametrize(
    ("policy", "xml", "expected"),
    [
        ("required", "", [("P001-262", "CdtrAgt", {"expected": "BIC"})]),
        ("required", "<CdtrAgt><FinInstnId><BIC>QNTOFRP1</BIC></FinInstnId></CdtrAgt>", []),
        (
            "required",
            "<CdtrAgt><FinInstnId><BICFI>NOTPROVIDED</BICFI></FinInstnId></CdtrAgt>",
            [("P001-262", "CdtrAgt", {"expected": "BIC"})],
        ),
        (
            "forbidden_filler",
            "<CdtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></CdtrAgt>",
            [("P001-262", "CdtrAgt/FinInstnId/Othr/Id", {"found": "NOTPROVIDED"})],
        ),
        ("forbidden_filler", "<CdtrAgt><FinInstnId><Othr><Id>X</Id></Othr></FinInstnId></CdtrAgt>", []),
        ("forbidden_filler", "<Dbtr><Id>NOTPROVIDED</Id></Dbtr>", []),
        ("", "", []),
    ],
)
def test_policies_for_the_creditor_bank(policy: str, xml: str, expected: list[Any]) -> None:
    """A bank may want a BIC, or refuse the filler; without a policy nothing is said."""
    made = check(**({"bic_policy": policy} if policy else {}))
    assert said(banks.creditor_bank_policy, xml, made) == expected


@pytest.mark.parametrize(
    ("version", "inside", "expected"),
    [
        ("03", "<Othr><Id>NOTPROVIDED</Id></Othr>", []),
        ("02", "<PrtryId><Id>NOTPROVIDED</Id></PrtryId>", []),
        ("02", "<CmbndId><BIC>QNTOFRP1</BIC></CmbndId>", []),
        ("09", "<BICFI>QNTOFRP1</BICFI>", []),
        ("03", "", [("P001-265", "DbtrAgt/FinInstnId", {})]),
        ("03", "<Nm>QONTO</Nm>", [("P001-265", "DbtrAgt/FinInstnId/Nm", {"found": "QONTO"})]),
        ("02", "<Nm>QONTO</Nm>", [("P001-266", "DbtrAgt/FinInstnId/Nm", {"found": "QONTO"})]),
        ("02", "<Othr><Id>NOTPROVIDED</Id></Othr>", [("P001-266", "DbtrAgt/FinInstnId/Othr", {})]),
    ],
)
def test_the_debtor_bank(version: str, inside: str, expected: list[Any]) -> None:
    """A BIC in any of its elements, or the filler in the element of the version."""
    xml = f"<DbtrAgt><FinInstnId>{inside}</FinInstnId></DbtrAgt>"
    assert said(banks.debtor_bank, xml, check(version), Level.BLOCK) == expected


@pytest.mark.parametrize(
    ("iban", "bic", "rule"),
    [
        ("CH9300762011623852957", "", "P001-263"),
        ("CH9300762011623852957", "POFICHBEXXX", None),
        ("DE89370400440532013000", "", None),
        ("DE89370400440532013000", "COBADEFF", None),
        ("DE89370400440532013000", "BNPAFRPP", "P001-264"),
        ("DE88370400440532013000", "BNPAFRPP", None),
        ("DE89370400440532013000", "BNPAZZPP", None),
        ("GB33BUKB20201555555555", "BARCIMD1", None),
        ("FR7616958000011234567890177", "QNTOGPP1", None),
    ],
)
def test_bank_and_account_agree(iban: str, bic: str, rule: str | None) -> None:
    """Outside the EEA a BIC is wanted; its country is the account's, territories and islands allowed for."""
    bank = f"<CdtrAgt><FinInstnId><BIC>{bic}</BIC></FinInstnId></CdtrAgt>" if bic else ""
    place = "CdtrAgt/FinInstnId/BIC"
    values = {"found": bic, "expected": iban[:2]} if rule == "P001-264" else {}
    assert said(banks.bic_and_iban, bank + account(iban)) == ([(rule, place, values)] if rule else [])
    assert banks.outside_the_eea(iban) is (iban[:2] in ("CH", "GB"))


@pytest.mark.parametrize("name", ["IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3", "CdtrAgtAcct", "DbtrAgtAcct"])
def test_banks_that_sepa_does_not_know(name: str) -> None:
    """Each intermediary bank and each account of a bank."""
    assert said(banks.intermediaries, f"<{name}/>") == [("P001-267", name, {})]


@pytest.mark.parametrize(
    ("version", "xml", "place"),
    [
        ("03", "<Id><OrgId><BICOrBEI>X</BICOrBEI><Othr/></OrgId></Id>", "Id/OrgId/Othr"),
        ("03", "<Id><PrvtId><DtAndPlcOfBirth/><Othr/></PrvtId></Id>", "Id/PrvtId/Othr"),
        ("02", "<Id><OrgId><BIC>X</BIC><IBEI>Y</IBEI></OrgId></Id>", "Id/OrgId/IBEI"),
        ("02", "<Id><PrvtId><PsptNb>1</PsptNb><Issr>X</Issr></PrvtId></Id>", None),
        ("02", "<Id><PrvtId><PsptNb>1</PsptNb></PrvtId><PrvtId/><PrvtId/></Id>", "Id/PrvtId[2]"),
        ("03", "<Id><OrgId><Othr/></OrgId></Id>", None),
    ],
)
def test_one_identification(version: str, xml: str, place: str | None) -> None:
    """One identification of a party; in .02 a person's id has its issuer beside it, and repeats as a whole."""
    assert said(parties.several_identifications, xml, check(version)) == ([("P001-195", place, {})] if place else [])


def test_parties() -> None:
    """Addresses of both ultimate parties; the initiating party by name or identification; names at the limit."""
    for party in ("UltmtDbtr", "UltmtCdtr"):
        found = said(parties.ultimate_party_with_address, f"<{party}><PstlAdr/></{party}><Cdtr><PstlAdr/></Cdtr>")
        assert found == [("P001-196", f"{party}/PstlAdr", {})]
    named = "<InitgPty><Id><OrgId>x</OrgId></Id></InitgPty>"
    assert said(parties.no_initiating_party, named, level=Level.GROUP) == []
    assert said(parties.no_initiating_party, "<InitgPty><Nm> </Nm></InitgPty>", level=Level.GROUP) == [
        ("P001-194", "InitgPty", {})
    ]
    assert said(parties.long_name, f"<A><Nm>{'x' * 70}</Nm><Nm/></A>") == []
    assert said(parties.long_name, f"<A><Nm>{'x' * 69} y</Nm></A>") == [
        ("P001-190", "A/Nm", {"found": "x" * 69 + " y", "expected": "x" * 69, "length": "71"})
    ]


@pytest.mark.parametrize(
    ("xml", "found", "expected"),
    [
        ("<NbOfTxs>3</NbOfTxs>", [], []),
        ("<NbOfTxs>+3</NbOfTxs>", [], []),
        ("<NbOfTxs>000000000000003</NbOfTxs>", [], []),
        ("<NbOfTxs>000000000000004</NbOfTxs>", ["P001-100"], ["3"]),
        ("<NbOfTxs>0000000000000004</NbOfTxs>", [], []),
        ("<CtrlSum>10.50</CtrlSum>", [], []),
        ("<CtrlSum>10.505</CtrlSum>", ["P001-101"], ["10.50"]),
        ("<CtrlSum>ten</CtrlSum>", [], []),
    ],
)
def test_totals_of_the_file(xml: str, found: list[str], expected: list[str]) -> None:
    """Number and sum are compared as far as they are numbers of at most 15 digits."""
    made = ended(amounts.file_totals, xml, tally(3, cents=1_050))
    assert [rule for rule, _, _ in made] == found
    assert [values["expected"] for _, _, values in made] == expected


@pytest.mark.parametrize(
    ("version", "grouping", "mixed", "blocks", "found"),
    [
        ("02", "SNGL", False, 2, ["P001-112"]),
        ("02", "SNGL", True, 2, ["P001-111", "P001-112"]),
        ("02", "GRPD", False, 1, ["P001-112"]),
        ("02", "GRPD", True, 1, ["P001-112"]),
        ("02", "GRPD", False, 2, ["P001-111", "P001-112"]),
        ("02", "MIXD", True, 2, []),
        ("02", "", True, 2, []),
        ("03", "GRPD", True, 2, []),
    ],
)
def test_grouping(version: str, grouping: str, mixed: bool, blocks: int, found: list[str]) -> None:
    """SNGL wants one payment a block, GRPD one block; only .02 has the element."""
    xml = f"<Grpg>{grouping}</Grpg>" if grouping else ""
    made = ended(amounts.grouping, xml, tally(2, mixed=mixed, blocks=blocks), check(version))
    assert made == [(rule, "GrpHdr/Grpg", {"found": grouping, "expected": "MIXD"}) for rule in found]


def test_totals_of_a_block() -> None:
    """.02 has no totals of a block; the later versions compare them."""
    xml = "<NbOfTxs>2</NbOfTxs><CtrlSum>1</CtrlSum>"
    assert ended(amounts.block_totals, xml, tally(1, cents=100), check("02")) == []
    assert ended(amounts.block_totals, xml, tally(1, cents=100), check("09")) == [
        ("P001-102", "GrpHdr/NbOfTxs", {"found": "2", "expected": "1"})
    ]


@pytest.mark.parametrize(("salaries", "count", "mixed"), [(0, 2, False), (1, 2, True), (2, 2, False), (0, 0, False)])
def test_salaries_mixed(salaries: int, count: int, mixed: bool) -> None:
    """A block of salaries alone, or without any, is right."""
    assert bool(ended(types.salaries_mixed, "", tally(count, salaries=salaries))) is mixed


@pytest.mark.parametrize(
    ("xml", "salary"),
    [
        ("<PmtTpInf><CtgyPurp><Cd>SALA</Cd></CtgyPurp></PmtTpInf>", True),
        ("<PmtTpInf><CtgyPurp>SALA</CtgyPurp></PmtTpInf>", True),
        ("<PmtTpInf><CtgyPurp><Prtry>SALA</Prtry></CtgyPurp></PmtTpInf>", False),
        ("<Purp><Cd>SALA</Cd></Purp>", False),
    ],
)
def test_what_is_a_salary(xml: str, salary: bool) -> None:
    """The category purpose says so, as a code or, in .02, as the text of the element."""
    assert types.is_salary(scope(xml)) is salary


@pytest.mark.parametrize(
    "name",
    "XchgRateInf Tax RltdRmtInf InstrForCdtrAgt InstrForDbtrAgt PoolgAdjstmntDt ChrgsAcct Authstn FwdgAgt".split(),
)
def test_data_that_sepa_does_not_carry(name: str) -> None:
    """Each of these elements is named."""
    assert said(types.outside_sepa, f"<{name}>x</{name}>") == [("P001-344", name, {"found": "x", "element": name})]


@pytest.mark.parametrize(
    ("xml", "day", "rule", "values"),
    [
        (account("TR330006100519786457841326"), DAY, "P001-226", {"country": "TR"}),
        (account("TR330006100519786457841327"), DAY, None, {}),
        (account("BE68539007547034"), DAY, None, {}),
        (account("RS35260005601001611379"), None, "P001-227", {}),
        (account("GP7116958000011234567890177"), DAY, None, {}),
        ("", DAY, None, {}),
    ],
)
def test_sepa_scope(xml: str, day: datetime.date | None, rule: str | None, values: dict[str, str]) -> None:
    """Outside SEPA, lately joined, wrong check digits, a territory's own prefix: the first two are said."""
    made = check()
    made.block_day = made.today = day
    found = said(accounts.sepa_scope, xml, made)
    assert [(each[0], {k: v for k, v in each[2].items() if k == "country"}) for each in found] == (
        [(rule, values)] if rule else []
    )


@pytest.mark.parametrize(
    ("iban", "found"),
    [
        ("FR7616958000011234567890177", []),
        ("fr7616958000011234567890177", ["P001-224"]),
        ("FR7616958000011234567890178", ["P001-222"]),
        ("FR0316958000011234567890177", ["P001-222"]),
        ("ZZ8612345678901234", ["P001-222", "P001-223"]),
        ("XK051212012345678906", []),
        ("no iban", []),
        ("", []),
    ],
)
def test_faults_of_an_iban(iban: str, found: list[str]) -> None:
    """Each fault is said once; a text in no form of an IBAN is the schema's affair."""
    assert [rule for rule, _, _ in said(accounts.iban, account(iban))] == found
    assert accounts.compact(None) == accounts.compact("x") == ""


def test_cheques() -> None:
    """A draft may have a maturity; nobody to pay is said of transfers only."""
    cheque = "<ChqInstr><ChqTp>{}</ChqTp><ChqMtrtyDt>2026-12-31</ChqMtrtyDt></ChqInstr>"
    assert said(types.cheque_maturity, cheque.format("DRFT")) == []
    assert said(types.cheque_maturity, cheque.format("ELDR")) == []
    assert said(types.cheque_maturity, cheque.format("CCHQ"), check("02")) == []
    assert said(types.cheque_maturity, cheque.format("CCHQ")) == [
        ("P001-069", "ChqInstr/ChqMtrtyDt", {"found": "2026-12-31", "expected": "ChqTp DRFT, ELDR"})
    ]
    assert said(types.nobody_to_pay, "<Cdtr/>") == said(types.nobody_to_pay, "<CdtrAcct/>") == []
    assert said(types.nobody_to_pay, "", check(block="<PmtMtd>CHK</PmtMtd>")) == []
    assert said(types.nobody_to_pay, "") == [("P001-067", "", {"expected": "CdtrAcct"})]
    assert said(types.charges_bank_without_account, "<ChrgsAcctAgt/><ChrgsAcct/>", level=Level.BLOCK) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_intermediary_banks_in_order(number: int) -> None:
    """The second needs the first, the third the second; an account needs its bank."""
    before = f"IntrmyAgt{number - 1}"
    alone = [("P001-071", f"IntrmyAgt{number}", {"expected": before})] if number > 1 else []
    assert said(types.intermediary_banks, f"<IntrmyAgt{number}/>") == alone
    assert said(types.intermediary_banks, f"<IntrmyAgt{number}Acct/>") == [
        ("P001-072", f"IntrmyAgt{number}Acct", {"expected": f"IntrmyAgt{number}"})
    ]


@pytest.mark.parametrize(
    ("name", "rule"),
    [("PmtTpInf", "P001-060"), ("ChrgBr", "P001-061"), ("UltmtDbtr", "P001-062"), ("InstrForDbtrAgt", "P001-063")],
)
def test_exclusive_at_both_levels(name: str, rule: str) -> None:
    """Said of a payment whose block has the element too; an empty one counts as absent; the fourth from .09 on."""
    full, empty = f"<{name}>x</{name}>", f"<{name}/>"
    assert said(types.at_both_levels, full, check("09", full)) == [(rule, name, {"found": "x"})]
    assert said(types.at_both_levels, empty, check("09", full)) == []
    assert said(types.at_both_levels, full, check("09", empty)) == []
    assert said(types.at_both_levels, full, check("09")) == []
    assert bool(said(types.at_both_levels, full, check("03", full))) is (rule != "P001-063")


def amount(text: str, currency: str = "EUR") -> str:
    return f'<Amt><InstdAmt Ccy="{currency}">{text}</InstdAmt></Amt>'


def test_instant_ceiling() -> None:
    """An instant payment by its block or by its own word, above the ceiling only."""
    own = "<PmtTpInf><LclInstrm><Cd>INST</Cd></LclInstrm></PmtTpInf>"
    over = [("P001-309", "Amt/InstdAmt", {"found": "10.01", "expected": "10.00"})]
    ceiling = {"instant_ceiling": "10.00"}
    assert said(amounts.instant_ceiling, own + amount("10.01"), check(**ceiling)) == over
    assert said(amounts.instant_ceiling, amount("10.01"), check(instant=True, **ceiling)) == over
    assert said(amounts.instant_ceiling, own + amount("10.00"), check(**ceiling)) == []
    assert said(amounts.instant_ceiling, amount("10.01"), check(**ceiling)) == []
    assert said(amounts.instant_ceiling, own, check(**ceiling)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.50", []),
        ("0", ["P001-301"]),
        ("999999999.99", []),
        ("999999999.991", ["P001-302", "P001-303"]),
        ("0.001", ["P001-303"]),
        ("+1", ["P001-304"]),
        ("x", []),
    ],
)
def test_amounts(text: str, found: list[str]) -> None:
    """Nothing, too much, parts of a cent, an odd way of writing; a text that is no number is the schema's."""
    assert [rule for rule, _, _ in said(amounts.value, amount(text))] == found
    assert said(amounts.value, "") == said(amounts.thresholds, "") == said(amounts.currency, "") == []


def test_execution_date_of_each_version() -> None:
    """The date stands in the element itself, or below it in .09 with or without a time."""
    assert dates.execution_path(scope("<ReqdExctnDt>2026-12-01</ReqdExctnDt>")) == "ReqdExctnDt"
    assert dates.execution_path(scope("<ReqdExctnDt><Dt>2026-12-01</Dt></ReqdExctnDt>")) == "ReqdExctnDt/Dt"
    assert dates.execution_path(scope("<ReqdExctnDt><DtTm>x</DtTm></ReqdExctnDt>")) == "ReqdExctnDt/DtTm"


@pytest.mark.parametrize(("code", "expected"), [("UK", "GB"), ("EL", "GR"), ("ZZ", None), ("FR", "none")])
def test_countries(code: str, expected: str | None) -> None:
    """A code that is none, with the right one where a wrong one is usual; of an address and of residence."""
    found = said(parties.country, f"<Cdtr><PstlAdr><Ctry>{code}</Ctry></PstlAdr><CtryOfRes>{code}</CtryOfRes></Cdtr>")
    values = {"found": code} | ({"expected": expected} if expected else {})
    places = [("P001-406", place, values) for place in ("Cdtr/PstlAdr/Ctry", "Cdtr/CtryOfRes")]
    assert found == ([] if expected == "none" else places)


@pytest.mark.parametrize(
    ("reference", "wrong"),
    [
        ("RF18539007547034", False),
        ("RF18 5390 0754 7034", False),
        ("rf18539007547034", False),
        ("RF19539007547034", True),
    ],
)
def test_rf_references(reference: str, wrong: bool) -> None:
    """Check digits of ISO 11649, in any case and with or without blanks."""
    assert texts.rf_wrong(reference) is wrong


def test_several_texts() -> None:
    """The second text is pointed at; the proposal joins them; their number is said."""
    found = said(texts.several_texts, "<RmtInf><Ustrd>A</Ustrd><Ustrd>B</Ustrd><Ustrd>C</Ustrd></RmtInf>")
    assert found == [("P001-430", "RmtInf/Ustrd[2]", {"found": "B", "expected": "A B C", "count": "3"})]


def test_sum_of_amounts_of_any_decimals() -> None:
    """Whole cents and finer amounts add up exactly; one that is no number leaves the sum unknown."""
    made = Tally()
    for index, text in enumerate(("0.10", "0.20", "0.001", "0.009"), 1):
        made.add(text, index)
    assert (made.total.text, made.count, made.unread) == ("0.31", 4, False)
    made.add("", 5)
    assert (made.total.text, made.count, made.unread) == ("0.31", 5, True)


def test_amounts_to_be_mended_are_counted_apart() -> None:
    """One that only wants another spelling adds to the sum as it will be; of the others the first keep their number."""
    made = Tally()
    made.add("1200,00", 1)
    made.add(" 7.50", 2)
    for index in range(3, 10):
        made.add("12OO.00", index)
    assert (made.total.text, made.meant, made.unread) == ("7.50", Exact.of(120000, 2), True)
    assert (made.lost, made.left_out) == (7, [3, 4, 5, 6, 7])
    whole = Tally()
    whole.take(made)
    whole.take(made)
    assert (whole.lost, whole.left_out, whole.meant) == (14, [3, 4, 5, 6, 7], Exact.of(240000, 2))
