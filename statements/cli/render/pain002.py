"""The predicted answer as pain.002: one payment file, one status report."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from statements.cli.console import UsageFault
from statements.cli.render import CheckedFile
from statements.cli.texts import Texts
from statements.formats.pain001.answer import answer
from statements.rules import Language


def render(files: Sequence[CheckedFile], lang: Language = "en", *, created: datetime.datetime) -> str:
    """The document. Ends the run when there are several files, or a file that holds no payments."""
    texts = Texts(lang)
    if len(files) != 1:
        raise UsageFault(texts("error") + texts("one-answer", n=len(files)))
    (checked,) = files
    try:
        return answer(checked.report, created=created, lang=lang).decode()
    except ValueError:
        raise UsageFault(texts("error") + texts("no-answer", file=checked.file, format=checked.report.format)) from None
