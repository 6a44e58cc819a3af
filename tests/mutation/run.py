"""Mutation testing: do the tests notice when a rule, a check digit, a sign or a total is computed wrongly?

The tests are collected once. For each mutant a child process takes the changed code into the running program, runs
the tests that reach the changed function, the quickest first, and ends at the first that fails. So a mutant costs a
few hundredths of a second, and decorated functions (every payment rule) are tested like all others.
"""

from __future__ import annotations

import functools
import gc
import importlib
import itertools
import os
import pickle
import signal
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parent.parent.parent
TARGETS = (
    "statements/reference/iban.py",
    "statements/model/money.py",
    "statements/formats/cfonb120/overpunch.py",
    "statements/formats/cfonb120/balances.py",
    "statements/formats/cfonb120/zones.py",
    "statements/formats/pain001/decimals.py",
    "statements/formats/pain001/rules/*.py",
)
TESTS = (
    "tests/unit/core",
    "tests/unit/reference",
    "tests/unit/cfonb120",
    "tests/unit/pain001",
    "tests/unit/test_doctests.py",
    "tests/spec/cfonb120",
    "tests/spec/pain001/test_rule_fixtures.py",
    "tests/spec/pain001/test_what_is_said.py",
)
# Faster than any human can wait for; a mutant that never ends is noticed too.
SECONDS = 60
GOAL = 90
# Tests tried for each mutant: a mutant that these do not notice counts as a survivor.
MOST = 300
# Tests that compare all that is said of a fixture.
WIDE = ("test_cfonb_said.py", "test_what_is_said.py")

Codes = dict[types.CodeType, str]


class Score:
    """How many mutants of a file were noticed, and those that were not."""

    def __init__(self) -> None:
        self.killed = 0
        self.survived: list[Mutant] = []

    @property
    def percent(self) -> float:
        return 100 * self.killed / max(1, self.killed + len(self.survived))


def files() -> Iterator[Path]:
    """The files under test: those named on the command line, or all."""
    for pattern in sys.argv[1:] or TARGETS:
        yield from (path for path in sorted(ROOT.glob(pattern)) if path.name != "__init__.py")


