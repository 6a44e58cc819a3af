"""The tables of the trial bank. Times are ISO 8601 texts in UTC, days ISO dates, digests lower-case hexadecimal."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BANK = Table(
    "bank",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("host_id", String(35), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("plan", String(40), nullable=False),
    # The key that seals every secret of this bank, itself sealed by the passphrase (`vault`).
    Column("vault_salt", LargeBinary, nullable=False),
    Column("vault_key", LargeBinary, nullable=False),
    # Signs the sessions of the pages; sealed, and the same for every process.
    Column("session_secret", LargeBinary, nullable=False),
    Column("made_at", String(32), nullable=False),
    CheckConstraint("id = 1", name="one"),
)

BANK_KEYS = Table(
    "bank_keys",
    METADATA,
    Column("role", String(1), primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("certificate", LargeBinary, nullable=False),
    Column("private_key", LargeBinary, nullable=False),
    Column("made_at", String(32), nullable=False),
)

PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(40), nullable=False),
    Column("may_transfer", Boolean, nullable=False),
    Column("password", Text, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", String(32)),
)

CONNECTIONS = Table(
    "connections",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("partner_id", String(35), nullable=False, unique=True),
    Column("tool", Text, nullable=False),
    # How many order numbers were given; the next one is made from it.
    Column("orders_opened", Integer, nullable=False, server_default="0"),
    Column("made_by", String(80), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("ended_by", String(80)),
    Column("ended_at", String(32)),
    Column("ended_why", Text),
)

SUBSCRIBERS = Table(
    "subscribers",
    METADATA,
    Column("partner_id", String(35), ForeignKey("connections.partner_id"), primary_key=True),
    Column("user_id", String(35), primary_key=True),
    Column("name", Text, nullable=False),
    # The state of the protocol core; the desk's words for a connection follow from it.
    Column("state", String(20), nullable=False),
    # E: its order signature authorises at the ERP; T: transport only. Either way a person approves here.
    Column("signature_class", String(1), nullable=False),
)

SUBSCRIBER_KEYS = Table(
    "subscriber_keys",
    METADATA,
    Column("partner_id", String(35), primary_key=True),
    Column("user_id", String(35), primary_key=True),
    Column("role", String(1), primary_key=True),
    Column("version", String(4), nullable=False),
    # Hexadecimal, without leading zeros.
    Column("modulus", Text, nullable=False),
    Column("exponent", Text, nullable=False),
    # DER; empty where the bank takes keys without certificates.
    Column("certificate", LargeBinary, nullable=False),
    Column("registered_at", String(32), nullable=False),
    ForeignKeyConstraint(["partner_id", "user_id"], ["subscribers.partner_id", "subscribers.user_id"]),
)

NONCES = Table(
    "nonces",
    METADATA,
    Column("partner_id", String(35), primary_key=True),
    Column("user_id", String(35), primary_key=True),
    Column("nonce", String(32), primary_key=True),
    Column("seen_at", String(32), nullable=False, index=True),
)

TRANSACTIONS = Table(
    "transactions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("partner_id", String(35), nullable=False),
    Column("user_id", String(35), nullable=False),
    # The transaction of the protocol core as JSON; no secret stands in it.
    Column("record", LargeBinary, nullable=False),
    Column("opened_at", String(32), nullable=False, index=True),
)

SEGMENTS = Table(
    "segments",
    METADATA,
    Column("transaction_id", String(32), ForeignKey("transactions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# The accounts whose statements were made, as HTD and HKD show them.
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("iban", String(34), primary_key=True),
    Column("bic", String(11), nullable=False),
    Column("name", Text, nullable=False),
    Column("currency", String(3), nullable=False),
)

STATEMENT_FILES = Table(
    "statement_files",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("partner_id", String(35), ForeignKey("connections.partner_id"), nullable=False),
    # mt940 · cfonb120
    Column("kind", String(20), nullable=False),
    Column("iban", String(34), nullable=False),
    Column("day", String(10), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("queued_at", String(32), nullable=False),
    UniqueConstraint("partner_id", "kind", "iban", "day"),
)

# What a person has to decide: other content for a day that a client has already confirmed.
CONFLICTS = Table(
    "conflicts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("file_id", Integer, ForeignKey("statement_files.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("found_at", String(32), nullable=False),
    # keep · replace; empty while nobody has decided
    Column("decision", String(10)),
    Column("decided_by", String(80)),
    Column("decided_at", String(32)),
    UniqueConstraint("file_id", "sha256"),
)

ORDERS = Table(
    "orders",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("partner_id", String(35), ForeignKey("connections.partner_id"), nullable=False),
    Column("user_id", String(35), nullable=False),
    Column("order_id", String(4), nullable=False),
    Column("order_type", String(3), nullable=False),
    # The EBICS name that was declared: a FileFormat of 2.x or the text form of a BTF.
    Column("declared", Text, nullable=False),
    Column("file_name", Text),
    Column("sha256", String(64), nullable=False, index=True),
    Column("content", LargeBinary, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("received_at", String(32), nullable=False),
    # awaiting · approved · refused · faulty
    Column("state", String(20), nullable=False),
    Column("payments", Integer),
    Column("control_sum", String(40)),
    Column("report", LargeBinary, nullable=False),
    Column("status_report", LargeBinary),
    Column("decided_by", String(80)),
    Column("decided_at", String(32)),
    Column("reason", Text),
    UniqueConstraint("partner_id", "order_id"),
)

# The customer protocol: one row is one step of HAC.
EVENTS = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("partner_id", String(35), nullable=False, index=True),
    Column("user_id", String(35), nullable=False),
    Column("at", String(32), nullable=False),
    Column("action", String(40), nullable=False),
    Column("code", String(4), nullable=False),
    Column("order_type", String(3), nullable=False),
    Column("order_id", String(4), nullable=False),
    Column("text", Text, nullable=False),
)

# What a user has confirmed by receipt: a statement file, a status report, or events up to a number.
RECEIPTS = Table(
    "receipts",
    METADATA,
    Column("partner_id", String(35), primary_key=True),
    Column("user_id", String(35), primary_key=True),
    # statement · status · events
    Column("what", String(10), primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
)

JOURNAL = Table(
    "journal",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("what", String(60), nullable=False),
    Column("order_id", String(4)),
    Column("code", String(6)),
    Column("symbol", Text),
    Column("reason_en", Text),
    Column("reason_fr", Text),
    Column("quirks", Text),
    Column("request_sha256", String(64)),
    Column("answer_sha256", String(64)),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# One row that everyone locks while the chain grows: two processes never write the same number.
JOURNAL_HEAD = Table(
    "journal_head",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one"),
)

# The messages as they went over the wire, kept for a while by choice; the journal holds their digests for ever.
MESSAGES = Table(
    "messages",
    METADATA,
    Column("seq", Integer, ForeignKey("journal.seq"), primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", String(32), nullable=False, index=True),
)

Index("ix_orders_state", ORDERS.c.state)
Index("ix_transactions_owner", TRANSACTIONS.c.partner_id)
