"""Other amounts in place of the true ones, so that whatever agreed agrees again, and whatever differed differs.

An amount is replaced by another with as many digits before the point, always by the same one, and two amounts never
by one. What stands behind the point is multiplied by a secret number without a common divisor with ten: so the cents
of a sum are the sum of the cents, zeros at the end stay zeros, and every sum can be written with the decimals it has.
Zero stays zero, and in a run with payments no amount moves across a limit at which a rule looks.

Sums and balances are not replaced but reckoned again: :mod:`~statements.services.anonymise.ledger`.

>>> amounts = Amounts(b"secret")
>>> one, other = (amounts.value(minor * ONE // 100) for minor in (125_000, 124_999))
>>> len(str(one // ONE)), one == other, one == 1_250 * ONE, one % ONE, amounts.value(-1_250 * ONE) == -one
(4, False, False, 0, True)
"""

from __future__ import annotations

import re

from statements.formats.pain001.decimals import exact
from statements.formats.pain001.profiles import SETTINGS
from statements.formats.pain001.rules.amounts import MAXIMUM
from statements.services.anonymise.keyed import KeyedOrder

SCALE = 9
"""Decimals of an amount in here: more than any format writes."""
ONE = int(10**SCALE)

PAYMENT_LIMITS = tuple(
    limit.at(SCALE)
    for limit in (MAXIMUM, *(exact(SETTINGS[name]) for name in ("document_threshold", "instant_ceiling")))
    if limit is not None
)
"""Where rules of payments look: the greatest amount, the amount that wants a document, that of an instant transfer."""
_WALK = 64
"""Steps until an amount is on the side of a limit where it was. There is none for an amount at the limit itself."""
_NINE = "123456789"
_DIGIT = re.compile("[1-9]")

FINE, ROUGH = 8, 8
"""Attempts with any amount of as many digits, then those that keep the first digit, too, or a zero before the point."""
ATTEMPTS = FINE + ROUGH


class Amounts:
    """The amounts of one run. Another ``attempt`` gives others under the same key: see :func:`…anonymise.copies`."""

    def __init__(self, key: bytes, attempt: int = 0) -> None:
        self._order = KeyedOrder(KeyedOrder(key).digest("amounts", f"{attempt}"))
        self._kept = 1 if attempt >= FINE else 0
        self._factor = self._unit()
        self._known: dict[int, int] = {}
        self.limits: tuple[int, ...] = ()
        """Limits that no amount crosses; to be set before the first amount is asked for."""
        self.stayed: set[int] = set()
        """The amounts asked for that stayed: no other has their digits, their zeros and their side of a limit."""
        self._digits = {digit: _NINE[self._next(at, 9, "digit")] for at, digit in enumerate(_NINE)}

    def value(self, units: int) -> int:
        """Another amount for one; both in units of ``10 ** -SCALE``, the sign stays."""
        size = abs(units)
        found = self._known.get(size)
        if found is None:
            found = self._known[size] = self._replaced(size)
        if found == size and size:
            self.stayed.add(size)
        return -found if units < 0 else found

    def digits(self, text: str) -> str:
        """A text that is no amount, though it stands for one: other digits, zeros where zeros were."""
        return _DIGIT.sub(lambda match: self._digits[match[0]], text)

    def sum(self, units: int, parts: list[int]) -> int:
        """A stated sum of parts: as far from the right one as before when it was right, another way off when not."""
        return sum(map(self.value, parts)) + self.value(units - sum(parts))

    def _replaced(self, size: int) -> int:
        whole, part = divmod(size, ONE)
        other = part * self._factor % ONE
        sides = [size > limit for limit in self.limits]
        made = whole
        for _ in range(_WALK):
            made = self._whole(made, f"{part}")
            candidate = made * ONE + other
            if (candidate or not size) and [candidate > limit for limit in self.limits] == sides:
                return candidate
        return whole * ONE + other

    def _whole(self, whole: int, part: str) -> int:
        """Another whole number of as many digits; below ten, of one digit."""
        text = f"{whole}"
        if len(text) == 1:
            # Without a part zero is no amount: it stays, and nothing becomes it.
            first = 0 if part != "0" and not self._kept else 1
            return whole if whole < first else first + self._next(whole - first, 10 - first, part)
        head, tail = text[: self._kept], text[self._kept :]
        values, sizes = [int(digit) for digit in tail], [10] * len(tail)
        if not head:
            values[0], sizes[0] = values[0] - 1, 9
        made = self._order.successor(values, sizes, f"{len(text)} {head} {part}")
        if not head:
            made[0] += 1
        return int(head + "".join(map(str, made)))

    def _next(self, value: int, size: int, shape: str) -> int:
        return self._order.successor([value], [size], shape)[0]

    def _unit(self) -> int:
        """A number that has no divisor in common with ten and changes as many cents as such a number can."""
        drawn = int.from_bytes(self._order.digest("cents", "")[:8]) % (ONE // 10)
        return drawn * 10 + (3, 7)[drawn % 2]


def unit(decimals: int) -> int:
    """What one in the last of some decimals is worth."""
    return int(10 ** (SCALE - decimals))


def written(old: str, units: int, decimals: int) -> str:
    """An amount in the way an old one is written: its decimals, leading zeros, and marks between thousands.

    >>> written("1.250,00", 98_765 * ONE // 10, 2), written("000012,5", 7 * ONE, 1), written("999,", 1_000 * ONE, 0)
    ('9.876,50', '000007,0', '1000,')
    >>> written("9 999.00", 12_345 * ONE, 2), written(",50", 7 * ONE, 2), written(",50", ONE // 4, 2)
    ('12 345.00', '7,00', ',25')
    """
    new = f"{abs(units) // unit(decimals):0{decimals + 1}d}"
    places = [at for at, char in enumerate(old) if char.isdecimal()]
    before = len(places) - decimals
    if before == 0 and len(new) > decimals and int(new) < 10**decimals:
        # No digit stood before the mark.
        new = new[-decimals:]
    elif before > len(new) - decimals and old[places[0]] == "0":
        new = new.zfill(before + decimals)
    if len(new) == len(places):
        made = list(old)
        for at, digit in zip(places, new, strict=True):
            made[at] = digit
        return "".join(made)
    # More or fewer digits than there were: everything before the decimal mark is set anew.
    end = places[before] if before < len(places) else places[-1] + 1
    start = places[0] if before else max(0, end - 1)
    whole, mark = old[start:end], ""
    if whole and not whole[-1].isdecimal():
        whole, mark = whole[:-1], whole[-1]
    number, fraction = new[: len(new) - decimals], new[len(new) - decimals :]
    marks = [char for char in whole if not char.isdecimal()]
    if marks:
        number = f"{int(number):,}".replace(",", marks[-1])
    return old[:start] + number + mark + fraction + old[places[-1] + 1 :]
