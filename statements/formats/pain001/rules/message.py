"""ISO message rules between elements (P001-060 … 073): what the schema cannot say.

Source: the message rules of PaymentInstructionInformation in the ISO 20022 repository.
"""

from __future__ import annotations

from statements.formats.pain001.check import Check
from statements.formats.pain001.registry import on_block, on_payment
from statements.formats.pain001.scope import Scope

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


def _method(check: Check) -> str:
    return check.block.word("PmtMtd") if check.block is not None else ""


@on_payment("P001-060", "P001-061", "P001-062", "P001-063", needs=tuple(_EXCLUSIVE))
def at_both_levels(payment: Scope, check: Check) -> None:
    """Exclusive at block and payment level; an empty element counts as absent."""
    if check.block is None:
        return
    for name, rule_id in _EXCLUSIVE.items():
        if rule_id == "P001-063" and check.version != "09":
            continue  # before .09 the instruction exists at payment level only
        if payment.has_content(name) and check.block.has_content(name):
            check.add(rule_id, payment, name, found=payment.text(name))


@on_block("P001-064")
def charges_bank_without_account(block: Scope, check: Check) -> None:
    """ChrgsAcctAgt needs ChrgsAcct."""
    if "ChrgsAcctAgt" in block and "ChrgsAcct" not in block:
        check.add("P001-064", block, "ChrgsAcctAgt", expected="ChrgsAcct")


@on_payment("P001-065", needs=("ChqInstr",))
def cheque_instruction(payment: Scope, check: Check) -> None:
    """ChqInstr only in a block that is paid by cheque."""
    if "ChqInstr" in payment and _method(check) != "CHK":
        check.add("P001-065", payment, "ChqInstr", expected="PmtMtd CHK")


@on_payment("P001-066", needs=("CdtrAcct",))
def cheque_with_account(payment: Scope, check: Check) -> None:
    """A cheque needs no creditor account."""
    if "CdtrAcct" in payment and _method(check) == "CHK":
        check.add("P001-066", payment, "CdtrAcct", expected="PmtMtd TRF")


@on_payment("P001-067")
def nobody_to_pay(payment: Scope, check: Check) -> None:
    """Not by cheque: a creditor or a creditor account says whom to pay."""
    if "CdtrAcct" not in payment and "Cdtr" not in payment and _method(check) != "CHK":
        check.add("P001-067", payment, expected="CdtrAcct")


@on_payment("P001-068")
def cheque_creditor_bank(payment: Scope, check: Check) -> None:
    """The creditor bank is wanted exactly when the cheque is delivered to it."""
    if _method(check) != "CHK":
        return
    to_bank = payment.word("ChqInstr/DlvryMtd/Cd") in _TO_THE_BANK
    if to_bank != ("CdtrAgt" in payment):
        check.add("P001-068", payment, "CdtrAgt", expected="CdtrAgt" if to_bank else None)


@on_payment("P001-069", needs=("ChqMtrtyDt",))
def cheque_maturity(payment: Scope, check: Check) -> None:
    """A maturity date only for drafts; .02 has no such rule."""
    path = "ChqInstr/ChqMtrtyDt"
    if path in payment and check.version != "02" and payment.word("ChqInstr/ChqTp") not in _TYPES_WITH_MATURITY:
        check.add("P001-069", payment, path, found=payment.text(path), expected="ChqTp DRFT, ELDR")


@on_payment("P001-070", needs=("InstrForCdtrAgt",))
def cheque_at_the_creditor_bank(payment: Scope, check: Check) -> None:
    """CHQB: the creditor is paid by cheque and has no account."""
    if "InstrForCdtrAgt" not in payment or "CdtrAcct" not in payment:
        return
    for path in payment.repeated("InstrForCdtrAgt"):
        if payment.word(f"{path}/Cd") == "CHQB":
            check.add("P001-070", payment, f"{path}/Cd", found="CHQB")


@on_payment("P001-071", "P001-072", needs=_INTERMEDIARIES)
def intermediary_banks(payment: Scope, check: Check) -> None:
    """Intermediary banks are numbered from 1; an account of one needs the bank."""
    for number in (1, 2, 3):
        bank, account = f"IntrmyAgt{number}", f"IntrmyAgt{number}Acct"
        before = f"IntrmyAgt{number - 1}"
        if number > 1 and bank in payment and before not in payment:
            check.add("P001-071", payment, bank, expected=before)
        if account in payment and bank not in payment:
            check.add("P001-072", payment, account, expected=bank)


@on_block("P001-073")
def charges_bank(block: Scope, check: Check) -> None:
    """The bank of the charges account is a branch of the debtor bank: the same first 8 characters."""
    for name in ("BIC", "BICFI"):
        path = f"ChrgsAcctAgt/FinInstnId/{name}"
        charged, debtor = block.word(path), block.word(f"DbtrAgt/FinInstnId/{name}")
        if charged and debtor and charged[:8] != debtor[:8]:
            check.add("P001-073", block, path, found=block.text(path), expected=debtor[:8])
