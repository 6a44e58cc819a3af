"""The form of a BIC (ISO 9362:2014): 4 letters or digits, country, 2 and, for a branch, 3 letters or digits more.

>>> is_bic("QNTOFRP1XXX"), is_bic("QNTOFRP"), is_bic("qntofrp1")
(True, False, False)
"""

from __future__ import annotations

import re
from functools import lru_cache

_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)


@lru_cache(maxsize=4_096)
def is_bic(text: str) -> bool:
    """True for 8 or 11 characters in the form of ISO 9362:2014. Says nothing about whether the bank exists."""
    return _BIC.fullmatch(text) is not None
