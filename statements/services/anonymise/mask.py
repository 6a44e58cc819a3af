"""Replacing words by others that a secret key chooses: same lengths, same kinds of characters, same checks.

A word is replaced by another of its shape, always by the same one under the same key, and two different words never
by one: a keyed permutation of all words of a shape, without a fixed point. So what was equal stays equal, what was
different stays different, and no word stays what it was.

>>> mask = Mask(b"secret")
>>> mask.text("Dupont 12") == mask.text("Dupont 12"), mask.text("Dupont 12") == "Dupont 12"
(True, False)
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

from statements.reference.iban import check_digits, iban_structures, rib_key
from statements.services.anonymise.keyed import KeyedOrder
from statements.wire.charset import SWIFT_X

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_TRIES = 2_000

KEPT = frozenset("NOTPROVIDED NONREF EUR".split())
"""Words that say nothing of anybody, and that rules know."""

_IBAN = r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"
_SPECIAL = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<uuid>[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})"
    rf"|(?P<rf>RF[0-9]{{2}}[A-Z0-9]{{1,21}})|(?P<iban>{_IBAN})"
    r"|(?P<spaced>[A-Z]{2}[0-9]{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?))(?![A-Za-z0-9])"
)
_WORD = re.compile(r"[^\W_]+")
_BELGIAN = re.compile(r"(\+\+\+|\*\*\*)([0-9]{3})/([0-9]{4})/([0-9]{3})([0-9]{2})(\+\+\+|\*\*\*)")


@lru_cache(maxsize=4_096)
def _family(char: str) -> str:
    """The characters that may stand for one: same kind, same length in every encoding, same length when spelled out."""
    if char in _LETTERS:
        return _LETTERS
    if char in _DIGITS:
        return _DIGITS
    # Other scripts in wider blocks, so that no letter of theirs is alone with its spelling (Ж with Х, Ц, Ч …).
    width = 32 if char < "\u0370" else 128
    start = ord(char) & ~(width - 1)
    kind = unicodedata.category(char)
    spelled = SWIFT_X.fit(char)
    return "".join(
        other
        for other in map(chr, range(start, start + width))
        if unicodedata.category(other) == kind
        and len(other.encode()) == len(char.encode())
        and _alike(SWIFT_X.fit(other), spelled, other, char)
    )


def _alike(one: str, two: str, first: str, second: str) -> bool:
    return len(one) == len(two) and (one == first) == (two == second) and one.isalpha() == two.isalpha()


class Mask:
    """The replacements of one run. ``key`` is secret and of at most 64 bytes; ``days`` shifts every date."""

    def __init__(self, key: bytes, *, days: int = 0) -> None:
        self._order = KeyedOrder(key)
        self._days = datetime.timedelta(days=days)
        self._words: dict[tuple[str, str], str] = {}

    # -- words

    def word(self, text: str, purpose: str = "") -> str:
        """One word. Letters stay letters of their case, digits digits; other signs stay what they are."""
        if text.upper() in KEPT:
            return text
        plain = text.lower() if text.isascii() else text
        found = self._words.get((purpose, plain))
        if found is None:
            found = self._words[purpose, plain] = self._permuted(plain, purpose)
        if not text.isascii():
            return found
        return "".join(new.upper() if old.isupper() else new for old, new in zip(text, found, strict=True))

    def _permuted(self, text: str, purpose: str) -> str:
        # ASCII letters of a mixed word are permuted without their case, which is put back here.
        lowered = "".join(char.lower() if char.isascii() else char for char in text)
        families = [_family(char) if char.isalnum() else char for char in lowered]
        places = [at for at, family in enumerate(families) if len(family) > 1]
        if not places:
            return text
        shape = purpose + "\0" + "\0".join(families[at][0] for at in places)
        sizes = [len(families[at]) for at in places]
        values = [families[at].index(lowered[at]) for at in places]
        values = self._order.successor(values, sizes, shape)
        made = list(text)
        for at, value in zip(places, values, strict=True):
            new = families[at][value]
            made[at] = new.upper() if text[at].isascii() and text[at].isupper() else new
        return "".join(made)

    # -- texts

    def text(self, text: str, keep: re.Pattern[str] | None = None) -> str:
        """Every word of a text; accounts and references with check digits keep them right. ``keep`` stays as it is."""
        if keep is None:
            return self._free(text)
        return self._outside(text, keep, self._free)

    def _free(self, text: str) -> str:
        return self._outside(text, _SPECIAL, self._words_of, self._special)

    def _words_of(self, text: str) -> str:
        return self._outside(
            text, _BELGIAN, lambda rest: _WORD.sub(lambda match: self.word(match[0]), rest), self._belgian
        )

    @staticmethod
    def _outside(
        text: str,
        pattern: re.Pattern[str],
        change: Callable[[str], str],
        inside: Callable[[re.Match[str]], str] = lambda match: match[0],
    ) -> str:
        made, at = [], 0
        for match in pattern.finditer(text):
            made += [change(text[at : match.start()]), inside(match)]
            at = match.end()
        made.append(change(text[at:]))
        return "".join(made)

    def _special(self, match: re.Match[str]) -> str:
        if match["uuid"]:
            return self.uuid(match["uuid"])
        if match["rf"]:
            return self.creditor_reference(match["rf"])
        found = match["iban"] or match["spaced"]
        compact = found.replace(" ", "")
        structure = iban_structures().get(compact[:2])
        if structure is None or len(compact) != structure.length:
            return self._words_of(found)
        masked = iter(self.account(compact))
        return "".join(char if char == " " else next(masked) for char in found)

    def _belgian(self, match: re.Match[str]) -> str:
        digits = "".join(match.group(2, 3, 4))
        right = int(match[5]) == (int(digits) % 97 or 97)
        new = self.word(digits, "belgian")
        check = f"{int(new) % 97 or 97:02d}" if right else match[5]
        return f"{match[1]}{new[:3]}/{new[3:7]}/{new[7:]}{check}{match[6]}"

    def uuid(self, text: str) -> str:
        """A UUID: other hexadecimal digits, the same version and variant."""
        digits = self._order.digest("uuid", text.lower()).hex()
        made = "".join(
            char if char == "-" or at in (14, 19) else new
            for at, (char, new) in enumerate(zip(text, digits, strict=False))
        )
        return made.upper() if text.isupper() else made

    def creditor_reference(self, text: str) -> str:
        """A reference RF…: its check digits, built as those of an IBAN, are off by as much as they were."""
        body = self.word(text[4:], "RF")
        return "RF" + _moved_check(text, body) + body

    # -- accounts

    def account(self, text: str) -> str:
        """An IBAN in capitals without blanks: the same country and bank, another account, checks as right as before.

        A French key and the check digits are off by as much as they were. A text that is none is a word.
        """
        structure = iban_structures().get(text[:2])
        if structure is None or re.fullmatch(_IBAN, text) is None:
            return self.text(text) if re.fullmatch(_IBAN, text) is None else self.word(text)
        country, old = text[:2], text[2:4]
        right = check_digits(country, text[4:])
        bban = self._bban(country, text[4:], structure.bban)
        if old in ("00", "01", "99"):
            # Digits that the formula never gives. The next account is taken until they are as near the truth as before.
            near = (int(old) - int(right)) % 97 == 0
            for _ in range(_TRIES):
                new = check_digits(country, bban)
                if (new == right) if near else (int(old) - int(new)) % 97:
                    break
                bban = self._bban(country, bban, structure.bban)
        return country + _moved_check(text, bban) + bban

    def _bban(self, country: str, bban: str, structure: str) -> str:
        french = re.fullmatch("([0-9]{5})([0-9]{5})([A-Z0-9]{11})([0-9]{2})", bban)
        if country in ("FR", "MC") and french is not None:
            bank, old_branch, old_account, key = french.groups()
            branch, account = self.rib(old_branch, old_account)
            off = (int(key) - int(rib_key(bank, old_branch, old_account))) % 97
            right = int(rib_key(bank, branch, account))
            return bank + branch + account + (f"{(right + off - 1) % 97 + 1:02d}" if 1 <= int(key) <= 97 else key)
        groups = re.findall(r"([0-9]+)!", structure)
        bank_end = int(groups[0]) if len(groups) > 1 else 4
        if country == "BE" and bban.isdecimal() and len(bban) == 12:
            # The last two digits check the ten before them.
            body = bban[:3] + self.word(bban[3:10], f"account {bban[:3]}")
            off = (int(bban[10:]) - (int(bban[:10]) % 97 or 97)) % 97
            return body + f"{((int(body) % 97 or 97) + off - 1) % 97 + 1:02d}"
        return bban[:bank_end] + self.word(bban[bank_end:], f"account {bban[:bank_end]}")

    def rib(self, branch: str, account: str) -> tuple[str, str]:
        """Branch and account of a French bank, wherever they stand: in an IBAN or in the zones of a record.

        Each by itself, so that two records differ in the zones in which they did.
        """
        return self.word(branch, "branch"), self.word(account, "account")

    def bic(self, text: str) -> str:
        """A BIC: the same country, another bank and place; a branch XXX stays. A text that is none is a text."""
        match = re.fullmatch("([A-Za-z0-9]{4})([A-Za-z]{2})([A-Za-z0-9]{2})([A-Za-z0-9]{3})?", text)
        if match is None or text.upper() in KEPT:
            return self.text(text)
        branch = match[4] or ""
        if branch.upper() != "XXX":
            branch = self.word(branch, "bic")
        return self.word(match[1], "bic") + match[2] + match[3] + branch

    # -- dates

    def moment(self, day: str, time: str) -> str:
        """A moment, ``2026-10-01`` and ``T22:30:00.000Z``: shifted by whole days of the books.

        >>> Mask(b"key", days=28).moment("2026-10-01", "T22:30:00.000Z")
        '2026-10-29T23:30:00.000Z'
        """
        match = re.fullmatch("T([0-9]{2})(:[0-9:.]+Z)", time)
        if match is None or not self._days:
            return self.written(day, "%Y-%m-%d") + time
        try:
            made = _shifted(datetime.datetime.fromisoformat(f"{day}T{match[1]}:00:00+00:00"), self._days)
        except (ValueError, OverflowError):
            return day + time
        return f"{made:%Y-%m-%dT%H}{match[2]}"

    def written(self, text: str, form: str) -> str:
        """A date as a form of ``strptime`` writes it, shifted; another text stays as it is."""
        if not self._days:
            return text
        try:
            # A day of a bank has no time zone.
            day = datetime.datetime.strptime(text, form).date()  # noqa: DTZ007
            moved = (day + self._days).strftime(form)
        except (ValueError, OverflowError):
            return text
        return moved if len(moved) == len(text) else text


_HOME = ZoneInfo("Europe/Paris")
"""Where a moment in UTC is on a day of the books."""


def _shifted(moment: datetime.datetime, days: datetime.timedelta) -> datetime.datetime:
    local = moment.astimezone(_HOME)
    # Day and time of a clock on the wall; its distance from UTC is that of the new day.
    return (local.replace(tzinfo=None) + days).replace(tzinfo=_HOME).astimezone(datetime.UTC)


def _moved_check(text: str, bban: str) -> str:
    """Check digits that are off by as much as those of the old IBAN were."""
    old = text[2:4]
    if old in ("00", "01", "99"):
        return old
    off = (int(old) - int(check_digits(text[:2], text[4:]))) % 97
    return f"{(int(check_digits(text[:2], bban)) + off - 2) % 97 + 2:02d}"
