"""The table of message structures: against the published schemas of 3.0, and by faults made from the table itself."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import etree
from painfree.ebics3.envelope_schema import schema

from statements.ebics import client as ours
from statements.ebics import simple, structure
from statements.ebics.client import Client
from statements.ebics.messages import order_data
from statements.ebics.messages.order_data import OrderSignature
from statements.ebics.names import PROTOCOLS, VERSIONS, orders
from tests.ebics.world import HOST, World, ready_world


def messages(version: str) -> dict[str, bytes]:
    """At least one message of every kind that the table knows, as we write it."""
    world = ready_world()
    anna = world.client(version, level="E")
    found: dict[str, bytes] = {}

    def send(message: bytes) -> bytes:
        answer = world.send(message)
        found[f"request {len(found)}"] = message
        found[f"answer {len(found)}"] = answer
        return answer

    fresh = World()
    fresh.register("ANNA")
    for order in ("INI", "HIA"):
        message = ours.key_request(anna, order)  # type: ignore[arg-type]
        found[order], found[f"{order} answer"] = message, fresh.send(message)
    found["HPB"] = ours.hpb_request(anna, world.now, world.fresh())
    found["HPB answer"] = world.send(found["HPB"])
    world.download(anna).run(send)
    world.download(anna, start=date(2026, 11, 24), end=date(2026, 11, 26)).run(send)
    world.upload(anna, test=True).run(send)
    found |= order_datas(world, anna)
    return found


def order_datas(world: World, anna: Client) -> dict[str, bytes]:
    """The order data of every order that the table knows."""
    version = anna.protocol
    user = world.subscribers["PARTNER1", "ANNA"]
    found = {
        "HPD": order_data.hpd(world.bank, version),
        "HAA": order_data.haa(world.bank, user, version),
        "HTD": order_data.htd(world.bank, world.partner("PARTNER1"), user, version),
        "HKD": order_data.hkd(world.bank, world.partner("PARTNER1"), version),
        "signatures": order_data.write_signatures([OrderSignature("A005", b"x", "P", "U")] * 2, version),
    }
    for order in orders():
        if order.code in order_data.ROLES_OF and version.code in order.versions:
            keys = order_data.KeyData(anna.role_keys(*order_data.ROLES_OF[order.code]), "P", "U", HOST)
            found[f"{order.code} data"] = order_data.write_keys(order.code, order.data, keys, version)
    return found


@pytest.mark.parametrize("version", PROTOCOLS)
def test_what_we_write_has_the_structure_of_the_table(version: str) -> None:
    """Every message of every version, the order data too; nothing of another version is in it."""
    seen = set()
    for name, data in messages(version).items():
        root = etree.fromstring(data)
        assert structure.check(root, VERSIONS[version]) == (), name
        seen.add(etree.QName(root).localname)
        for other in PROTOCOLS:
            if other != version and not etree.QName(root).namespace.endswith(("S001", "S002")):  # type: ignore[union-attr]
                assert structure.check(root, VERSIONS[other])[0].problem == "root"
    known = {name.removeprefix("esig:") for name in structure.messages(VERSIONS[version])}
    assert seen == known


KINDS = ("drop", "double", "swap", "foreign", "empty", "text", "attribute", "no attribute", "unknown")
WORDS = ("x", "0", "1", "true", "A005", "2026-11-26", "AAAA", "ABC", "ä", "00" * 16)


def variations(root: Any, draw: random.Random, count: int) -> Iterator[tuple[str, Any]]:
    """The message with one change each: something dropped, doubled, moved, renamed, emptied, filled, an attribute."""
    elements = list(root.iter(etree.Element))[1:]
    for _ in range(count):
        at = draw.randrange(len(elements))
        kind = draw.choice(
            ("drop", "double", "swap", "foreign", "empty", "text", "attribute", "no attribute", "unknown")
        )
        made = copy.deepcopy(root)
        element = list(made.iter(etree.Element))[1:][at]
        parent = element.getparent()
        if kind == "drop":
            parent.remove(element)
        elif kind == "double":
            element.addnext(copy.deepcopy(element))
        elif kind == "swap":
            parent.append(element) if draw.random() < 0.5 else parent.insert(0, element)
        elif kind == "foreign":
            etree.SubElement(element, "{urn:foreign}thing")
        elif kind == "unknown":
            etree.SubElement(element, f"{{{etree.QName(element).namespace}}}Unknown")
        elif kind == "empty":
            element.text = None
        elif kind == "text":
            element.text = draw.choice(("x", "0", "1", "true", "A005", "2026-11-26", "AAAA", "ABC", "ä", "00" * 16))
        elif kind == "attribute":
            name = draw.choice(("authenticate", "Version", "lastSegment", "nothing", "Algorithm", "Currency"))
            element.set(name, draw.choice(("true", "false", "1", "E002", "EUR", "x", "")))
        elif element.attrib:
            del element.attrib[draw.choice(list(element.attrib))]
        yield f"{kind} {element.tag}", made


def base64(type_: str) -> bool:
    """Whether a type is base64 in the end."""
    if type_.startswith(("xs:", "list ")):
        return type_ == "xs:base64Binary"
    return base64(simple.types()[type_].base)


def test_the_table_and_the_published_schemas_say_the_same() -> None:
    """Thousands of changed messages of 3.0: valid in the table exactly when valid in the published schemas."""
    judge = schema()
    draw = random.Random(8)
    good = bad = 0
    for name, data in messages("H005").items():
        root = etree.fromstring(data)
        assert judge.validate(root), (name, judge.error_log)
        for change, made in variations(root, draw, 150):
            faults = structure.check(made, VERSIONS["H005"])
            # The library behind the judge passes over letters that are no base64; we do not.
            if any(fault.problem == "value" and base64(fault.expected) for fault in faults):
                continue
            valid = judge.validate(made)
            # That account ids differ is no matter of structure.
            valid = valid or all("identity-constraint" in error.message for error in judge.error_log)
            assert valid == (not faults), (name, change, faults, judge.error_log)
            good, bad = good + (not faults), bad + bool(faults)
    assert good > 400
    assert bad > 1_500


@pytest.mark.parametrize("version", PROTOCOLS)
def test_every_required_part_is_missed(version: str) -> None:
    """From the table: what must stand is taken out, what may stand once is put twice; both are said with the place."""
    for name, data in messages(version).items():
        root = etree.fromstring(data)
        part = next(one for one in structure.messages(VERSIONS[version]).values() if one.tag == root.tag)
        for place, element, known in places(root, part, etree.QName(root).localname):
            parent = element.getparent()
            # A second part of another name space may be something of the sender's own.
            own = etree.QName(element).namespace == etree.QName(parent).namespace
            if known.most == 1 and not known.branch[1] and own:
                twin = copy.deepcopy(element)
                element.addnext(twin)
                faults = structure.check(root, VERSIONS[version])
                assert [fault.problem for fault in faults] == ["place"], (name, place)
                parent.remove(twin)
            if known.least and known.most == 1 and known.branch[0] != "content":
                index = parent.index(element)
                parent.remove(element)
                faults = structure.check(root, VERSIONS[version])
                assert {fault.problem for fault in faults} <= {"missing", "place"}, (name, place)
                assert faults, (name, place)
                assert place.startswith(faults[0].place)
                assert faults[0].text.fr != faults[0].text.en
                parent.insert(index, element)
        assert structure.check(root, VERSIONS[version]) == ()


def places(element: Any, part: structure.Part, place: str) -> Iterator[tuple[str, Any, structure.Part]]:
    """Every element below another one with its row of the table."""
    space = etree.QName(element).namespace or ""
    for child in element:
        for known in part.parts:
            if known.wildcard or known.options:
                continue
            if known.takes(child, space) is not None:
                inside = f"{place}/{etree.QName(child).localname}"
                yield inside, child, known
                yield from places(child, known, inside)
                break


def test_faults_are_bounded_and_said_in_words() -> None:
    """At most ten faults, each in both languages."""
    root = etree.fromstring(messages("H004")["HPD"])
    for _ in range(30):
        etree.SubElement(root, f"{{{VERSIONS['H004'].namespace}}}Unknown")
    faults = structure.check(root, VERSIONS["H004"])
    assert len(faults) == structure.MOST_FAULTS
    assert faults[0].text.en == "HPDResponseOrderData: 'Unknown' is not expected here"
    assert faults[0].text.fr == "HPDResponseOrderData\u00a0: «\u00a0Unknown\u00a0» n'est pas attendu ici"


def test_writing_refuses_what_the_table_does_not_have() -> None:
    """A part that the version does not have, and a value of the wrong type, are our own mistakes."""
    with pytest.raises(ValueError, match="has no OrderType"):
        structure.write(VERSIONS["H005"], "HAAResponseOrderData", {"OrderType": "FDL"})
    with pytest.raises(ValueError, match="not of the type OrderTListType"):
        structure.write(VERSIONS["H004"], "HAAResponseOrderData", {"OrderTypes": "FDL1"})
    with pytest.raises(ValueError, match="not of the type element"):
        structure.write(VERSIONS["H004"], "HPDResponseOrderData", {"AccessParams": "text"})
    root = structure.write(VERSIONS["H004"], "HAAResponseOrderData", {"OrderTypes": "FDL"})
    with pytest.raises(KeyError):
        structure.text(root, "OrderTypse", VERSIONS["H004"])
    with pytest.raises(KeyError):
        structure.text(root, "OrderTypes/HostID", VERSIONS["H004"])
    with pytest.raises(ValueError, match="HostID is missing"):
        structure.need(root, "HostID", VERSIONS["H004"])


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("NonceType", ["0" * 32, " " + "aF" * 16 + "\n"], ["0" * 31, "0" * 34, "g" * 32, ""]),
        ("SegmentNumberType", ["1", "+1", "0001", "9999999999"], ["0", "-1", "10000000000", "1.0", "", "١"]),
        ("NumSegmentsType", ["0", "-0", "12"], ["-1", "10000000000"]),
        ("ReceiptCodeType", ["0", "1"], ["2", "-1"]),
        ("PartnerIDType", ["A", "a,b=9", "x" * 35], ["", "a-b", "x" * 36, "é"]),
        ("OrderIDType", ["A000", "ZZZZ"], ["0000", "a000", "A00", "A0000"]),
        ("TimestampType", ["2026-11-26T12:00:00Z", "2026-11-26T12:00:00.5+01:00", "2026-11-26T24:00:00"],
         ["2026-11-26", "2026-13-26T12:00:00Z", "2026-11-26T25:00:00Z", "2026-11-26T12:00:00+15:00"]),
        ("DateType", ["2026-11-26", "2026-11-26Z"], ["26-11-26", "2026-11-32", "2026-11-26T00:00:00"]),
        ("SignatureDataType", ["", "AAAA", "AA==", "A A\nA A"], ["A", "AAA", "A===", "%%%%", "AAAA=", "é"]),
        ("OrderAttributeType", ["DZHNN"], ["DZNNN", "dzhnn", ""]),
        ("AccountNumberType", ["123", "FR7630001007941234567890185"], ["12", "fr76", "x" * 41]),
        ("ServiceNameStringType", ["EOP"], ["EO", "eop", "EOPX"]),
        ("ProtocolVersionList", ["H003 H004  H005", ""], ["H003,H004"]),
        ("ReportTextType", ["x" * 256], ["x" * 257]),
        ("LanguageType", ["fr", "de"], ["f", "fra", "1a"]),
        ("AmountValueType", ["1.5", "-2", ".5"], ["1,5", "", "1e3"]),
        ("xs:boolean", ["true", "false", "1", "0", " true "], ["True", "yes", ""]),
        ("xs:NCName", ["string", "_a.b-c"], ["1a", "a b", ""]),
        ("xs:integer", ["-12", "+3"], ["1.5", "x"]),
        ("HEVVersionType", ["02.50"], ["2.50"]),
    ],
)  # fmt: skip
def test_simple_types(type_: str, good: list[str], bad: list[str]) -> None:
    """Limits of each kind of simple type."""
    assert [value for value in good if not simple.valid(type_, value)] == []
    assert [value for value in bad if simple.valid(type_, value)] == []


def test_the_table_is_complete_in_itself() -> None:
    """Every type is known, every fragment stands, every place has its parent, every version is one."""
    rows = structure.rows()
    by_version = {code: {row["place"] for row in rows if code in row["versions"].split()} for code in VERSIONS}
    fragments = {row["place"] for row in rows if row["place"].startswith("{") and "/" not in row["place"]}
    for row in rows:
        for code in row["versions"].split():
            parent = row["place"].rpartition("/")[0]
            assert not parent or parent in by_version[code], row
        if row["type"].startswith("{"):
            assert row["type"] in fragments, row
        elif row["place"].endswith(("/*", "/@*")):
            assert row["type"] in ("any", "other", "own"), row
        elif row["type"] not in ("", "empty", "mixed"):
            simple.valid(row["type"], "")
    assert {name for row in rows for name in row["versions"].split()} == set(VERSIONS)
    used = {row["type"] for row in rows}
    for name, one in simple.types().items():
        assert name in used or any(name in other.base for other in simple.types().values()), name
        assert one.base
