"""Generated input: plain entries as Qonto gives them, the same on every machine."""

from __future__ import annotations

import datetime
import json
import random
from base64 import b32encode

from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import Balance, Entry, OperationCodes, References, Statement

IBAN = "FR7616958000011234567890177"
NAMES = ("MENUISERIE DUFOUR ET FILS SARL", "NIMBUS HOSTING INC", "CREPERIE DE L'ILE", "OPERATEUR TELECOM SA")
KINDS = (
    ("06", "NTRF", "beneficiary", -1),
    ("28", "NMSC", "beneficiary", -1),
    ("05", "NTRF", "payer", 1),
    ("B1", "NDDT", "beneficiary", -1),
)
# Every operation type of the interface: type, side, subject and the name of its nested object, where it has one.
OPERATIONS = (
    ("transfer", "debit", "Transfer", "transfer"),
    ("transfer", "debit", "WalletToWallet", None),
    ("transfer", "credit", "Transfer", "transfer"),
    ("income", "credit", "Income", "income"),
    ("income", "credit", "FinancingIncome", None),
    ("swift_income", "credit", "SwiftIncome", "swift_income"),
    ("recall", "debit", "Recall", None),
    ("card", "debit", "Card", None),
    ("card", "credit", "Card", None),
    ("pay_later", "debit", "PayLater", None),
    ("card_acquirer_payout", "credit", "CardAcquirerPayout", None),
    ("direct_debit", "debit", "DirectDebit", "direct_debit"),
    ("direct_debit", "credit", "DirectDebit", "direct_debit"),
    ("direct_debit_collection", "credit", "DirectDebitCollection", None),
    ("direct_debit_hold", "debit", "DirectDebitHold", None),
    ("qonto_fee", "debit", "BillingTransfer", None),
    ("cheque", "credit", "Check", "check"),
    ("financing_installment", "debit", "FinancingInstallment", "financing_installment"),
    ("account_remuneration", "credit", "AccountRemuneration", None),
    ("investment", "debit", "Investment", None),
    ("f24", "debit", "F24Payment", None),
    ("nrc_payment", "debit", "NrcPayment", None),
    ("pagopa_payment", "debit", "PagopaPayment", "pagopa_payment"),
    ("riba_payment", "debit", "RibaPayment", None),
    ("other", "credit", "Other", None),
)
FIRST_DAY = datetime.date(2026, 1, 1)
DAY = datetime.timedelta(days=1)


def statements(entries: int, each: int = 100) -> list[Statement]:
    """Chained daily statements of ``each`` entries, about 130 bytes of MT940 an entry."""
    chance = random.Random(7)
    account = Account(iban=IBAN, currency="EUR")
    balance, made, day = 10_000_000, 0, FIRST_DAY
    result: list[Statement] = []
    while made < entries:
        opening = Balance(Money(balance, "EUR"), day - DAY)
        rows = []
        for index in range(made, min(made + each, entries)):
            cfonb, swift, role, sign = KINDS[chance.randrange(4)]
            minor = sign * chance.randrange(1, 500_000)
            balance += minor
            reference = "Q" + b32encode(index.to_bytes(10, "big")).decode()[:15]
            rows.append(
                Entry(
                    day,
                    Money(minor, "EUR"),
                    day,
                    False,
                    OperationCodes(cfonb, swift),
                    References(reference),
                    Party(NAMES[chance.randrange(4)], None, None, role),  # type: ignore[arg-type]
                    (f"FACTURE FA-2026-{index:06d} DU 12/09/2026",),
                )
            )
        closing = Balance(Money(balance, "EUR"), day)
        result.append(Statement(account, opening, closing, tuple(rows), 26001 + len(result) % 365, 1))
        made += len(rows)
        day = day + DAY if day.year < 2059 else FIRST_DAY
    return result


