"""How raw level-2 numbers become prices, quantities and amounts (market-rules § 2.8)."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal


class Field(StrEnum):
    """What a raw number is."""

    PRICE = "price"
    PREV_CLOSE = "prev_close"
    QTY = "qty"
    AMOUNT = "amount"


Venue = Literal["sse", "szse"]
Feed = Literal["tick", "snapshot"]

# Decimal places of the raw number.
_SSE = {Field.PRICE: 3, Field.PREV_CLOSE: 3, Field.QTY: 3, Field.AMOUNT: 5}
_SZSE_TICK = {Field.PRICE: 4, Field.PREV_CLOSE: 4, Field.QTY: 2, Field.AMOUNT: 4}
_SZSE_SNAPSHOT = {**_SZSE_TICK, Field.PRICE: 6}
_PLACES: dict[tuple[Venue, Feed], dict[Field, int]] = {
    ("sse", "tick"): _SSE,
    ("sse", "snapshot"): _SSE,
    ("szse", "tick"): _SZSE_TICK,
    ("szse", "snapshot"): _SZSE_SNAPSHOT,
}


def scaled(exchange: Venue, source: Feed, field: Field, raw: int) -> Decimal:
    """Return the value of ``raw``: CNY, or shares; amounts of szse with 4 places (background)."""
    return Decimal(raw).scaleb(-_PLACES[exchange, source][field])
