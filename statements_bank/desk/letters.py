"""The letter of a connection: everything that a tool must know, on one sheet, in English or French.

It prints both hashes of the bank's keys, because tools show one or the other; and ends with a block of plain data from
which a tool can be configured without typing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from statements.ebics.keys import ROLE_NAMES, letter_rows
from statements.ebics.names import PROTOCOLS, VERSIONS
from statements.reference.ebics import ebics_names
from statements.rules import Language
from statements_bank.desk.connections import Link

if TYPE_CHECKING:
    from statements_bank.bank import Bank


def letter(bank: Bank, link: Link, lang: Language) -> str:
    """The letter as an HTML page that prints on one A4 sheet."""
    return (
        _engine()
        .get_template("letter.html")
        .render(
            lang=lang,
            bank=bank,
            link=link,
            versions=[VERSIONS[code] for code in PROTOCOLS],
            names=[name for name in ebics_names() if name.offered == "yes"],
            keys=[
                (
                    ROLE_NAMES[key.role].get(lang),
                    key.version,
                    *map(letter_rows, (key.key.certificate_hash, key.key.key_hash)),
                )
                for key in bank.public_keys()
            ],
            tls=letter_rows(bank.tls_fingerprint),
            data=data_block(bank, link),
        )
    )


def data_block(bank: Bank, link: Link) -> str:
    """The letter's data as plain lines ``name = value``: a tool is configured from these alone."""
    lines = {
        "url": bank.url,
        "host_id": bank.host_id,
        "partner_id": link.partner_id,
        "user_id": link.user_id,
        "versions": " ".join(PROTOCOLS),
        "tls_sha256": bank.tls_fingerprint,
    }
    for key in bank.public_keys():
        lines[f"bank_{key.role.lower()}_certificate_sha256"] = key.key.certificate_hash
        lines[f"bank_{key.role.lower()}_key_sha256"] = key.key.key_hash
    return "".join(f"{name} = {value}\n" for name, value in lines.items())


@cache
def _engine() -> Environment:
    return Environment(
        loader=PackageLoader("statements_bank.desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
