"""Print the lowest version of each dependency that pyproject.toml allows, as constraints for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
for dependency in project["dependencies"]:
    found = re.fullmatch(r"([A-Za-z0-9._-]+)>=([0-9.]+)", dependency)
    if found is None:
        raise SystemExit(f"no lower bound: {dependency}")
    print(f"{found[1]}=={found[2]}")
