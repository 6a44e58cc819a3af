"""The paths of elements inside a part of a document that was read as a tree, as the file has them."""

from __future__ import annotations

from typing import Any

from statements.formats.pain001.schema.faults import SchemaFault, local


class PartPaths:
    """The paths of the faults of a part. ``mark`` is the attribute with the number of a part that was emptied."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._siblings: dict[int, tuple[dict[int, int], Any]] = {}
        self.misnamed: tuple[Any, str] | None = None
        """The message element under a wrong name, by which it is not judged, and that name."""

    def begin(self) -> None:
        """Another part: what was counted in the last one holds no more."""
        self._siblings.clear()

    def path(self, fault: SchemaFault, part: Any, base: str) -> tuple[str, str]:
        """The path of a fault, and of the element beside it when it has no place of its own."""
        steps: list[str] = []
        element = fault.element
        while element is not None and element is not part:
            steps.append(self._step(element))
            element = element.getparent()
        steps.append(base)
        steps.reverse()
        if base == "Document" and len(steps) > 2 and not steps[1].endswith("]"):
            # Below the message element, which is one too many when it has a number, the path begins anew.
            del steps[:2]
        path = "/".join(steps)
        if fault.child is not None:
            if path.startswith("Document/") and path.count("/") == 1:
                return fault.child, path
            return f"{path}/{fault.child}", path
        if fault.attribute is not None:
            return f"{path}/@{local(fault.attribute.lstrip('@'))}", path
        return path, path

    def _name(self, element: Any) -> str:
        """The name as the file has it, which a message element may not be judged by."""
        if self.misnamed is not None and element is self.misnamed[0]:
            return self.misnamed[1]
        return local(element.tag)

    def _step(self, element: Any) -> str:
        name = self._name(element)
        number = element.get(self._mark) or ""
        if not number.isdigit() or name == "GrpHdr":
            number = str(self._numbers(element.getparent())[id(element)])
        numbered = name in ("PmtInf", "CdtTrfTxInf")
        return f"{name}[{number}]" if numbered or number != "1" else name

    def _numbers(self, parent: Any) -> dict[int, int]:
        """The number of each child among those of its name; counted once for each parent of a part."""
        if id(parent) not in self._siblings:
            counts: dict[str, int] = {}
            numbers: dict[int, int] = {}
            children = [child for child in parent if isinstance(child.tag, str)]
            for child in children:
                name = self._name(child)
                counts[name] = numbers[id(child)] = counts.get(name, 0) + 1
            # The elements are kept with their numbers: an id holds as long as its element lives.
            self._siblings[id(parent)] = (numbers, (parent, children))
        return self._siblings[id(parent)][0]
