"""Files as banks write them: any line end, encoding, dialect of ``:86:``, and every oddity that a reader meets."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_IBAN = "DE89370400440532013000"
_PLAIN = [
    "VIR SEPA RECU /DE ATELIER /MOTIF FACT 12", "INVOICE 4711", "  indented", "text with end blank ", "é à & @",
    "\u20ac 5", "/INV/123/", "x" * 65, "x" * 66, "9 items", "20:44:45", "166 pieces", "- dash", "{4:", "ABNANL2A",
    "940", "$", "XXX", " -", "a\tb", "", " ", ":44:no tag", "\u00a0", "Stra\u00dfe \u00e41:", "/REMI/late", "T+1",
]  # fmt: skip
_SLASH = [
    f"/TRTP/SEPA/IBAN/{_IBAN}/BIC/COBADEFFXXX/NAME/Anne/REMI/12", "/REMI/USTD//text/", "/EREF/A/REMI/B",
    "/ORDP//NAME/Max/REMI/a/b", "/CREF/Z/REMI/x", "/EREF/NOTPROVIDED/NAME/N", "/EXCH/1,2/OCMT/USD1,00/REMI/",
    f"/CNTP/{_IBAN}/COBADEFF/Name/City/", "/RTRN/MS03/MARF/M/CSID/C/REMI/word at the end of a long line of",
    "/NAME/A/NAME/B", "/REMI/", "/EREF/", "/BREF/B/ACCW/12/PURP/CBFF/ULTD/U/ULTC/V", "/RE", "/IBAN/DE 1/REMI/ x",
]  # fmt: skip
_GERMAN = [
    "166?00SEPA-GUTSCHRIFT?10931?20EREF+E-1?21SVWZ+Rechnung 1?22 und 2?30COBADEFFXXX",
    f"?31{_IBAN}?32Anne?33 Petit?34901", "177?00X?20KREF+NONREF?21MREF+M1?22CRED+C1?23ABWA+U?60free", "999 free",
    "166~20EREF+1~21text+more~32N~3", "166?20free text of twenty seven", "?23joined?20again?60EREF+?61KREF+K",
    " 166?20x", "820?20EREF+a EREF+b?21EREF+c", "012?20?30?31123?32", "?21COAM+1,00?22PURP+GDDS?31 DE89", "166?2", "0?",
]  # fmt: skip
_KEYS = [
    "00SEPA-GUTSCHRIFT", "10931", "20EREF+E-1", "21SVWZ+Rechnung 1", "22 und 2", "23text of twenty-seven chars..",
    "24KREF+K", "25MREF+M1", "26CRED+C1", "27ABWA+U", "28ABWE+V", "29COAM+1,00", "60EREF+NOTPROVIDED", "61free",
    "30COBADEFFXXX", f"31{_IBAN}", "32Anne", "33 Petit", "34901", "34914", "35x", f"38{_IBAN}", "31123", "77odd",
    "20EREF+a KREF+b", "21BIC+COBADEFFXXX", f"62IBAN+{_IBAN}", "63BREF+B", "30", "20SVWZ+EREF+c", "21T+1",
]  # fmt: skip
_TYPES = ["NTRF", "NMSC", "FCHG", "S103", "S051", "NZZZ", "N426", "NGT ", "NCHG", "NONR", "MSC", ""]
_OWNERS = ["NONREF", "EREF", "KREF+", "REF 1", "A/B", "", " ", "long" * 5, "/x", "NONREF            Name", "R "]
_BANKS = [None, "", "B1", "NONREF", "b" * 17, " B", "NONREF "]
_EXTRAS = [
    None, "/TRCD/05/", "/OCMT/USD50,01//TRCD/28/", "/TRCD/00100/", _IBAN, "free", "f" * 35, "$", "Xtra ",
    "/OCMT/EUR11,85//CHGS/EUR0,50/", "two\nlines", "-dash", "/EXCH/2",
]  # fmt: skip
_OPENINGS = [":60M:D240101EUR0,00", ":60F:C240230EUR100,0", ":60F:C240101EUR100", ":60F:X240101EUR100,00"]
_ACCOUNTS = ["FR7616958000011234567890177", f"{_IBAN}EUR", "", "NL92 KNAB 0123"]
_AVAILABLE = [[":64:C240131EUR1,00"], [":65:C240131EUR1,", ":65:D240201EUR2,00"], [":64:X", ":65:C240131USD1,00"]]
_LAST_TEXTS = [[":86:final"], [":86:final", "940"], [":86:" + "y" * 70, "more "], [":61:240101C1,00NTRFX"]]
_ENDS = [
    [], ["-}"], ["-XXX"], ["-", ""], ["$"], ["-", "ABNANL2A", "940", "ABNANL2A"], ["-}{5:{CHK:1}}"], [""], ["- "],
]  # fmt: skip
_HEADS = ["ABNANL2A\n940\nABNANL2A\n", "\n", "{1:F01QNTOFRP1XXXX0000000000}{2:I942XXXXXXXXXXXXN}{4:\n"]


def _mostly(usual: Any, others: list[Any]) -> st.SearchStrategy[Any]:
    """Nine times in ten the usual value: a message of many fields is to be regular as often as not."""
    return st.sampled_from([usual] * (9 * len(others)) + others)


# Strategies are made once: making one in a draw costs more than the draw.
_SEPARATORS = st.sampled_from("???~>")
_CODES = st.sampled_from(["166", "177", "999", "808"])
_KEY_LISTS = st.lists(st.sampled_from(_KEYS), max_size=7)
_WIDTHS = st.sampled_from([65, 65, 27, 80])


@st.composite
def _german(draw: st.DrawFn) -> str:
    separator = draw(_SEPARATORS)
    text = draw(_CODES) + "".join(separator + key for key in draw(_KEY_LISTS))
    width = draw(_WIDTHS)
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


_TIDY = st.one_of(
    st.none(),
    _german(),
    st.sampled_from(_SLASH),
    st.lists(
        st.sampled_from([line for line in _PLAIN if line.strip() and line[0] not in ":-"]), min_size=1, max_size=3
    ).map("\n".join),
    st.sampled_from(_GERMAN),
)
_NARRATIVES = st.one_of(
    _TIDY,
    st.lists(st.one_of(*map(st.sampled_from, (_PLAIN, _SLASH, _GERMAN))), min_size=1, max_size=8).map("\n".join),
)
_DATES = _mostly("2401020102", ["240103", "2401030102", "2401020205", "2402300131", "240105    "])
_MARKS = _mostly("C", ["D", "RC", "RD", "CR", "DD", "X"])
_MINORS = st.integers(1, 99_999)
_ENTRY = st.tuples(_mostly("NTRF", _TYPES), _mostly("REF1", _OWNERS), _mostly("B1", _BANKS))
_TIDY_MORE = st.tuples(st.sampled_from(_EXTRAS[:6]), _TIDY)
_MORE = st.tuples(st.sampled_from(_EXTRAS), _NARRATIVES)


def _entry(draw: st.DrawFn, tidy: bool) -> tuple[int, str]:
    """A statement line with what follows it, and the hundredths by which it moves the balance."""
    dates, mark, minor = draw(_DATES), draw(_MARKS), draw(_MINORS)
    cents = f"{minor % 100:02d}" if minor % 10 else f"{minor % 100 // 10}"
    kind, owner, bank = draw(_ENTRY)
    line = f":61:{dates}{mark}{minor // 100},{cents}{kind}{owner}"
    fields = [line if bank is None else f"{line}//{bank}"]
    extra, text = draw(_TIDY_MORE if tidy else _MORE)
    fields += [] if extra is None else [extra]
    fields += [] if text is None else [":86:" + text]
    return minor if mark in ("C", "RD", "CR") else -minor, "\n".join(fields)


_CURRENCIES = _mostly("EUR", ["JPY", "TND", "QQQ"])
_RELATED = _mostly([], [[":21:REL"], [":21:/R"]])
_OWN_ACCOUNTS = _mostly("12345678/1020304050", _ACCOUNTS)
# Nothing stands for the usual one, which names the currency.
_OPENING_FIELDS = _mostly("", _OPENINGS)
_BOOLEANS = st.booleans()
_COUNTS = st.integers(0, 4)
_CLOSINGS = st.tuples(_mostly("F", ["M"]), _mostly([], _AVAILABLE), _mostly([], _LAST_TEXTS), _mostly(["-"], _ENDS))
_NUMBERED = {
    number: st.tuples(
        _mostly("STMT1", ["", "/X", "A//B", "longer than sixteen", f"R {number}"]),
        _mostly(f":28C:{number}/1", [":28C:0", ":28:7", f":28C:{number}", ":28C:x/2", ":28C:"]),
    )
    for number in (1, 2, 3)
}


def _message(draw: st.DrawFn, number: int) -> str:
    """One message with LF at the line ends that adds up where its amounts are read as hundredths."""
    currency = draw(_CURRENCIES)
    reference, numbered = draw(_NUMBERED[number])
    fields = [":20:" + reference, *draw(_RELATED), ":25:" + draw(_OWN_ACCOUNTS), numbered]
    fields.append(draw(_OPENING_FIELDS) or f":60F:C240101{currency}100,00")
    total = 0 if ":60M" in fields[-1] else 10_000
    tidy = draw(_BOOLEANS)
    for _ in range(draw(_COUNTS)):
        moved, text = _entry(draw, tidy)
        total += moved
        fields.append(text)
    letter, available, last, end = draw(_CLOSINGS)
    fields.append(f":62{letter}:{'D' if total < 0 else 'C'}240131{currency}{abs(total) // 100},{abs(total) % 100:02d}")
    return "\n".join([*fields, *available, *last, *end]) + "\n"


_FRAMES = st.tuples(
    _mostly("", _HEADS),
    st.integers(1, 3),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
    _mostly("utf-8", ["utf-8-sig", "cp1252"]),
)


@st.composite
def bank_files(draw: st.DrawFn) -> bytes:
    """A file of one to three messages."""
    head, count, eol, encoding = draw(_FRAMES)
    text = head + "".join(_message(draw, number) for number in range(1, count + 1))
    return text.replace("\n", eol).encode(encoding, "replace")
