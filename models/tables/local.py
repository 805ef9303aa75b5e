"""The desk's own tables beside the synced ones: outbox, cursors, provisional effects, settings.

They live in the local store only and are never sent anywhere as rows. ``SCHEMA_VERSION`` counts
their form: the outbox must survive an update of the program, the synced tables need not.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

LOCAL = MetaData()
SCHEMA_VERSION = 2  # 2: the search index

# Commands on their way up; a row leaves when central has answered it.
OUTBOX = Table(
    "outbox",
    LOCAL,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("command_id", Text, nullable=False, unique=True),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, pushed, held
    Column("created_at", Text, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # a sequence number is never given twice
)

# How far each stream of changes has been stored.
CURSOR = Table(
    "cursor",
    LOCAL,
    Column("stream", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# The last event of the engine's ledger that was stored.
ENGINE_EVENT = Table(
    "engine_event",
    LOCAL,
    Column("ledger", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("stored_at", Text, nullable=False),
)

SETTING = Table(
    "setting",
    LOCAL,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Which rows a command not yet answered has touched on this desk (待同步).
PROVISIONAL_MARK = Table(
    "provisional_mark",
    LOCAL,
    Column("command_id", Text, primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("row_key", Text, primary_key=True),
)

# Central's form of those rows, to go back to; "" = central has no such row.
PROVISIONAL_BASE = Table(
    "provisional_base",
    LOCAL,
    Column("table_name", Text, primary_key=True),
    Column("row_key", Text, primary_key=True),
    Column("base", Text, nullable=False),
)

# What a stream says of a row that a newer word of another stream shows: a client was handed over,
# and this desk follows both managers.
ROW_ASIDE = Table(
    "row_aside",
    LOCAL,
    Column("table_name", Text, primary_key=True),
    Column("row_key", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("row", Text, nullable=False),
)

# Alerts of prices raised so far: kept over a restart of the desk with the time they were raised.
ALERT_RAISED = Table(
    "alert_raised",
    LOCAL,
    Column("alert_id", Text, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("raised_at", Text, nullable=False),
)

# What a security was worth when this desk last saw its price: for what is made without the engine.
PRICE_MARK = Table(
    "price_mark",
    LOCAL,
    Column("symbol", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("industry", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("price_units", BigInteger, nullable=False),
    Column("seen_at", Text, nullable=False),
)

# What a client's assets were when this desk last valued them on a day, every price known.
ASSET_MARK = Table(
    "asset_mark",
    LOCAL,
    Column("client_id", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("assets_cents", BigInteger, nullable=False),
    Column("seen_at", Text, nullable=False),
)

# The search index: its words are a virtual table, its clients and what is to be done are these.
SEARCH_INDEX = "client_search"
SEARCH_PLACE = Table(
    "client_search_place",
    LOCAL,
    Column("number", Integer, primary_key=True),
    Column("branch_id", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("row", BigInteger, nullable=False),  # in the index; 0 = none
    Column("content", BigInteger, nullable=False),  # digest of what the words were made of
    UniqueConstraint("client_id", "branch_id"),
)

# Clients whose words may no longer be true; empty at the end of every transaction.
SEARCH_STALE = Table(
    "client_search_stale",
    LOCAL,
    Column("client_id", Text, primary_key=True),
    Column("branch_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
