"""Names and identifications of the parties (P001-190 … 196)."""

from __future__ import annotations

import re

from statements.formats.pain001.context import CheckContext, Tally
from statements.formats.pain001.scope import Scope, Shape, leaf
from statements.formats.pain001.silence import (
    BLOCK,
    BLOCK_AND_PAYMENT,
    BLOCK_END,
    EVERY_LEVEL,
    GROUP,
    LABEL,
    PAYMENT,
    SAYS_SOMETHING,
    SHOWN_LABEL,
    Doubt,
    RuleFunction,
    absent,
    both,
    every,
    matching,
    present,
)
from statements.reference.countries import is_country

MAX_NAME = 70
_ACCOUNT = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)


def long_name(scope: Scope, check: CheckContext) -> None:
    """A name of more than 70 characters."""
    for path in scope.paths("Nm"):
        name = scope.text(path) or ""
        if len(name) > MAX_NAME:
            check.add("P001-190", scope, path, found=name, expected=name[:MAX_NAME].rstrip(), length=str(len(name)))


def no_creditor_name(payment: Scope, check: CheckContext) -> None:
    """The creditor has a name that is not blank."""
    if not payment.word("Cdtr/Nm"):
        check.add("P001-191", payment, "Cdtr/Nm")


def no_debtor_name(block: Scope, check: CheckContext) -> None:
    """The debtor has a name that is not blank."""
    if not block.word("Dbtr/Nm"):
        check.add("P001-192", block, "Dbtr/Nm")


def poor_creditor_name(payment: Scope, check: CheckContext) -> None:
    """A name that the verification of payee cannot match: hardly a letter, or an account number."""
    name = payment.word("Cdtr/Nm")
    if name:
        letters = sum(map(str.isalpha, name))
        if letters < check.settings["min_name_letters"] or _ACCOUNT.fullmatch("".join(name.split()).upper()):
            check.add("P001-193", payment, "Cdtr/Nm", found=payment.text("Cdtr/Nm"))


def no_initiating_party(group: Scope, check: CheckContext) -> None:
    """The initiating party has a name or an identification."""
    if not group.word("InitgPty/Nm") and not group.has_content("InitgPty/Id"):
        check.add("P001-194", group, "InitgPty")


def several_identifications(scope: Scope, check: CheckContext) -> None:
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


def ultimate_party_with_address(scope: Scope, check: CheckContext) -> None:
    """An ultimate party has no address in SEPA."""
    for party in ("UltmtDbtr", "UltmtCdtr"):
        if f"{party}/PstlAdr" in scope:
            check.add("P001-196", scope, f"{party}/PstlAdr")


MAX_LINES = 2
MAX_LINE = 70
_RULES = ("P001-400", "P001-401", "P001-402", "P001-403", "P001-404")


def debtor_address(block: Scope, check: CheckContext) -> None:
    """The address of the debtor."""
    if "Dbtr/PstlAdr" in block:
        _address("Dbtr/PstlAdr", block, check)


def creditor_address(payment: Scope, check: CheckContext) -> None:
    """The address of the creditor."""
    if "Cdtr/PstlAdr" in payment:
        _address("Cdtr/PstlAdr", payment, check)


def _address(path: str, scope: Scope, check: CheckContext) -> None:
    lines = [each for each in scope.repeated(f"{path}/AdrLine") if scope.word(each)]
    parts = [each for each in scope.children(path) if leaf(each) != "AdrLine" and scope.has_content(each)]
    located = bool(scope.word(f"{path}/TwnNm") and scope.word(f"{path}/Ctry"))
    if not lines:
        if parts and not located:
            check.add("P001-401", scope, path, expected="TwnNm, Ctry")
        return
    if not located:
        check.add("P001-400", scope, path, expected="TwnNm, Ctry")
        if len(lines) > MAX_LINES:
            check.add("P001-403", scope, lines[MAX_LINES], found=scope.text(lines[MAX_LINES]))
        return
    if len(lines) > MAX_LINES:
        check.add("P001-402", scope, lines[MAX_LINES], found=scope.text(lines[MAX_LINES]))
    for line in lines:
        if len(scope.text(line) or "") > MAX_LINE:
            check.add("P001-402", scope, line, found=scope.text(line))
    _repeated(path, lines, scope, check)


def _repeated(path: str, lines: list[str], scope: Scope, check: CheckContext) -> None:
    words = [scope.word(f"{path}/{name}").casefold() for name in ("TwnNm", "PstCd")]
    for line in lines:
        text = scope.word(line).casefold()
        if any(word and word in text for word in words):
            check.add("P001-404", scope, line, found=scope.text(line))


