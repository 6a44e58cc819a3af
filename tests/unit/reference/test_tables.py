"""The data files of the project and the code tables made of them."""

from __future__ import annotations

from importlib.resources import files

import pytest

from statements.reference import tables
from statements.reference.operations import business_codes, cfonb_operations, reject_reasons, swift_types
from statements.reference.tables import table

KEYS = {
    "business_codes": ("gvc",),
    "cfonb_operations": ("code",),
    "charset": ("codepoint",),
    "country_codes": ("code",),
    "ebics_names": ("key",),
    "ebics_nature_codes": ("code",),
    "external_codes": ("list", "code"),
    "iban_structures": ("country",),
    "reject_reasons": ("code",),
    "sepa_countries": ("country",),
    "swift_types": ("code",),
}


def test_every_table_has_a_key_here() -> None:
    """A table without a test on its key would go unchecked."""
    names = {item.name.removesuffix(".tsv") for item in files("statements.reference").joinpath("data").iterdir()}
    assert names == set(KEYS)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_are_unique_and_not_empty(name: str) -> None:
    """Two rows of one key would silently hide one another."""
    keys = [tuple(row[column] for column in KEYS[name]) for row in table(name)]
    assert len(keys) == len(set(keys))
    assert all(all(key) for key in keys)


def test_unknown_table() -> None:
    """Asking for a table that does not exist is misuse."""
    with pytest.raises(FileNotFoundError):
        table("nonsense")


def test_a_broken_table_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A missing origin or a shifted column never goes unnoticed."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bare.tsv").write_text("code\n01\n", "utf-8")
    (tmp_path / "data" / "shifted.tsv").write_text("# origin: here, 2026\na\tb\n\n1\t2\n1\t2\t3\n", "utf-8")
    monkeypatch.setattr(tables, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="origin"):
        table("bare")
    with pytest.raises(ValueError, match="line 5: 3 cells for 2"):
        table("shifted")


def test_operations() -> None:
    """All 115 codes are there, each with a direction, a type that MT940 knows and labels in both languages."""
    operations = cfonb_operations()
    assert len(operations) == 115
    assert sum(operation.current for operation in operations.values()) == 105
    for operation in operations.values():
        assert operation.direction in ("C", "D", "C/D")
        assert operation.swift_type in swift_types(), operation
        assert operation.french
        assert operation.english
    assert operations["06"].iso == "PMNT/ICDT/ESCT"


def test_direction_of_an_operation() -> None:
    """A credit code fits credits, a debit code debits, a code of both fits both, zero fits all."""
    operations = cfonb_operations()
    assert [operations["05"].allows(minor) for minor in (1, 0, -1)] == [True, True, False]
    assert [operations["06"].allows(minor) for minor in (1, 0, -1)] == [False, True, True]
    assert [operations["91"].allows(minor) for minor in (1, 0, -1)] == [True, True, True]


def test_swift_types_point_at_operations_of_the_right_side() -> None:
    """The CFONB code of a type exists and can carry a movement of that side."""
    operations = cfonb_operations()
    assert len(swift_types()) == 76
    assert all(len(code) == 3 and code.isupper() for code in swift_types())
    for kind in swift_types().values():
        if kind.cfonb_credit:
            assert operations[kind.cfonb_credit].allows(1), kind
        if kind.cfonb_debit:
            assert operations[kind.cfonb_debit].allows(-1), kind


def test_reject_reasons_and_business_codes() -> None:
    """The other two lists are whole, and a dash in the source means no code."""
    assert len(reject_reasons()) == 42
    assert reject_reasons()["14"].iso_reason == "AC04"
    assert len(business_codes()) == 70
    assert business_codes()["020"].iso == ""
    assert business_codes()["006"].iso == "PMNT/CCRD/POSC"
