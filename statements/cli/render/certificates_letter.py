"""The customer's letter with the hashes of the three keys (INI and HIA), as one HTML page that prints on A4."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from statements.cli.render.pages import page
from statements.cli.texts import Texts
from statements.ebics.certificates import VERSIONS, Checked
from statements.ebics.keys import letter_rows


def render(
    checked: Checked, ids: Mapping[str, str], *, bank: str, company: str, day: datetime.date, texts: Texts
) -> str:
    """The page, in the language of the texts. ``ids`` are HostID, PartnerID and UserID."""
    words = {"A": "signature", "X": "authentication", "E": "encryption"}
    keys = [
        {
            "use": texts(f"certs.role.{words[role]}"),
            "version": VERSIONS[role],
            "subject": certificate.subject,
            "ends": certificate.ends.date(),
            "certificate": letter_rows(certificate.key.certificate_hash),
            "key": letter_rows(certificate.key.key_hash),
        }
        for role, certificate in checked.placed
    ]
    return page("certificates_letter.html", texts, keys=keys, ids=ids, bank=bank, company=company, day=day)
