"""The guide "in five minutes" and the example of the README are run as they stand."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from painfree import ebics3

from statements.cli.main import run
from statements_bank.running import RunningBank
from tests.bank.clients import Painfree

ROOT = Path(__file__).parent.parent.parent


def console(text: str) -> list[str]:
    """The commands of the console blocks of a page, in their order."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_guide_in_five_minutes(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command of the guide ends well; the hashes are those that `certs` prints."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "fixtures" / "qonto" / "2026-09", tmp_path / "fixtures" / "qonto" / "2026-09")
    for name, words in (("password", "un mot de passe assez long"), ("passphrase", "une phrase secrète")):
        (tmp_path / name).write_text(words, "utf-8")
        (tmp_path / name).chmod(0o600)
    commands = console((ROOT / "docs" / "ebics" / f"trial-bank.{lang}.md").read_text("utf-8"))
    assert len(commands) == 13
    said = {}
    for command in commands:
        words = shlex.split(command)[1:]
        while "HASH" in words:
            at = words.index("HASH")
            assert run(["certs", "show", f"keys/{words[at - 1].lstrip('-')}.crt", "--format", "json"]) == 0
            words[at] = json.loads(capsys.readouterr().out)["certificates"][0]["certificate_sha256"]
        assert run(words) == 0, (command, capsys.readouterr())
        said[command.split(" --lang")[0]] = capsys.readouterr()
    assert "TRIALBANK" in (tmp_path / "letter.html").read_text("utf-8")
    assert said["statements bank statements"].out.count("cfonb120") == 63
    fed = said["statements bank feed fixtures/qonto/2026-09"].err
    assert "126" in fed


class Connector:
    """What the README's example calls: painfree behind the verbs of an ERP's own connector."""

    def __init__(self, bank: RunningBank) -> None:
        self.client = Painfree(bank)
        self.steps = ebics3.Initialisation(self.client.context, self.client.a, self.client.x, self.client.e)

    def send_keys(self) -> None:
        """INI and HIA."""
        for _ in range(2):
            self.steps.feed(self.client.send(self.steps.next_request()))

    def fetch_bank_keys(self) -> None:
        """HPB, with the hashes of the letter."""
        self.steps.feed(self.client.send(self.steps.next_request()))
        own = {key.role: key.key.certificate_hash for key in self.client.bank.bank.public_keys()}
        self.steps.confirm_bank_keys(authentication=own["X"], encryption=own["E"])
        self.client.bank_keys = self.steps.bank_keys

    def download(self, service: str, message: str) -> bytes:
        """BTD."""
        return self.client.download(ebics3.Service(service, message))

    def upload(self, payment: bytes) -> None:
        """BTU."""
        self.client.upload(payment)


def test_the_example_of_the_readme(ebics_bank: RunningBank, fixtures: Path) -> None:
    """The test in the README, run with painfree as the ERP's connector."""
    page = (ROOT / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(def test_our_connector.*?)```", page, re.DOTALL)
    payment = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    names: dict[str, Any] = {"Connector": Connector, "payment_file": payment}
    exec(example, names)
    test: Callable[[RunningBank], None] = names["test_our_connector"]
    test(ebics_bank)
    assert ebics_bank.uploads()[0].state == "approved"
