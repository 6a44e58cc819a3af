"""Code lists of ISO 20022."""

from __future__ import annotations

import pytest

from statements.reference.external_codes import external_codes, is_external_code


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("purpose", 329),
        ("category_purpose", 46),
        ("status_reason", 80),
        ("status", 9),
        ("service_level", 7),
        ("charge_bearer", 4),
        ("payment_method", 3),
        ("grouping", 3),
        ("local_instrument", 1),
        ("filler", 1),
    ],
)
def test_lists(name: str, count: int) -> None:
    """Each list is whole and every code has an English name."""
    codes = external_codes(name)
    assert len(codes) == count
    assert all(code.english for code in codes.values())


def test_membership_is_by_the_letter() -> None:
    """Codes are in capitals; another list's code does not count."""
    assert is_external_code("purpose", "SALA")
    assert not is_external_code("purpose", "sala")
    assert not is_external_code("grouping", "SALA")
    with pytest.raises(KeyError):
        is_external_code("nonsense", "SALA")
