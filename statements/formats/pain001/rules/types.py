"""ISO message rules between elements (P001-060 … 073): what the schema cannot say.

Source: the message rules of PaymentInstructionInformation in the ISO 20022 repository.
"""

from __future__ import annotations

from collections.abc import Iterable

from statements.formats.pain001.context import CheckContext, Tally
from statements.formats.pain001.scope import Scope, Shape
from statements.formats.pain001.silence import (
    BLOCK,
    BLOCK_AND_PAYMENT,
    BLOCK_END,
    EVERY_LEVEL,
    GROUP,
    PAYMENT,
    Columns,
    Doubt,
    RuleFunction,
    absent,
    both,
    known,
    matching,
    present,
    unless,
)
from statements.reference.external_codes import is_external_code

# The cheque goes to the creditor bank: by mail, courier, registered mail, or to be picked up there.
_TO_THE_BANK = frozenset({"MLFA", "CRFA", "RGFA", "PUFA"})
_TYPES_WITH_MATURITY = frozenset({"DRFT", "ELDR"})
_INTERMEDIARIES = tuple(f"IntrmyAgt{number}{part}" for number in (1, 2, 3) for part in ("", "Acct"))
_EXCLUSIVE = {
    "PmtTpInf": "P001-060",
    "ChrgBr": "P001-061",
    "UltmtDbtr": "P001-062",
    "InstrForDbtrAgt": "P001-063",
}


def _method(check: CheckContext) -> str:
    return check.block.word("PmtMtd") if check.block is not None else ""


def at_both_levels(payment: Scope, check: CheckContext) -> None:
    """Exclusive at block and payment level; an empty element counts as absent."""
    if check.block is None:
        return
    for name, rule_id in _EXCLUSIVE.items():
        if rule_id == "P001-063" and check.version != "09":
            continue  # before .09 the instruction exists at payment level only
        if payment.has_content(name) and check.block.has_content(name):
            check.add(rule_id, payment, name, found=payment.text(name))


def charges_bank_without_account(block: Scope, check: CheckContext) -> None:
    """ChrgsAcctAgt needs ChrgsAcct."""
    if "ChrgsAcctAgt" in block and "ChrgsAcct" not in block:
        check.add("P001-064", block, "ChrgsAcctAgt", expected="ChrgsAcct")


def cheque_instruction(payment: Scope, check: CheckContext) -> None:
    """ChqInstr only in a block that is paid by cheque."""
    if "ChqInstr" in payment and _method(check) != "CHK":
        check.add("P001-065", payment, "ChqInstr", expected="PmtMtd CHK")


def cheque_with_account(payment: Scope, check: CheckContext) -> None:
    """A cheque needs no creditor account."""
    if "CdtrAcct" in payment and _method(check) == "CHK":
        check.add("P001-066", payment, "CdtrAcct", expected="PmtMtd TRF")


def nobody_to_pay(payment: Scope, check: CheckContext) -> None:
    """Not by cheque: a creditor or a creditor account says whom to pay."""
    if "CdtrAcct" not in payment and "Cdtr" not in payment and _method(check) != "CHK":
        check.add("P001-067", payment, expected="CdtrAcct")


def cheque_creditor_bank(payment: Scope, check: CheckContext) -> None:
    """The creditor bank is wanted exactly when the cheque is delivered to it."""
    if _method(check) != "CHK":
        return
    to_bank = payment.word("ChqInstr/DlvryMtd/Cd") in _TO_THE_BANK
    if to_bank != ("CdtrAgt" in payment):
        check.add("P001-068", payment, "CdtrAgt", expected="CdtrAgt" if to_bank else None)


def cheque_maturity(payment: Scope, check: CheckContext) -> None:
    """A maturity date only for drafts; .02 has no such rule."""
    path = "ChqInstr/ChqMtrtyDt"
    if path in payment and check.version != "02" and payment.word("ChqInstr/ChqTp") not in _TYPES_WITH_MATURITY:
        check.add("P001-069", payment, path, found=payment.text(path), expected="ChqTp DRFT, ELDR")


