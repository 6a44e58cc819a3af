"""A state machine drives ``decide`` through arbitrary steps of several users and versions, with cuts and restarts.

What must hold whatever happens: no statement is lost or given twice as new, no order is taken twice, nothing changes
by a message that is not signed (but INI and HIA of who has no keys yet), and every answer has the structure of the
table and the signature of the bank.
"""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lxml import etree
from msgspec.structs import replace

from statements.ebics import authsig, structure
from statements.ebics import client as ours
from statements.ebics.client import BankRefusedError, Client
from statements.ebics.names import BY_NAMESPACE, PROTOCOLS
from statements.ebics.state import Limits
from tests.ebics.material import keyring
from tests.ebics.world import PARTNER, World
from tests.strategies import share

USERS = {"ANNA": "anna", "BORIS": "boris"}
versions = st.sampled_from(PROTOCOLS)
users = st.sampled_from(sorted(USERS))


class Machine(RuleBasedStateMachine):
    """Two users of one customer, in any version, each with at most a few exchanges open."""

    @initialize()
    def start(self) -> None:
        """A bank with small segments, Anna who is ready and Boris who is new."""
        self.world = World()
        self.world.bank = replace(self.world.bank, limits=Limits(answer_segment=64, transactions=6))
        for user in USERS:
            self.world.register(user)
        self.open: list[Any] = []
        self.begun: dict[str, Any] = {}
        self.files = 0
        self.given: dict[str, list[str]] = {user: [] for user in USERS}
        self.sent: list[bytes] = []
        self.documents = 0
        self.a_user_joins("ANNA", "H004")
        for _ in range(3):
            self.a_file_comes()

    # the bank

    @rule()
    def a_file_comes(self) -> None:
        """A statement waits."""
        self.files += 1
        content = f":20:{self.files:04}\r\n:61:{'x' * (self.files % 5 * 30)}\r\n".encode()
        self.world.queue("statement-mt940", f"file-{self.files}", content, date(2026, 11, 1))

    @rule(user=users)
    def the_letter_is_compared(self, user: str) -> None:
        """Initialised becomes ready."""
        if self.world.subscribers[PARTNER, user].state == "initialised":
            self.world.release(user)

    @rule()
    def a_restart(self) -> None:
        """Everything that the bank knows goes through bytes: nothing lives outside of what is stored."""
        world = self.world
        for name in ("nonces", "open", "segments", "waiting", "confirmed", "log", "numbers"):
            setattr(world, name, pickle.loads(pickle.dumps(getattr(world, name))))

    @rule(hours=st.sampled_from([1, 1, 2, 5, 30]))
    def time_passes(self, hours: int) -> None:
        """Transactions lapse; the clients' clocks go with the bank's."""
        self.world.now += timedelta(hours=hours)
        for one in [one for one in self.world.open.values() if self.world.now - one.opened > timedelta(hours=24)]:
            del self.world.open[one.id]

    # the clients

    def client(self, user: str, version: str) -> Client:
        """The client of a user."""
        return self.world.client(version, user, USERS[user])

    def send(self, message: bytes) -> bytes:
        """To the bank and back, the answer judged."""
        body = self.world.send(message)
        self.judge(body)
        if self.world.last.technical == "011000":
            # Whoever reads the answer: the bank counts the files as given.
            self.confirmed(*self.begun[self.world.last.transaction])
        return body

    def judge(self, body: bytes) -> None:
        """The answer is valid, and signed where it has to be."""
        root = etree.fromstring(body)
        version = BY_NAMESPACE[etree.QName(root).namespace or ""]
        assert structure.check(root, version) == ()
        if etree.QName(root).localname == "ebicsResponse":
            authsig.verify(root, version, self.world.bank.authentication.public.rsa)

    @rule(user=users, version=versions, order=st.sampled_from(["INI", "HIA"]))
    def keys_are_sent(self, user: str, version: str, order: Any) -> None:
        """INI or HIA: taken in the states that allow it, refused otherwise."""
        before = self.world.subscribers[PARTNER, user]
        self.send(ours.key_request(self.client(user, version), order))
        after = self.world.subscribers[PARTNER, user]
        if before.state in ("initialised", "ready", "suspended-by-bank"):
            assert before == after

    @rule(user=users, version=versions)
    def a_user_joins(self, user: str, version: str) -> None:
        """The whole way to ready, as far as the state lets it go."""
        for order in ("INI", "HIA"):
            self.send(ours.key_request(self.client(user, version), order))  # type: ignore[arg-type]
        self.the_letter_is_compared(user)

    @rule(user=users, version=versions)
    def the_keys_of_the_bank_are_fetched(self, user: str, version: str) -> None:
        """HPB, by who is ready."""
        body = self.send(ours.hpb_request(self.client(user, version), self.world.now, self.world.fresh()))
        ready = self.world.subscribers[PARTNER, user].state == "ready"
        assert (self.world.last.technical == "000000") == ready
        if ready:
            assert ours.bank_keys(self.client(user, version), body)

    @rule(user=users, version=versions, receipt=st.sampled_from([0, 0, 1]), period=st.booleans())
    def a_download_begins(self, user: str, version: str, receipt: int, period: bool) -> None:
        """FDL or BTD: only what is new, or all of a period."""
        days: dict[str, Any] = {"start": date(2026, 11, 1), "end": date(2026, 11, 2)} if period else {}
        exchange = self.world.download(self.client(user, version), receipt=receipt, **days)
        self.step(exchange)
        new = [f"file-{at}" for at in range(1, self.files + 1) if f"file-{at}" not in self.given[user]]
        if self.world.last.technical == self.world.last.business == "000000":
            given = list(self.world.open[exchange.transaction].files)
            assert given == ([f"file-{at}" for at in range(1, self.files + 1)] if period else new)
            self.open.append((user, exchange))
            self.begun[exchange.transaction] = (user, exchange)
        elif self.world.last.business == "090005":
            assert not (self.files if period else new)

    @rule(user=users, version=versions, again=st.booleans())
    def an_upload_begins(self, user: str, version: str, again: bool) -> None:
        """FUL or BTU, of a new document or of one sent before."""
        self.documents += not again
        data = f"<Document>{self.documents:050}</Document>".encode()
        exchange = self.world.upload(self.client(user, version), data, size=40)
        self.step(exchange)
        if self.world.last.technical == self.world.last.business == "000000":
            self.open.append((user, exchange))

    def step(self, exchange: Any) -> bool:
        """The next step of an exchange; False when it was refused or is at its end."""
        message = exchange.next()
        if message is None:
            return False
        self.sent.append(message)
        try:
            exchange.feed(self.send(message))
        except BankRefusedError:
            return False
        return True

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 20), steps=st.integers(1, 12))
    def an_exchange_goes_on(self, which: int, steps: int) -> None:
        """Some steps of one of the exchanges."""
        user, exchange = self.open[which % len(self.open)]
        for _ in range(steps):
            if not self.step(exchange):
                self.open.remove((user, exchange))
                break

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 20))
    def an_exchange_is_finished(self, which: int) -> None:
        """All steps that are left."""
        self.an_exchange_goes_on(which, 40)

    def confirmed(self, user: str, exchange: Any) -> None:
        """What was confirmed was given whole."""
        expected = {file.id: file.data for _, file in self.world.waiting["statement-mt940"]}
        files = [name for name, data in expected.items() if data in exchange.data]
        assert b"".join(expected[name] for name in files) == exchange.data
        self.given[user] += [name for name in files if name not in self.given[user]]

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 20), number=st.integers(1, 9))
    def a_segment_out_of_order(self, which: int, number: int) -> None:
        """Any segment at any time: at worst the transaction ends."""
        _, exchange = self.open[which % len(self.open)]
        if number <= len(exchange.segments):
            self.send(exchange.segment(number))

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 20))
    def a_cut(self, which: int) -> None:
        """The answer is lost: the client sends the same step again, signed anew."""
        _, exchange = self.open[which % len(self.open)]
        message = exchange.next()
        if message is not None:
            self.sent.append(message)
            self.send(message)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 200))
    def somebody_sends_it_again(self, which: int) -> None:
        """A message that was sent before, the same bytes: no nonce passes twice, no order is made of it."""
        taken = len(self.world.taken)
        nonces = len(self.world.nonces)
        self.send(self.sent[which % len(self.sent)])
        assert len(self.world.nonces) == nonces or self.world.last.refusal is not None or taken == len(self.world.taken)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 200))
    def an_outsider_changes_it(self, which: int) -> None:
        """A message with another signature, or with another content, changes nothing at all."""
        message = self.sent[which % len(self.sent)]
        root = etree.fromstring(message)
        version = BY_NAMESPACE[etree.QName(root).namespace or ""]
        root.remove(root[1])
        authsig.sign(root, version, keyring("new")["X"].private)
        before = self.world.snapshot()
        self.send(structure.serialized(root))
        assert self.world.last.refusal is not None
        assert self.world.snapshot() == before

    @rule(user=users, version=versions, chance=st.integers(0, 9))
    def a_user_suspends_himself(self, user: str, version: str, chance: int) -> None:
        """SPR, by who is ready; seldom, so that others get further."""
        if chance < 9:
            return
        ready = self.world.subscribers[PARTNER, user].state == "ready"
        self.step(self.world.upload(self.client(user, version), order="SPR"))
        expected = "suspended" if ready and self.world.last.technical == "000000" else None
        if expected:
            assert self.world.subscribers[PARTNER, user].state == expected

    # what always holds

    @invariant()
    def no_order_is_taken_twice(self) -> None:
        """The same bytes are taken once, and order numbers differ."""
        digests = [one.digest for one in self.world.taken]
        assert len(digests) == len(set(digests))
        numbers = [one.order_id for one in self.world.taken]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def nothing_is_confirmed_that_was_not_given(self) -> None:
        """The bank's list of confirmed files is the clients' list of files received."""
        for user, files in self.given.items():
            assert {name for owner, of, name in self.world.confirmed if of == user} == set(files)

    @invariant()
    def no_segment_is_left_behind(self) -> None:
        """Segments belong to transactions that are known."""
        assert {name for name, _ in self.world.segments} <= set(self.world.open) | self.lapsed()

    def lapsed(self) -> set[str]:
        """Transactions that ran out of time; their segments may be deleted at any time."""
        return {name for name, _ in self.world.segments} - set(self.world.open)

    @invariant()
    def keys_fit_the_state(self) -> None:
        """Who is ready has three keys, who is new has none."""
        for one in self.world.subscribers.values():
            roles = {key.role for key in one.keys}
            if one.state in ("ready", "initialised"):
                assert roles == {"A", "X", "E"}
            elif one.state in ("new", "suspended"):
                assert roles == set()


Machine.TestCase.settings = settings(
    share(20),
    stateful_step_count=60,
)
TestMachine = Machine.TestCase
