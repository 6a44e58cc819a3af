"""Our verdict on IBANs against two independent libraries, on 20,000 generated and mutated ones.

Every disagreement must have its reason below; one without a reason fails.
"""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections import Counter

import schwifty
from stdnum import exceptions as stdnum_exceptions
from stdnum import iban as stdnum_iban

from statements.reference.iban import check_digits, iban_fault, iban_structures

COUNT = 20_000
ALPHABETS = {"n": string.digits, "a": string.ascii_uppercase, "c": string.digits + string.ascii_uppercase}
MUTATIONS = ("none", "digit", "letter", "swap", "drop", "add", "check", "lower", "blank", "lookalike", "country")


TIDYING = "they tidy blanks, small letters and full-width digits away; we check the text as it stands"


def generate(random_: random.Random, country: str) -> str:
    """An IBAN that follows the structure of its country, with right check digits."""
    parts = re.findall(r"([0-9]+)!([nac])", iban_structures()[country].bban)
    bban = "".join("".join(random_.choices(ALPHABETS[kind], k=int(count))) for count, kind in parts)
    return country + check_digits(country, bban) + bban


def mutate(random_: random.Random, iban: str, mutation: str) -> str:
    """The IBAN with one change of the named kind."""
    place = random_.randrange(4, len(iban))
    if mutation == "digit":
        return iban[:place] + random_.choice(string.digits) + iban[place + 1 :]
    if mutation == "letter":
        return iban[:place] + random_.choice(string.ascii_uppercase) + iban[place + 1 :]
    if mutation == "swap":
        place = random_.randrange(4, len(iban) - 1)
        return iban[:place] + iban[place + 1] + iban[place] + iban[place + 2 :]
    if mutation == "drop":
        return iban[:place] + iban[place + 1 :]
    if mutation == "add":
        return iban[:place] + random_.choice(string.digits) + iban[place:]
    if mutation == "check":
        return iban[:2] + random_.choice(("00", "01", "02", "97", "98", "99")) + iban[4:]
    if mutation == "lower":
        return iban.lower()
    if mutation == "blank":
        return iban[:place] + " " + iban[place:]
    if mutation == "lookalike":
        return iban[:place] + random_.choice("АВЕ０１２٣") + iban[place + 1 :]
    if mutation == "country":
        return random_.choice(string.ascii_uppercase) + random_.choice(string.ascii_uppercase) + iban[2:]
    return iban


def schwifty_accepts(text: str) -> bool:
    """The verdict of schwifty without its national checks, which are not part of ISO 13616."""
    try:
        schwifty.IBAN(text, validate_bban=False)
    except schwifty.exceptions.SchwiftyException:
        return False
    return True


def stdnum_accepts(text: str) -> bool:
    """The verdict of python-stdnum without its national checks."""
    try:
        stdnum_iban.validate(text, check_country=False)
    except stdnum_exceptions.ValidationError:
        return False
    return True


def reason(text: str, ours: bool, theirs: bool, library: str) -> str:
    """Why a verdict may differ; an empty text when there is no good reason."""
    structure = iban_structures().get(text[:2])
    if not ours and theirs:
        tidied = unicodedata.normalize("NFKC", text).upper().replace(" ", "")
        if tidied != text and iban_fault(tidied) is None:
            return TIDYING
        if text[2:4] in ("00", "01", "99") and iban_fault(text) == "check_digits":
            return "check digits that the formula never gives"
        return ""
    if structure is None:
        return ""
    if structure.status == "territory":
        return "the code of a territory: we take the structure of its state"
    if structure.status == "unofficial":
        return "not in the registry: only the remainder is checked, so that no good IBAN is refused"
    if structure.country == "BR" and library == "stdnum":
        return "two published structures of Brazil: we take the wider one"
    return ""


def test_verdicts() -> None:
    """No disagreement with either library lacks a reason, and all kinds of cases were tried."""
    random_ = random.Random(20261123)
    countries = sorted(iban_structures())
    disagreements: Counter[str] = Counter()
    unexplained = []
    verdicts: Counter[bool] = Counter()
    for number in range(COUNT):
        country = countries[number % len(countries)]
        mutation = MUTATIONS[number // len(countries) % len(MUTATIONS)]
        text = mutate(random_, generate(random_, country), mutation)
        ours = iban_fault(text) is None
        verdicts[ours] += 1
        for library, accepts in (("schwifty", schwifty_accepts), ("stdnum", stdnum_accepts)):
            theirs = accepts(text)
            if ours != theirs:
                why = reason(text, ours, theirs, library)
                disagreements[why] += 1
                if not why:
                    unexplained.append((library, text, ours, theirs))
    assert unexplained == []
    assert min(verdicts.values()) > COUNT // 20
    assert 0 < disagreements.pop(TIDYING) < 2 * 3 * COUNT // len(MUTATIONS)
    assert 0 < sum(disagreements.values()) < COUNT // 20
