"""Qonto API v2 JSON, in every shape it is downloaded in, into rows, accounts and page counts.

One typed pass of the decoder reads a well-formed file. Only a file that the decoder refuses is taken apart member by
member, so that each bad value is reported with its path and the other rows are still checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from statements.findings import Reporter
from statements.formats.qonto import scan
from statements.formats.qonto.by_hand import WEBHOOK, Decoders, Envelope, FileByHand, decoders, usual_decoders
from statements.formats.qonto.document import Document

_PAGES = re.compile(rb'\[\s*\{\s*"(?:transactions|transaction|meta|organization|bank_accounts|type)"\s*:')


_OPENING = re.compile(
    rb'"(?:transactions|transaction|bank_accounts|organization|transaction_id|settled_at)"\s*:|"type"\s*:\s*"v1/transactions"'
)


def looks_like(data: bytes) -> bool:
    """Whether the bytes begin like a Qonto answer; reads the first part only."""
    start = data[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] not in (b"{", b"[") or re.match(rb'\{\s*"statements"\s*:', start):
        return False
    return _OPENING.search(start) is not None


def read(data: bytes, file: str | None, document: Document, reporter: Reporter, *, steered: bool, exact: bool) -> None:
    """Add what a JSON file holds to ``document``. ``exact`` asks for the test of every key, whatever the size."""
    general = decoders(steered)
    # Members that a setting asks for are in no usual row.
    attempts = [general] if steered else [usual_decoders(), general]
    reader = _File(data, file, document, reporter, general)
    if reader.read(attempts) and (exact or scan.suspect(data, reader.given)):
        reader.refuse_faults()


class _File(FileByHand):
    """One file on its way into the document: by the typed decoders, else by hand."""

    def read(self, attempts: Sequence[Decoders]) -> bool:
        """True when the file is JSON of a known shape."""
        start = len(self.document.batches)
        for attempt in attempts:
            try:
                if self._typed(attempt):
                    return True
                break
            except msgspec.ValidationError:
                # Another word, or a bad value: the general decoders tell.
                del self.document.batches[start:]
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                # No JSON: whatever the decoder refuses is read again below, value by value.
                del self.document.batches[start:]
                break
        return self.by_hand()

    def _typed(self, decoders: Decoders) -> bool:
        data = self.data
        if data.lstrip()[:1] != b"[":
            return self._envelope(decoders.envelope.decode(data), "")
        if _PAGES.match(data.lstrip()):
            pages = decoders.pages.decode(data)
            known = [self._envelope(page, f"[{index}].") for index, page in enumerate(pages)]
            return all(known)
        self.add_rows(decoders.rows.decode(data), "[{}]", None)
        return True

    def _envelope(self, envelope: Envelope[Any], path: str) -> bool:
        known = False
        if envelope.transactions is not None:
            self.add_rows(envelope.transactions, path + "transactions[{}]", envelope.meta)
            known = True
        if envelope.transaction is not None:
            self.add_rows([envelope.transaction], path + "transaction", None)
            known = True
        if envelope.data is not None and envelope.type == WEBHOOK:
            self.add_rows([envelope.data], path + "data", None)
            known = True
        if envelope.organization is not None:
            self.document.holder = envelope.organization.legal_name or self.document.holder
            self.add_accounts(envelope.organization.bank_accounts, path + "organization.bank_accounts")
            known = True
        if envelope.bank_accounts is not None:
            self.add_accounts(envelope.bank_accounts, path + "bank_accounts")
            known = True
        return known
