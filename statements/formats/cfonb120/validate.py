"""The verdict on a file: its findings, counts, and the figures of every statement."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from statements.findings import Finding, Profile, Report, Reporter, Summary
from statements.formats.cfonb120.chain import Chain, Links
from statements.formats.cfonb120.profile import profile_of, rules
from statements.formats.cfonb120.proposals import proposed
from statements.formats.cfonb120.reader import readings
from statements.model.figures import Figures


class Details(msgspec.Struct, frozen=True):
    """The figures of every statement, incomplete ones included, and the chain for the next file."""

    statements: tuple[Figures, ...]
    chain: Chain


def validate(
    data: bytes | str,
    *,
    profile: str | Profile = "standard",
    account: str | None = None,
    limit: int | None = 100,
    chain: Chain | None = None,
) -> Report[Details]:
    """Check a file. ``summary.statements`` counts the pairs 01…07, ``summary.entries`` the records 04 inside them.

    ``account`` is the IBAN the caller expects. ``chain`` is the ``details.chain`` of the report on the file before:
    the old balances of this file are then checked against it. At most ``limit`` findings of a rule are listed; the
    others are counted in ``hidden``. ``details`` is a :class:`Details`.

    >>> validate(b"").valid
    False
    """
    chosen = profile_of(profile)
    if not isinstance(data, bytes | str):
        raise TypeError(f"bytes or str expected, not {type(data).__name__}")
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    links = Links(chain or Chain())
    reporter = Reporter(rules(), chosen, limit=limit)
    figures: list[Figures] = []
    findings: list[Finding] = []
    for reading in readings(data, profile=chosen, account=account, links=links, reporter=reporter):
        if reading.figures is not None:
            figures.append(reading.figures)
        findings += reading.findings
    whole = [one for one in figures if one.complete]
    summary = Summary(
        statements=len(whole),
        entries=sum(one.entries for one in whole),
        errors=reporter.errors,
        warnings=reporter.warnings,
    )
    return Report(
        format="cfonb120",
        profile=chosen.name,
        sha256=sha256(raw).hexdigest(),
        summary=summary,
        findings=proposed(findings, raw),
        hidden=reporter.hidden,
        details=Details(tuple(figures), links.freeze()),
    )
