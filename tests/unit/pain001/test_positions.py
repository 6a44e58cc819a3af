"""Line, column and offset of an element: our scan against expat, on documents cut into pieces at random."""

from __future__ import annotations

import random
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.pain001.positions import Place, PlaceScan, locate
from statements.formats.pain001.syntax import excerpt


def oracle(data: bytes) -> dict[str, tuple[int, int, int]]:
    """Path -> line, column, offset of every start tag, as expat sees them."""
    parser = expat.ParserCreate()
    found: dict[str, tuple[int, int, int]] = {}
    stack: list[tuple[str, dict[str, int]]] = [("", {})]

    def start(name: str, _: object) -> None:
        name = name.rsplit(":", 1)[-1]
        path, counts = stack[-1]
        counts[name] = counts.get(name, 0) + 1
        mine = f"{path}/{name}[{counts[name]}]"
        found[mine] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, parser.CurrentByteIndex)
        stack.append((mine, {}))

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: stack.pop() and None
    parser.Parse(data, True)
    return found


def pieces(data: bytes, seed: int) -> list[bytes]:
    """The document cut at random places."""
    source = random.Random(seed)
    result = []
    while data:
        size = source.choice((1, 2, 3, 7, 40, 1000))
        result.append(data[:size])
        data = data[size:]
    return result


TEXTS = st.sampled_from(
    ["", "x", " é ", "\n", "a\nb", "<!-- <b> -->", "<![CDATA[<b></b>]]>", "<?p <b>?>", "1 &amp; 2", "日"]
)
NAMES = st.sampled_from(["a", "b", "PmtInf", "CdtTrfTxInf", "p:b"])


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    """A random element with text, comments, CDATA, attributes and nested elements of the same names."""
    name = draw(NAMES)
    attributes = draw(st.sampled_from(["", ' c="1"', " c='>'", '\n  c="/>" d=""', " "]))
    if draw(st.integers(0, 4)) == 0:
        return f"<{name}{attributes}/>"
    inner = "".join(draw(st.lists(elements(depth + 1) if depth < 2 else TEXTS, max_size=3)))
    return f"<{name}{attributes}>{draw(TEXTS)}{inner}{draw(TEXTS)}</{name}>{draw(TEXTS) if depth else ''}"


