"""Connections to the encrypted file: SQLCipher below SQLAlchemy Core."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

_WAIT_S = 5.0
_CACHE_KIB = 16_384
_CHECKPOINT_PAGES = 4_000  # 16 MB: a page that several transactions change is moved once


@dataclass(frozen=True, slots=True)
class CipherFile:
    """The file and its raw 256-bit key."""

    file: Path
    key: bytes


def write_engine(source: CipherFile, *, synchronous: str, pool_size: int = 1) -> Engine:
    """Return an engine whose transactions take the write lock at once.

    ``synchronous`` FULL: a commit survives a power cut; NORMAL: it may be lost, never torn.
    """
    return _engine(source, f"PRAGMA synchronous={synchronous}", "BEGIN IMMEDIATE", pool_size)


def read_engine(source: CipherFile, *, pool_size: int) -> Engine:
    """Return an engine whose transactions see one unchanging state and cannot write."""
    return _engine(source, "PRAGMA query_only=ON", "BEGIN", pool_size)


def unlock_file(connection: Any, key: bytes) -> None:  # noqa: ANN401 -- sqlcipher3 has no type stubs
    """Give a new connection the key of its file."""
    connection.execute("PRAGMA cipher_log_level=NONE")
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")


def set_up_connection(connection: Any) -> None:  # noqa: ANN401 -- sqlcipher3 has no type stubs
    """Set what every connection to a store has."""
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    connection.execute("PRAGMA recursive_triggers=ON")  # REPLACE tells of the row it takes


def _engine(source: CipherFile, pragma: str, begin: str, pool_size: int) -> Engine:
    def connect() -> Any:  # noqa: ANN401 -- sqlcipher3 has no type stubs
        connection = dbapi2.connect(
            str(source.file), timeout=_WAIT_S, isolation_level=None, check_same_thread=False
        )
        unlock_file(connection, source.key)
        set_up_connection(connection)
        connection.execute(pragma)
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        module=dbapi2,
        creator=connect,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
    )

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
