"""The documentation site is built whole: no link leads nowhere, and no page asks for anything from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

ROOT = Path(__file__).parents[2]

pytest.importorskip("mkdocs", reason="the extra 'site' is not installed; continuous integration builds the site")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. Strict: a page outside the navigation, a dead link or a name without docstring ends the build."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_address_inside_leads_somewhere(site: Path) -> None:
    """Each relative link and its anchor exist in the built pages, those made from docstrings included."""
    trees = {path: html.fromstring(path.read_bytes()) for path in site.rglob("*.html") if path.name != "404.html"}
    anchors = {path.resolve(): {*tree.xpath("//@id"), *tree.xpath("//a/@name")} for path, tree in trees.items()}
    dead = []
    for path, tree in trees.items():
        for address in tree.xpath("//a/@href | //img/@src | //script/@src | //link/@href"):
            if re.match(r"[a-z]+:", address):
                continue
            name, _, anchor = address.partition("#")
            target = (path.parent / name).resolve() if name else path.resolve()
            known = anchors.get(target)
            if not target.exists() or (anchor and known is not None and anchor not in known):
                dead.append(f"{path.relative_to(site)}: {address}")
    assert dead == []
    assert len(trees) > 30


def test_no_page_asks_for_anything_elsewhere(site: Path) -> None:
    """Fonts, scripts, styles and pictures all lie in the folder."""
    for path in site.rglob("*.html"):
        tree = html.fromstring(path.read_bytes())
        used = tree.xpath("//script/@src | //img/@src | //link[@rel != 'canonical']/@href")
        assert [address for address in used if re.match("(https?:)?//", address)] == [], path
    for path in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(https?:)?//", path.read_text("utf-8")), path


def test_the_library_page_shows_the_docstrings(site: Path) -> None:
    """The API reference holds the public names with what their docstrings say."""
    text = html.fromstring((site / "api.html").read_bytes()).text_content()
    for name in ("read", "convert", "validate", "identify", "Statement", "Entry", "Money", "Finding", "Report"):
        assert re.search(rf"\b{name}\b", text), name
    assert "Money as whole minor units" in text
