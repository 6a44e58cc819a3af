"""How the command ends early: one sentence on stderr and an exit code."""

from __future__ import annotations

OK, FINDINGS, USAGE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
"""0 clean · 1 findings · 2 usage, unreadable or unknown input, output refused · 3 internal fault · 130 Ctrl-C."""


class Stop(Exception):  # noqa: N818 - it ends the run, it is no error of the program
    """Ends the run. ``sentences`` go to stderr, one a line; ``code`` is the exit code."""

    def __init__(self, *sentences: str, code: int = USAGE) -> None:
        self.sentences = sentences
        self.code = code
        super().__init__(*sentences)
