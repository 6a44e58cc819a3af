"""Details on their way to the wire: each neutral name to its zone, each qualifier to its line, the rest reported."""

from __future__ import annotations

from functools import lru_cache

from statements.formats.cfonb120.records import QUALIFIERS
from statements.formats.cfonb120.texts import Loss, TextRule
from statements.model.statement import Detail
from statements.reference.operations import reject_reasons

Complement = tuple[str, str]
"""Qualifier and information, which is not padded."""

FREE_TEXT = "61.9"
"""The free text of an MT940 entry that has another text, too: a free label here."""


def is_free(qualifier: str) -> bool:
    """Whether a detail is a text without any meaning of its own."""
    return qualifier in ("LIB", "LCC", "LC2", FREE_TEXT) or not qualifier.strip()


# Neutral names of MT940 that look like a qualifier and are none.
_NO_QUALIFIER = frozenset({"GVC", "BIC", "2-M", "2-O"})


@lru_cache(maxsize=1)
def _reject_by_reason() -> dict[str, str]:
    return {row.iso_reason: code for code, row in reject_reasons().items() if row.iso_reason}


def end_of_remittance(complements: list[Complement], details: tuple[Detail, ...]) -> str | None:
    """The last 7 characters of the remittance reference, when all are digits: zone 2-O of ISO payments."""
    lines = [text for qualifier, text in complements if qualifier == "REF"]
    lines += [detail.text for detail in details if detail.qualifier == "REF"]
    for line in lines[:1]:
        end = line[:35].rstrip()[-7:]
        if len(end) == 7 and end.isascii() and end.isdigit():
            return end
    return None


def neutral_names() -> dict[str, str]:
    """The neutral details that are all of a qualifier, to that qualifier: ULTD to NPO."""
    return {
        qualifier.members[0].removeprefix("details."): qualifier.code
        for qualifier in QUALIFIERS.values()
        if not qualifier.order and qualifier.members[0].startswith("details.")
    }


class DetailsOut:
    """The details of an entry, taken one by one as their places are found; the rest keeps its order."""

    def __init__(self, details: tuple[Detail, ...], names: dict[str, str], texts: TextRule, lose: Loss) -> None:
        self._left = list(details)
        self._names = names
        self._texts = texts
        self._lose = lose

    def _take(self, name: str) -> str | None:
        for index, detail in enumerate(self._left):
            if detail.qualifier == name:
                return self._left.pop(index).text
        return None

    def line(self, qualifier: str, start: int, value: str) -> str | None:
        """The detail that says more than the reference ``value`` at ``start`` of its information; ``None`` if none."""
        for index, detail in enumerate(self._left):
            if detail.qualifier == qualifier and detail.text[start : start + 35].strip() == value:
                return self._texts.verbatim(self._left.pop(index).text, 70, f"details.{qualifier}", self._lose)
        return None

    def value(self, name: str, length: int) -> str:
        """A neutral detail (PURP, 2-M) by the text rule; left out with a finding when it does not fit."""
        text = self._take(name)
        return "" if text is None else self._texts.identifier(text, f"details.{name}", self._lose, length)

    def number(self) -> str | None:
        """The detail 2-O: seven characters."""
        text = self._take("2-O")
        if text is None:
            return None
        fitted = self._texts.verbatim(text, 7, "details.2-O", self._lose)
        return fitted.rjust(7, "0") if fitted.isdigit() else fitted.ljust(7)

    def reject(self) -> str:
        """Zone 2-K from the detail RTRN: the code of its ISO reason, or its two characters."""
        text = self._take("RTRN")
        if text is None:
            return ""
        code = _reject_by_reason().get(text)
        if code is None and len(text) == 2 and text.isascii() and text.isalnum():
            code = text.upper()
        if code is None:
            self._lose("CNV-118", "details.RTRN", text, "")
            return ""
        return code

    def rest(self, label: str, text: str) -> list[Complement]:
        """Details with the qualifier of a 05, verbatim and in their order; the others have no place."""
        lines = []
        for detail in self._left:
            qualifier, field = detail.qualifier, f"details.{detail.qualifier}"
            name = self._names.get(qualifier)
            if qualifier == FREE_TEXT and not detail.text.startswith(label.rstrip()[:31] or " "):
                name = "LIB"  # a second free text; one that begins as the label would be read as the name
            if name is not None:
                fitted = self._texts.text(detail.text, 70, field, "CNV-111", self._lose)
                if fitted:
                    lines.append((name, fitted))
            elif qualifier in QUALIFIERS or self._is_unknown_qualifier(qualifier):
                # A second half that was kept apart from its first one must not come back as that of another text.
                name = "LIB" if qualifier == "LC2" and len(text) <= 70 else qualifier
                lines.append((name, self._texts.verbatim(detail.text, 70, field, self._lose)))
            else:
                self._lose("CNV-118", field, detail.text, "")
        return lines

    def _is_unknown_qualifier(self, name: str) -> bool:
        return len(name) == 3 and name not in _NO_QUALIFIER and not self._texts.set.outside(name)
