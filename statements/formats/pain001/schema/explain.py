"""Every schema fault of a refused document, with its place and in our own words.

The document is read once more, without a schema. Each group header, block and payment is judged by libxml2 as soon as
it is complete; only a part that fails is given to the engine that explains, and forgotten afterwards. A payment that is
known to be like one before (:mod:`~.alike`) is counted without a look. So a file of any size is explained in flat
memory and linear time, and a file with one bad payment costs one explanation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from lxml import etree

from statements.findings import PaymentLabel, Reporter
from statements.formats.pain001.message import Envelope
from statements.formats.pain001.onward import Onward
from statements.formats.pain001.scan import Scan
from statements.formats.pain001.schema import PART, XS, Schemas
from statements.formats.pain001.schema.acts import Act
from statements.formats.pain001.schema.alike import AlikeBlocks, AlikePayments, PartFaults, Passed
from statements.formats.pain001.schema.crowds import Crowds, accepts, elements
from statements.formats.pain001.schema.faults import SchemaFault, faults_of, label_of, local
from statements.formats.pain001.schema.forms import Forms
from statements.formats.pain001.schema.libxml2_log import LearnedRules, complete, native_faults, overlooked, refused
from statements.formats.pain001.schema.paths import PartPaths
from statements.formats.pain001.schema.told import Explained, Told, report_told
from statements.formats.pain001.scope import REMOVED
from statements.formats.pain001.versions import VERSIONS

Pieces = Callable[[], Iterable[bytes]]

# Payments with content faults of so many elements are explained by the slower engine although the lists of their rules
# are full; after that libxml2 counts alone. A whole file of faults then still ends within seconds.
_PATIENCE = 15_000
# A part of more elements is explained by libxml2 alone.
_MOST_ELEMENTS = 20_000
# A part that is longer than this is not held in memory: its first fault stands for all.
_LONGEST = 64 << 20
_CHILDREN = 2_000
# More children of no name that the message knows are counted.
_CROWD = 200
# So many faults are held together until their places are looked for.
_PORTION = 500
_BLANKS = " \t\r\n"


def explain(
    pieces: Pieces,
    envelope: Envelope,
    schemas: Schemas,
    reporter: Reporter,
    hand_on: Callable[[], None] | None = None,
) -> Explained:
    """Report the faults P001-030 to P001-046 of a document that its schema refuses.

    ``pieces`` gives the document in UTF-8, from its start each time it is called. A document that the schema accepts
    gives nothing; one that it refuses gives at least one finding. One fault is one finding. ``hand_on`` is called when
    a portion of them was reported: where very many are wanted they are not held together.
    """
    onward = Onward(pieces)

    def report(faults: list[Told]) -> None:
        report_told(faults, onward, envelope, reporter)
        if hand_on is not None:
            hand_on()

    told = _Explanation(envelope, schemas, reporter, report).run(pieces)
    if not told.listed and not told.uncounted and refused(pieces, schemas.lxml(envelope.version or "03")):
        # Nothing that can be named: at least the verdict is told.
        told.faults.append(Told("P001-030", "Document", "", "Document", None, None, None, None))
        told.refused.whole = True
        told.refused.outside.add("Document")
    report(told.faults)
    for rule, count in told.uncounted.items():
        reporter.add_hidden(rule, count)
    reporter.add_hidden("P001-031", told.left_out)
    told.refused.bounded = told.bounded
    return told.refused


def _encoded(text: str) -> bytes:
    return text.replace(REMOVED, "").encode("utf-8", "surrogatepass")


class _Explanation:
    """The reading: which part of which block is at hand, and the faults so far."""

    def __init__(
        self, envelope: Envelope, schemas: Schemas, reporter: Reporter, report: Callable[[list[Told]], None]
    ) -> None:
        self._version = VERSIONS[envelope.version or "03"]
        self._space = f"{{{self._version.namespace}}}"
        self._schemas = schemas
        self._verdict = schemas.lxml_parts(self._version.key)
        self._limit = reporter.limit
        self._wants = reporter.wants
        self._give = report
        self._counts: dict[str, int] = {}
        self._patience = _PATIENCE
        self._learned = LearnedRules()
        self._block = 0
        self._number = 0
        self._index = 0
        self.faults: list[Told] = []
        """Those that were not given on yet."""
        self.listed = 0
        self.uncounted: dict[str, int] = {}
        self.left_out = 0
        """So many unknown elements were taken out and only counted."""
        self.refused = Explained()
        self.bounded = False
        """Some parts were counted by their first fault alone: the counts are the least there can be."""
        self._forms = schemas.forms(self._version.key)
        # An attribute that no document has, which would hold its own digest: of a part that was judged and emptied it
        # is the number, of others what is known of them.
        self._mark = f"_{envelope.sha256}"
        self._payments_alike = AlikePayments(self._forms, self._mark, self._counted)
        self._blocks_alike = AlikeBlocks(self._mark, Forms(schemas.tree(self._version.key), "PmtInf"))
        tree = schemas.tree(self._version.key)
        self._names = {self._space + str(each.get("name")) for each in tree.iter(XS + "element")}
        self._names |= {name + PART for name in self._names}
        self._paths = PartPaths(self._mark)

    def run(self, pieces: Pieces) -> _Explanation:
        parser = etree.XMLPullParser(
            events=("start",),
            tag=self._space + "Document",
            encoding="utf-8",
            remove_comments=True,
            remove_pis=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        root: Any = None
        idle = 0
        try:
            for text in self._text(pieces):
                parser.feed(text)
                if root is None:
                    root = next((element for _, element in parser.read_events()), None)
                idle = 0 if root is not None and self._advance(root, final=False) else idle + len(text)
                if len(self.faults) >= _PORTION:
                    self._give(self.faults)
                    self.faults.clear()
                if idle > _LONGEST:
                    self._tell(SchemaFault("P001-030", root, found=f"> {_LONGEST} bytes"), "Document", "", None)
                    self.bounded = self.refused.whole = True
                    self.refused.outside.add("Document")
                    return self
            parser.close()
        except etree.XMLSyntaxError:
            return self
        if root is not None:
            self._advance(root, final=True)
            self._skeleton(root)
        return self

    def _text(self, pieces: Pieces) -> Iterator[bytes]:
        """The document without the payments that need not be looked at."""
        scan = Scan(self._payments_alike, large=False)
        for piece in pieces():
            for _ in scan.feed(piece):
                pass
            yield _encoded(scan.unread())
        for _ in scan.close():
            pass
        yield _encoded(scan.unread())

    def _advance(self, root: Any, *, final: bool) -> bool:
        """Judge everything that is finished. True when something was, so that the tree has not only grown."""
        message = next(root.iterchildren(), None)
        if message is None:
            return False
        moved = False
        # A list, because lxml counts the children of an element anew for each `len` and each index.
        parts = list(message)
        whole = final or message.getnext() is not None
        for position, part in enumerate(parts):
            complete = whole or position + 1 < len(parts)
            if self._done(part):
                continue
            if part.tag == self._space + "PmtInf":
                moved = self._payments(part, complete) or moved
                if complete:
                    self._end_of_block(part)
                    self._put_away(part, self._block, position)
                    moved = True
            elif complete and part.tag == self._space + "GrpHdr":
                self._judge(part, "GrpHdr", None)
                self._put_away(part, 1, position)
                moved = True
            elif complete and position > _CHILDREN:
                self._drop(message, part)
        return moved

    def _payments(self, block: Any, complete: bool) -> bool:
        """Judge the finished payments of a block and put them away."""
        moved = False
        parts = list(block)
        for position, part in enumerate(parts if complete else parts[:-1]):
            if self._done(part):
                continue
            if part.tag == self._space + "CdtTrfTxInf":
                mark = part.attrib.pop(self._mark, "")
                passed = self._payments_alike.passed(mark)
                if passed is not None:
                    self._pass(passed)
                else:
                    self._number += 1
                    self._index += 1
                    path = f"PmtInf[{self._block + 1}]/CdtTrfTxInf[{self._number}]"
                    self._judge_payment(part, path, mark)
                self._put_away(part, self._number, position)
                moved = True
            elif position > _CHILDREN:
                self._drop(block, part)
        return moved

    def _drop(self, parent: Any, part: Any) -> None:
        """Take out a child of the message or of a block that is no part, when it has very many of them."""
        parent.remove(part)
        if part.tag in self._names:
            self.bounded = True
        else:
            self.left_out += 1

    def _put_away(self, part: Any, number: int, position: int) -> None:
        """Empty a judged part; of several in a row the last stands for all, of headers the first beside it."""
        part.clear(keep_tail=True)
        part.set(self._mark, str(number))
        before = part.getprevious()
        if part.tag == self._space + "GrpHdr" and (before is None or before.getprevious() is None):
            # There may be one only: the second is a fault of the skeleton.
            return
        if (
            before is not None
            and before.tag == part.tag
            and self._done(before)
            # Odd text between two parts is a fault of the skeleton: it stays, up to a point.
            and (not (before.tail or "").strip(_BLANKS) or position > _CHILDREN)
        ):
            part.getparent().remove(before)

    def _end_of_block(self, block: Any) -> None:
        self._block += 1
        self._judge_block(block, f"PmtInf[{self._block}]")
        self._number = 0

    def _skeleton(self, root: Any) -> None:
        """The document with empty parts in it: what is missing, too much or in disorder between them."""
        message = root[0] if len(root) else None
        expected = self._space + self._version.element
        if message is not None and message.tag != expected:
            # The name is one fault; what stands below it is judged as if it were right.
            rule = "P001-040" if self._version.key == "02" and local(message.tag) == "CstmrCdtTrfInitn" else "P001-031"
            name = local(message.tag)
            self.refused.whole = True
            self.refused.outside.add(f"Document/{name}")
            fault = SchemaFault(rule, message, found=name, expected=self._version.element)
            rename = Act("rename", "review", self._version.element) if rule == "P001-040" else None
            self._tell(fault, f"Document/{name}", "", None, rename, f"Document/{name}")
            self._paths.misnamed = (message, name)
            message.tag = expected
        self._judge(root, "Document", None)

    def _done(self, part: Any) -> bool:
        """True for a part that was judged and emptied."""
        return (part.get(self._mark) or "").isdigit()

    def _pass(self, passed: Passed) -> None:
        """Count payments that are not in the text."""
        self.refused.payments.update((self._index + number, faults.paths) for number, faults in passed.refused)
        self._number += passed.count
        self._index += passed.count
        for faults, times in passed.faults:
            self._count(faults, times)

    def _judge_payment(self, part: Any, path: str, mark: str) -> None:
        """The faults of a payment; ``mark`` is that of its kind, empty when it has none."""
        known = self._payments_alike.faults(mark)
        if known is None or not self._counted(known):
            self._judge(part, path, self._index, mark=mark)
            return
        if not known.right:
            self._refuse(path, self._index, known.paths)
        self._count(known)

    def _judge_block(self, part: Any, path: str) -> None:
        """The faults of a block without its payments; where the last one was refused, this one is perhaps like it."""
        kind = self._blocks_alike.kind(part) if self._block - 1 in self.refused.blocks else ""
        known = self._blocks_alike.get(kind)
        if known is None or not self._counted(known):
            self._judge(part, path, None, kind=kind)
            return
        self._refuse(path, None, known.paths)
        self._count(known)

    def _judge(self, part: Any, path: str, index: int | None, *, mark: str = "", kind: str = "") -> None:
        """The verdict of libxml2 on one part; the faults when it is bad."""
        name = part.tag
        if path != "Document":
            part.tag = name + PART
        faults: list[SchemaFault] = []
        left_out = 0
        crowds = Crowds(part, self._names, max(_CROWD, 2 * self._limit)) if self._limit is not None else None
        bad = False
        if crowds is not None and not (crowds.known and accepts(self._verdict, part)):
            bad = crowds.known
            self.bounded = self.bounded or bad
            left_out = crowds.take_out()
        told = PartFaults()
        if not self._verdict.validate(part):
            said: Any = self._verdict.error_log
            log = list(said)
            kind = "" if mark or left_out or bad else kind or self._blocks_alike.kind(part)
            known = self._blocks_alike.get(kind)
            if known is not None and self._counted(known):
                told = known
                self._count(known)
            else:
                faults = self._explained(part, log, alike=bool(mark or kind))
        elif bad:
            # The fault stands among what was taken out.
            faults = [SchemaFault("P001-030", part)]
        part.tag = name
        if faults:
            told = PartFaults(
                Counter(each.rule for each in faults), left_out, self._tell_all(faults, part, path, index)
            )
            self._blocks_alike.keep(kind, told)
        if not told.right:
            self._refuse(path, index, told.paths)
        self._payments_alike.keep(mark, told)
        self.left_out += left_out

    def _explained(self, part: Any, log: Any, *, alike: bool) -> list[SchemaFault]:
        """The faults of a part that libxml2 has just refused with these words. Others may be like this one."""
        faults = native = list(native_faults(part, log))
        if self._worth_explaining(faults, complete(log), part, alike):
            faults = faults_of(part, self._schemas.xmlschema_parts(self._version.key), self._version.key)
            self._learned.learn(native, faults)
            return [*faults, *overlooked(native, faults)] if faults else native
        return [msgspec.structs.replace(fault, rule=self._learned.rule(fault)) for fault in faults]

    def _tell_all(self, faults: list[SchemaFault], part: Any, base: str, index: int | None) -> frozenset[str]:
        """Tell faults of a part as far as the lists go. The paths of all, from the part on."""
        label: PaymentLabel | None = None
        self._paths.begin()
        paths: set[str] = set()
        for fault in faults:
            path, beside = self._paths.path(fault, part, base)
            inside = path.removeprefix(base).removeprefix("/") if base != "Document" else path
            paths.add(inside)
            if fault.rule == "P001-031" and fault.expected is not None:
                # An element under a wrong name is not missing under its right one.
                above = inside.rpartition("/")[0]
                paths.add(f"{above}/{fault.expected}" if above else fault.expected)
            if self._listed(fault.rule):
                if label is None and index is not None:
                    label = label_of(part, index)
                self._tell(fault, path, beside, label, *self._act(fault, part, base))
        return frozenset(paths)

    def _refuse(self, path: str, index: int | None, paths: frozenset[str]) -> None:
        if index is not None:
            self.refused.payments[index] = paths
        elif path in ("GrpHdr", "Document"):
            self.refused.whole = True
            above = "" if path == "Document" else f"{path}/"
            self.refused.outside.update(above + each if each else path for each in paths)
        else:
            self.refused.blocks[self._block] = paths

    def _counted(self, faults: PartFaults) -> bool:
        """True when a part with these faults would only be counted: the lists are full."""
        return all(map(self._full, faults.rules))

    def _count(self, faults: PartFaults, times: int = 1) -> None:
        for rule, count in faults.rules.items():
            self._counts[rule] = self._counts.get(rule, 0) + count * times
            self.uncounted[rule] = self.uncounted.get(rule, 0) + count * times
        self.left_out += faults.left_out * times

    def _full(self, rule: str) -> bool:
        return self._limit is not None and self._counts.get(rule, 0) >= self._limit and not self._wants(rule)

    def _worth_explaining(self, faults: list[SchemaFault], whole: bool, part: Any, alike: bool) -> bool:
        limit, size = self._limit, elements(part)
        if limit is None:
            return True
        if size > _MOST_ELEMENTS:
            self.bounded = self.bounded or not whole
            return False
        if any(self._counts.get(self._learned.rule(fault), 0) < limit for fault in faults):
            return True
        if whole and not alike:
            return False
        if self._patience <= 0:
            self.bounded = self.bounded or not whole
            return False
        self._patience -= size
        return True

    def _listed(self, rule: str) -> bool:
        """Count a fault; False when the list of its rule is full."""
        count = self._counts[rule] = self._counts.get(rule, 0) + 1
        if self._limit is not None and count > self._limit and not self._wants(rule):
            self.uncounted[rule] = self.uncounted.get(rule, 0) + 1
            return False
        return True

    def _act(self, fault: SchemaFault, part: Any, base: str) -> tuple[Act | None, str]:
        """What mends a fault, and the path of the element where it begins."""
        act, at = fault.act, fault.element if fault.at is None else fault.at
        if act is None and fault.rule == "P001-033" and fault.attribute is None and self._optional(at, part):
            act = Act("remove", "safe")
        return (act, self._paths.path(SchemaFault(fault.rule, at), part, base)[0]) if act is not None else (None, "")

    def _optional(self, element: Any, part: Any) -> bool:
        """True when the schema takes the part without this element."""
        steps = []
        while element is not part:
            steps.append(local(element.tag))
            element = element.getparent()
        return self._forms.optional([local(part.tag).removesuffix(PART), *reversed(steps)])

    def _tell(
        self,
        fault: SchemaFault,
        path: str,
        beside: str,
        payment: PaymentLabel | None,
        act: Act | None = None,
        act_path: str = "",
    ) -> None:
        field = path.rpartition("/")[2].partition("[")[0]
        self.listed += 1
        words = (fault.found, fault.expected, fault.expected_fr)
        self.faults.append(Told(fault.rule, path, beside, field, *words, payment, act, act_path))
