"""Qonto API v2 JSON, in every shape it is downloaded in, into rows, accounts and page counts.

One typed pass of the decoder reads a well-formed file. Only a file that the decoder refuses is taken apart member by
member, so that each bad value is reported with its path and the other rows are still checked.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from statements.findings import Reporter
from statements.sources.qonto import scan
from statements.sources.qonto.by_hand import WEBHOOK, Envelope, FileByHand, decoders
from statements.sources.qonto.document import Document

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
    reader = _File(data, file, document, reporter, decoders(steered))
    if reader.read() and (exact or scan.suspect(data, reader.given)):
        reader.refuse_faults()


class _File(FileByHand):
    """One file on its way into the document: by the typed decoder, else by hand."""

    def read(self) -> bool:
        """True when the file is JSON of a known shape."""
        start = len(self.document.batches)
        try:
            if self._typed():
                return True
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            # Anything the decoder refuses is read again below, value by value.
            del self.document.batches[start:]
        return self.by_hand()

    def _typed(self) -> bool:
        data, decoders = self.data, self.decoders
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
