"""The laws of the house that the syntax tree can show: imports point down, and the forbidden list."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "statements"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# Low to high; a module imports from lower layers and from its own room only.
LAYERS = {
    "rules": 0,
    "visible": 0,
    "findings": 1,
    "model": 1,
    "profiles": 2,
    "reference": 2,
    "wire": 3,
    "formats": 4,
    "ebics": 4,
    "services": 5,
    # Stands beside the command: it opens files and sockets, and the core does not know it.
    "fetch": 6,
    "cli": 7,
}
TOP = 8
GATE = ("register", "recognise")
"""The modules of ``formats`` that know every format by name. They import none of them, and none imports them."""

FORBIDDEN_MODULES = frozenset(
    "asyncio ftplib http multiprocessing os pathlib random requests secrets shutil smtplib socket ssl subprocess "
    "tempfile threading time urllib webbrowser".split()
)
FORBIDDEN_CALLS = frozenset("eval exec float input open print __import__".split())
FORBIDDEN_METHODS = frozenset("now open today utcnow".split())
XMLSCHEMA_FUNCTIONS = frozenset("validate is_valid iter_errors iter_decode to_dict to_json to_etree".split())


def room(module: str) -> tuple[str, ...]:
    """The room of a dotted module name: one format counts as a room of its own, the register as one for itself."""
    parts = tuple(module.split(".")[1:])
    if parts[:1] == ("formats",) and parts[1:2] not in ((name,) for name in GATE):
        return parts[:2]
    return parts[:1]


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a syntax tree imports, at the top, in a function or for type checking only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            if node.module in ("statements", "statements.formats"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong_imports(module: str, tree: ast.AST) -> list[str]:
    """The imports of a module that point up or sideways."""
    own = room(module)
    rank = LAYERS.get(own[0], TOP) if own else TOP
    wrong = []
    for name in imported(tree):
        if name.split(".")[0] != "statements":
            continue
        other = room(name)
        if not other or other == own:
            continue
        # ``from statements import __version__`` and the like name no room.
        if other[0] in LAYERS and (LAYERS[other[0]] > rank or (LAYERS[other[0]] == rank >= 4)):
            wrong.append(name)
    return wrong


def forbidden(tree: ast.AST) -> list[str]:
    """What stands in a syntax tree that the core must never do, each with its line."""
    found = []
    for node in ast.walk(tree):
        fault = _fault(node)
        if fault:
            found.append(f"line {getattr(node, 'lineno', 0)}: {fault}")
    found += [f"import {name}" for name in imported(tree) if name.split(".")[0] in FORBIDDEN_MODULES]
    return found


def _fault(node: ast.AST) -> str:
    if isinstance(node, ast.Assert):
        return "assert"
    if isinstance(node, ast.Name) and node.id == "float":
        return "float"
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return f"float literal {node.value}"
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            return f"{node.func.id}()"
        if isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_METHODS:
            return f".{node.func.attr}()"
        for keyword in node.keywords:
            if keyword.arg in ("recover", "huge_tree") and not _is_false(keyword.value):
                return f"{keyword.arg}=True"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id == "xmlschema" and node.attr in XMLSCHEMA_FUNCTIONS:
            return f"xmlschema.{node.attr}"
        if node.value.id == "sys" and node.attr in ("stdin", "stdout", "stderr", "argv", "exit"):
            return f"sys.{node.attr}"
    if isinstance(node, ast.ImportFrom) and node.module == "xmlschema":
        return next((f"xmlschema.{alias.name}" for alias in node.names if alias.name in XMLSCHEMA_FUNCTIONS), "")
    return ""


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def module_name(path: Path) -> str:
    """The dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """The syntax tree of every module of the package; a million nodes, which go when these tests are done."""
    return {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_point_down(path: Path, trees: dict[Path, ast.Module]) -> None:
    """A module imports from lower layers and from its own room; no format knows another."""
    assert wrong_imports(module_name(path), trees[path]) == []


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if not {"cli", "fetch"} & set(path.parts) and path.name != "__main__.py"],
    ids=module_name,
)
def test_core_is_pure(path: Path, trees: dict[Path, ast.Module]) -> None:
    """Outside the command nothing opens files, reads clock or environment, prints, asserts or counts in floats."""
    assert forbidden(trees[path]) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("statements.model.money", "from statements.wire import dates"),
        ("statements.reference.iban", "from statements.wire.dates import yymmdd"),
        ("statements.formats.mt940.reader", "import statements.formats.cfonb120.reader"),
        ("statements.formats.mt940.reader", "from statements.formats import cfonb120"),
        ("statements.formats.qonto.api", "def f():\n    from statements.formats.mt940 import write"),
        ("statements.formats.mt940.reader", "from statements import services"),
        ("statements.formats.mt940.reader", "from statements.ebics import names"),
        ("statements.ebics.bank", "from statements.formats.mt940 import write"),
        ("statements.formats.mt940.reader", "from statements.formats import register"),
        ("statements.formats.register", "from statements.formats import mt940"),
        ("statements.services.convert", "from statements.cli import main"),
        ("statements.services.downloads", "from statements.fetch import store"),
        ("statements.fetch.run", "from statements.cli import main"),
    ],
)
def test_an_import_that_points_up_is_seen(module: str, source: str) -> None:
    """The checker itself finds each kind of wrong import."""
    assert wrong_imports(module, ast.parse(source))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("statements.wire.charset", "from statements.reference.tables import table"),
        ("statements.formats.mt940.reader", "from statements.formats.mt940.fields import F61"),
        ("statements.cli.main", "from statements.services import convert"),
        ("statements.services.convert", "from statements.formats import mt940, cfonb120"),
        ("statements.services.convert", "from statements import __version__"),
    ],
)
def test_an_import_that_points_down_is_allowed(module: str, source: str) -> None:
    """The checker lets good imports pass."""
    assert wrong_imports(module, ast.parse(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "assert x",
        "float('1')",
        "def f(x: float): ...",
        "x = 0.1",
        "open('a')",
        "path.open()",
        "print(1)",
        "datetime.now()",
        "date.today()",
        "import os",
        "from os import environ",
        "import socket",
        "from urllib.request import urlopen",
        "XMLParser(recover=True)",
        "XMLParser(huge_tree=flag)",
        "xmlschema.validate(a)",
        "from xmlschema import iter_errors",
        "sys.stdout.write('')",
        "eval('1')",
    ],
)
def test_a_forbidden_thing_is_seen(source: str) -> None:
    """The checker itself finds each thing of the forbidden list."""
    assert forbidden(ast.parse(source))


