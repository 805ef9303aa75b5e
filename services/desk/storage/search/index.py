"""Keeps the search index true: what a transaction changed is in it when the transaction ends."""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Connection

from models.tables.firm import ACCOUNT, CLIENT
from models.tables.local import SEARCH_INDEX, SEARCH_PLACE, SEARCH_STALE
from services.desk.storage.rows import fetch_all, read_setting, write_setting
from services.desk.storage.search.marks import lay_triggers
from services.desk.storage.search.rank import band_sql, row_number
from services.desk.storage.search.words import Named, search_words

_FORM = "2"  # another one = words, ranks or index are made otherwise: make all anew
_SETTING = "search_form"
_CHUNK = 2_000
_MERGED_SHARE = 4  # a quarter of all clients new or changed: merge the index into one piece
_HASH_BYTES = 8 * 1024 * 1024

# Prefix lists for one to eight signs behind the sign of a word's kind: a list is read as it lies,
# so that even one letter, which finds a fifth of all, gives its first fifty in some microseconds.
_CREATE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {SEARCH_INDEX} USING fts5("
    "words, content='', contentless_delete=1, detail=none, tokenize='ascii',"
    " prefix='2 3 4 5 6 7 8 9')"
)
_STALE = (
    "SELECT stale.branch_id, stale.client_id, client.name, client.pinyin, client.initials,"
    f" client.mobile, client.tier, {band_sql('client.average_assets_cents')},"
    f" (SELECT group_concat(account, ' ') FROM {ACCOUNT.name} AS account"
    "   WHERE account.client_id = stale.client_id AND account.branch_id = stale.branch_id),"
    " place.number, place.row, place.content"
    f" FROM {SEARCH_STALE.name} AS stale"
    f" LEFT JOIN {CLIENT.name} AS client USING (branch_id, client_id)"
    f" LEFT JOIN {SEARCH_PLACE.name} AS place USING (client_id, branch_id)"
)
_ANY = f"SELECT 1 FROM {SEARCH_STALE.name} LIMIT 1"
_DONE = f"DELETE FROM {SEARCH_STALE.name}"
_NEWEST = f"SELECT coalesce(max(number), 0) FROM {SEARCH_PLACE.name}"
_ALL_STALE = (
    f"INSERT OR IGNORE INTO {SEARCH_STALE.name} (client_id, branch_id)"
    f" SELECT client_id, branch_id FROM {CLIENT.name}"
)
_TAKE_WORDS = f"DELETE FROM {SEARCH_INDEX} WHERE rowid = ?"
_TAKE_PLACE = f"DELETE FROM {SEARCH_PLACE.name} WHERE number = ?"
_ADD_WORDS = f"INSERT INTO {SEARCH_INDEX} (rowid, words) VALUES (?, ?)"
_ADD_PLACE = (
    f"INSERT OR REPLACE INTO {SEARCH_PLACE.name}"
    " (number, branch_id, client_id, row, content) VALUES (?, ?, ?, ?, ?)"
)
_EMPTY = f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}) VALUES ('delete-all')"
_MERGE = f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}) VALUES ('optimize')"
_HASH = f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}, rank) VALUES ('hashsize', {_HASH_BYTES})"


@dataclass(frozen=True, slots=True)
class _Line:
    """A client whose words may have changed, and his place in the index (number 0 = none)."""

    branch_id: str
    client_id: str
    named: Named | None
    tier: str
    band: int
    number: int
    row: int
    content: int

    def digest(self) -> int:
        """What his words and his row are made of, as one number."""
        parts = repr((self.named, self.tier, self.band)).encode()
        found: int = struct.unpack("<q", hashlib.blake2b(parts, digest_size=8).digest())[0]
        return found


def prepare_search(connection: Connection) -> None:
    """Make the index; fill it where it is new or made by another program."""
    connection.exec_driver_sql(_CREATE)
    lay_triggers(connection)
    if read_setting(connection, _SETTING) == _FORM:
        return
    connection.exec_driver_sql(_EMPTY)
    connection.exec_driver_sql(_HASH)
    connection.execute(SEARCH_PLACE.delete())
    connection.exec_driver_sql(_ALL_STALE)
    write_setting(connection, _SETTING, _FORM)


def forget_search(connection: Connection) -> None:
    """Let the next ``prepare_search`` make all anew: its tables were dropped."""
    write_setting(connection, _SETTING, "")


def has_stale_words(connection: Connection) -> bool:
    """Whether transactions left words to be renewed."""
    return bool(fetch_all(connection, _ANY))


def renew_search(connection: Connection) -> None:
    """Bring the words of all noted clients up to date; last thing in a writing transaction."""
    driver: Any = connection.connection.driver_connection
    if driver.execute(_ANY).fetchone() is None:
        return
    newest = driver.execute(_NEWEST).fetchone()[0]
    numbers = count(newest + 1)
    stale = driver.execute(_STALE)
    renewed = 0
    while rows := stale.fetchmany(_CHUNK):
        renewed += _renew(driver, [_line(row) for row in rows], numbers)
    driver.execute(_DONE)
    if renewed > _CHUNK and renewed * _MERGED_SHARE >= newest:
        driver.execute(_MERGE)


def _line(row: Sequence[Any]) -> _Line:
    branch_id, client_id, name, pinyin, initials, mobile, tier, band, accounts = row[:9]
    numbers = sorted(accounts.split()) if accounts else []
    named = None if name is None else Named(name, pinyin, initials, (*numbers, mobile))
    return _Line(branch_id, client_id, named, tier, band, *(place or 0 for place in row[9:]))


def _renew(driver: Any, lines: Sequence[_Line], numbers: Iterator[int]) -> int:  # noqa: ANN401 -- sqlcipher3 has no type stubs
    gone = [line for line in lines if line.named is None and line.number]
    changed = [line for line in lines if line.named is not None and line.digest() != line.content]
    driver.executemany(_TAKE_WORDS, [(line.row,) for line in (*gone, *changed) if line.number])
    driver.executemany(_TAKE_PLACE, [(line.number,) for line in gone])
    places = [_place(line, line.number or next(numbers)) for line in changed]
    driver.executemany(_ADD_PLACE, places)
    words = [_words(line, place[3]) for line, place in zip(changed, places, strict=True)]
    driver.executemany(_ADD_WORDS, words)
    return len(changed)


def _place(line: _Line, number: int) -> tuple[int, str, str, int, int]:
    row = row_number(line.tier, line.band, number)
    return number, line.branch_id, line.client_id, row, line.digest()


def _words(line: _Line, row: int) -> tuple[int, str]:
    assert line.named is not None
    return row, " ".join(sorted(search_words(line.named)))
