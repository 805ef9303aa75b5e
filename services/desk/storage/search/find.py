"""Answers a typed text with client ids, best first."""

from sqlalchemy import Connection

from models.tables.local import SEARCH_INDEX, SEARCH_PLACE
from services.desk.storage.search.rank import NUMBER_MASK
from services.desk.storage.search.words import Ask, asks

_FIND = (
    f"SELECT place.client_id FROM {SEARCH_INDEX}"
    f" JOIN {SEARCH_PLACE.name} AS place ON place.number = ({SEARCH_INDEX}.rowid & {NUMBER_MASK})"
    f" WHERE {SEARCH_INDEX} MATCH ? ORDER BY {SEARCH_INDEX}.rowid LIMIT ?"
)
NO_LIMIT = -1


def find_clients(
    connection: Connection, text: str, limit: int = NO_LIMIT
) -> tuple[tuple[str, ...], ...]:
    """Return the ids of at most ``limit`` clients whom ``text`` finds, in groups, best first.

    Whole account or mobile first, then tails of numbers or names that start so, in characters or
    spelled, then later parts; within each platinum first, then by bands of assets. A blank text
    finds nobody.
    """
    seen: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for ask in asks(text):
        left = limit - len(seen) if limit >= 0 else NO_LIMIT
        if left == 0:
            break
        group = _answers(connection, ask, limit, seen)
        groups.append(group[:left] if left > 0 else group)
        seen.update(groups[-1])
    return tuple(group for group in groups if group)


def _answers(connection: Connection, ask: Ask, limit: int, seen: set[str]) -> tuple[str, ...]:
    start = "" if ask.whole else "*"
    driver = connection.connection.driver_connection
    assert driver is not None
    rows = driver.execute(_FIND, (f'"{ask.by.value}{ask.text}"{start}', limit))
    return tuple(client_id for (client_id,) in rows if client_id not in seen)
