"""The verbs of ``statements bank`` that the guide does not run: roles, plans, an end and a new beginning, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from statements.cli.main import run
from statements_bank import cli
from statements_bank.place import Place
from statements_bank.store.tables import SUBSCRIBERS

PASSWORD = "un mot de passe assez long"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank in a folder with an owner and a reporting user, made once by the command."""
    folder = tmp_path_factory.mktemp("place")
    secret = folder / "password"
    secret.write_text(PASSWORD, "utf-8")
    place = folder / "bank"
    assert run(["bank", "init", "--at", str(place)]) == 0
    for login, role in (("claire", "owner"), ("remi", "reporting")):
        person = ["bank", "person", login, "--role", role, "--password-file", str(secret), "--at", str(place)]
        assert run(person) == 0
    return place


def bank(place: Path, *words: str) -> int:
    """A verb on this bank."""
    return run(["bank", *words, "--at", str(place)])


def test_the_life_of_a_connection_by_verbs(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Connect, plan with its places, disconnect, connect anew, a smaller plan that asks which stay, a new bank key."""
    assert bank(made, "connect", "ERP", "--as", "claire") == 0
    assert bank(made, "connect", "Treasury", "--as", "claire") == 0
    assert bank(made, "plan") == 0
    assert "TRIAL002" in capsys.readouterr().out
    assert bank(made, "disconnect", "TRIAL001", "--as", "claire") == 0
    assert bank(made, "reconnect", "TRIAL001", "--as", "claire") == 0
    assert bank(made, "plan", "business", "--as", "claire") == 2
    assert "Say which 1 stay" in capsys.readouterr().err
    assert bank(made, "plan", "business", "--keep", "TRIAL001", "--as", "claire") == 0
    assert "TRIAL002 is disconnected." in capsys.readouterr().err
    assert bank(made, "renew", "encryption", "--as", "claire") == 0
    assert "091008" in capsys.readouterr().err
    assert bank(made, "journal", "--lang", "fr") == 0
    told = capsys.readouterr().out
    for act in ("connect ERP", "disconnect TRIAL001", "plan business", "renew encryption"):
        assert act in told
    assert bank(made, "doctor") == 0


@pytest.mark.parametrize(
    ("words", "code", "found"),
    [
        (("connect", "ERP", "--as", "remi"), 2, "may not manage connections"),
        (("connect", "ERP", "--as", "nobody"), 2, "There is no person nobody"),
        (("letter", "TRIAL999"), 2, "There is no connection TRIAL999"),
        (("approve", "7", "--as", "claire"), 2, "No order 7 awaits approval"),
        (("refuse", "7", "--as", "remi"), 2, "may not approve payments"),
        (("serve", "--host", "0.0.0.0"), 2, "is not this machine"),
        (("serve", "--host", "example.com"), 2, "is not this machine"),
        (("plan", "gold", "--as", "claire"), 2, "gold"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    made: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, found: str
) -> None:
    """A wrong role, an unknown thing, or listening beyond this machine: exit code 2 and a sentence."""
    assert bank(made, *words) == code
    assert found in capsys.readouterr().err


def test_listening_beyond_this_machine_warns(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the flag it is done, after a warning."""
    served: list[str] = []
    monkeypatch.setattr(cli, "_run", lambda desk, opened, host, port, work: served.append(host))
    assert bank(made, "serve", "--host", "0.0.0.0", "--open-to-network") == 0
    assert served == ["0.0.0.0"]
    assert "beyond this machine" in capsys.readouterr().err


def test_another_bank_is_not_made_over_one(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`init` in a folder with a bank brings its tables up to date and touches nothing else."""
    before = (made / "passphrase").read_bytes()
    assert bank(made, "init") == 0
    assert "up to date" in capsys.readouterr().err
    assert (made / "passphrase").read_bytes() == before


def test_a_passphrase_that_others_can_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever can read the passphrase can open the bank: chmod first."""
    place = tmp_path / "bank"
    assert bank(place, "init") == 0
    (place / "passphrase").chmod(0o644)
    assert bank(place, "doctor") == 2
    assert "chmod 600" in capsys.readouterr().err


def test_a_folder_of_a_download_is_refused_where_it_is_not_complete(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with a manifest that cannot be read makes no statement."""
    (tmp_path / "manifest.json").write_text("{}", "utf-8")
    place = Place(made)
    opened = place.open(cli._now)
    with opened.store.begin() as connection:
        connection.execute(update(SUBSCRIBERS).values(state="ready"))
    assert bank(made, "feed", str(tmp_path)) == 2
    assert "CNV-020" in capsys.readouterr().err
