"""The JSON of payment files: ``{"payment_files": [{…, "blocks": [{…, "payments": [{…}]}]}]}``.

Members are named by the words of the model; amounts are decimal strings as written; what has no value is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from statements.model.payment import (
    Amount,
    CreditTransfer,
    PaymentAccount,
    PaymentBank,
    PaymentInformation,
    PaymentInitiation,
    PaymentType,
)
from statements.visible import in_json


def to_json(files: PaymentInitiation | Iterable[PaymentInitiation]) -> bytes:
    """The files as JSON, indented by two blanks, with a line break at the end.

    >>> print(to_json(PaymentInitiation(version="pain.001.001.03", message_id="A")).decode(), end="")
    {
      "payment_files": [
        {
          "version": "pain.001.001.03",
          "message_id": "A",
          "count": 0
        }
      ]
    }
    """
    given = (files,) if isinstance(files, PaymentInitiation) else files
    text = msgspec.json.encode({"payment_files": [_file(file) for file in given]})
    # What acts on a terminal stands as its escape: the same data.
    return in_json(msgspec.json.format(text, indent=2).decode()).encode() + b"\n"


def _file(file: PaymentInitiation) -> dict[str, Any]:
    return _members(
        version=file.version,
        sha256=file.sha256,
        encoding=file.encoding,
        bytes=file.bytes or None,
        message_id=file.message_id,
        created=file.created,
        declared_count=file.declared_count,
        declared_sum=file.declared_sum,
        grouping=file.grouping,
        batch_booking=file.batch_booking,
        initiating_party=_plain(file.initiating_party),
        count=file.count,
        not_modelled=file.not_modelled,
        blocks=[_block(block) for block in file.blocks],
    )


def _block(block: PaymentInformation) -> dict[str, Any]:
    return _members(
        index=block.index,
        line=block.line,
        path=block.path,
        id=block.id,
        method=block.method,
        batch_booking=block.batch_booking,
        declared_count=block.declared_count,
        declared_sum=block.declared_sum,
        **_type(block.type),
        execution_date=block.execution_date.isoformat() if block.execution_date is not None else None,
        execution_time=block.execution_time,
        debtor=_plain(block.debtor),
        **_account("debtor", block.debtor_account),
        **_bank("debtor", block.debtor_bank),
        ultimate_debtor=_plain(block.ultimate_debtor),
        charge_bearer=block.charge_bearer,
        count=block.count,
        not_modelled=block.not_modelled,
        payments=[_payment(payment) for payment in block.payments],
    )


def _payment(payment: CreditTransfer) -> dict[str, Any]:
    return _members(
        index=payment.index,
        line=payment.line,
        path=payment.path,
        instruction_id=payment.instruction_id,
        end_to_end_id=payment.end_to_end_id,
        uetr=payment.uetr,
        **_type(payment.type),
        **_amount("amount", payment.amount),
        **_amount("equivalent_amount", payment.equivalent_amount),
        charge_bearer=payment.charge_bearer,
        ultimate_debtor=_plain(payment.ultimate_debtor),
        **_bank("creditor", payment.creditor_bank),
        creditor=_plain(payment.creditor),
        **_account("creditor", payment.creditor_account),
        ultimate_creditor=_plain(payment.ultimate_creditor),
        purpose=payment.purpose,
        remittance=payment.remittance,
        references=[_plain(reference) for reference in payment.references],
        not_modelled=payment.not_modelled,
    )


def _members(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", (), [], {})}


def _plain(value: msgspec.Struct | None) -> Any:
    """A struct as JSON members; absent ones are left out by the struct itself."""
    return msgspec.to_builtins(value) if value is not None else None


def _type(kind: PaymentType | None) -> dict[str, Any]:
    if kind is None:
        return {}
    levels = kind.service_levels
    return {
        "priority": kind.priority,
        "service_level": levels[0] if levels else None,
        "further_service_levels": levels[1:],
        "clearing_channel": kind.clearing_channel,
        "local_instrument": kind.local_instrument,
        "category_purpose": kind.category_purpose,
    }


def _amount(name: str, amount: Amount | None) -> dict[str, Any]:
    if amount is None:
        return {}
    currency = "currency" if name == "amount" else f"{name}_currency"
    return {name: amount.money.text if amount.money is not None else amount.text.strip(), currency: amount.currency}


def _account(owner: str, account: PaymentAccount | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {
        f"{owner}_iban": account.iban,
        f"{owner}_other_account": account.other,
        f"{owner}_account_currency": account.currency,
        f"{owner}_account_name": account.name,
    }


def _bank(owner: str, bank: PaymentBank | None) -> dict[str, Any]:
    if bank is None:
        return {}
    return {f"{owner}_bic": bank.bic, f"{owner}_bank_name": bank.name, f"{owner}_bank_other": bank.other}
