"""Obeying proposals: bytes change at their places only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.findings import Proposal
from statements.wire.mending import mended, together

TEXT = "Prêt de 1 200,00 € à l'été, réf. 12"


def cut(data: bytes, size: int) -> list[bytes]:
    """The bytes in pieces of a size."""
    return [data[start : start + size] for start in range(0, len(data), size)] or [b""]


@st.composite
def proposals(draw: st.DrawFn) -> list[Proposal]:
    """Proposals for the text, which may overlap."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        places = []
        for _ in range(draw(st.integers(1, 2))):
            start = draw(st.integers(0, len(TEXT)))
            end = draw(st.integers(start, min(len(TEXT), start + 6)))
            places.append((len(TEXT[:start].encode()), TEXT[start:end], draw(st.text("aé€<", max_size=4))))
        if len(places) == 1 or places[0][0] + max(1, len(places[0][1].encode())) <= places[1][0]:
            found.append(Proposal(*places[0], "safe", tuple(places[1:])))
    return found


@given(proposals(), st.integers(1, 50))
def test_pieces_do_not_matter(told: list[Proposal], size: int) -> None:
    """The bytes are those of the edits made from the last to the first, however the file was cut."""
    whole = TEXT.encode()
    for offset, old, new in sorted((edit for each in together(told) for edit in each.edits()), reverse=True):
        whole = whole[:offset] + new + whole[offset + len(old) :]
    assert b"".join(mended(cut(TEXT.encode(), size), told)) == whole


@given(proposals())
def test_those_that_go_together_touch_no_common_byte(told: list[Proposal]) -> None:
    """Each is obeyed unless it touches one that was told before it; two that were chosen stand beside one another."""
    chosen = together(told)
    bytes_of = {each: {b for o, old, _ in each.edits() for b in range(o, o + max(1, len(old)))} for each in told}
    for number, each in enumerate(dict.fromkeys(told)):
        before = [one for one in list(dict.fromkeys(told))[:number] if one in chosen]
        assert (each in chosen) == all(bytes_of[each].isdisjoint(bytes_of[one]) for one in before)


@pytest.mark.parametrize("encoding", ["ISO-8859-15", "Windows-1252", "UTF-16-LE", "UTF-16-BE", "UTF-32-LE"])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_another_encoding(encoding: str, size: int) -> None:
    """The text in UTF-8, without the mark that the other encoding needed; the name in the declaration is edited."""
    mark = "\ufeff" if encoding.startswith("UTF") else ""
    data = f"{mark}<{encoding}>{TEXT}".encode(encoding)
    at = len(f"{mark}<".encode(encoding))
    named = Proposal(at, encoding, "UTF-8", "safe", encoding=encoding)
    other = Proposal(at, "x", "y", "safe")
    assert b"".join(mended(cut(data, size), [other, named])) == f"<UTF-8>{TEXT}".encode()


@pytest.mark.parametrize("proposal", [Proposal(3, "x", "y", "safe"), Proposal(5, "e", "y", "safe")])
def test_a_proposal_of_another_file_is_refused(proposal: Proposal) -> None:
    """What is quoted must stand there, also at the end."""
    with pytest.raises(ValueError, match="byte"):
        list(mended([b"<a>b<"], [proposal]))
