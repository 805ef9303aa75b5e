"""Reads the demo firm's list of securities."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus
from models.money import price_units


@dataclass(frozen=True, slots=True)
class ListedSecurity:
    """One row of resources/demo/securities.csv; the price in price units.

    ``listing_day`` counts the first trading days of its life from 1, None = long listed.
    """

    symbol: str
    name: str
    exchange: Exchange
    board: Board
    kind: SecurityKind
    status: SecurityStatus
    industry: str
    previous_close_units: int
    events_per_minute: int
    listing_day: int | None = None


def read_securities() -> tuple[ListedSecurity, ...]:
    """Return the demo securities in file order."""
    text = files("resources").joinpath("demo/securities.csv").read_text("utf-8")
    return tuple(_security(row) for row in csv.DictReader(text.splitlines()))


def _security(row: dict[str, str]) -> ListedSecurity:
    return ListedSecurity(
        symbol=row["symbol"],
        name=row["name"],
        exchange=Exchange(row["exchange"]),
        board=Board(row["board"]),
        kind=SecurityKind(row["kind"]),
        status=SecurityStatus(row["status"]),
        industry=row["industry"],
        previous_close_units=price_units(Decimal(row["previous_close"])),
        events_per_minute=int(row["events_per_minute"]),
    )
