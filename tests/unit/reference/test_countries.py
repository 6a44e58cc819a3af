"""Countries and the dated scope of the SEPA schemes."""

from __future__ import annotations

from datetime import date

from statements.reference.countries import countries, country_name, is_country, sepa_countries, sepa_country
from statements.reference.iban import iban_structures


def test_names() -> None:
    """Names come in both languages where the scope list has them, in English elsewhere."""
    assert (country_name("DE"), country_name("DE", "fr")) == ("Germany", "Allemagne")
    assert country_name("JP", "fr") == "Japan"
    assert country_name("ZZ") is None
    assert is_country("XK")
    assert not any(map(is_country, ("UK", "EL", "fr", "")))
    assert len(countries()) == 250


def test_41_countries_are_in_scope_today() -> None:
    """With Gibraltar counted in the United Kingdom the schemes have 41 countries at the end of 2025."""
    day = date(2025, 12, 31)
    inside = [row for row in sepa_countries().values() if row.kind == "country" and row.in_scope(day)]
    assert len(inside) == 41
    assert {row.code for row in inside} >= {"FR", "GB", "CH", "AL", "ME", "MD", "MK", "RS"}


def test_scope_is_dated() -> None:
    """A country is in scope from the day of the decision, and operational later."""
    moldova = sepa_country("MD")
    assert moldova is not None
    assert [moldova.in_scope(date(2025, 3, day)) for day in (5, 6)] == [False, True]
    assert [moldova.operational(date(2025, 10, day)) for day in (4, 5)] == [False, True]
    assert moldova.eea is False


def test_out_of_scope() -> None:
    """Neighbours that are often taken for members are listed as out, other countries not at all."""
    for code in ("XK", "FO", "NC", "TR"):
        row = sepa_country(code)
        assert row is not None
        assert row.kind == "out"
        assert not row.in_scope(date(2100, 1, 1))
        assert not row.operational(date(2100, 1, 1))
    assert sepa_country("US") is None


def test_rows_agree_with_the_other_tables() -> None:
    """Every row is a known country, of a known kind, whose IBAN prefix has a registered structure."""
    for row in sepa_countries().values():
        assert is_country(row.code)
        assert row.kind in ("country", "territory", "out")
        assert iban_structures()[row.iban_prefix].status == "registry", row
        assert all(is_country(code) for code in row.bic_countries)
        assert (row.scope_from is None) == (row.kind == "out")
        if row.scope_from is not None and row.operational_from is not None:
            assert row.scope_from <= row.operational_from
        assert row.name_fr
        assert row.eea or not row.eu
