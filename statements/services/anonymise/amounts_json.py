"""The amounts of JSON: our own statements, and the transactions and accounts of Qonto with their balances."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping

import msgspec

from statements.formats.pain001.decimals import exact
from statements.formats.qonto.chain import joined, order, signed
from statements.formats.qonto.decoders import QontoTransaction
from statements.model.money import CURRENCIES, exponent
from statements.services.anonymise.amounts import ONE, SCALE, Amounts, unit, written
from statements.services.anonymise.figures import Edit, edited
from statements.services.anonymise.json import TOKEN
from statements.services.anonymise.ledger import Course, Ledger

_NAMES = re.compile(r"(?:\w*_)?(?:amount|balance)(?:_\w+)?|\w+_cents")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,9})?")
_BALANCES = frozenset(("opening", "closing", "available", "forward_available"))
_CENTS = unit(2)

Path = tuple[str | int, ...]


class _Scalar(msgspec.Struct, frozen=True):
    """A string, number or word at its place; a string without its quotes."""

    path: Path
    start: int
    text: str

    @property
    def name(self) -> str:
        """The member whose value it is."""
        return str(self.path[-1])

    @property
    def decimals(self) -> int:
        """Digits behind the decimal mark."""
        return len(re.split("[.,]", self.text)[1]) if re.search("[.,]", self.text) else 0

    @property
    def value(self) -> int | None:
        """What it is worth; cents are hundredths of their currency, or its minor units."""
        if _NUMBER.fullmatch(self.text) is None:
            return None
        value = exact(self.text.replace(",", "."))
        return None if value is None else value.at(SCALE)


Members = Mapping[str, _Scalar]
"""The members of an object that are no objects themselves."""


def courses(text: str) -> list[Course]:
    """The statements of a file of ours that state a balance."""
    return [course for course in map(_course, _statements(_scalars(text)).values()) if course is not None]


def transactions(text: str) -> list[Members]:
    """The transactions of a file of Qonto's."""
    return [item for item in _objects(_scalars(text)).values() if "side" in item]


def accounts(text: str) -> list[Members]:
    """The accounts of a file of Qonto's."""
    return [item for item in _objects(_scalars(text)).values() if _is_account(item)]


def shifted(text: str, ledger: Ledger) -> str:
    """A file of ours with other amounts; its statements were learnt."""
    edits: list[Edit] = []
    for prefix, scalars in _statements(_scalars(text)).items():
        course = _course(scalars)
        for item in scalars:
            inside = item.path[len(prefix) :]
            if item.name != "amount":
                continue
            value = item.value
            if value is None:
                edits.append((item.start, item.start + len(item.text), ledger.amounts.digits(item.text)))
            else:
                edits.append(_edit(item, _of_statement(inside, value, course, ledger)))
    return edited(text, edits)


def _of_statement(inside: Path, value: int, course: Course | None, ledger: Ledger) -> int:
    if course is None or len(inside) < 2 or inside[0] not in _BALANCES:
        return ledger.amounts.value(value)
    return ledger.opening(course) if inside[0] == "opening" else ledger.beside(course, value)


def _statements(scalars: list[_Scalar]) -> dict[Path, list[_Scalar]]:
    """The scalars of each statement, by where it stands."""
    found: dict[Path, list[_Scalar]] = {}
    for item in scalars:
        at = next((at for at, step in enumerate(item.path) if isinstance(step, int)), None)
        prefix = item.path[: at + 1] if at is not None else ()
        found.setdefault(prefix, []).append(item)
    return found


def _course(scalars: list[_Scalar]) -> Course | None:
    if not scalars:
        return None
    at = next((at for at, step in enumerate(scalars[0].path) if isinstance(step, int)), -1) + 1
    known = {item.path[at:]: item for item in scalars}
    opening, closing = (_value(known.get((side, "amount"))) for side in ("opening", "closing"))
    if opening is None and closing is None:
        return None
    entries = tuple(
        item.value
        for item in scalars
        if item.path[at : at + 1] == ("entries",) and len(item.path) == at + 3 and item.name == "amount"
        if item.value is not None
    )
    iban, other, currency = (_text(known.get(("account", name))) for name in ("iban", "other", "currency"))
    account = iban or other, currency
    day = re.sub("[^0-9]", "", _text(known.get(("opening", "date"))))[2:]
    return Course(account, day, opening, entries, closing)


# -- Qonto


