"""The register of formats: one row a format says all that services, command and documentation need to know of it.

A new format is a package and a row. The package offers what its row promises: ``read(data)``, ``write(statements)``,
``validate(data)``, each with ``profile=`` where the row names a default profile, and ``PROFILES``. It is imported when
it is first used; nothing else in the program names a format.

>>> reader_of("mt942").name, reader_of("pain.008").name
('mt940', 'pain.001')
>>> targets()
('mt940', 'cfonb120', 'json', 'csv', 'xlsx')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Literal

import msgspec

from statements.findings import Outcome, Profile
from statements.formats import recognise
from statements.formats.recognise import FileKind
from statements.model.statement import Statement
from statements.rules import Rule, RuleBook, Text


class Book(msgspec.Struct, frozen=True):
    """A rule table: its short name (``mt940``, ``to mt940``), the package and file that hold it, its title."""

    name: str
    package: str
    title: Text
    table: str = "rules.tsv"

    def load(self) -> RuleBook:
        """The rules, read once."""
        return RuleBook.load(self.package, self.table)


class FormatSide(msgspec.Struct, frozen=True):
    """Reading or writing: the profile used when none is named, and which profiles of the package serve here.

    Without ``default`` the format knows no profiles; without ``profiles`` all of the package serve.
    """

    default: str = ""
    profiles: tuple[str, ...] = ()


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the register."""

    name: str
    """The word of ``--to``, ``--from`` and ``--declared``."""
    label: Text
    """The format as a sentence names it."""
    title: Text
    """What a file of it is, for people."""
    package: str
    """The module with ``read``, ``write``, ``validate`` and ``PROFILES``."""
    holds: Literal["statements", "payments"] = "statements"
    looks_like: Callable[[bytes], FileKind | None] | None = None
    """Recognises the bytes of a file; without it the format must be named."""
    variants: Mapping[str, Text] = {}
    """Further kinds of files that the same reader takes, with their names for people."""
    explains: tuple[str, ...] = ()
    """Kinds of foreign files that this reader refuses in better words than anybody else."""
    fallback: bool = False
    """Explains whatever no other row names."""
    reader: FormatSide | None = None
    """How it is read; ``None`` for a format that is only written."""
    writer: FormatSide | None = None
    """How it is written; ``None`` for a format that is only read."""
    checks: bool = True
    """The package has a ``validate``; without one the findings of reading are the check."""
    together: bool = False
    """Its files complete one another, and are read as one by ``read_with_identities`` with a ``Request``."""
    neutral: bool = False
    """Holds everything a statement holds, without profiles of its own: faulty sources are shown in it as well."""
    whole: bool = False
    """A file of it is one document: several are joined by writing their statements together."""
    suffix: str = ""
    """The end of a written file's name."""
    eols: tuple[str, ...] = ()
    """The words of ``--eol`` that it knows."""
    books: tuple[Book, ...] = ()
    """Its rule tables: that of reading, then that of writing where there is another one."""
    read_back_rule: str = ""
    """The rule that says: what was written does not read back equal. An internal fault."""
    declared_rule: str = ""
    """The rule that fires on a file which was declared as this format and is another one."""
    contents: tuple[str, ...] = ()
    """How the names of its contents begin in the table of EBICS names."""
    names_no_account: bool = False
    """Whether a statement may come without an account: then the reader takes ``unnamed``, the account of the caller."""
    ebics_key: str = ""
    """Its row in the table of EBICS names, with ``{version}`` where each version has its own."""
    ruler: str = ""
    """``module:function`` that shows its columns: ``lines(data, texts)``."""

    def module(self) -> Any:
        """The package, imported."""
        return import_module(self.package)

    def reader_profiles(self) -> Mapping[str, Profile]:
        """The built-in profiles with which it is read and checked; empty where it knows none."""
        return self._profiles(self.reader)

    def writer_profiles(self) -> Mapping[str, Profile]:
        """The built-in profiles with which it is written; empty where it knows none."""
        return self._profiles(self.writer)

    def _profiles(self, side: FormatSide | None) -> Mapping[str, Profile]:
        if side is None or not side.default:
            return {}
        known: Mapping[str, Profile] = self.module().PROFILES
        return {name: known[name] for name in side.profiles} if side.profiles else known

    def read(
        self, data: bytes, profile: Profile | None = None, unnamed: str | None = None
    ) -> Outcome[tuple[Statement, ...]]:
        """The statements of one file, in the profile given or in the default one. Bad data never raise.

        ``unnamed`` is the account of statements that name none, where the format knows such.
        """
        known = {"unnamed": unnamed} if self.names_no_account else {}
        outcome: Outcome[tuple[Statement, ...]] = self.module().read(data, **known, **_profile(self.reader, profile))
        return outcome

    def write(self, statements: Iterable[Statement], profile: Profile | None = None) -> Outcome[bytes]:
        """Statements as bytes of this format. Raises ``ValueError`` for settings that cannot be meant."""
        made: bytes | Outcome[bytes] = self.module().write(statements, **_profile(self.writer, profile))
        return made if isinstance(made, Outcome) else Outcome(made)

    def project(self, statement: Statement) -> Statement:
        """The statement as it comes back when it is written and read again: the declared projection of the format.

        As it is for a format that is only read, and for our own. Raises ``ValueError`` for one it cannot say.
        """
        if self.writer is None or self.reader is None or self.neutral:
            return statement
        projected: Statement = self.module().project(statement)
        return projected

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of file for which this reader answers."""
        return (self.name, *self.variants, *self.explains)


def _profile(side: FormatSide | None, profile: Profile | None) -> dict[str, Any]:
    if side is None or not side.default:
        return {}
    return {"profile": profile if profile is not None else side.default}


_QONTO_BOOK = Book("qonto", "statements.formats.qonto", Text("Qonto data", "Données Qonto"))
_QONTO_LABEL = Text("Qonto data", "données Qonto")

_TABLE_BOOK = Book("table", "statements.formats.table", Text("Writing tables: CSV, XLSX", "Tableaux : CSV, XLSX"))

FORMATS: tuple[Format, ...] = (
    Format(
        name="qonto-json",
        label=_QONTO_LABEL,
        title=Text("Qonto API data (JSON)", "données de l'API Qonto (JSON)"),
        package="statements.formats.qonto",
        looks_like=recognise.qonto_json,
        # The Qonto reader says in words which other export was given, and what is wrong with a broken one.
        explains=("qonto-error", "qonto-pdf-list", "http", "other-json", "xlsx", "xls", "ofx", "qif", "pdf"),
        reader=FormatSide(),
        checks=False,
        together=True,
        books=(_QONTO_BOOK,),
    ),
    Format(
        name="qonto-csv",
        label=_QONTO_LABEL,
        title=Text("Qonto export (CSV)", "export Qonto (CSV)"),
        package="statements.formats.qonto",
        looks_like=recognise.qonto_csv,
        explains=("other-csv",),
        reader=FormatSide(),
        checks=False,
        together=True,
        books=(_QONTO_BOOK,),
    ),
    Format(
        name="mt940",
        label=Text("MT940", "MT940"),
        title=Text("MT940 statement", "relevé MT940"),
        package="statements.formats.mt940",
        looks_like=recognise.mt940,
        variants={
            "mt942": Text("MT942 interim report", "relevé intrajournalier MT942"),
            "mt950": Text("MT950 statement between banks", "relevé interbancaire MT950"),
        },
        reader=FormatSide("qonto"),
        writer=FormatSide("qonto"),
        suffix=".mt940.sta",
        eols=("crlf", "lf"),
        books=(
            Book("mt940", "statements.formats.mt940", Text("Reading MT940", "Lecture du MT940")),
            Book(
                "to mt940", "statements.formats.mt940", Text("Writing MT940", "Écriture du MT940"), "writer_rules.tsv"
            ),
        ),
        read_back_rule="CNV-299",
        declared_rule="M940-001",
        contents=("MT940", "MT942", "MT950"),
        names_no_account=True,
        ebics_key="statement-mt940",
        ruler="statements.cli.render.ruler_mt940:lines",
    ),
    Format(
        name="cfonb120",
        label=Text("CFONB-120", "CFONB 120"),
        title=Text("CFONB-120 statement", "relevé CFONB 120"),
        package="statements.formats.cfonb120",
        looks_like=recognise.cfonb120,
        explains=("cfonb160", "cfonb240", "cfonb320"),
        reader=FormatSide("standard", ("standard", "strict")),
        writer=FormatSide("sepa", ("sepa", "strict")),
        suffix=".cfonb120.txt",
        eols=("crlf", "lf", "none"),
        books=(
            Book("cfonb120", "statements.formats.cfonb120", Text("Reading CFONB-120", "Lecture du CFONB 120")),
            Book(
                "to cfonb120",
                "statements.formats.cfonb120",
                Text("Writing CFONB-120", "Écriture du CFONB 120"),
                "writer_rules.tsv",
            ),
        ),
        read_back_rule="CNV-199",
        declared_rule="C120-005",
        contents=("CFONB",),
        ebics_key="statement-cfonb120",
        ruler="statements.cli.render.ruler_cfonb120:lines",
    ),
    Format(
        name="json",
        label=Text("our JSON", "notre JSON"),
        title=Text("statements as our JSON", "relevés dans notre JSON"),
        package="statements.formats.neutral",
        looks_like=recognise.our_json,
        reader=FormatSide(),
        writer=FormatSide(),
        checks=False,
        neutral=True,
        whole=True,
        suffix=".json",
        books=(Book("json", "statements.formats.neutral", Text("Our JSON", "Notre JSON")),),
        read_back_rule="CNV-399",
    ),
    Format(
        name="csv",
        label=Text("CSV table", "tableau CSV"),
        title=Text("table of entries (CSV)", "tableau d'écritures (CSV)"),
        package="statements.formats.table.csv_file",
        writer=FormatSide("en"),
        checks=False,
        whole=True,
        suffix=".csv",
        books=(_TABLE_BOOK,),
        read_back_rule="CNV-499",
    ),
    Format(
        name="xlsx",
        label=Text("XLSX table", "tableau XLSX"),
        title=Text("table of entries (XLSX)", "tableau d'écritures (XLSX)"),
        package="statements.formats.table.xlsx_file",
        writer=FormatSide("en"),
        checks=False,
        whole=True,
        suffix=".xlsx",
        books=(_TABLE_BOOK,),
    ),
    Format(
        name="pain.001",
        label=Text("pain.001", "pain.001"),
        title=Text("SEPA credit transfer file", "fichier de virements SEPA"),
        package="statements.formats.pain001",
        holds="payments",
        looks_like=recognise.pain001,
        fallback=True,
        reader=FormatSide("qonto"),
        books=(Book("pain.001", "statements.formats.pain001", Text("Payments: pain.001", "Paiements : pain.001")),),
        contents=("pain.001",),
        ebics_key="transfer-pain001-{version}",
    ),
)
"""The formats of this package, in the order of the help. A test may be asked after any other, but a table (CSV) may
quote a line of MT940, so that it comes first."""

SHARED_BOOKS: tuple[Book, ...] = (
    Book("services", "statements.services", Text("Choosing and cutting statements", "Choix et découpage des relevés")),
    Book("profiles", "statements", Text("Profile files", "Fichiers de profil"), "profiles.tsv"),
    Book(
        "pain.002",
        "statements.formats.pain001",
        Text("The bank's answer: pain.002", "La réponse de la banque : pain.002"),
        "answer_rules.tsv",
    ),
)
"""The rules that belong to no format."""

_rows: dict[str, Format] = {row.name: row for row in FORMATS}


def register(row: Format) -> None:
    """Make a format known to everything. Raises ``ValueError`` for a name or kind that is taken."""
    taken = {kind for known in _rows.values() for kind in known.kinds}
    clash = [kind for kind in row.kinds if kind in taken]
    if clash:
        raise ValueError(f"there is a format {clash[0]!r} already")
    _rows[row.name] = row


def unregister(name: str) -> None:
    """Forget a format that was registered; those of this package stay."""
    if any(row.name == name for row in FORMATS):
        raise ValueError(f"{name!r} belongs to the package")
    _rows.pop(name, None)


def formats() -> tuple[Format, ...]:
    """Every row: those of this package, then those that were registered."""
    return tuple(_rows.values())


def get(name: str) -> Format:
    """The row of a format. Raises ``ValueError`` for a name that is none."""
    if name not in _rows:
        raise ValueError(f"no format {name!r}; known: {', '.join(_rows)}")
    return _rows[name]


def sources() -> tuple[str, ...]:
    """The names of the formats that can be read: the words of ``--from``."""
    return tuple(row.name for row in formats() if row.reader is not None)


def targets() -> tuple[str, ...]:
    """The names of the formats of statements that can be written: the words of ``--to``."""
    return tuple(row.name for row in formats() if row.writer is not None and row.holds == "statements")


def payments() -> Format:
    """The format of payment files."""
    return next(row for row in formats() if row.holds == "payments")


def neutral() -> Format:
    """Our own form of statements, which holds all of them."""
    return next(row for row in formats() if row.neutral)


def looked_at(data: bytes) -> tuple[Format, FileKind] | None:
    """The first format that recognises the bytes, with the kind it sees; ``None`` when none does."""
    for row in formats():
        found = row.looks_like(data) if row.looks_like is not None else None
        if found is not None:
            return row, found
    return None


def reader_of(kind: str) -> Format:
    """The format whose reader answers for a file that was identified, foreign files included."""
    for row in formats():
        if kind in row.kinds and row.reader is not None:
            return row
    return next(row for row in formats() if row.fallback)


def books() -> dict[str, Book]:
    """Every rule table by its short name: payments, the bank formats, their sources, our own form, and the shared."""
    ordered = sorted(formats(), key=lambda row: (row.holds != "payments", row.neutral, row.writer is None))
    return {book.name: book for row in ordered for book in row.books} | {book.name: book for book in SHARED_BOOKS}


def rule(rule_id: str) -> Rule | None:
    """The row of a rule, whatever its table; ``None`` for an id that is none."""
    loaded = (book.load() for book in books().values())
    return next((book[rule_id] for book in loaded if rule_id in book), None)


def rule_ids(prefix: str) -> tuple[str, ...]:
    """The ids of all rules that begin with a prefix, in the order of the tables."""
    return tuple(rule.id for book in books().values() for rule in book.load() if rule.id.startswith(prefix))
