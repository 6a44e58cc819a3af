"""Families of hostile files that double their size: the exponent of time says whether anything grows with the square.

A family goes on to 4 MB, or ends before a size that would take too long: the table says how far it came.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

from benchmarks import samples
from benchmarks.measure import Job, doubled, row, table
from benchmarks.mistakes import MISTAKES, mistaken
from benchmarks.payments import HEAD, NAMESPACE, PAYMENT, STRUCTURED, TAIL, encoded, iban
from statements.formats import cfonb120, mt940, neutral, pain001, qonto

LAST = 4_000_000
TODAY = datetime.date(2026, 11, 30)
FIXTURES = Path(__file__).parents[1] / "fixtures"

MT940_HEAD = b":20:R\r\n:25:FR7616958000011234567890177\r\n:28C:1/1\r\n:60F:C260101EUR100,00\r\n"
MT940_LINES = {
    "lone dashes": b"-\r\n",
    "unknown tags": b":44:\r\n",
    "entries that cannot be read": b":61:x\r\n",
    "entries with wrong types": b":61:260101C1,NX\r\n",
    "texts of one narrative": b"x" * 60 + b"\r\n",
    "header lines": b"940\r\n",
    "empty lines": b"\r\n",
    "accounts again": b":25:x\r\n",
    "German keys": b"?20SVWZ+\r\n",
    "slash words": b"/REMI//NAME/\r\n",
    "messages of one tag": b":20:R\r\n",
    "openings again": b":60F:x\r\n",
    "a control before each message": b"\x01:20:R\r\n",
    "opened blocks": b"{1:{4:\r\n",
}
XML_OPENINGS = {
    "comments that never close": b"<!--",
    "attributes that never close": b"<a b='",
    "elements that never close": b"<a>",
    "lone brackets": b"<",
    "CDATA that never closes": b"<M><![CDATA[",
}


def main() -> None:
    """Print the table."""
    table("family", "size, MB", "CPU s", "exponent", "4 MB, s")
    for name, make in {**_mt940(), **_cfonb(), **_payments(), **_json()}.items():
        growth = doubled(make, 62_500, LAST)
        full = growth.seconds * (LAST / growth.size) ** max(1.0, growth.exponent)
        row(
            name,
            f"{growth.size / 1e6:.2f}",
            f"{growth.seconds:.2f}",
            f"{growth.exponent:.2f}",
            f"{full:.1f}" if growth.size >= LAST else f"about {full:,.0f}",
        )


Families = dict[str, Callable[[int], Job]]


def _mt940() -> Families:
    def family(line: bytes, tag: bytes) -> Callable[[int], Job]:
        def make(size: int) -> Job:
            data = MT940_HEAD + tag + line * (size // len(line))
            return lambda: mt940.validate(data)

        return make

    inside = {f"MT940: {name}": family(line, b":61:260101C1,NTRFX\r\n:86:x\r\n") for name, line in MT940_LINES.items()}
    example = (FIXTURES / "mt940" / "examples" / "worked-example.sta").read_bytes()
    return {**inside, "MT940: the same statement again": lambda size: _again(mt940.validate, example, size)}


def _again(check: Callable[[bytes], object], data: bytes, size: int) -> Job:
    many = data * max(1, size // len(data))
    return lambda: check(many)


def _cfonb() -> Families:
    example = (FIXTURES / "cfonb120" / "worked-example.txt").read_bytes()
    records = example.split(b"\r\n")
    movement = next(record for record in records if record.startswith(b"04"))
    complement = next(record for record in records if record.startswith(b"05"))

    def family(line: bytes) -> Callable[[int], Job]:
        def make(size: int) -> Job:
            data = records[0] + b"\r\n" + line * (size // len(line))
            return lambda: cfonb120.validate(data)

        return make

    return {
        "CFONB-120: the same movement again": family(movement + b"\r\n"),
        "CFONB-120: complements of one movement": lambda size: family(complement + b"\r\n")(size),
        "CFONB-120: broken records": family(movement[:40] + b"\r\n"),
        "CFONB-120: movements with a letter in the amount": family(movement.replace(b"0000", b"00X0") + b"\r\n"),
        "CFONB-120: unknown records": family(b"06" + movement[2:] + b"\r\n"),
        "CFONB-120: openings": family(records[0] + b"\r\n"),
        "CFONB-120: the same statement again": lambda size: _again(cfonb120.validate, example, size),
    }


def _payments() -> Families:
    def check(make: Callable[[int], bytes]) -> Callable[[int], Job]:
        def job(size: int) -> Job:
            data = make(size)
            return lambda: pain001.validate(data, today=TODAY)

        return job

    def faulty(**faults: bool | int) -> Callable[[int], Job]:
        each = len(encoded(100, **faults)) / 100
        return check(lambda size: encoded(int(size / each), **faults))

    def mistake(name: str) -> Callable[[int], Job]:
        def make(size: int) -> bytes:
            count = size // 900
            return "".join(mistaken(count, MISTAKES[name])).encode()

        return check(make)

    head = HEAD.format(namespace=NAMESPACE, count=1, total="1.00")
    text = STRUCTURED.format(reference="RF18539007547034")
    payment = PAYMENT.format(index=1, amount="1.00", agent="", name="N", address="", iban=iban(1), text=text)

    def inside(unit: str, before: str, where: str) -> Callable[[int], Job]:
        def make(size: int) -> bytes:
            many = unit * (size // len(unit))
            whole = head + payment + TAIL
            return whole.replace(where, before + many + where, 1).encode()

        return check(make)

    def batches(size: int) -> bytes:
        start, end = head.index("    <PmtInf>"), len(head)
        block = head[start:end] + payment + "    </PmtInf>\n"
        count = max(1, size // len(block))
        blocks = (block.replace("BENCH-1-A", f"B-{index}").replace("E2E-", f"E{index}-") for index in range(count))
        group = head[:start].replace("<NbOfTxs>1<", f"<NbOfTxs>{count}<").replace("1.00<", f"{count}.00<")
        return (group + "".join(blocks) + "  </CstmrCdtTrfInitn>\n</Document>\n").encode()

    def each(extra: str) -> Callable[[int], Job]:
        """The same in every payment."""
        one = payment.replace("        <RmtInf>", f"{extra}        <RmtInf>", 1)
        return check(lambda size: (head + one * max(1, size // len(one)) + TAIL).encode())

    def instead(text: str, unit: str) -> Callable[[int], Job]:
        """Elements in place of a text."""
        return check(lambda size: (head + payment + TAIL).replace(text, unit * (size // len(unit)), 1).encode())

    def attributes(size: int) -> bytes:
        many = " ".join(f'a{index}="1"' for index in range(size // 12))
        return (head + payment + TAIL).replace("<Cdtr>", f"<Cdtr {many}>", 1).encode()

    def strangers(size: int) -> bytes:
        """Payments that are all faulty in a way of their own."""
        ways = ("".join(f"<X{index}n{part}/>" for part in range(10)) for index in range(size // len(payment)))
        return (head + "".join(payment.replace("<RmtInf>", f"{way}<RmtInf>") for way in ways) + TAIL).encode()

    nested = "<X>" * 200 + "</X>" * 200
    openings = {
        f"payments: {name}": check(lambda size, text=text: b"<Document><M>" + text * (size // len(text)))  # type: ignore[misc]
        for name, text in XML_OPENINGS.items()
    }
    return {
        "payments: every IBAN wrong": faulty(wrong=1),
        "payments: every amount in words": mistake("amount in words"),
        "payments: every name too long": faulty(long_names=True),
        "payments: every name accented": faulty(accented=1),
        "payments: unknown elements in one payment": inside("<X/>", "", "<RmtInf>"),
        "payments: unknown elements in the header": inside("<X/>", "", "<InitgPty>"),
        "payments: unknown attributes": inside("<X a='1' b='2'/>", "", "<Cdtr>"),
        "payments: remittance lines of one payment": inside("<Ustrd>x</Ustrd>", "", "<Strd>"),
        "payments: batches of one payment": check(batches),
        "payments: 200 unknown elements in each payment": each("<X/>" * 200),
        "payments: ten unknown names of its own in each payment": check(strangers),
        "payments: elements in place of a text": instead("LES TROIS QUAIS SARL", "<X/>"),
        "payments: elements 200 deep": inside(nested, "", "<RmtInf>"),
        "payments: attributes of one element": check(attributes),
        "payments: text between unknown elements": inside("x<X/>", "", "<RmtInf>"),
        "payments: structured remittance with unknown elements": inside("<Strd><X/></Strd>", "", "<Strd>"),
        "payments: unknown elements in a block": inside("<X/>", "", "<ReqdExctnDt>"),
        "payments: unknown elements between blocks": inside("<X/>", "", "    <PmtInf>"),
        "payments: empty payments": inside("<CdtTrfTxInf/>", "", "      <CdtTrfTxInf>"),
        "payments: empty batches": inside("<PmtInf/>", "", "    <PmtInf>"),
        **openings,
    }


def _json() -> Families:
    statement = (
        '{"statements": [{"account": {"iban": "FR7616958000011234567890177", "currency": "EUR"}, '
        '"opening": {"amount": "0.00", "date": "2026-09-02"}, "closing": {"amount": "%s.00", "date": "2026-09-03"}, '
        '"entries": [%s]}]%s}'
    )
    entry = '{"booking_date": "2026-09-03", "amount": "1.00"}'

    def own(make: Callable[[int], str]) -> Callable[[int], Job]:
        def job(size: int) -> Job:
            data = make(size).encode()
            return lambda: neutral.read(data)

        return job

    def members(size: int) -> str:
        return statement % ("1", entry, "".join(f', "x{index}": 1' for index in range(size // 14)))

    def twice(size: int) -> str:
        return statement % ("1", entry, ', "x": 1' * (size // 8))

    def wrong(size: int) -> str:
        count = size // 52
        return statement % (count, ", ".join([entry.replace("1.00", "1,00")] * count), "")

    organization, page = samples.qonto_json(100)
    rows = [
        {name: value for name, value in full.items() if value not in (None, [], {}) and name != "vat_details"}
        for full in json.loads(page)["transactions"]
    ]
    each = len(json.dumps(rows)) // 100

    def input_of(change: Callable[[dict[str, object], int], object]) -> Callable[[int], Job]:
        def job(size: int) -> Job:
            made = []
            for index in range(size // each):
                one = {**rows[index % 100], "id": f"00000000-0000-4000-8000-{index:012x}"}
                change(one, index)
                made.append(one)
            data = json.dumps({"transactions": made}).encode()
            return lambda: qonto.read([("organization.json", organization), ("page.json", data)])

        return job

    return {
        "our JSON: unknown members": own(members),
        "our JSON: the same member again": own(twice),
        "our JSON: amounts with a comma": own(wrong),
        "Qonto: rows without an amount": input_of(lambda one, _: one.pop("amount_cents")),
        "Qonto: rows of unknown accounts": input_of(lambda one, index: one.update(bank_account_id=f"account-{index}")),
        "Qonto: the same row again": input_of(lambda one, _: one.update(id=rows[0]["id"])),
        "Qonto: members of a wrong type": input_of(lambda one, _: one.update(side=1, label=[])),
        "Qonto: unknown operation types": input_of(lambda one, index: one.update(operation_type=f"t{index}")),
    }


if __name__ == "__main__":
    main()
