"""From the texts of a header, block or payment to the model, in the element names of any version."""

from __future__ import annotations

from collections.abc import Mapping

from statements.formats.pain001.decimals import exact
from statements.formats.pain001.rules.dates import day_of
from statements.formats.pain001.scope import Scope, leaf
from statements.model.money import Money, exponent
from statements.model.payment import (
    Amount,
    CreditTransfer,
    PartyIdentification,
    PaymentAccount,
    PaymentBank,
    PaymentInformation,
    PaymentInitiation,
    PaymentParty,
    PaymentReference,
    PaymentType,
    PostalAddress,
)

# Element names of an address, as the versions share them, and their members.
_ADDRESS: Mapping[str, str] = {
    "Dept": "department",
    "SubDept": "sub_department",
    "StrtNm": "street",
    "BldgNb": "building_number",
    "BldgNm": "building",
    "Flr": "floor",
    "PstBx": "post_box",
    "Room": "room",
    "PstCd": "postcode",
    "TwnNm": "town",
    "TwnLctnNm": "town_part",
    "DstrctNm": "district",
    "CtrySubDvsn": "region",
    "Ctry": "country",
}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class WatchedScope:
    """A scope that remembers what was asked for, so that the rest can be named."""

    __slots__ = ("_taken", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._taken: set[str] = set()

    def text(self, *paths: str) -> str | None:
        """The text of the first of these paths that is there."""
        for path in paths:
            value = self.scope.text(path)
            if value is not None:
                self._taken.add(path)
                return value
        return None

    def has(self, path: str) -> bool:
        """True when the element is there."""
        return path in self.scope

    def rest(self) -> tuple[str, ...]:
        """The topmost elements of which nothing was asked for."""
        known: set[str] = set()
        for path in self._taken:
            while path:
                known.add(path)
                path = path.rpartition("/")[0]
        found: dict[str, None] = {}
        for path, value in self.scope.items():
            if value is None or path in self._taken or not value.strip():
                continue
            steps = path.split("/")
            tops = ("/".join(steps[:end]) for end in range(1, len(steps) + 1))
            found[next((top for top in tops if top not in known), path)] = None
        return tuple(found)


def initiation(scope: Scope) -> PaymentInitiation:
    """The file without its blocks: message id, totals and initiating party of the header."""
    texts = WatchedScope(scope)
    return PaymentInitiation(
        version="",
        message_id=texts.text("MsgId"),
        created=texts.text("CreDtTm"),
        declared_count=texts.text("NbOfTxs"),
        declared_sum=texts.text("CtrlSum"),
        grouping=texts.text("Grpg"),
        batch_booking=_BOOLEANS.get((texts.text("BtchBookg") or "").strip()),
        initiating_party=_party(texts, "InitgPty"),
        not_modelled=texts.rest(),
    )


def information(scope: Scope, line: int | None = None) -> PaymentInformation:
    """A block without its payments."""
    texts = WatchedScope(scope)
    moment = texts.text("ReqdExctnDt/DtTm")
    day = moment or texts.text("ReqdExctnDt/Dt", "ReqdExctnDt")
    return PaymentInformation(
        index=scope.block,
        path=scope.prefix,
        line=line,
        id=texts.text("PmtInfId"),
        method=texts.text("PmtMtd"),
        batch_booking=_BOOLEANS.get((texts.text("BtchBookg") or "").strip()),
        declared_count=texts.text("NbOfTxs"),
        declared_sum=texts.text("CtrlSum"),
        type=_type(texts),
        execution_date=day_of(day),
        execution_time=moment,
        debtor=_party(texts, "Dbtr"),
        debtor_account=_account(texts, "DbtrAcct"),
        debtor_bank=_bank(texts, "DbtrAgt"),
        ultimate_debtor=_party(texts, "UltmtDbtr"),
        charge_bearer=texts.text("ChrgBr"),
        not_modelled=texts.rest(),
    )


def transfer(scope: Scope, line: int | None = None) -> CreditTransfer:
    """One payment."""
    texts = WatchedScope(scope)
    return CreditTransfer(
        index=scope.index,
        number=scope.number,
        path=scope.prefix,
        line=line,
        instruction_id=texts.text("PmtId/InstrId"),
        end_to_end_id=texts.text("PmtId/EndToEndId"),
        uetr=texts.text("PmtId/UETR"),
        type=_type(texts),
        amount=_amount(texts, "Amt/InstdAmt"),
        equivalent_amount=_amount(texts, "Amt/EqvtAmt/Amt"),
        charge_bearer=texts.text("ChrgBr"),
        ultimate_debtor=_party(texts, "UltmtDbtr"),
        creditor_bank=_bank(texts, "CdtrAgt"),
        creditor=_party(texts, "Cdtr"),
        creditor_account=_account(texts, "CdtrAcct"),
        ultimate_creditor=_party(texts, "UltmtCdtr"),
        purpose=texts.text("Purp/Cd", "Purp/Prtry"),
        remittance=tuple(texts.text(path) or "" for path in scope.repeated("RmtInf/Ustrd")),
        references=tuple(_reference(texts, path) for path in scope.repeated("RmtInf/Strd") if _refers(scope, path)),
        not_modelled=texts.rest(),
    )


def _amount(texts: WatchedScope, path: str) -> Amount | None:
    text, currency = texts.text(path), texts.text(f"{path}/@Ccy") or ""
    if text is None:
        return None
    value = exact(text)
    money = None
    places = exponent(currency)
    if value is not None and value.scale <= places:
        money = Money(value.at(places), currency)
    return Amount(text, currency, money)


def _party(texts: WatchedScope, path: str) -> PaymentParty | None:
    if not texts.has(path):
        return None
    ids = [
        identification
        for kind in ("OrgId", "PrvtId")
        for holder in texts.scope.repeated(f"{path}/Id/{kind}")
        for identification in _identifications(texts, holder)
    ]
    return PaymentParty(
        name=texts.text(f"{path}/Nm"),
        address=_address(texts, f"{path}/PstlAdr"),
        ids=tuple(ids),
        country_of_residence=texts.text(f"{path}/CtryOfRes"),
    )


def _identifications(texts: WatchedScope, holder: str) -> list[PartyIdentification]:
    """Each child of OrgId or PrvtId; in .02 ``Issr`` stands beside the id it belongs to."""
    found = []
    beside = texts.text(f"{holder}/Issr")
    for path in texts.scope.children(holder):
        kind = leaf(path)
        if kind == "Issr":
            continue
        if kind.startswith("DtAndPlcOfBirth"):
            parts = (texts.text(f"{path}/{name}") for name in ("BirthDt", "PrvcOfBirth", "CityOfBirth", "CtryOfBirth"))
            value: str | None = ", ".join(part for part in parts if part)
        else:
            value = texts.text(path, f"{path}/Id")
        if value is None:
            continue
        scheme = texts.text(f"{path}/SchmeNm/Cd", f"{path}/SchmeNm/Prtry", f"{path}/IdTp")
        found.append(PartyIdentification(kind, value, scheme, texts.text(f"{path}/Issr") or beside))
    return found


def _address(texts: WatchedScope, path: str) -> PostalAddress | None:
    if not texts.has(path):
        return None
    parts = {member: texts.text(f"{path}/{name}") for name, member in _ADDRESS.items()}
    lines = tuple(texts.text(each) or "" for each in texts.scope.repeated(f"{path}/AdrLine"))
    return PostalAddress(lines=lines, **parts)


def _account(texts: WatchedScope, path: str) -> PaymentAccount | None:
    if not texts.has(path):
        return None
    return PaymentAccount(
        iban=texts.text(f"{path}/Id/IBAN"),
        other=texts.text(f"{path}/Id/Othr/Id", f"{path}/Id/BBAN", f"{path}/Id/UPIC", f"{path}/Id/PrtryAcct/Id"),
        currency=texts.text(f"{path}/Ccy"),
        name=texts.text(f"{path}/Nm"),
    )


def _bank(texts: WatchedScope, path: str) -> PaymentBank | None:
    if not texts.has(path):
        return None
    base = f"{path}/FinInstnId"
    return PaymentBank(
        bic=texts.text(f"{base}/BIC", f"{base}/BICFI", f"{base}/CmbndId/BIC"),
        name=texts.text(f"{base}/Nm", f"{base}/NmAndAdr/Nm", f"{base}/CmbndId/Nm"),
        other=texts.text(
            f"{base}/Othr/Id",
            f"{base}/PrtryId/Id",
            f"{base}/CmbndId/PrtryId/Id",
            f"{base}/ClrSysMmbId/MmbId",
            f"{base}/ClrSysMmbId/Id",
            f"{base}/ClrSysMmbId/Prtry",
        ),
    )


def _type(texts: WatchedScope) -> PaymentType | None:
    base = "PmtTpInf"
    if not texts.scope.has_content(base):
        return None
    levels = (texts.text(f"{path}/Cd", f"{path}/Prtry") for path in texts.scope.repeated(f"{base}/SvcLvl"))
    return PaymentType(
        priority=texts.text(f"{base}/InstrPrty"),
        service_levels=tuple(level for level in levels if level is not None),
        clearing_channel=texts.text(f"{base}/ClrChanl"),
        local_instrument=texts.text(f"{base}/LclInstrm/Cd", f"{base}/LclInstrm/Prtry"),
        category_purpose=texts.text(f"{base}/CtgyPurp/Cd", f"{base}/CtgyPurp/Prtry", f"{base}/CtgyPurp"),
    )


def _refers(scope: Scope, part: str) -> bool:
    return f"{part}/CdtrRefInf" in scope


def _reference(texts: WatchedScope, part: str) -> PaymentReference:
    base = f"{part}/CdtrRefInf"
    kind = f"{base}/Tp/CdOrPrtry"
    return PaymentReference(
        reference=texts.text(f"{base}/Ref", f"{base}/CdtrRef"),
        type=texts.text(f"{kind}/Cd", f"{kind}/Prtry", f"{base}/CdtrRefTp/Cd", f"{base}/CdtrRefTp/Prtry"),
        issuer=texts.text(f"{base}/Tp/Issr", f"{base}/CdtrRefTp/Issr"),
    )