def debtor_address_wanted(block: Scope, tally: Tally, check: CheckContext) -> None:
    """A creditor bank in SEPA but outside the EEA may ask for the debtor's address."""
    if tally.outside_eea is not None and not block.has_content("Dbtr/PstlAdr"):
        check.add("P001-405", block, "Dbtr/PstlAdr", country=tally.outside_eea, expected="TwnNm, Ctry")


def country(scope: Scope, check: CheckContext) -> None:
    """Every country code exists."""
    for path in scope.paths("Ctry", "CtryOfRes"):
        code = scope.word(path)
        if code and not is_country(code):
            check.add("P001-406", scope, path, found=code, expected={"UK": "GB", "EL": "GR"}.get(code))


_MAY_BE_EMPTY = ("RmtInf", "UltmtDbtr", "UltmtCdtr", "PstlAdr", "Strd")


def empty_elements(scope: Scope, check: CheckContext) -> None:
    """An element that only holds others holds nothing."""
    for path in scope.paths(*_MAY_BE_EMPTY):
        if scope.text(path) is not None and not scope.word(path):
            check.add("P001-197", scope, path)


def full_elements(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said where all of them hold elements."""
    return [] if all(shape.places[path] is None for path in shape.paths(_MAY_BE_EMPTY)) else None


def telling_names(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said of a name with letters enough that does not begin like an IBAN."""
    letters = check.settings["min_name_letters"]
    if letters > MAX_NAME:
        return None
    enough = rf"(?=(?:[^A-Za-z\0]*+[A-Za-z]){{{letters}}})"
    return matching(rf"(?!{_LETTER} *{_LETTER}? *[0-9] *[0-9]){enough}{SHOWN_LABEL}", "Cdtr/Nm")(shape, check)


_LETTER = "[A-Za-z\u00b5\u00df-\u00ff]"


def structured_address(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said of an address in parts of which town and country say something."""
    path = "Cdtr/PstlAdr"
    if path not in shape.places:
        return []
    if f"{path}/AdrLine" in shape.places or not {f"{path}/TwnNm", f"{path}/Ctry"} <= shape.places.keys():
        return None
    return matching(SAYS_SOMETHING, f"{path}/TwnNm", f"{path}/Ctry")(shape, check)


def _known_country(text: str) -> bool:
    return not text.strip() or is_country(text.strip())


PARTIES: tuple[RuleFunction, ...] = (
    RuleFunction(long_name, ("P001-190",), EVERY_LEVEL, needs=("Nm",), silent=matching(LABEL, "Nm")),
    RuleFunction(
        no_creditor_name,
        ("P001-191",),
        PAYMENT,
        silent=both(present("Cdtr/Nm"), matching(LABEL, "Cdtr/Nm", wider=SAYS_SOMETHING)),
    ),
    RuleFunction(no_debtor_name, ("P001-192",), BLOCK),
    RuleFunction(poor_creditor_name, ("P001-193",), PAYMENT, needs=("Nm",), silent=telling_names),
    RuleFunction(no_initiating_party, ("P001-194",), GROUP),
    RuleFunction(several_identifications, ("P001-195",), EVERY_LEVEL, needs=("OrgId", "PrvtId")),
    RuleFunction(
        ultimate_party_with_address,
        ("P001-196",),
        BLOCK_AND_PAYMENT,
        needs=("UltmtDbtr", "UltmtCdtr"),
        silent=absent("UltmtDbtr/PstlAdr", "UltmtCdtr/PstlAdr"),
    ),
)
EMPTY_ELEMENTS: tuple[RuleFunction, ...] = (
    RuleFunction(empty_elements, ("P001-197",), BLOCK_AND_PAYMENT, needs=_MAY_BE_EMPTY, silent=full_elements),
)
ADDRESSES: tuple[RuleFunction, ...] = (
    RuleFunction(debtor_address, _RULES, BLOCK),
    RuleFunction(creditor_address, _RULES, PAYMENT, needs=("PstlAdr",), silent=structured_address),
    RuleFunction(debtor_address_wanted, ("P001-405",), BLOCK_END),
    RuleFunction(
        country,
        ("P001-406",),
        EVERY_LEVEL,
        needs=("Ctry", "CtryOfRes"),
        silent=every(_known_country, "Ctry", "CtryOfRes"),
    ),
)
