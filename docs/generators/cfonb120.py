"""docs/formats/cfonb120.md: records, qualifiers, profiles and repairs of CFONB-120."""

from __future__ import annotations

from collections.abc import Iterable

from generators.common import repairs, settings
from generators.markdown import code, generated, join, table
from statements.formats.cfonb120.profile import PROFILES, rules
from statements.formats.cfonb120.records import OLD_COMPLEMENT, QUALIFIERS, TABLES
from statements.wire.fixed import Zone

_KINDS = {"N": "digits", "A": "letters", "AN": "text", "S": "amount with the sign over its last digit", "-": "blank"}
_STATUS = {"M": "mandatory", "O": "optional", "D": "dependent", "N": "not used"}

_TEXTS = (
    "LCC and LC2 are one text and are joined without trimming. LC2 alone is the text; without either, the free labels "
    "(LIB) are. Beside a text, free labels are details.",
    "A complement without a qualifier is a free label.",
    "LCS, the structured label, is the last line of the remittance, and the detail STRD says what it is: `ISO` for a "
    "reference of ISO 11649 (RF) with the right check digits, `SCOR`, the code of ISO 20022, for any other.",
    "Written: the last line of a remittance with the detail STRD goes to LCS when it fits its 35 characters as it "
    "stands, the other lines to LCC and LC2. The only text of an entry is its text, whatever detail it came as; a "
    "second free text (such as that of subfield 9 of MT940) is a LIB.",
)
_FILES = (
    "Blanks beyond the 120 characters of a record are left out (`cut-blank-rest`); anything else there is C120-001.",
    "UTF-16, with a mark or without, and EBCDIC, without line ends or with those of EBCDIC or ASCII, are read and "
    "named in one finding. Such a file is read in one piece; every other one in blocks, in flat memory.",
    "The chain of balances goes by account and currency: two currencies of one account are two chains.",
)


def pages() -> dict[str, str]:
    """The page by its path under docs/."""
    return {"formats/cfonb120.md": page()}


def page() -> str:
    """The whole page."""
    parts = [
        "# CFONB-120",
        "Records of exactly 120 characters, from the table that reader, writer and `show --ruler` use. Positions count "
        "from 1 and include both ends, as in the norm.",
        table(("status", "meaning"), [(code(key), value) for key, value in _STATUS.items()]),
        table(("kind", "meaning"), [(code(key), value) for key, value in _KINDS.items()]),
    ]
    for record in (*TABLES.values(), OLD_COMPLEMENT):
        parts += [f"## Record {record.code}: {record.name.en} ({record.name.fr})", _zones(record.zones)]
    parts += [
        "## Qualifiers of record 05",
        "What the positions 49 to 118 hold under each qualifier, and the member of an entry that each zone is read "
        "into and written from. A complement with text in a zone without a member is kept whole, as a detail under its "
        "qualifier, and so is one whose qualifier is not in this table. The order is that of the 05 of a written "
        "movement; those without one follow in the order of the details.",
        _qualifiers(),
        "## Texts of an entry",
        "Decisions where the norm leaves one open, or where files differ from it:",
        "\n".join(f"- {line}" for line in _TEXTS),
        "## Files",
        "\n".join(f"- {line}" for line in _FILES),
        "## Profiles",
        settings(PROFILES),
        "## Named repairs",
        repairs(rules()),
    ]
    return generated("statements/formats/cfonb120") + join(parts)


def _zones(zones: Iterable[Zone]) -> str:
    rows = [
        (zone.name, zone.position, code(zone.status), code(zone.kind), zone.meaning.en, zone.meaning.fr)
        for zone in zones
    ]
    return table(("zone", "positions", "status", "kind", "meaning", "sens"), rows)


def _qualifiers() -> str:
    rows = []
    for qualifier in QUALIFIERS.values():
        repeats = " (repeatable)" if qualifier.repeatable else ""
        for number, zone in enumerate(qualifier.zones):
            head = (
                (code(qualifier.code), qualifier.meaning.en + repeats, qualifier.meaning.fr)
                if number == 0
                else ("", "", "")
            )
            member = qualifier.members[number]
            order = str(qualifier.order) if qualifier.order and number == 0 else ""
            rows.append((*head, order, zone.position, zone.meaning.en, code(member) if member else ""))
    return table(("qualifier", "meaning", "sens", "order", "positions", "holds", "member"), rows)
