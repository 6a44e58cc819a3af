"""An order that only a key knows: whatever has a place in it is replaced by what comes next.

So nothing is replaced by itself, and no two things by one. A thing is a row of digits, each with a base of its own.

>>> order = KeyedOrder(b"secret")
>>> sorted(order.successor([digit], [4], "")[0] for digit in range(4))
[0, 1, 2, 3]
>>> any(order.successor([digit], [4], "") == [digit] for digit in range(4))
False
"""

from __future__ import annotations

from hashlib import blake2b

_ROUNDS = 6


class KeyedOrder:
    """The orders of one secret key of 1 to 64 bytes: one for each shape of things."""

    def __init__(self, key: bytes) -> None:
        if not key or len(key) > 64:
            raise ValueError("a key has 1 to 64 bytes")
        self._key = key

    def successor(self, values: list[int], sizes: list[int], shape: str) -> list[int]:
        """What comes after a row of digits; after the last comes the first."""
        if len(values) == 1:
            order = sorted(range(sizes[0]), key=lambda item: self.digest(shape, f"{item}"))
            return [order[(order.index(values[0]) + 1) % sizes[0]]]
        made = self._mix(values, sizes, shape, back=True)
        _advance(made, sizes)
        return self._mix(made, sizes, shape, back=False)

    def digest(self, shape: str, text: str) -> bytes:
        """64 bytes that follow from the key, a shape and a text."""
        return blake2b(f"{shape}\n{text}".encode("utf-8", "surrogatepass"), key=self._key).digest()

    def _mix(self, values: list[int], sizes: list[int], shape: str, *, back: bool) -> list[int]:
        """A Feistel network over the two halves of a row: turn after turn one is moved by what the other is."""
        made, half = list(values), len(values) // 2
        for turn in reversed(range(_ROUNDS)) if back else range(_ROUNDS):
            moved, other = (range(half), made[half:]) if turn % 2 else (range(half, len(made)), made[:half])
            amounts = self._stream(shape, f"{turn}:{other}", len(moved))
            for amount, at in zip(amounts, moved, strict=True):
                made[at] = (made[at] - amount if back else made[at] + amount) % sizes[at]
        return made

    def _stream(self, shape: str, text: str, count: int) -> list[int]:
        data = b"".join(self.digest(shape, f"{text}:{block}") for block in range(count * 4 // 64 + 1))
        return [int.from_bytes(data[at * 4 : at * 4 + 4]) for at in range(count)]


def _advance(values: list[int], sizes: list[int]) -> None:
    """The next number of a mixed radix; after the last comes the first."""
    for at in reversed(range(len(values))):
        values[at] = (values[at] + 1) % sizes[at]
        if values[at]:
            return
