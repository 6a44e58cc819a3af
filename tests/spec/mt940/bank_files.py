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
    return st.integers(0, 9).flatmap(lambda chance: st.sampled_from(others) if chance == 7 else st.just(usual))


@st.composite
def _german(draw: st.DrawFn) -> str:
    separator = draw(st.sampled_from("???~>"))
    code = draw(st.sampled_from(["166", "177", "999", "808"]))
    text = code + "".join(separator + key for key in draw(st.lists(st.sampled_from(_KEYS), max_size=7)))
    width = draw(st.sampled_from([65, 65, 27, 80]))
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def _tidy_narratives() -> st.SearchStrategy[str | None]:
    plain = [line for line in _PLAIN if line.strip() and line[0] not in ":-"]
    return st.one_of(
        st.none(),
        _german(),
        st.sampled_from(_SLASH),
        st.lists(st.sampled_from(plain), min_size=1, max_size=3).map("\n".join),
        st.sampled_from(_GERMAN),
    )


def _narratives() -> st.SearchStrategy[str | None]:
    kinds = st.one_of(*map(st.sampled_from, (_PLAIN, _SLASH, _GERMAN)))
    return st.one_of(_tidy_narratives(), st.lists(kinds, min_size=1, max_size=8).map("\n".join))


@st.composite
def _entry(draw: st.DrawFn, minor: int, mark: str, tidy: bool) -> str:
    dates = draw(_mostly("2401020102", ["240103", "2401030102", "2401020205", "2402300131", "240105    "]))
    cents = f"{minor % 100:02d}" if minor % 10 else f"{minor % 100 // 10}"
    line = f":61:{dates}{mark}{minor // 100},{cents}{draw(_mostly('NTRF', _TYPES))}{draw(_mostly('REF1', _OWNERS))}"
    bank = draw(_mostly("B1", _BANKS))
    fields = [line if bank is None else f"{line}//{bank}"]
    extra = draw(st.sampled_from(_EXTRAS[: 6 if tidy else None]))
    fields += [] if extra is None else [extra]
    text = draw(_tidy_narratives() if tidy else _narratives())
    fields += [] if text is None else [":86:" + text]
    return "\n".join(fields)


@st.composite
def bank_messages(draw: st.DrawFn, number: int) -> str:
    """One message with LF at the line ends that adds up where its amounts are read as hundredths."""
    currency = draw(_mostly("EUR", ["JPY", "TND", "QQQ"]))
    fields = [":20:" + draw(_mostly("STMT1", ["", "/X", "A//B", "longer than sixteen", f"R {number}"]))]
    fields += draw(_mostly([], [[":21:REL"], [":21:/R"]]))
    fields.append(":25:" + draw(_mostly("12345678/1020304050", _ACCOUNTS)))
    fields.append(draw(_mostly(f":28C:{number}/1", [":28C:0", ":28:7", f":28C:{number}", ":28C:x/2", ":28C:"])))
    fields.append(draw(_mostly(f":60F:C240101{currency}100,00", _OPENINGS)))
    total = 0 if ":60M" in fields[-1] else 10_000
    tidy = draw(st.booleans())
    for _ in range(draw(st.integers(0, 4))):
        minor = draw(st.integers(1, 99_999))
        mark = draw(_mostly("C", ["D", "RC", "RD", "CR", "DD", "X"]))
        total += minor if mark in ("C", "RD", "CR") else -minor
        fields.append(draw(_entry(minor, mark, tidy)))
    closing = f"{'D' if total < 0 else 'C'}240131{currency}{abs(total) // 100},{abs(total) % 100:02d}"
    fields.append(f":62{draw(_mostly('F', ['M']))}:{closing}")
    fields += draw(_mostly([], _AVAILABLE))
    fields += draw(_mostly([], _LAST_TEXTS))
    fields += draw(_mostly(["-"], _ENDS))
    return "\n".join(fields) + "\n"


@st.composite
def bank_files(draw: st.DrawFn) -> bytes:
    """A file of one to three messages."""
    text = draw(_mostly("", _HEADS))
    for number in range(1, draw(st.integers(1, 3)) + 1):
        text += draw(bank_messages(number))
    eol = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    encoding = draw(_mostly("utf-8", ["utf-8-sig", "cp1252"]))
    return text.replace("\n", eol).encode(encoding, "replace")