def cheque_at_the_creditor_bank(payment: Scope, check: CheckContext) -> None:
    """CHQB: the creditor is paid by cheque and has no account."""
    if "InstrForCdtrAgt" not in payment or "CdtrAcct" not in payment:
        return
    for path in payment.repeated("InstrForCdtrAgt"):
        if payment.word(f"{path}/Cd") == "CHQB":
            check.add("P001-070", payment, f"{path}/Cd", found="CHQB")


def intermediary_banks(payment: Scope, check: CheckContext) -> None:
    """Intermediary banks are numbered from 1; an account of one needs the bank."""
    for number in (1, 2, 3):
        bank, account = f"IntrmyAgt{number}", f"IntrmyAgt{number}Acct"
        before = f"IntrmyAgt{number - 1}"
        if number > 1 and bank in payment and before not in payment:
            check.add("P001-071", payment, bank, expected=before)
        if account in payment and bank not in payment:
            check.add("P001-072", payment, account, expected=bank)


def charges_bank(block: Scope, check: CheckContext) -> None:
    """The bank of the charges account is a branch of the debtor bank: the same first 8 characters."""
    for name in ("BIC", "BICFI"):
        path = f"ChrgsAcctAgt/FinInstnId/{name}"
        charged, debtor = block.word(path), block.word(f"DbtrAgt/FinInstnId/{name}")
        if charged and debtor and charged[:8] != debtor[:8]:
            check.add("P001-073", block, path, found=block.text(path), expected=debtor[:8])


_OUTSIDE = (
    "XchgRateInf",
    "Tax",
    "RltdRmtInf",
    "InstrForCdtrAgt",
    "InstrForDbtrAgt",
    "PoolgAdjstmntDt",
    "ChrgsAcct",
    "Authstn",
    "FwdgAgt",
)


def method(block: Scope, check: CheckContext) -> None:
    """SEPA credit transfers have the method TRF."""
    found = block.word("PmtMtd")
    if found and found != "TRF":
        check.add("P001-330", block, "PmtMtd", found=found, expected="TRF")


def service_level(scope: Scope, check: CheckContext) -> None:
    """The service level is SEPA, and one is enough (.09 may repeat it)."""
    levels = list(scope.repeated("PmtTpInf/SvcLvl")) if "PmtTpInf" in scope else []
    for path in levels:
        code, other = scope.text(f"{path}/Cd"), scope.text(f"{path}/Prtry")
        if other is not None:
            check.add("P001-331", scope, f"{path}/Prtry", found=other, expected="SEPA")
        elif code is not None and code != "SEPA":
            check.add("P001-331", scope, f"{path}/Cd", found=code, expected="SEPA")
    if len(levels) > 1:
        check.add("P001-334", scope, levels[1])


def no_service_level(block: Scope, tally: Tally, check: CheckContext) -> None:
    """Neither the block nor each of its payments has a service level, nor a clearing channel in its place (.02)."""
    if tally.untyped and not block.has_content("PmtTpInf/SvcLvl") and not block.has_content("PmtTpInf/ClrChanl"):
        check.add("P001-332", block, "PmtTpInf/SvcLvl", expected="SEPA")


def clearing_channel(scope: Scope, check: CheckContext) -> None:
    """A clearing channel is no SEPA data."""
    path = "PmtTpInf/ClrChanl"
    if path in scope:
        check.add("P001-333", scope, path, found=scope.text(path))


def charge_bearer(scope: Scope, check: CheckContext) -> None:
    """SEPA transfers share the charges by the scheme: SLEV."""
    found = scope.word("ChrgBr")
    if found and found != "SLEV":
        check.add("P001-335", scope, "ChrgBr", found=found, expected="SLEV")


