"""The recipe for data frames runs as the page shows it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from statements import read

ROOT = Path(__file__).parents[2]


def test_the_data_frame_recipe_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of the page, run in a folder with a statement: exact sums by day, equal to those of the statement."""
    import pandas

    page = (ROOT / "docs" / "formats" / "table.md").read_text("utf-8")
    match = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert match is not None
    data = (ROOT / "fixtures" / "mt940" / "clean.sta").read_bytes()
    (tmp_path / "september.sta").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        exec(compile(match[1], "docs/formats/table.md", "exec"), names)
    frame = names["by_day"]
    assert isinstance(frame, pandas.DataFrame)
    assert shown.getvalue().strip()
    entries = [entry for statement in read(data).unwrap() for entry in statement.entries]
    total = frame["credit"].sum() - frame["debit"].sum()
    assert total == sum(entry.amount.decimal for entry in entries)
    assert len(frame) == len({entry.booking_date for entry in entries})
