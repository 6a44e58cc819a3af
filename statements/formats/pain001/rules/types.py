"""Payment type, charges, purposes, and data that SEPA does not carry (P001-330 … 345)."""

from __future__ import annotations

from statements.formats.pain001.check import Check, Tally
from statements.formats.pain001.registry import (
    at_block_end,
    on_block,
    on_block_and_payment,
    on_every_level,
    on_group,
    on_payment,
)
from statements.formats.pain001.scope import Scope
from statements.reference.external_codes import is_external_code

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


@on_block("P001-330")
def method(block: Scope, check: Check) -> None:
    """SEPA credit transfers have the method TRF."""
    found = block.word("PmtMtd")
    if found and found != "TRF":
        check.add("P001-330", block, "PmtMtd", found=found, expected="TRF")


@on_block_and_payment("P001-331", "P001-334", needs=("SvcLvl",))
def service_level(scope: Scope, check: Check) -> None:
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


@at_block_end("P001-332")
def no_service_level(block: Scope, tally: Tally, check: Check) -> None:
    """Neither the block nor each of its payments has a service level, nor a clearing channel in its place (.02)."""
    if tally.untyped and not block.has_content("PmtTpInf/SvcLvl") and not block.has_content("PmtTpInf/ClrChanl"):
        check.add("P001-332", block, "PmtTpInf/SvcLvl", expected="SEPA")


@on_block_and_payment("P001-333", needs=("ClrChanl",))
def clearing_channel(scope: Scope, check: Check) -> None:
    """A clearing channel is no SEPA data."""
    path = "PmtTpInf/ClrChanl"
    if path in scope:
        check.add("P001-333", scope, path, found=scope.text(path))


@on_block_and_payment("P001-335", needs=("ChrgBr",))
def charge_bearer(scope: Scope, check: Check) -> None:
    """SEPA transfers share the charges by the scheme: SLEV."""
    found = scope.word("ChrgBr")
    if found and found != "SLEV":
        check.add("P001-335", scope, "ChrgBr", found=found, expected="SLEV")


@on_block_and_payment("P001-336", "P001-337", needs=("LclInstrm",))
def local_instrument(scope: Scope, check: Check) -> None:
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


@on_block_and_payment("P001-338", needs=("InstrPrty",))
def priority(scope: Scope, check: Check) -> None:
    """High priority only by agreement."""
    path = "PmtTpInf/InstrPrty"
    if scope.word(path) == "HIGH":
        check.add("P001-338", scope, path, found="HIGH", expected="NORM")


@on_block_and_payment("P001-339", needs=("CtgyPurp",))
def category_purpose(scope: Scope, check: Check) -> None:
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


@at_block_end("P001-340")
def salaries_mixed(block: Scope, tally: Tally, check: Check) -> None:
    """Salaries stand in a block of their own."""
    if 0 < tally.salaries < tally.count:
        check.add("P001-340", block)


@on_payment("P001-341", "P001-342", needs=("Purp",))
def purpose(payment: Scope, check: Check) -> None:
    """The purpose is a code of the external list, not a word of one's own."""
    if "Purp" not in payment:
        return
    code, other = payment.text("Purp/Cd"), payment.text("Purp/Prtry")
    if code and not is_external_code("purpose", code):
        check.add("P001-341", payment, "Purp/Cd", found=code)
    if other is not None:
        check.add("P001-342", payment, "Purp/Prtry", found=other)


def _booked_as_one(scope: Scope, check: Check) -> None:
    if scope.word("BtchBookg") in ("true", "1"):
        check.add("P001-343", scope, "BtchBookg", found=scope.text("BtchBookg"))


@on_group("P001-343")
def batch_booking_of_the_file(group: Scope, check: Check) -> None:
    """.02: one debit for each block of the file."""
    _booked_as_one(group, check)


@on_block("P001-343")
def batch_booking(block: Scope, check: Check) -> None:
    """One debit for the whole block."""
    _booked_as_one(block, check)


@on_every_level("P001-344", needs=_OUTSIDE)
def outside_sepa(scope: Scope, check: Check) -> None:
    """Elements that a SEPA transfer does not carry."""
    for name in _OUTSIDE:
        if name in scope:
            check.add("P001-344", scope, name, found=scope.text(name), element=name)


@on_payment("P001-345", needs=("RgltryRptg",))
def regulatory_reporting(payment: Scope, check: Check) -> None:
    """No SEPA data."""
    if "RgltryRptg" in payment:
        check.add("P001-345", payment, "RgltryRptg")
