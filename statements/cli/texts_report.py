"""Words of a report about remedies and causes, in English and in French."""

from __future__ import annotations

REPORT: dict[str, tuple[str, str]] = {
    "n.further-place": ("and {n} place more|and {n} places more", "et {n} autre endroit|et {n} autres endroits"),
    "proposal-safe": ("proposal, safe", "proposition, sûre"),
    "proposal-review": ("proposal, to be looked at", "proposition, à vérifier"),
    "following": ("What follows from the above", "Ce qui en découle"),
    "proposal-nothing": ("(nothing)", "(rien)"),
}
