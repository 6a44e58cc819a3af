"""Tokens: stable, 16 characters, equal to BASE32 of SHA-256."""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.wire.identity import token, tokens


@given(st.text(max_size=80))
def test_token_is_base32_of_sha256(text: str) -> None:
    """The token is the prefix and the first 15 characters of BASE32(SHA-256), whatever the text holds."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
    assert token("Q", text) == "Q" + b32encode(digest).decode()[:15]


def test_token_has_the_published_check_value() -> None:
    """The check value of the worked examples."""
    assert token("Q", "atelier-breval-4821-1-transaction-019fd0d4-2fed-77be-869d-3849e48b5deb") == "Q5DIZDOOTFHUEGUV"


@given(st.lists(st.text(max_size=8), max_size=600))
def test_many_tokens_are_the_single_ones(texts: list[str]) -> None:
    """Tokens spelled together equal those spelled one by one, in any number."""
    assert tokens("Q", texts) == [token("Q", text) for text in texts]


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 1_025])
def test_tokens_at_the_ends_of_a_batch(count: int) -> None:
    """No token depends on how many are spelled with it, a lone surrogate among them included."""
    texts = [f"transaction-{number}" for number in range(count)]
    texts[3:4] = ["\ud800"] if count > 3 else texts[3:4]
    assert tokens("Q", texts) == [token("Q", text) for text in texts]
