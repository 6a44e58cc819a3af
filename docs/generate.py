"""Write the generated pages of this folder: rules in English and French, and one page for each format.

Run as ``python docs/generate.py`` (or ``make docs``); with ``--check`` nothing is written and stale pages are named.
Every page derives from the tables that the program itself reads, so page and program cannot disagree.
"""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).parent
# The program beside this folder, and the generators in it.
sys.path[:0] = [str(FOLDER.parent), str(FOLDER)]

# The paths above must be set first.
from generators import cfonb120, ebics, mt940, outputs, pain001, qonto, rules, table  # noqa: E402

MAKERS = (rules, mt940, cfonb120, pain001, qonto, ebics, table, outputs)
PAGES = tuple(maker.pages for maker in MAKERS)


def pages() -> dict[str, str]:
    """Every generated page: path under docs/ -> text."""
    found: dict[str, str] = {}
    for make in PAGES:
        found.update(make())
    return found


def stale() -> list[str]:
    """The pages whose file is missing or differs."""
    return [name for name, text in pages().items() if not _same(FOLDER / name, text)]


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def main(arguments: list[str]) -> int:
    """Write what changed; with ``--check`` only say it."""
    wanted = pages()
    changed = [name for name, text in wanted.items() if not _same(FOLDER / name, text)]
    for name in changed:
        if "--check" not in arguments:
            path = FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], "utf-8", newline="\n")
        print(("stale: " if "--check" in arguments else "written: ") + name)
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
