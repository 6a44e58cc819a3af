"""The mutants of a module: every function body and every module constant, changed in one place by mutmut's operators.

mutmut itself leaves out functions with a decorator, and every payment rule has one; so only its operators are used
here, and :mod:`tests.mutation.run` puts each mutant into the running program.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators

# As in mutmut: asking for a length or a type is part of the language, not of the rule.
_NEVER_CALLS = frozenset({"len", "isinstance"})


# ``Fault = Literal["digits", "sign"]`` names a type.
_TYPE = m.Assign(value=m.Subscript(value=m.Name("Literal")))


class Mutant(NamedTuple):
    """One change: where it stands, the whole changed source, and the change as a diff."""

    path: Path
    place: str
    """The function with its class, ``Exact.plus``; empty for a constant of the module."""
    source: str
    diff: str


class _Collector(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[tuple[str, cst.CSTNode, cst.CSTNode]] = []
        self._names: list[str] = []
        self._functions = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom | cst.Param):
            return False
        if m.matches(node, _TYPE):
            return False
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _NEVER_CALLS:
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
            self._functions += isinstance(node, cst.FunctionDef)
        # The fields of a record are its shape, not its arithmetic.
        if not self._names or self._functions:
            place = ".".join(self._names)
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.found.extend((place, node, changed) for changed in operator(node))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()
            self._functions -= isinstance(original_node, cst.FunctionDef)


def mutants(path: Path) -> Iterator[Mutant]:
    """The mutants of a source file, in its order. One that reads the same, or is no Python, is none."""
    text = path.read_text("utf-8")
    tree = cst.parse_module(text)
    collector = _Collector()
    tree.visit(collector)
    original = ast.dump(ast.parse(text))
    for place, node, changed in collector.found:
        source = tree.deep_replace(node, changed).code
        try:
            same = ast.dump(ast.parse(source)) == original
        except SyntaxError:
            continue
        if not same:
            lines = difflib.unified_diff(text.splitlines(), source.splitlines(), lineterm="", n=0)
            yield Mutant(path, place, source, "\n".join(list(lines)[2:]))
