"""The desk: who may connect, how many tools, the three certificates, release, the end and the new beginning."""

from __future__ import annotations

import datetime

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection

from statements.ebics import keys as ebics
from statements.ebics.certificates import check
from statements.ebics.keys import Role
from statements_bank.bank import KEY_BITS, Bank
from statements_bank.desk import connections, people
from statements_bank.desk.letters import data_block, letter
from statements_bank.desk.rights import plans
from statements_bank.errors import DeskError, NotAllowedError
from tests.bank.conftest import COST, GENERATED, HASHER, NOW, PASSWORD, person
from tests.ebics.material import keyring


def three() -> list[tuple[str, bytes]]:
    """The three files that an ERP sends."""
    return [(f"{role}.der", pair.certificate) for role, pair in keyring("anna").items()]


@pytest.mark.parametrize("login", ["owner", "admin", "accountant"])
def test_owner_admin_and_accountant_may_connect(connection: Connection, login: str) -> None:
    """Help page: the connection is set up by an owner, an admin or an accountant."""
    link = connections.connect(connection, person(connection, login), "Axelor", NOW)
    assert (link.state, link.subscriber, link.made_by) == ("requested", "new", login)


@pytest.mark.parametrize("login", ["manager", "treasurer", "employee", "reporting"])
def test_other_roles_may_not_connect(connection: Connection, login: str) -> None:
    """Everyone else is refused, in both languages."""
    with pytest.raises(NotAllowedError) as refused:
        connections.connect(connection, person(connection, login), "Axelor", NOW)
    assert "may not manage connections" in refused.value.en
    assert "ne gère pas les connexions" in refused.value.fr
    assert connections.every(connection) == []


def test_a_plan_has_so_many_connections_and_no_more(connection: Connection) -> None:
    """The table of plans decides; a disconnected one gives its place back."""
    owner = person(connection, "owner")
    links = [connections.connect(connection, owner, f"Tool {n}", NOW) for n in range(plans()["enterprise"].connections)]
    assert len({link.partner_id for link in links}) == len(links)
    with pytest.raises(DeskError, match="all are taken"):
        connections.connect(connection, owner, "One more", NOW)
    connections.disconnect(connection, owner, links[0].partner_id, "test", NOW)
    assert connections.connect(connection, owner, "One more", NOW).state == "requested"


def test_a_smaller_plan_asks_which_connections_stay(connection: Connection) -> None:
    """A downgrade ends connections only after somebody said which."""
    owner = person(connection, "owner")
    links = [connections.connect(connection, owner, f"Tool {n}", NOW) for n in range(3)]
    with pytest.raises(DeskError, match="Say which 1 stay"):
        connections.change_plan(connection, owner, "business", (), NOW)
    assert all(link.alive for link in connections.every(connection))
    ended = connections.change_plan(connection, owner, "business", {links[1].partner_id}, NOW)
    assert [link.partner_id for link in ended] == [links[0].partner_id, links[2].partner_id]
    states = [link.state for link in connections.every(connection)]
    assert states == ["disconnected", "requested", "disconnected"]
    connections.change_plan(connection, owner, "essential", (), NOW)
    assert not any(link.alive for link in connections.every(connection))


def test_three_certificates_by_file_then_release(bank: Bank, connection: Connection) -> None:
    """Help page: three certificates are sent back, compared, and the connection is ready."""
    owner = person(connection, "owner")
    link = connections.connect(connection, owner, "Axelor", NOW)
    found = check(three(), NOW).role_keys()
    assert connections.register(connection, link.partner_id, found, NOW).state == "registered"
    held = connections.keys(connection, link)
    assert [key.role for key in held] == ["A", "X", "E"]
    written: dict[Role, str] = {
        "A": " ".join(ebics.letter_rows(held[0].key.certificate_hash)),
        "X": held[1].key.key_hash.upper(),
        "E": held[2].key.certificate_hash,
    }
    wrong = {**written, "X": held[1].key.key_hash[:-1] + "0g"}
    with pytest.raises(DeskError, match="authentication key is not the one") as refused:
        connections.release(connection, owner, link.partner_id, held, wrong)
    assert "d'authentification" in refused.value.fr
    assert connections.find(connection, link.partner_id).state == "registered"
    with pytest.raises(NotAllowedError):
        connections.release(connection, person(connection, "reporting"), link.partner_id, held, written)
    assert connections.release(connection, owner, link.partner_id, held, written).state == "ready"


