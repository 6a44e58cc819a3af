"""Names and identifications of the parties (P001-190 … 196)."""

from __future__ import annotations

import re

from statements.formats.pain001.check import Check
from statements.formats.pain001.registry import on_block, on_block_and_payment, on_every_level, on_group, on_payment
from statements.formats.pain001.scope import Scope

MAX_NAME = 70
_ACCOUNT = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)


@on_every_level("P001-190", needs=("Nm",))
def long_name(scope: Scope, check: Check) -> None:
    """A name of more than 70 characters."""
    for path in scope.paths("Nm"):
        name = scope.values[path] or ""
        if len(name) > MAX_NAME:
            check.add("P001-190", scope, path, found=name, expected=name[:MAX_NAME].rstrip(), length=str(len(name)))


@on_payment("P001-191")
def no_creditor_name(payment: Scope, check: Check) -> None:
    """The creditor has a name that is not blank."""
    if not payment.word("Cdtr/Nm"):
        check.add("P001-191", payment, "Cdtr/Nm")


@on_block("P001-192")
def no_debtor_name(block: Scope, check: Check) -> None:
    """The debtor has a name that is not blank."""
    if not block.word("Dbtr/Nm"):
        check.add("P001-192", block, "Dbtr/Nm")


@on_payment("P001-193", needs=("Nm",))
def poor_creditor_name(payment: Scope, check: Check) -> None:
    """A name that the verification of payee cannot match: hardly a letter, or an account number."""
    name = payment.word("Cdtr/Nm")
    if name:
        letters = sum(map(str.isalpha, name))
        if letters < check.settings["min_name_letters"] or _ACCOUNT.fullmatch("".join(name.split()).upper()):
            check.add("P001-193", payment, "Cdtr/Nm", found=payment.text("Cdtr/Nm"))


@on_group("P001-194")
def no_initiating_party(group: Scope, check: Check) -> None:
    """The initiating party has a name or an identification."""
    if not group.word("InitgPty/Nm") and not group.has_content("InitgPty/Id"):
        check.add("P001-194", group, "InitgPty")


@on_every_level("P001-195", needs=("OrgId", "PrvtId"))
def several_identifications(scope: Scope, check: Check) -> None:
    """An organisation has one BIC or one other id, a person the birth data or one other id."""
    for path in scope.paths("OrgId", "PrvtId"):
        if path.endswith("]"):
            # .02: PrvtId repeats, each holding one id and its issuer.
            if path.endswith("PrvtId[2]"):
                check.add("P001-195", scope, path)
            continue
        ids = scope.children(path)
        if len(ids) > 1 and not (check.version == "02" and path.endswith("PrvtId")):
            check.add("P001-195", scope, ids[1])


@on_block_and_payment("P001-196", needs=("UltmtDbtr", "UltmtCdtr"))
def ultimate_party_with_address(scope: Scope, check: Check) -> None:
    """An ultimate party has no address in SEPA."""
    for party in ("UltmtDbtr", "UltmtCdtr"):
        if f"{party}/PstlAdr" in scope:
            check.add("P001-196", scope, f"{party}/PstlAdr")
