"""Tables that only central PostgreSQL has: what hubs and workers need beside the firm's rows.

As in models.tables.firm every table leads with ``branch_id`` (``*`` = the whole firm); moments are
ISO 8601 text with +08:00. A stream is named by its manager's id, ``*`` is the whole firm's.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from models.tables.columns import NAMING

CENTRAL = MetaData(naming_convention=NAMING)


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False, server_default=None if key else "")


def _whole(name: str, *, key: bool = False) -> Column[int]:
    return Column(
        name,
        BigInteger,
        primary_key=key,
        nullable=False,
        autoincrement=False,
        server_default=None if key else "0",
    )


# Commands as they came from the desks; ``arrival`` orders those of one client key.
INBOX = Table(
    "inbox",
    CENTRAL,
    _text("branch_id", key=True),
    _text("command_id", key=True),
    Column("arrival", BigInteger, Identity(always=True), nullable=False),
    _text("manager_id"),
    _text("author"),
    _text("desk"),
    _whole("sequence"),
    _text("key"),
    Column("envelope", LargeBinary, nullable=False),  # models.wire.commands.Envelope, MessagePack
    _text("received_at"),
    _text("state"),  # waiting, done
    Column("attempts", Integer, nullable=False, server_default="0"),
    _text("trouble"),  # what the last failed attempt said
    Index(
        "ix_inbox_waiting", "branch_id", "key", "arrival", postgresql_where=text("state='waiting'")
    ),
    Index("ix_inbox_arrival", "arrival", postgresql_where=text("state='waiting'")),
)

# Guard of exactly-once: written in the same transaction as the change.
APPLIED_COMMAND = Table(
    "applied_command",
    CENTRAL,
    _text("branch_id", key=True),
    _text("command_id", key=True),
    _text("manager_id"),
    _text("outcome"),
    _text("code"),
    _text("message"),
    _text("applied_at"),
)

# One row a stream, locked to commit: numbers are dense and in commit order.
CHANGE_COUNTER = Table(
    "change_counter",
    CENTRAL,
    _text("branch_id", key=True),
    _text("stream", key=True),
    _whole("last"),
    _whole("pruned_to"),  # a cursor below this cannot be served from the log: resync
)

CHANGE_LOG = Table(
    "change_log",
    CENTRAL,
    _text("branch_id", key=True),
    _text("stream", key=True),
    _whole("number", key=True),
    _text("table_name"),
    Column("row_key", JSON, nullable=False),
    Column("row", JSON, nullable=True),  # NULL = deleted
)

# Where a stream stood on a day: the change log is pruned by these.
STREAM_MARK = Table(
    "stream_mark",
    CENTRAL,
    _text("branch_id", key=True),
    _text("stream", key=True),
    _text("day", key=True),
    _whole("number"),
)

# Append-only; each entry carries the hash of the one before it in its chain.
AUDIT_ENTRY = Table(
    "audit_entry",
    CENTRAL,
    _text("branch_id", key=True),
    _text("chain", key=True),
    _whole("number", key=True),
    _text("at"),
    _text("author"),
    _text("action"),
    _text("subject"),
    _text("command_id"),
    _text("outcome"),
    _text("detail"),
    _text("previous_hash"),
    _text("hash"),
)

# Last entry of each chain: a cut tail is seen as well as a changed middle.
AUDIT_HEAD = Table(
    "audit_head",
    CENTRAL,
    _text("branch_id", key=True),
    _text("chain", key=True),
    _whole("number"),
    _text("hash"),
)

STAFF_CREDENTIAL = Table(
    "staff_credential",
    CENTRAL,
    _text("branch_id", key=True),
    _text("staff_id", key=True),
    _text("passphrase_hash"),  # scrypt$log2 n$r$p$salt$hash
)

# Tier of a client by day: points are multiplied by the tier of the trade date (D9).
CLIENT_TIER = Table(
    "client_tier",
    CENTRAL,
    _text("branch_id", key=True),
    _text("client_id", key=True),
    _text("starts_on", key=True),
    _text("manager_id"),
    _text("tier"),
    _text("tier_by"),
)

# The newest engine event that an order's row stands for.
ORDER_STEP = Table(
    "order_step",
    CENTRAL,
    _text("branch_id", key=True),
    _text("client_order_id", key=True),
    _text("manager_id"),
    _text("ledger"),
    _whole("number"),
)

# One row: which database this is. A desk that finds another one starts from scratch. A practice
# firm is one from before its first member of staff on, and stays one: no export leaves it.
IDENTITY = Table(
    "central_identity",
    CENTRAL,
    _text("branch_id", key=True),  # "*"
    _text("central_id"),
    _text("run_id"),  # "" = a real firm
    _text("trainee"),
    _text("began_at"),
    _text("scenario"),  # JSON: models.rules.access.practice.scenario.Scenario
)

# The command that an approval waits to do: written once, never changed.
HELD_COMMAND = Table(
    "held_command",
    CENTRAL,
    _text("branch_id", key=True),
    _text("approval_id", key=True),
    _text("manager_id"),
    _text("maker"),
    Column("envelope", LargeBinary, nullable=False),  # models.wire.commands.Envelope, MessagePack
)

# The bank of questions, from a day to a day; its right answers stand apart and go nowhere.
QUESTION = Table(
    "question",
    CENTRAL,
    _text("branch_id", key=True),  # "*"
    _text("question_id", key=True),
    _text("topic"),
    _text("kind"),  # models.rules.basis.settings.words.QuestionKind
    _text("text"),
    _text("options"),  # JSON
    _text("source"),
    _text("from_day"),
    _text("until_day"),  # "" = not retired
    _text("approval_id"),  # "" = there when central was built
    _text("retired_by"),  # the approval
)
QUESTION_KEY = Table(
    "question_key",
    CENTRAL,
    _text("branch_id", key=True),
    _text("question_id", key=True),
    _text("answers"),  # JSON: letters
    _text("approval_id"),
    ForeignKeyConstraint(
        ["branch_id", "question_id"], ["question.branch_id", "question.question_id"]
    ),
)

# The steps that the database holds life cycles to; the same as models.lives.steps.
LIFE_STEP = Table(
    "life_step",
    CENTRAL,
    _text("branch_id", key=True),  # "*"
    _text("life", key=True),  # name of the table
    _text("before", key=True),  # "" = a new row
    _text("after", key=True),
)

# Logins of persons at the database itself: a session that began with one is that person.
STAFF_LOGIN = Table(
    "staff_login",
    CENTRAL,
    _text("branch_id", key=True),
    _text("staff_id", key=True),
    _text("login"),
    _text("opened_at"),
    UniqueConstraint("login"),
)

# Which role sees which personal field how, and whether he may unmask it.
FIELD_RULE = Table(
    "field_rule",
    CENTRAL,
    _text("branch_id", key=True),  # "*"
    _text("role", key=True),
    _text("field", key=True),
    _text("shown"),  # clear, masked, hidden
    _text("unmask"),  # reason, never
)

# Every look at a field in clear; "transaction" tells whether the log was committed before.
UNMASKING = Table(
    "unmasking",
    CENTRAL,
    _text("branch_id", key=True),
    _text("unmasking_id", key=True),
    _text("manager_id"),
    _text("client_branch"),  # where the client is now
    _text("client_id"),
    _text("field"),
    _text("person"),
    _text("reason"),
    _text("asked_at"),
    _text("transaction"),
    _whole("expires_ms"),  # by the server's own clock, since 1970
)

# Fields of many clients that a person may see without asking each time, by an approval.
UNMASK_GRANT = Table(
    "unmask_grant",
    CENTRAL,
    _text("branch_id", key=True),
    _text("approval_id", key=True),
    _text("client_id", key=True),
    _text("manager_id"),
    _text("client_branch"),  # where the client is now
    _text("person"),
    _text("field"),
    _text("until"),
)