def module_of(path: Path) -> types.ModuleType:
    """The imported module of a file."""
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def code_of(code: types.CodeType, place: str) -> types.CodeType | None:
    """The code of a function by its qualified name."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_qualname == place:
                return constant
            inner = code_of(constant, place)
            if inner is not None:
                return inner
    return None


def outermost(place: str) -> str:
    """The function of the module or method of a class that a place lies in."""
    names = place.split(".")
    return ".".join(names[:2]) if names[0][:1].isupper() or names[0][:2].lstrip("_")[:1].isupper() else names[0]


def function_of(module: types.ModuleType, place: str) -> types.FunctionType:
    """The function itself, below caches and properties."""
    found: Any = module
    for name in place.split("."):
        found = vars(found)[name]
    for attribute in ("fget", "__func__", "__wrapped__"):
        found = getattr(found, attribute, found)
    return found


def run(items: list[pytest.Item]) -> bool:
    """True when every test passes; ends at the first that does not."""
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return False
    return True


def reached(items: list[pytest.Item], codes: Codes) -> dict[str, list[int]]:
    """For each function under test the numbers of the tests that call it. In a child process.

    First come those of the module itself, then those that reach a line which few others reach: a fault there is
    theirs to notice.
    """
    with tempfile.TemporaryFile() as answer:
        pid = os.fork()
        if not pid:
            quiet()
            pickle.dump(trace(items, codes), answer)
            answer.flush()
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit("the tests must pass before they are tested")
        answer.seek(0)
        return pickle.load(answer)


def trace(items: list[pytest.Item], codes: Codes) -> dict[str, list[int]]:
    """Run every test and note the lines of the functions under test that it reaches."""
    known: dict[int, tuple[str | None, types.CodeType]] = {}
    lines: dict[tuple[str, int], set[int]] = {}
    seconds: list[float] = []
    here = 0

    def called(frame: types.FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        if id(code) not in known:
            known[id(code)] = codes.get(code), code
        return line if known[id(code)][0] is not None else None

    def line(frame: types.FrameType, event: str, _: object) -> Any:
        name = known[id(frame.f_code)][0]
        if event == "line" and name is not None:
            lines.setdefault((name, frame.f_lineno), set()).add(here)
        return line

    for here, item in enumerate(items):
        forget(item)
        following = items[here + 1] if here + 1 < len(items) else None
        started = time.process_time()
        sys.settrace(called)
        reports = runtestprotocol(item, log=False, nextitem=following)
        sys.settrace(None)
        seconds.append(time.process_time() - started)
        if any(report.failed for report in reports):
            print(f"{item.nodeid} fails without any mutant", file=sys.__stderr__)
            os._exit(1)
    rarity: dict[str, dict[int, int]] = {}
    for (name, _), found in lines.items():
        for number in found:
            least = rarity.setdefault(name, {}).get(number, len(items))
            rarity[name][number] = min(least, len(found))
    order: dict[str, list[int]] = {}
    for name, found in rarity.items():
        module = name.partition(":")[0].removesuffix(".py").replace("/", ".")
        own = {number for number in found if module in imported(items[number])}
        rare = sorted(found, key=lambda number: (number not in own, found[number], seconds[number]))
        order[name] = interleaved([rare, [number for number in rare if items[number].path.name in WIDE]])
    return order


def forget(item: pytest.Item) -> None:
    """Empty the caches of the program and of a module of tests, so that every test calls what it depends on."""
    for each in caches():
        each.cache_clear()
    getattr(item.module, "_SAID", {}).clear()


def quiet() -> None:
    """What a child prints is of no interest."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)


def apply(mutant: Mutant) -> None:
    """Take the changed code into this process."""
    module = module_of(mutant.path)
    code = compile(mutant.source, str(mutant.path), "exec")
    if mutant.place:
        place = outermost(mutant.place)
        changed = code_of(code, place)
        if changed is None:
            raise LookupError(place)
        function_of(module, place).__code__ = changed
    constants(module, mutant.source)
    for each in (*caches(), *vars(module).values()):
        if isinstance(each, functools._lru_cache_wrapper):
            each.cache_clear()


@functools.cache
def caches() -> list[Any]:
    """The caches of the program that hold computed values; those of one value are tables, schemas and rule books."""
    every = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
    return [
        each
        for each in every
        if each.__module__.startswith("statements.") and (each.cache_parameters()["maxsize"] or 0) > 1
    ]


def warm() -> None:
    """Build the schemas of both engines and the rule books before the first fork."""
    from statements.formats import pain001

    for path in sorted((ROOT / "fixtures" / "pain001").glob("clean-*.xml")):
        data = path.read_bytes()
        pain001.validate(data, today=date(2026, 11, 30))
        pain001.validate(data.replace(b"</MsgId>", b"</MsgId><X/>"), today=date(2026, 11, 30))
    caches()
    gc.collect()
    gc.freeze()


def constants(module: types.ModuleType, source: str) -> None:
    """Compute the constants of the module anew; whoever imported one that is different now gets the new one."""
    import ast

    tree = ast.parse(source)
    space = dict(vars(module))
    changed: dict[str, Any] = {}
    for statement in tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        exec(compile(ast.Module([statement], []), "<constants>", "exec"), space)
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in vars(module):
                if space[node.id] == vars(module)[node.id]:
                    space[node.id] = vars(module)[node.id]
                else:
                    changed[node.id] = space[node.id]
    for name, value in changed.items():
        if name == "_REGISTER":
            continue
        before = vars(module)[name]
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(name) is before:
                setattr(other, name, value)