class Books:
    """The balances of Qonto's accounts reckoned again, from the transactions of all files of a run."""

    def __init__(self, amounts: Amounts) -> None:
        self._amounts = amounts
        self._rows: dict[str, list[QontoTransaction]] = {}
        self._balances: dict[tuple[str, str, int, int], int] = {}
        self._last: dict[str, tuple[int, int]] = {}
        self._pending = False

    def learn(self, text: str) -> None:
        """The transactions of a further file."""
        for item in transactions(text):
            row = _row(item)
            if row is not None:
                self._rows.setdefault(_account(item), []).append(row)
                self._pending = True

    def shifted(self, text: str) -> str:
        """A file of Qonto's with other amounts; it was learnt."""
        self._reckon()
        scalars = _scalars(text)
        objects = _objects(scalars)
        return edited(
            text,
            (
                self._edit(scalar, objects[scalar.path[:-1]])
                for scalar in scalars
                if _NAMES.fullmatch(scalar.name) is not None and any(char.isdecimal() for char in scalar.text)
            ),
        )

    def _edit(self, scalar: _Scalar, item: Members) -> Edit:
        value = scalar.value
        if value is None:
            return scalar.start, scalar.start + len(scalar.text), self._amounts.digits(scalar.text)
        scale = _hundred(scalar, item)
        made = self._amounts.value(value // scale) * scale
        balance = self._balance(scalar, item, value // scale)
        return _edit(scalar, made if balance is None else balance * scale)

    def _balance(self, scalar: _Scalar, item: Members, value: int) -> int | None:
        """The other balance after a transaction, or that of an account."""
        row = _row(item) if "side" in item else None
        if scalar.name.startswith("settled_balance") and row is not None:
            return self._balances.get((_account(item), *_key(row)))
        if not _is_account(item):
            return None
        last = self._last.get(_text(item.get("id"))) or (
            next(iter(self._last.values())) if len(self._last) == 1 else None
        )
        return None if last is None else last[1] + self._amounts.value(value - last[0])

    def _reckon(self) -> None:
        if not self._pending:
            return
        self._pending = False
        for account, rows in self._rows.items():
            before: tuple[int, int] | None = None
            for row in order(joined([rows])).rows:
                moved = signed(row) * _CENTS
                balance = (row.settled_balance_cents or 0) * _CENTS
                key = (account, *_key(row))
                if key in self._balances:
                    # The same transaction again.
                    continue
                if before is None:
                    before = balance - moved, self._amounts.value(balance - moved)
                after = before[1] + self._amounts.value(moved)
                after += self._amounts.value(balance - before[0] - moved)
                self._balances[key] = after
                before = balance, after
            if before is not None:
                self._last[account] = before


def _key(row: QontoTransaction) -> tuple[str, int, int]:
    return f"{row.id} {row.settled_at}", signed(row), row.settled_balance_cents or 0


def _row(item: Members) -> QontoTransaction | None:
    """A booked transaction with its balance, as far as its figures can be read."""
    amount, balance = (_cents(item, name) for name in ("amount", "settled_balance"))
    try:
        settled = datetime.datetime.fromisoformat(_text(item.get("settled_at")))
    except ValueError:
        return None
    if amount is None or balance is None:
        return None
    if settled.tzinfo is None:
        settled = settled.replace(tzinfo=datetime.UTC)
    return QontoTransaction(
        id=_text(item.get("id")) or _text(item.get("transaction_id")),
        amount_cents=amount,
        settled_balance_cents=balance,
        side=_text(item.get("side")),
        settled_at=settled,
    )


def _cents(item: Members, name: str) -> int | None:
    cents = _value(item.get(f"{name}_cents"))
    if cents is not None:
        return cents // ONE
    value = _value(item.get(name))
    return None if value is None else value // _CENTS


def _account(item: Members) -> str:
    return next((_text(item[name]) for name in ("bank_account_id", "bank_account", "iban") if name in item), "")


def _is_account(item: Members) -> bool:
    return "side" not in item and ("balance" in item or "balance_cents" in item)


def _hundred(scalar: _Scalar, item: Members) -> int:
    """Cents in one unit of their amount; 1 for what is no cents."""
    if not scalar.name.endswith("_cents"):
        return 1
    currency = _text(item.get("local_currency" if scalar.name.startswith("local") else "currency")).upper()
    places = exponent(currency) if currency in CURRENCIES else 2
    other, cents = _value(item.get(scalar.name.removesuffix("_cents"))), scalar.value
    if other and cents:
        # Hundredths or minor units: what the amount itself says.
        places = 2 if cents == other * 100 else places
    return int(10**places)


# -- the text


def _value(item: _Scalar | None) -> int | None:
    return None if item is None else item.value


def _text(item: _Scalar | None) -> str:
    return "" if item is None else item.text


def _edit(item: _Scalar, value: int) -> Edit:
    sign = "-" if value < 0 else "+" if item.text.startswith("+") else ""
    return item.start, item.start + len(item.text), sign + written(item.text.lstrip("+-"), value, item.decimals)


def _objects(scalars: list[_Scalar]) -> dict[Path, dict[str, _Scalar]]:
    """The members of each object; the last of two with one name is the one that is read."""
    found: dict[Path, dict[str, _Scalar]] = {}
    for item in scalars:
        found.setdefault(item.path[:-1], {})[item.name] = item
    return found


def _scalars(text: str) -> list[_Scalar]:
    return list(_each(text))


def _each(text: str) -> Iterator[_Scalar]:
    """Every scalar of a text that is JSON, or was meant to be."""
    path: list[str | int] = ["#0"]
    waiting: _Scalar | None = None
    documents = 0
    for match in TOKEN.finditer(text):
        piece = match[0]
        if piece == ":" and waiting is not None:
            path[-1], waiting = _plain(waiting.text), None
            continue
        if not piece.strip():
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if piece in "{[":
            path.append("" if piece == "{" else 0)
        elif piece in "}]":
            if len(path) > 1:
                path.pop()
            if len(path) == 1:
                # A line of JSON lines is a document of its own.
                documents += 1
                path[0] = f"#{documents}"
        elif piece == ",":
            step = path[-1]
            path[-1] = step + 1 if isinstance(step, int) else step
        else:
            body = piece[1 : -1 if len(piece) > 1 and piece.endswith('"') else None] if piece[0] == '"' else piece
            start = match.start() + (piece[0] == '"') + len(body) - len(body.lstrip())
            waiting = _Scalar(tuple(path), start, body.strip())
    if waiting is not None:
        yield waiting


def _plain(name: str) -> str:
    try:
        return str(json.loads(f'"{name}"'))
    except ValueError:
        return name
