"""Compares a rebuilt book with a snapshot that shows the very same state of it."""

from models.market.instrument import Exchange
from services.market.feed.snapshots import Snapshot, auction_rows
from services.market.kernel.auction import auction_rule
from services.market.kernel.book import UNKNOWN_PHASE, BookFacts, Books
from services.market.pictures import average


def difference(
    books: Books, index: int, exchange: Exchange, tick_units: int, shown: Snapshot
) -> str:
    """Return in Chinese what differs first, "" when book and snapshot agree in everything told."""
    facts = books.facts(index)
    trades = _of_trades(facts, shown)
    if trades:
        return trades
    if shown.is_auction:
        return _of_auction(books, index, exchange, tick_units, shown, facts)
    return _of_ladder(books, index, shown, facts)


def _of_trades(facts: BookFacts, shown: Snapshot) -> str:
    pairs = (
        ("成交笔数", facts.trades, shown.trades),
        ("成交量", facts.volume, shown.volume),
        ("成交额", facts.turnover, shown.turnover),
        ("最新价", facts.last, shown.last),
        ("开盘价", facts.open, shown.open),
        ("最高价", facts.high, shown.high),
        ("最低价", facts.low, shown.low),
        ("昨收价", facts.previous_close or shown.previous_close, shown.previous_close),
        ("阶段", shown.phase if facts.phase == UNKNOWN_PHASE else facts.phase, shown.phase),
    )
    return next((word for word, own, told in pairs if own != told), "")


def _of_ladder(books: Books, index: int, shown: Snapshot, facts: BookFacts) -> str:
    bids, asks = books.top(index)
    if tuple(bids) != shown.bids:
        return "买盘"
    if tuple(asks) != shown.asks:
        return "卖盘"
    if facts.totals != (shown.bid_total, shown.ask_total):
        return "委托总量"
    averages = tuple(map(average, facts.values, facts.totals))
    return "" if averages == (shown.bid_average, shown.ask_average) else "委托均价"


def _of_auction(
    books: Books,
    index: int,
    exchange: Exchange,
    tick_units: int,
    shown: Snapshot,
    facts: BookFacts,
) -> str:
    reference = facts.last or shown.previous_close
    found = books.match(index, auction_rule(exchange), reference, tick_units)
    return "" if auction_rows(*found) == (shown.bids, shown.asks) else "集合竞价"