def test_a_released_connection_ends_and_begins_with_new_keys_only(connection: Connection) -> None:
    """Disconnecting kills the keys; reconnecting begins the whole procedure again."""
    owner = person(connection, "owner")
    link = connections.connect(connection, owner, "Axelor", NOW)
    found = check(three(), NOW).role_keys()
    connections.register(connection, link.partner_id, found, NOW)
    written: dict[Role, str] = {key.role: key.key.key_hash for key in found}
    connections.release(connection, owner, link.partner_id, found, written)
    ended = connections.disconnect(connection, owner, link.partner_id, "changed the ERP", NOW)
    assert (ended.state, ended.ended_by, ended.ended_why) == ("disconnected", "owner", "changed the ERP")
    assert connections.keys(connection, link) == ()
    with pytest.raises(DeskError, match="does not wait for certificates"):
        connections.register(connection, link.partner_id, found, NOW)
    fresh = connections.reconnect(connection, owner, link.partner_id, NOW)
    assert (fresh.state, fresh.subscriber, fresh.ended_by) == ("requested", "new", None)
    with pytest.raises(DeskError, match="is connected"):
        connections.reconnect(connection, owner, link.partner_id, NOW)


def test_the_letter_holds_everything_a_tool_needs(bank: Bank, connection: Connection) -> None:
    """URL, ids, versions, names, both hashes of both keys, TLS; and calls itself a trial bank in both languages."""
    link = connections.connect(connection, person(connection, "owner"), "<b>ERP</b>", NOW)
    for lang, word in (("en", "TRIAL BANK"), ("fr", "BANQUE D'ESSAI")):
        page = letter(bank, link, lang)  # type: ignore[arg-type]
        assert word in page
        assert "<b>ERP" not in page
        for wanted in (bank.url, bank.host_id, link.partner_id, link.user_id, "camt.xxx.cfonb120.stm", "EOP/mt940"):
            assert wanted in page
    lines = dict(line.split(" = ", 1) for line in data_block(bank, link).splitlines())
    assert lines["bank_x_certificate_sha256"] == bank.public_keys()[0].key.certificate_hash
    assert lines["bank_e_key_sha256"] == bank.public_keys()[1].key.key_hash
    assert lines["tls_sha256"] == "ab" * 32


def test_the_costs_are_real() -> None:
    """Outside these tests a guess costs: argon2id as RFC 9106 has it, scrypt of 32 MB, keys of 2,048 bits and more."""
    assert HASHER.hash("a password").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert COST == 2**15
    assert GENERATED().key_size == KEY_BITS >= 2048


@pytest.mark.parametrize("hasher", [None, HASHER], ids=["cheap", "real"])
def test_a_login_that_nobody_has_costs_as_much_as_another(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, hasher: PasswordHasher | None
) -> None:
    """The time of an answer tells nothing: a password is compared, with a hash of the same cost."""
    hasher = hasher or people._HASHER
    compared: list[str] = []

    def verify(self: PasswordHasher, hash: str, password: str) -> bool:  # noqa: A002
        compared.append(hash)
        return real(self, hash, password)

    real = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", verify)
    monkeypatch.setattr(people, "_HASHER", hasher)
    assert people.sign_in(connection, "nobody here", "some password", NOW) is None
    (made,) = compared
    assert extract_parameters(made) == extract_parameters(hasher.hash("some password"))
    # Not refused before it was compared.
    with pytest.raises(VerifyMismatchError):
        real(hasher, made, "some password")


def test_a_password_opens_and_a_guess_rests(connection: Connection) -> None:
    """Five wrong passwords put the login to rest, for the right one too; after the rest it opens again."""
    assert people.sign_in(connection, "owner", PASSWORD, NOW) == person(connection, "owner")
    assert people.sign_in(connection, "nobody", PASSWORD, NOW) is None
    for _ in range(5):
        assert people.sign_in(connection, "owner", "wrong", NOW) is None
    assert people.sign_in(connection, "owner", PASSWORD, NOW) is None
    later = NOW + datetime.timedelta(minutes=2)
    assert people.sign_in(connection, "owner", PASSWORD, later) is not None


@pytest.mark.parametrize(
    ("role", "password", "found"),
    [("boss", PASSWORD, "no role"), ("owner", "short", "at least 12"), ("owner", PASSWORD, "exists")],
)
def test_a_person_needs_a_known_role_and_a_long_password(
    connection: Connection, role: str, password: str, found: str
) -> None:
    """What cannot be a person is refused with the reason."""
    with pytest.raises(ValueError, match=found):
        people.add(connection, login="owner", name="x", role=role, password=password)


def test_no_key_without_its_role(connection: Connection) -> None:
    """Two keys are not three."""
    link = connections.connect(connection, person(connection, "owner"), "Axelor", NOW)
    keys = check(three(), NOW).role_keys()
    with pytest.raises(DeskError, match="Three certificates"):
        connections.register(connection, link.partner_id, keys[:2], NOW)
