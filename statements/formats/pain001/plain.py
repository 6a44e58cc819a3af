"""The text of a document as a plain one: without what could hide among its tags.

Header, blocks and payments are cut by their tags (:mod:`statements.formats.pain001.scan`). That can be done only where
no comment, instruction, CDATA section or bracket hides among them.
"""

from __future__ import annotations

import re

from statements.formats.pain001.scope import REMOVED

_HIDING = re.compile(r"<!--|<!\[CDATA\[|<\?|<!?\[?[CDAT]{0,5}\Z|<!-\Z")
_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}


class Plain:
    """Text in pieces, written without what could hide among tags: comments, instructions, CDATA sections.

    >>> plain = Plain()
    >>> plain.feed("<a>1<!-- <b> -->2<![CDATA[<c>]]></a>").replace(REMOVED, "")
    '<a>12&lt;c&gt;</a>'
    """

    __slots__ = ("_end", "_rest")

    def __init__(self) -> None:
        self._end = ""  # what ends the thing that is open
        self._rest = ""  # the beginning of a mark that the next piece may complete

    def feed(self, piece: str) -> str:
        """The next piece, as far as it can be told; line ends that go leave a mark, so that lines can be counted."""
        if not self._end and not self._rest and "<!" not in piece and "<?" not in piece and not piece.endswith("<"):
            return piece
        text = self._rest + piece
        self._rest = ""
        out: list[str] = []
        at = 0
        while at < len(text):
            if self._end:
                close = text.find(self._end, at)
                keep = max(at, len(text) - 2) if close < 0 else close
                inside = text[at:keep]
                if self._end == "]]>":
                    out.append(inside.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
                else:
                    out.append(REMOVED * inside.count("\n"))
                if close < 0:
                    self._rest = text[keep:]
                    break
                at, self._end = close + len(self._end), ""
                continue
            match = _HIDING.search(text, at)
            if match is None:
                out.append(text[at:])
                break
            out.append(text[at : match.start()])
            if match[0] not in _ENDS:
                self._rest = match[0]
                break
            self._end = _ENDS[match[0]]
            at = match.end()
        return "".join(out)