def local_instrument(scope: Scope, check: CheckContext) -> None:
    """INST asks for an instant transfer; SEPA has no other local instrument."""
    if "PmtTpInf/LclInstrm" not in scope:
        return
    code = scope.text("PmtTpInf/LclInstrm/Cd")
    if code == "INST":
        check.add("P001-336", scope, "PmtTpInf/LclInstrm/Cd", found=code)
    elif code is not None:
        check.add("P001-337", scope, "PmtTpInf/LclInstrm/Cd", found=code)
    else:
        path = "PmtTpInf/LclInstrm/Prtry"
        check.add("P001-337", scope, path, found=scope.text(path))


def priority(scope: Scope, check: CheckContext) -> None:
    """High priority only by agreement."""
    path = "PmtTpInf/InstrPrty"
    if scope.word(path) == "HIGH":
        check.add("P001-338", scope, path, found="HIGH", expected="NORM")


def category_purpose(scope: Scope, check: CheckContext) -> None:
    """The category purpose is a code of the external list; .02 has a closed list in its schema."""
    if check.version == "02" or "PmtTpInf/CtgyPurp" not in scope:
        return
    code, other = scope.text("PmtTpInf/CtgyPurp/Cd"), scope.text("PmtTpInf/CtgyPurp/Prtry")
    if other is not None:
        check.add("P001-339", scope, "PmtTpInf/CtgyPurp/Prtry", found=other)
    elif code and not is_external_code("category_purpose", code):
        check.add("P001-339", scope, "PmtTpInf/CtgyPurp/Cd", found=code)


def is_salary(scope: Scope) -> bool:
    """True when the category purpose is SALA (a code in .03 and .09, the element's own text in .02)."""
    return "SALA" in (scope.word("PmtTpInf/CtgyPurp/Cd"), scope.word("PmtTpInf/CtgyPurp"))


def salaries_mixed(block: Scope, tally: Tally, check: CheckContext) -> None:
    """Salaries stand in a block of their own."""
    if 0 < tally.salaries < tally.count:
        check.add("P001-340", block)


def purpose(payment: Scope, check: CheckContext) -> None:
    """The purpose is a code of the external list, not a word of one's own."""
    if "Purp" not in payment:
        return
    code, other = payment.text("Purp/Cd"), payment.text("Purp/Prtry")
    if code and not is_external_code("purpose", code):
        check.add("P001-341", payment, "Purp/Cd", found=code)
    if other is not None:
        check.add("P001-342", payment, "Purp/Prtry", found=other)


def _booked_as_one(scope: Scope, check: CheckContext) -> None:
    if scope.word("BtchBookg") in ("true", "1"):
        check.add("P001-343", scope, "BtchBookg", found=scope.text("BtchBookg"))


def batch_booking_of_the_file(group: Scope, check: CheckContext) -> None:
    """.02: one debit for each block of the file."""
    _booked_as_one(group, check)


def batch_booking(block: Scope, check: CheckContext) -> None:
    """One debit for the whole block."""
    _booked_as_one(block, check)


def outside_sepa(scope: Scope, check: CheckContext) -> None:
    """Elements that a SEPA transfer does not carry."""
    for name in _OUTSIDE:
        if name in scope:
            check.add("P001-344", scope, name, found=scope.text(name), element=name)


def regulatory_reporting(payment: Scope, check: CheckContext) -> None:
    """No SEPA data."""
    if "RgltryRptg" in payment:
        check.add("P001-345", payment, "RgltryRptg")