def test_a_prebuilt_schema_object_is_allowed() -> None:
    """The methods of a schema object are not the functions of the module."""
    tree = ast.parse("schema = xmlschema.XMLSchema10(x)\nschema.iter_errors(y)\nXMLParser(huge_tree=False)")
    assert forbidden(tree) == []


def test_nothing_imports_the_trial_bank(trees: dict[Path, ast.Module]) -> None:
    """The trial bank stands on the library; the library knows nothing of it."""
    seen = [
        module_name(path) for path in SOURCES for name in imported(trees[path]) if name.startswith("statements_bank")
    ]
    assert seen == []


DATA = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".tsv", ".toml", ".csv", ".json"))


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_data_files_state_their_origin(path: Path) -> None:
    """Every data file says on line one where its facts come from and when they were taken."""
    first = path.read_text("utf-8").split("\n", 1)[0]
    assert first.startswith("# "), first
    assert len(first.split()) > 5, "say where the facts come from"
    assert re.search(r"\b20[0-9]{2}-[0-9]{2}(-[0-9]{2})?\b", first), first


def test_data_files_are_known() -> None:
    """Nothing lies in the package whose origin the test above would not see."""
    assert len(DATA) >= 11
    others = {
        path.name
        for path in PACKAGE.rglob("*")
        if path.is_file() and path not in DATA and path.suffix not in (".py", ".pyc", ".xsd", ".md", ".html")
    }
    assert others <= {"py.typed"}


def test_modules_are_small() -> None:
    """A room stays small enough to be read in one go."""
    sizes = {module_name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in sizes.items() if lines > 500} == {}


# -- the shape of the house


def test_no_two_public_classes_of_one_name(trees: dict[Path, ast.Module]) -> None:
    """One word never means two things: a public class has its name alone in the package."""
    homes: dict[str, list[str]] = {}
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(module_name(path))
    twice = {name: found for name, found in homes.items() if len(found) > 1}
    assert twice == {}


MODULES = frozenset(map(module_name, SOURCES))


def dependencies(module: str, tree: ast.Module) -> set[str]:
    """The modules of the package that a module imports at its top; what is for the type checker only is left out."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return (found & MODULES) - {module}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import one another, each sorted; none is as it should be."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == node:
                    break
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in index:
            visit(node)
    return found


def test_no_circle(trees: dict[Path, ast.Module]) -> None:
    """No module imports one that imports it, by however many others. A package that gathers names is no room."""
    graph = {module_name(path): dependencies(module_name(path), tree) for path, tree in trees.items()}
    packages = {module_name(path) for path in SOURCES if path.name == "__init__.py"}
    rooms = {module: found - packages for module, found in graph.items() if module not in packages}
    assert circles(rooms) == []


def test_a_circle_is_seen() -> None:
    """The checker itself finds one."""
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_files_of_a_format_have_a_size_to_read() -> None:
    """A file of a format is a room: neither a cupboard of less than 60 lines nor a hall of more than 450."""
    sizes = {
        module_name(path): len(path.read_text("utf-8").splitlines())
        for path in SOURCES
        if "formats" in path.parts and path.name != "__init__.py"
    }
    odd = {name: lines for name, lines in sizes.items() if not 60 <= lines <= 450}
    assert odd == {}


def test_no_wall_of_positions(trees: dict[Path, ast.Module]) -> None:
    """More than six values in a row say nothing of what they are: they are named."""
    found = [
        f"{module_name(path)}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if module_name(path).split(".")[1:2] in (["services"], ["cli"])
        and isinstance(node, ast.Call)
        and len(node.args) > 6
    ]
    assert found == []