@given(st.lists(elements(), max_size=3), st.integers(0, 1 << 30))
def test_every_start_tag_is_found_where_expat_finds_it(parts: list[str], seed: int) -> None:
    """Whatever is asked for, alone or together, stands where an XML parser says it stands."""
    body = "".join(parts)
    data = f"<!-- <b> -->\n<Document xmlns:p='u'>\n<M>{body}</M></Document>".encode()
    expected = {
        path.removeprefix("/Document[1]/M[1]/"): place
        for path, place in oracle(data).items()
        if path.startswith("/Document[1]/M[1]/")
    }
    source = random.Random(seed)
    wanted = [path for path in expected if source.random() < 0.5] or list(expected)
    found = locate(pieces(data, seed), [*wanted, "nowhere[3]/b"])
    spots = {path: (place.tag.line, place.tag.column, place.tag.offset) for path, place in found.items()}
    assert spots == {path: expected[path] for path in wanted}
    # Asked for in portions, in the order of the file, they stand there too.
    scan = PlaceScan(pieces(data, seed), lines=False)
    cut = source.randint(0, len(wanted))
    for portion in (wanted[:cut], wanted[cut:]):
        offsets = {path: place.tag.offset for path, place in scan.run(portion).items()}
        assert offsets == {path: expected[path][2] for path in portion}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("GrpHdr/MsgId", "M-1"),
        ("PmtInf[1]/CdtTrfTxInf[1]/Amt/InstdAmt", "1.00"),
        ("PmtInf[1]/CdtTrfTxInf[1]/Amt/InstdAmt/@Ccy", "EUR"),
        ("PmtInf[1]/CdtTrfTxInf[2]/Cdtr/Nm", "Café"),
        ("PmtInf[1]/CdtTrfTxInf[2]/Cdtr/PstlAdr/AdrLine[2]", "two"),
        ("PmtInf[2]/CdtTrfTxInf[1]/Cdtr/Nm", "in data"),
        ("PmtInf[2]/CdtTrfTxInf[1]/Cdtr", "<Cdtr>"),
        ("PmtInf[2]/CdtTrfTxInf[1]/CdtrAcct", "<CdtrAcct/>"),
        ("Document", "<Document "),
        ("Document/@xmlns", "u"),
        ("Document/M", "<M>"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", ""])
def test_the_value_stands_at_its_place(path: str, text: str, line_end: str) -> None:
    """At line and column of ``value`` stands the value itself, or the tag when the element holds no text."""
    document = """<?xml version="1.0"?>
<Document xmlns="u"><M><GrpHdr><MsgId>  M-1 </MsgId></GrpHdr>
<PmtInf><Nm>é</Nm><CdtTrfTxInf><Amt><InstdAmt Ccy="EUR">1.00</InstdAmt></Amt></CdtTrfTxInf>
  <CdtTrfTxInf><Cdtr><Nm>Café</Nm><PstlAdr><AdrLine>one</AdrLine> <AdrLine>
two</AdrLine></PstlAdr></Cdtr></CdtTrfTxInf></PmtInf>
<PmtInf><CdtTrfTxInf><Cdtr><Nm><![CDATA[in data]]></Nm></Cdtr><CdtrAcct/></CdtTrfTxInf></PmtInf></M></Document>"""
    document = document.replace("\n", line_end or " ")
    for seed in range(20):
        place = locate(pieces(document.encode(), seed), [path])[path]
        line = document.split("\n")[place.value.line - 1]
        assert line[place.value.column - 1 :].startswith(text)
        assert document.encode()[place.value.offset :].decode().startswith(text)


def test_lines_beyond_65535_and_columns_beyond_a_megabyte() -> None:
    """Places do not wrap around, neither in a file of many lines nor in one of a single line."""
    block = "<PmtInf>" + "<CdtTrfTxInf><Nm>é</Nm></CdtTrfTxInf>\n" * 70_000 + "</PmtInf>"
    data = f"<Document>\n<M>{block}</M></Document>".encode()
    path = "PmtInf[1]/CdtTrfTxInf[70000]/Nm"
    assert locate([data], [path])[path].value == locate([*pieces(data[:200], 1), data[200:]], [path])[path].value
    assert (locate([data], [path])[path].value.line, locate([data], [path])[path].value.column) == (70_001, 18)
    flat = data.replace(b"\n", b"")
    place = locate([flat], [path])[path]
    assert place.value.line == 1
    assert flat.decode()[place.value.column - 1 :].startswith("é</Nm></CdtTrfTxInf></PmtInf>")


@pytest.mark.parametrize(
    "data",
    [b"", b"<", b"<a", b"<a b='", b"<!--", b"<Document><M><PmtInf", b"</a>", b"<a></a></a>", b"<a><![CDATA[",
     b"<Document><M><x><y></x><PmtInf>", b"\xff<Document\xff><M\xff>"],
)  # fmt: skip
def test_broken_documents_have_no_places_and_raise_nothing(data: bytes) -> None:
    """What is not there is missing from the answer."""
    assert locate([data], ["PmtInf[1]/Nm", "GrpHdr", "[", "@x", ""]) == {}
    assert all(isinstance(place, Place) for place in locate([data], ["PmtInf[1]", "Document"]).values())


def test_hostile_texts_have_no_places() -> None:
    """Megabytes of openings that never close come to an end (the benchmarks say how fast) and name no place."""
    for text in (b"<!--" * 500_000, b"<a b='" * 300_000, b"<" * 2_000_000, b"<a>" * 300_000, b"<M><![CDATA[" * 200_000):
        assert locate([b"<Document><M>" + text], ["PmtInf[1]/Nm"]) == {}


@given(st.text("ab\né日", max_size=60), st.integers(1, 6), st.integers(1, 20), st.integers(0, 99))
def test_the_excerpt_is_what_stands_at_the_place(text: str, line: int, column: int, seed: int) -> None:
    """The text from a place to the end of its line, at most 40 characters; empty where there is none."""
    lines = text.split("\n")
    expected = lines[line - 1][column - 1 : column + 39].rstrip() if line <= len(lines) else ""
    # Pieces may be cut inside a character: only whole ones are counted.
    cut = [character.encode() for character in text]
    assert excerpt(cut if seed % 2 else [text.encode()], line, column) == expected