def unless_at_both_levels(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said where the block has none of the elements that the payment has."""
    names = tuple(name for name in _EXCLUSIVE if name in shape.places)

    def odd(columns: Columns) -> Iterable[int]:
        block = check.block
        return range(columns.size) if block is not None and any(map(block.has_content, names)) else ()

    return [Doubt(("both levels", names), odd)]


def _by_cheque(check: CheckContext) -> bool:
    return _method(check) == "CHK"


def _known_category(check: CheckContext, code: str | None) -> bool:
    return not code or is_external_code("category_purpose", code)


def _known_purpose(check: CheckContext, code: str | None) -> bool:
    return not code or is_external_code("purpose", code)


MESSAGE: tuple[RuleFunction, ...] = (
    RuleFunction(
        at_both_levels,
        ("P001-060", "P001-061", "P001-062", "P001-063"),
        PAYMENT,
        needs=tuple(_EXCLUSIVE),
        silent=unless_at_both_levels,
    ),
    RuleFunction(charges_bank_without_account, ("P001-064",), BLOCK),
    RuleFunction(cheque_instruction, ("P001-065",), PAYMENT, needs=("ChqInstr",)),
    RuleFunction(cheque_with_account, ("P001-066",), PAYMENT, needs=("CdtrAcct",), silent=unless(_by_cheque)),
    RuleFunction(nobody_to_pay, ("P001-067",), PAYMENT, silent=present("CdtrAcct", "Cdtr")),
    RuleFunction(cheque_creditor_bank, ("P001-068",), PAYMENT, silent=unless(_by_cheque)),
    RuleFunction(cheque_maturity, ("P001-069",), PAYMENT, needs=("ChqMtrtyDt",)),
    RuleFunction(cheque_at_the_creditor_bank, ("P001-070",), PAYMENT, needs=("InstrForCdtrAgt",)),
    RuleFunction(intermediary_banks, ("P001-071", "P001-072"), PAYMENT, needs=_INTERMEDIARIES),
    RuleFunction(charges_bank, ("P001-073",), BLOCK),
)
TYPES: tuple[RuleFunction, ...] = (
    RuleFunction(method, ("P001-330",), BLOCK),
    RuleFunction(
        service_level,
        ("P001-331", "P001-334"),
        BLOCK_AND_PAYMENT,
        needs=("SvcLvl",),
        silent=both(
            absent("PmtTpInf/SvcLvl[2]"), absent("PmtTpInf/SvcLvl/Prtry"), matching("SEPA", "PmtTpInf/SvcLvl/Cd")
        ),
    ),
    RuleFunction(no_service_level, ("P001-332",), BLOCK_END),
    RuleFunction(clearing_channel, ("P001-333",), BLOCK_AND_PAYMENT, needs=("ClrChanl",)),
    RuleFunction(charge_bearer, ("P001-335",), BLOCK_AND_PAYMENT, needs=("ChrgBr",), silent=matching("SLEV", "ChrgBr")),
    RuleFunction(local_instrument, ("P001-336", "P001-337"), BLOCK_AND_PAYMENT, needs=("LclInstrm",)),
    RuleFunction(
        priority, ("P001-338",), BLOCK_AND_PAYMENT, needs=("InstrPrty",), silent=matching("NORM", "PmtTpInf/InstrPrty")
    ),
    RuleFunction(
        category_purpose,
        ("P001-339",),
        BLOCK_AND_PAYMENT,
        needs=("CtgyPurp",),
        silent=both(absent("PmtTpInf/CtgyPurp/Prtry"), known(_known_category, "PmtTpInf/CtgyPurp/Cd")),
    ),
    RuleFunction(salaries_mixed, ("P001-340",), BLOCK_END),
    RuleFunction(
        purpose,
        ("P001-341", "P001-342"),
        PAYMENT,
        needs=("Purp",),
        silent=both(absent("Purp/Prtry"), known(_known_purpose, "Purp/Cd")),
    ),
    RuleFunction(batch_booking_of_the_file, ("P001-343",), GROUP),
    RuleFunction(batch_booking, ("P001-343",), BLOCK),
    RuleFunction(outside_sepa, ("P001-344",), EVERY_LEVEL, needs=_OUTSIDE),
    RuleFunction(regulatory_reporting, ("P001-345",), PAYMENT, needs=("RgltryRptg",)),
)