def plain_mt940(batch: list[Statement]) -> bytes:
    """The same statements as many banks write them: LF, lines of free text, no line at the end of a message."""

    def balance(tag: str, stated: Balance | None) -> str:
        if stated is None:
            raise ValueError("a sample statement has both balances")
        whole, cents = divmod(abs(stated.amount.minor), 100)
        mark = "D" if stated.amount.minor < 0 else "C"
        return f":{tag}:{mark}{stated.date:%y%m%d}EUR{whole},{cents:02d}\n"

    fields = []
    for statement in batch:
        fields.append(f":20:STATEMENT\n:25:{IBAN}\n:28C:{statement.number}/1\n{balance('60F', statement.opening)}")
        for entry in statement.entries:
            whole, cents = divmod(abs(entry.amount.minor), 100)
            day, mark = entry.booking_date, "D" if entry.amount.minor < 0 else "C"
            name = entry.counterparty.name if entry.counterparty is not None else ""
            fields.append(
                f":61:{day:%y%m%d%m%d}{mark}{whole},{cents:02d}NTRFNONREF//{entry.references.bank_reference}\n"
                f":86:VIREMENT SEPA {name}\n{entry.remittance[0]}\n"
            )
        fields.append(balance("62F", statement.closing))
    return "".join(fields).encode("ascii")


def qonto_json(rows: int) -> tuple[bytes, bytes]:
    """An organization file and one page of ``rows`` transactions of about 1.13 kB each, as the API gives them."""
    chance = random.Random(11)
    account_id = "018f71db-c635-78b5-b90a-ea05de98c2bf"
    instant = datetime.datetime(2026, 1, 1, 6, 0, tzinfo=datetime.UTC)
    balance = 10_000_000
    page = []
    for index in range(rows):
        operation, side, subject, nested = OPERATIONS[index % len(OPERATIONS)]
        cents = chance.randrange(1, 500_000)
        balance += cents if side == "credit" else -cents
        instant += datetime.timedelta(seconds=chance.randrange(1, 240))
        stamp = instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{chance.randrange(1000):03d}Z"
        identity = f"019fd0d4-2fed-77be-{index >> 16:04x}-{index & 0xFFFF:012x}"
        row = {
            "id": identity,
            "transaction_id": f"atelier-breval-4821-1-transaction-{identity}",
            "amount": cents / 100,
            "amount_cents": cents,
            "settled_balance": balance / 100,
            "settled_balance_cents": balance,
            "attachment_ids": [],
            "attachments": [],
            "local_amount": cents / 100,
            "local_amount_cents": cents,
            "side": side,
            "operation_type": operation,
            "currency": "EUR",
            "local_currency": "EUR",
            "label": NAMES[chance.randrange(4)].title(),
            "clean_counterparty_name": None,
            "settled_at": stamp,
            "emitted_at": stamp,
            "created_at": stamp,
            "updated_at": stamp,
            "status": "completed",
            "note": None,
            "reference": f"Facture FA-2026-{index:06d} du 12/09/2026",
            "vat_amount": None,
            "vat_amount_cents": None,
            "vat_rate": None,
            "vat_details": {"items": []},
            "initiator_id": "3f1c4a77-6f0e-4dd2-9a0c-0c3a1d1f2b3c",
            "label_ids": [],
            "labels": [],
            "attachment_lost": False,
            "attachment_required": True,
            "card_last_digits": "1234" if operation == "card" else None,
            "category": "it_and_electronics",
            "cashflow_category": None,
            "cashflow_subcategory": None,
            "subject_type": subject,
            "bank_account_id": account_id,
            "is_external_transaction": False,
        }
        if nested in ("transfer", "income", "swift_income", "direct_debit"):
            row[nested] = {
                "counterparty_account_number": "FR7616958000019999999999931",
                "counterparty_account_number_format": "IBAN",
                "counterparty_bank_identifier": "QNTOFRP1XXX",
                "counterparty_bank_identifier_format": "SWIFT_BIC",
            }
        elif nested is not None:
            row[nested] = {}
        if operation == "card" and side == "debit" and index % 3 == 0:
            row["local_currency"], row["local_amount_cents"] = "USD", cents * 13 // 12
            row["local_amount"] = row["local_amount_cents"] / 100
        page.append(row)
    account = {
        "id": account_id,
        "slug": "atelier-breval-4821-1",
        "iban": IBAN,
        "bic": "QNTOFRP1XXX",
        "name": "Compte principal",
        "currency": "EUR",
        "balance_cents": balance,
        "authorized_balance_cents": balance,
        "status": "active",
        "main": True,
        "is_external_account": False,
        "updated_at": instant.strftime("%Y-%m-%dT%H:%M:%S.999Z"),
    }
    organization = {"organization": {"slug": "atelier-breval-4821", "bank_accounts": [account]}}
    meta = {"current_page": 1, "next_page": None, "prev_page": None, "total_pages": 1, "total_count": rows}
    return json.dumps(organization).encode(), json.dumps({"transactions": page, "meta": meta}).encode()
