"""The creditor reference of ISO 11649: RF, two check digits, up to 21 letters and digits.

>>> is_creditor_reference("RF18539007547034"), is_creditor_reference("RF19539007547034")
(True, False)
"""

from __future__ import annotations

import re

_FORM = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}", re.ASCII)
_NUMBERS = {ord(letter): str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}


def is_creditor_reference(text: str) -> bool:
    """Whether a text is a creditor reference in its electronic form, with the remainder 1 by 97 that it must have."""
    return _FORM.fullmatch(text) is not None and int((text[4:] + text[:4]).translate(_NUMBERS)) % 97 == 1
