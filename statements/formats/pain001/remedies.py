"""What to do about a finding, in a sentence that names the thing: what to write, to move, to remove, and where.

The rule list says it for all cases of a rule; here it is said of the one at hand. The sentences stand in
``remedies.tsv``. A finding of which nothing more can be said keeps the remedy of its rule.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files

import msgspec

from statements.findings import Finding
from statements.formats.pain001.decimals import exact
from statements.formats.pain001.proposals import value_of
from statements.formats.pain001.schema.content import alike
from statements.formats.pain001.scope import leaf
from statements.reference.iban import iban_structures
from statements.visible import french
from statements.wire.charset import clean, describe

_Said = tuple[str, Mapping[str, str]] | None
# A sentence is read at a glance: a longer text stands in the proposal.
_LONGEST = 140
_MOST = re.compile(r"max\. (\d+)", re.ASCII)
_AMOUNTS = ("InstdAmt", "Amt", "CtrlSum")
_DAYS = ("ReqdExctnDt", "Dt", "DtTm", "CreDtTm")
_BICS = ("BIC", "BICFI", "AnyBIC", "BICOrBEI")
_TAG = re.compile(r"<(?:[^\s<>/:]+:)?([^\s<>/]+)")
_BLANK = re.compile("[ \t\r\n\u00a0\u2007\u202f]")


def with_remedy(finding: Finding) -> Finding:
    """The finding with its remedy in both languages, where more can be said than its rule says."""
    make = _SAID.get(finding.id)
    said = make(finding) if make is not None else None
    if said is None or any(len(value) > _LONGEST for value in said[1].values()):
        return finding
    key, values = said
    english, french_words = sentence(key, values)
    return msgspec.structs.replace(finding, values={**finding.values, "fix_en": english, "fix_fr": french_words})


def sentence(key: str, values: Mapping[str, str]) -> tuple[str, str]:
    """A sentence of the table in English and in French; a value ``NAME_fr`` stands for ``NAME`` in French.

    >>> sentence("blanks", {"count": "5", "new": "DE96999900000001234567"})[0]
    'Remove the 5 blanks: DE96999900000001234567.'
    """
    english, other = _sentences()[key]
    local = {**values, **{name.removesuffix("_fr"): text for name, text in values.items() if name.endswith("_fr")}}
    return english.format_map(values), french(other).format_map(local)


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, tuple[str, str]]:
    text = files("statements.formats.pain001").joinpath("remedies.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["key"]: (row["en"], row["fr"]) for row in rows}


def _field(finding: Finding) -> str:
    return leaf(finding.location.path or "")


def _parent(finding: Finding) -> str:
    return leaf((finding.location.path or "").rpartition("/")[0])


def _text(finding: Finding) -> dict[str, str]:
    """What most sentences speak of."""
    return {"old": finding.found or "", "new": finding.expected or "", "field": _field(finding)}


def _expected(finding: Finding) -> _Said:
    return ("write", _text(finding)) if finding.expected is not None else None


def _break(finding: Finding) -> _Said:
    """Of a document that is no XML."""
    proposal = finding.proposal
    if finding.found is None:
        return "cut-file", {}
    if not finding.found.strip():
        return "blanks-first", {}
    if proposal is not None or finding.found.startswith("&") or finding.found == "<":
        return ("end-tag" if finding.found.startswith("</") else "write-in-place"), _text(finding)
    return ("end-tag", _text(finding)) if finding.found.startswith("</") and finding.expected else None


def _doctype(finding: Finding) -> _Said:
    return ("remove", _text(finding)) if finding.proposal is not None else None


def _other_message(finding: Finding) -> _Said:
    return "send", _text(finding)


def _encoding(finding: Finding) -> _Said:
    proposal = finding.proposal
    if proposal is None:
        return None
    if not proposal.encoding:
        return "declare", {"old": proposal.old}
    words = {"encoding": proposal.encoding, "found": finding.found or ""}
    # Where the file declares it, or all its words agree, it is known in what it is written.
    return "recode" if finding.id != "P001-004" or proposal.grade == "safe" else "recode-perhaps", words


def _removed(finding: Finding) -> _Said:
    return ("remove", _text(finding)) if finding.found and "\n" not in finding.found else None


def _empty(finding: Finding) -> _Said:
    return "empty", _text(finding)


def _unlike_the_schema(finding: Finding) -> _Said:
    """Text where only elements may stand, and attributes that there are not."""
    if "@" in (finding.location.path or ""):
        return "attribute", _text(finding)
    return ("stray", _text(finding)) if finding.found else None


def _placed_wrong(finding: Finding) -> _Said:
    found, expected = finding.found or "", finding.expected or ""
    values = {**_text(finding), "new_fr": finding.expects("fr") or expected}
    if expected.startswith((f"{found} after", f"{found} before")):
        carried = _TAG.match(finding.proposal.new) if finding.proposal is not None and finding.proposal.more else None
        # Not the payments are moved but the one element behind them.
        return ("carry", {"new": carried[1], "old": found}) if carried is not None else ("move", values)
    most = _MOST.fullmatch(expected)
    if most is not None:
        return "once", {**values, "new": most[1], "new_fr": most[1]}
    if alike(found, expected):
        return "write-in-place", values
    several = ", ".join(expected.removesuffix(", \u2026").split(", ")[:_SUCH_AS])
    return ("unknown", {**values, "new": several, "new_fr": several}) if expected else ("unknown-here", values)


# So many elements that may stand in the place of an unknown one are named.
_SUCH_AS = 3


def _missing(finding: Finding) -> _Said:
    message = _sentences()["the-message"]
    parent = _parent(finding)
    values = {**_text(finding), "parent": parent or message[0], "parent_fr": parent or message[1]}
    if values["new"] == "EndToEndId":
        return "add-reference", values
    return ("add-one" if ", " in values["new"] else "add", values) if values["new"] else None


def _grouping(finding: Finding) -> _Said:
    return ("remove-from", {"old": "Grpg", "parent": "GrpHdr"}) if finding.found else ("add-grouping", {})


def _left_empty(finding: Finding) -> _Said:
    return ("empty" if finding.proposal is not None else "give"), _text(finding)


def _too_long(finding: Finding) -> _Said:
    most, length = _MOST.fullmatch(finding.expected or ""), len(finding.found or "")
    if most is None:
        return None
    count = str(length) if length <= _QUOTED else f"> {_QUOTED}"
    return "shorten", {"field": _field(finding), "count": count, "most": most[1]}


# What the findings quote of a long value.
_QUOTED = 400


def _form(finding: Finding) -> _Said:
    """A value that has not the form of its type: what to write, or what is odd about it."""
    found, name = finding.found or "", _field(finding)
    made = value_of(finding)
    if made is not None:
        return _spelled(found, made[0])
    odd = next((at for at, char in enumerate(found) if not char.isascii()), None)
    if odd is not None and name not in _DAYS:
        return "letter", {**_character(found, odd), "field": name}
    values = {**_text(finding), "form": finding.expected or "", "form_fr": finding.expects("fr") or ""}
    if name in _AMOUNTS:
        return _amount(found, values)
    if name in _BICS and len(found) not in (8, 11):
        return "bic-length", {"count": str(len(found))}
    if name in _DAYS and re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", found, re.ASCII):
        return "no-day", {**values, "form": "YYYY-MM-DD", "form_fr": "AAAA-MM-JJ"}
    return "form", values


def _spelled(found: str, new: str) -> _Said:
    """The same value in another spelling: the blanks that go, or the value as it is to be written."""
    bare = clean(found)
    blanks = len(_BLANK.findall(found))
    if blanks and _BLANK.sub("", found) == new:
        return ("blanks" if blanks > 1 else "blank"), {"count": str(blanks), "new": new}
    if bare != found and _BLANK.sub("", bare) == new and not blanks:
        secret = ", ".join(dict.fromkeys(describe(char) for char in found if char not in bare))
        return "hidden", {"characters": secret, "new": new}
    return "write", {"new": new}


def _amount(found: str, values: Mapping[str, str]) -> _Said:
    number = exact(found)
    if number is not None:
        return ("negative", values) if number.units < 0 else ("decimals", {**values, "count": str(number.scale)})
    odd = next((at for at, char in enumerate(found) if not (char.isdigit() or char in "+-., '\u2019")), None)
    return ("not-a-digit", {**values, **_character(found, odd)}) if odd is not None else ("separators", values)


def _character(text: str, at: int) -> dict[str, str]:
    """A character of a text by its place and its code; an ordinary one as it is."""
    words = _sentences()
    english, local = (each.split(",") for each in words["ordinals"])
    key = "which" if at < len(english) else "which-number"
    which, which_fr = (
        template.format(ordinal=ordinals[at] if at < len(ordinals) else at + 1)
        for template, ordinals in zip(words[key], (english, local), strict=True)
    )
    char = text[at]
    name = unicodedata.name(char, "")
    script = name.partition(" ")[0].partition("-")[0]
    kind = words.get("digit" if char.isdigit() else script, ("", ""))
    shown = shown_fr = describe(char)
    if char.isascii() and char.isalpha():
        shown, shown_fr = (template.format(character=char) for template in words["LETTER"])
    elif char.isascii() and char.isprintable():
        shown = shown_fr = char
    elif kind[0]:
        shown = shown_fr = shown.partition(" ")[0]
    return {
        "which": which,
        "which_fr": which_fr,
        "character": shown,
        "character_fr": shown_fr,
        "script": kind[0],
        "script_fr": kind[1],
    }


def _one_of(finding: Finding) -> _Said:
    made = value_of(finding)
    return ("write", {"new": made[0]}) if made is not None else ("one-of", _text(finding))


def _another_version(finding: Finding) -> _Said:
    return "write-in-place", _text(finding)


def _not_in_a_block(finding: Finding) -> _Said:
    return "remove-from", {"old": finding.found or "", "parent": _parent(finding)}


def _date_form(finding: Finding) -> _Said:
    later = "<Dt>" in (finding.expected or "")
    return ("wrap", _text(finding)) if later and finding.found else None if later else ("unwrap", {})


def _currency(finding: Finding) -> _Said:
    if finding.found:
        return "attribute-name", {"old": finding.found}
    return "currency", {"parent": _parent(finding)}


def _total(finding: Finding) -> _Said:
    """A number or a sum; of one that follows from other faults those come first."""
    if not finding.follows:
        return _expected(finding)
    if finding.expected is None:
        return "later-unknown", {}
    known = finding.expected.isdigit() or exact(finding.expected) is not None
    return ("later", _text(finding)) if known else ("later-sum", {})


def _blank(finding: Finding) -> _Said:
    name = _field(finding)
    if name == "EndToEndId":
        return "filler", {}
    return ("no-blanks", {}) if name in ("MsgId", "PmtInfId") else ("no-text", _text(finding))


def _characters(finding: Finding) -> _Said:
    secret = finding.values.get("characters", "")
    return ("hidden", {**_text(finding), "characters": secret}) if secret and finding.expected else None


def _long_name(finding: Finding) -> _Said:
    return "shorten", {"field": _field(finding), "count": finding.values.get("length", ""), "most": "70"}


def _one_place(finding: Finding) -> _Said:
    return "one-place", _text(finding)


def _one_without_the_other(finding: Finding) -> _Said:
    return ("add-or-remove", _text(finding)) if finding.expected is not None else None


def _creditor_bank(finding: Finding) -> _Said:
    values = {"new": "CdtrAgt", "old": "CdtrAgt", "parent": "CdtTrfTxInf"}
    return ("add" if finding.expected else "remove"), values


def _too_many(finding: Finding) -> _Said:
    return "keep-one", _text(finding)


def _outside(finding: Finding) -> _Said:
    return "remove-from", {"old": _field(finding), "parent": _parent(finding)}


def _own(finding: Finding) -> _Said:
    return "own", _text(finding)


def _no_country(finding: Finding) -> _Said:
    return "no-country", {"country": finding.values.get("country", "")}


def _filler_for_a_bic(finding: Finding) -> _Said:
    return ("remove", {"old": "CdtrAgt"}) if "CdtrAgt" in (finding.location.path or "") else None


def _of_two_countries(finding: Finding) -> _Said:
    return "bic-iban", {"old": (finding.found or "").strip()[4:6], "new": finding.expected or ""}


def _iban_length(finding: Finding) -> _Said:
    iban = (finding.found or "").upper()
    structure = iban_structures().get(iban[:2])
    if structure is None or structure.length == len(iban):
        return None
    return "iban-length", {"country": iban[:2], "most": str(structure.length), "count": str(len(iban))}


def _past(finding: Finding) -> _Said:
    made = value_of(finding)
    return ("write-or-later", {"new": made[0]}) if made is not None else None


def _time_of_day(finding: Finding) -> _Said:
    return "day-alone", {"new": (finding.found or "")[:10]}


def _no_open_day(finding: Finding) -> _Said:
    return ("write-or-nothing", _text(finding)) if finding.expected is not None else None


def _round(finding: Finding) -> _Said:
    return "round", _text(finding)


def _joined(finding: Finding) -> _Said:
    return ("join", _text(finding)) if finding.expected is not None else None


_SAID: Mapping[str, Callable[[Finding], _Said]] = {
    "P001-002": _break,
    "P001-003": _doctype,
    "P001-004": _encoding,
    "P001-005": _encoding,
    "P001-009": _other_message,
    "P001-014": _removed,
    "P001-019": lambda finding: ("version", {}) if finding.proposal is not None else None,
    "P001-030": _unlike_the_schema,
    "P001-031": _placed_wrong,
    "P001-032": _missing,
    "P001-033": _left_empty,
    "P001-034": _too_long,
    "P001-035": _form,
    "P001-036": _one_of,
    "P001-040": _another_version,
    "P001-041": _grouping,
    "P001-042": _not_in_a_block,
    "P001-043": _date_form,
    "P001-044": _another_version,
    "P001-047": _currency,
    "P001-060": _one_place,
    "P001-061": _one_place,
    "P001-062": _one_place,
    "P001-063": _one_place,
    "P001-064": _one_without_the_other,
    "P001-068": _creditor_bank,
    "P001-071": _one_without_the_other,
    "P001-072": _one_without_the_other,
    "P001-100": _total,
    "P001-101": _total,
    "P001-102": _total,
    "P001-103": _total,
    "P001-105": _expected,
    "P001-106": _expected,
    "P001-130": _expected,
    "P001-131": _expected,
    "P001-139": _expected,
    "P001-140": _blank,
    "P001-160": _expected,
    "P001-161": _expected,
    "P001-165": _characters,
    "P001-190": _long_name,
    "P001-195": _too_many,
    "P001-196": _outside,
    "P001-197": _empty,
    "P001-223": _iban_length,
    "P001-224": _expected,
    "P001-229": _own,
    "P001-260": _no_country,
    "P001-261": _filler_for_a_bic,
    "P001-264": _of_two_countries,
    "P001-267": _outside,
    "P001-303": _round,
    "P001-304": _expected,
    "P001-344": _outside,
    "P001-345": _outside,
    "P001-370": _past,
    "P001-372": _no_open_day,
    "P001-373": _expected,
    "P001-375": _time_of_day,
    "P001-406": _expected,
    "P001-430": _joined,
}