def noticed(mutant: Mutant, items: list[pytest.Item]) -> int:
    """The process id of a child that tries a mutant: it ends with 0 when no test notices it."""
    pid = os.fork()
    if pid:
        return pid
    quiet()
    signal.alarm(SECONDS)
    try:
        apply(mutant)
        passed = run(items)
    except BaseException:
        os._exit(2)
    os._exit(0 if passed else 1)


class Plugin:
    """Takes the place of pytest's loop over the tests."""

    def __init__(self, jobs: int, every: int) -> None:
        self.jobs = jobs
        self.every = every
        self.scores: dict[Path, Score] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("tests could not be collected")
        warm()
        codes: Codes = {}
        for path in files():
            for code in walk(compile(path.read_text("utf-8"), str(path), "exec")):
                codes[code] = f"{path.relative_to(ROOT)}:{code.co_qualname}"
        # Code objects compare by value, so those of the running modules are found by it.
        tests = reached(session.items, codes)
        running: dict[int, Mutant] = {}
        for path in files():
            self.scores[path] = Score()
            inside = f"{path.relative_to(ROOT)}:"
            # A constant is noticed by those who import from the module, too.
            name = module_of(path).__name__
            users = [n for n, item in enumerate(session.items) if name in imported(item)]
            anywhere = interleaved([users, *(found for name, found in tests.items() if name.startswith(inside))])
            for mutant in itertools.islice(mutants(path), 0, None, self.every):
                chosen = tests.get(inside + outermost(mutant.place)) if mutant.place else anywhere
                if len(running) >= self.jobs:
                    self.collect(running)
                running[noticed(mutant, [session.items[n] for n in chosen or anywhere])] = mutant
        while running:
            self.collect(running)
        return True

    def collect(self, running: dict[int, Mutant]) -> None:
        """Wait for one child."""
        pid, status = os.wait()
        mutant = running.pop(pid)
        score = self.scores[mutant.path]
        if status:
            score.killed += 1
        else:
            score.survived.append(mutant)
            print(f"\nsurvived: {mutant.path.relative_to(ROOT)} {mutant.place}\n{mutant.diff}", flush=True)


@functools.cache
def imported_names(file: Path) -> str:
    """The import lines of a file of tests."""
    return "\n".join(line for line in file.read_text("utf-8").splitlines() if line.startswith(("from ", "import ")))


def imported(item: pytest.Item) -> list[str]:
    """The names of the modules that the file of a test imports."""
    return imported_names(item.path).split()


def interleaved(lists: list[list[int]]) -> list[int]:
    """The first of each list, then the second of each …, without doubles."""
    longest = max(map(len, lists), default=0)
    return list(dict.fromkeys(each[n] for n in range(longest) for each in lists if n < len(each)))[:MOST]


def walk(code: types.CodeType) -> Iterator[types.CodeType]:
    """A code object and all inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from walk(constant)


def main() -> int:
    """Print every survivor and the score of each file; 1 under the goal. ``EVERY=3`` tries one mutant in three."""
    plugin = Plugin(int(os.environ.get("JOBS", "2")), int(os.environ.get("EVERY", "1")))
    os.environ.setdefault("HYPOTHESIS_PROFILE", "quick")
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "--capture=sys", *TESTS]
    stopped = pytest.main(arguments, plugins=[plugin])
    if not plugin.scores:
        return int(stopped) or 1
    print(f"\nmutmut {version('mutmut')} operators")
    print(f"{'file':60} mutants  killed  score")
    killed = total = 0
    for path, score in plugin.scores.items():
        count = score.killed + len(score.survived)
        killed, total = killed + score.killed, total + count
        print(f"{path.relative_to(ROOT).as_posix():60} {count:7} {score.killed:7} {score.percent:5.1f} %")
    print(f"{'all':60} {total:7} {killed:7} {100 * killed / total:5.1f} %")
    return int(100 * killed < GOAL * total)


if __name__ == "__main__":
    raise SystemExit(main())
