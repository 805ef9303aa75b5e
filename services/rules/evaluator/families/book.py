"""Level-2 scales, rebuilt books and matching (rules_eval § 7)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from models.rules.market.book.matching import IncomingOrder, RestingOrder, match
from models.rules.market.book.messages import Message, SseMessage, SzseMessage
from models.rules.market.book.orders import BookOrder
from models.rules.market.book.rebuild import RebuiltBook, rebuild
from models.rules.market.book.scale import Feed, Field, Venue, scaled
from models.trading.order import Side
from services.rules.evaluator.world import Judge, World, family
from services.rules.reading import read


@dataclass(frozen=True, slots=True)
class _ScaleGiven:
    exchange: Venue
    source: Feed
    field: Field
    raw: int


@dataclass(frozen=True, slots=True)
class _RebuildGiven:
    exchange: Venue
    messages: tuple[object, ...]
    first_seq: int = 1


@dataclass(frozen=True, slots=True)
class _SseRow:
    row: SseMessage


@dataclass(frozen=True, slots=True)
class _SzseRow:
    row: SzseMessage


@dataclass(frozen=True, slots=True)
class _MatchGiven:
    bids: tuple[RestingOrder, ...]
    asks: tuple[RestingOrder, ...]
    incoming: IncomingOrder


def _rebuild(given: _RebuildGiven, world: World) -> object:
    rows = [row for row in given.messages if not _is_filler(row)]
    messages = [_message(given.exchange, row, at) for at, row in enumerate(rows)]
    rebuilt = rebuild(messages, given.first_seq)
    return {**_told(rebuilt), "skipped": len(given.messages) - len(rows)}


def _is_filler(row: object) -> bool:
    """A row whose numbers are all zero is no message (vendor files hold one at 9:26:00)."""
    if not isinstance(row, dict):
        return False
    numbers = [value for value in row.values() if type(value) is int] + _price_of(row)
    return bool(numbers) and not any(numbers)


def _price_of(row: dict[str, object]) -> list[int]:
    price = row.get("price")
    if not isinstance(price, str):
        return []
    return [0 if not price.strip("0.") else 1]


def _message(exchange: Literal["sse", "szse"], row: object, at: int) -> Message:
    place = f"given.messages[{at}]"
    if exchange == "sse":
        return read(_SseRow, {"row": row}, place).row
    return read(_SzseRow, {"row": row}, place).row


def _told(rebuilt: RebuiltBook) -> dict[str, object]:
    book = rebuilt.book
    return {
        "bids": book.levels(Side.BUY),
        "asks": book.levels(Side.SELL),
        "orders": {str(order_id): _order(order) for order_id, order in book.orders.items()},
        "volume": book.volume,
        "applied": rebuilt.applied,
        "held": rebuilt.held,
        "gap": rebuilt.gap,
        "duplicates": rebuilt.duplicates,
        "errors": rebuilt.errors,
        "bid_total": book.total(Side.BUY),
        "ask_total": book.total(Side.SELL),
        "bid_mean": book.mean(Side.BUY),
        "ask_mean": book.mean(Side.SELL),
        "source": "§ 2.8",
    }


def _order(order: BookOrder) -> dict[str, object]:
    return {
        "side": order.side,
        "orig": order.orig,
        "left": order.left,
        "inferred": order.inferred,
    }


def _scale(given: _ScaleGiven, world: World) -> dict[str, Decimal | str]:
    value = scaled(given.exchange, given.source, given.field, given.raw)
    return {"value": value.normalize(), "source": "§ 2.8"}


BOOK: dict[str, Judge] = {
    "level2.scale": family(_ScaleGiven, _scale),
    "book.rebuild": family(_RebuildGiven, _rebuild),
    "book.match": family(
        _MatchGiven, lambda given, _: match(given.bids, given.asks, given.incoming)
    ),
}
