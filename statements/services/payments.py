"""Payment files as data: the document of ``convert payment.xml --to json``."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from statements.findings import Finding, Outcome, Profile
from statements.services import formats


def payment_document(files: Sequence[tuple[str, bytes]], profile: Profile) -> Outcome[bytes]:
    """One JSON document with every file that can be read, and the findings of reading them all."""
    package = formats.module("pain.001")
    read = []
    findings: list[Finding] = []
    for name, data in files:
        outcome = package.read(data, profile=profile)
        if outcome.value is not None:
            read.append(outcome.value)
        findings.extend(
            msgspec.structs.replace(item, location=msgspec.structs.replace(item.location, file=name))
            for item in outcome.findings
        )
    document: bytes = package.to_json(read)
    return Outcome(document, tuple(findings))
