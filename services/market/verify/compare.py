"""Compares one published snapshot with one state of a rebuilt book."""

from dataclasses import dataclass

from models.market.instrument import Exchange
from models.market.picture import Level
from services.market.kernel.auction import NO_MATCH, AuctionMatch, auction_rule
from services.market.kernel.book import BookFacts, Books, LevelRow
from services.market.sources.snapshots import LEVELS, ExchangeSnapshot

AUCTION_PHASES = frozenset({"OCALL", "CCALL"})
LADDER_PHASES = frozenset({"TRADE", "CLOSE", "ENDTR", "BREAK", "SUSP"})

Row = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is compared: levels a side, best first, and the totals of both sides."""

    bids: Row
    asks: Row
    totals: tuple[int, int]


def published(snapshot: ExchangeSnapshot) -> Picture:
    """Return what the exchange showed."""
    return Picture(
        [_row(level) for level in snapshot.bids],
        [_row(level) for level in snapshot.asks],
        (snapshot.bid_total, snapshot.ask_total),
    )


def _row(level: Level) -> tuple[int, int, int]:
    return level.price_units, level.quantity, level.order_count


def ladder(books: Books) -> Picture:
    """Return ten levels and totals of the only book."""
    bids, asks = books.top(0)
    return Picture(bids, asks, books.facts(0).totals)


def auction(
    books: Books, exchange: Exchange, snapshot: ExchangeSnapshot, tick_units: int
) -> Picture:
    """Return the virtual match as the exchange shows it: price and volume, then the remainder."""
    reference = books.facts(0).last or snapshot.previous_close_units
    match = AuctionMatch(*books.match(0, auction_rule(exchange), reference, tick_units))
    if match == NO_MATCH:
        return Picture([], [], (0, 0))
    first = (match.price_units, match.volume, 0)
    bids, asks = [first], [first]
    if match.unmatched:
        (bids if match.unmatched > 0 else asks).append((0, abs(match.unmatched), 0))
    return Picture(bids, asks, (0, 0))


def is_same_ladder(shown: Picture, built: Picture) -> bool:
    """Whether ten levels, their order counts and both totals agree; -1 = not published."""
    return (
        all(_agrees(told, own) for told, own in zip(shown.totals, built.totals, strict=True))
        and _same_rows(shown.bids, built.bids)
        and _same_rows(shown.asks, built.asks)
    )


def is_same_auction(shown: Picture, built: Picture) -> bool:
    """Whether virtual price, matched volume and remainder agree."""
    return _prices_and_sizes(shown.bids) == _prices_and_sizes(built.bids) and _prices_and_sizes(
        shown.asks
    ) == _prices_and_sizes(built.asks)


def odd_number(snapshot: ExchangeSnapshot, facts: BookFacts) -> str:
    """Return which number of the trades differs, "" for none; only told ones are compared.

    Prices in continuous trading only: after it the last price may be the official close.
    """
    pairs = [("volume", snapshot.volume, facts.volume)]
    if snapshot.phase == "TRADE":
        pairs += [
            ("last", snapshot.last_units, facts.last),
            ("high", snapshot.high_units, facts.high),
            ("low", snapshot.low_units, facts.low),
        ]
    return next((name for name, told, own in pairs if told > 0 and told != own), "")


def is_blank(shown: Picture) -> bool:
    """Whether the exchange showed no book at all."""
    return not shown.bids and not shown.asks


def is_virtual(shown: Picture) -> bool:
    """Whether the exchange showed an auction's match: both sides at one price."""
    return bool(shown.bids and shown.asks) and shown.bids[0][:2] == shown.asks[0][:2]


def _agrees(told: int, own: int) -> bool:
    return told < 0 or told == own


def _same_rows(told: Row, own: list[LevelRow]) -> bool:
    return len(told) == len(own[:LEVELS]) and all(
        row[:2] == mine[:2] and _agrees(row[2], mine[2])
        for row, mine in zip(told, own, strict=False)
    )


def _prices_and_sizes(rows: Row) -> list[tuple[int, int]]:
    return [(price, quantity) for price, quantity, _ in rows if quantity]
