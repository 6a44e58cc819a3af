"""The statements of many files with the file of each: what a series and a comparison start from.

>>> sources([])
()
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from statements.findings import Finding
from statements.model.statement import Statement
from statements.reference.iban import rib
from statements.rules import Severity
from statements.services.identify import identify
from statements.services.read import ReadOptions, gather_alone, gather_together, not_taken, split


class ReadSource(msgspec.Struct, frozen=True):
    """One file, or the files of Qonto that complete one another, and what was read of it."""

    files: tuple[str, ...]
    format: str
    sha256: tuple[str, ...]
    """That of each file."""
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The file, or the first of them and how many more."""
        more = len(self.files) - 1
        return self.files[0] + (f" +{more}" if more else "")

    @property
    def faulty(self) -> bool:
        """Whether reading found an error."""
        return any(item.severity is Severity.ERROR for item in self.findings)


def sources(files: Sequence[tuple[str, bytes]]) -> tuple[ReadSource, ...]:
    """Every file by itself, those of Qonto together; a file that no reader takes has its finding and no statement."""
    options = ReadOptions()
    known = [(name, data, identify(data)) for name, data in files]
    taken = [(name, data) for name, data, identity in known if identity.taken]
    joint = split(taken, options)[0]
    told = set(joint)
    found = []
    for name, data, identity in known:
        digest = sha256(data).hexdigest()
        if not identity.taken:
            found.append(ReadSource((name,), identity.format, (digest,), (), (not_taken(identity),)))
        elif (name, data) not in told:
            read = gather_alone(name, data, options)
            found.append(ReadSource((name,), identity.reader.name, (digest,), read.statements, read.findings))
    if joint:
        together = gather_together(joint, options)
        row = identify(joint[0][1]).reader
        digests = tuple(sha256(data).hexdigest() for _, data in joint)
        names = tuple(name for name, _ in joint)
        found.append(ReadSource(names, row.name, digests, together.statements, together.findings))
    return tuple(found)


def unread(source: ReadSource) -> bool:
    """Whether no reader took the file, or it holds payments and no statements."""
    return not source.statements and any(item.id in ("CNV-001", "CNV-002", "CNV-003") for item in source.findings)


def account_key(account: str) -> str:
    """What tells one account: its text; a French and a Monegasque IBAN of one RIB are the same account.

    CFONB-120 names no country, so it gives FR for both.
    """
    parts = rib(account)
    return account if parts is None else f"{parts.bank} {parts.branch} {parts.account}"
