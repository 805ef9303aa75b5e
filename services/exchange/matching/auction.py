"""Holds a call auction on a book: the price by the rules, then pairing by price and time."""

from models.market.instrument import Exchange
from models.rules.market.auction.uncrossing import AuctionPrice, auction_price
from services.exchange.matching.book import Book
from services.exchange.matching.order import Pairing
from services.exchange.matching.side import BookSide


def uncross(
    exchange: Exchange, book: Book, tick_units: int, reference_units: int
) -> tuple[AuctionPrice | None, list[Pairing]]:
    """Hold the auction on ``book``: find the price, take the paired shares out of the book."""
    bids, asks = levels_of(book.bids), levels_of(book.asks)
    found = auction_price(exchange, bids, asks, tick_units, reference_units)
    if found is None:
        return None, []
    pairings = pair_orders(book, found)
    book.settle(pairings, found.price_units)
    return found, pairings


def pair_orders(book: Book, found: AuctionPrice) -> list[Pairing]:
    """Return the pairings of an auction in the order they trade: best price, then first in time."""
    buys, sells = book.bids.orders(), book.asks.orders()
    pairings: list[Pairing] = []
    wanted = found.volume
    buy, sell = next(buys), next(sells)
    buy_left, sell_left = buy.left, sell.left
    while wanted:
        quantity = min(buy_left, sell_left, wanted)
        pairings.append(Pairing(buy, sell, quantity))
        wanted -= quantity
        buy_left -= quantity
        sell_left -= quantity
        if wanted and not buy_left:
            buy = next(buys)
            buy_left = buy.left
        if wanted and not sell_left:
            sell = next(sells)
            sell_left = sell.left
    return pairings


def levels_of(side: BookSide) -> list[tuple[int, int]]:
    """Return (price, quantity) of a whole side."""
    return [(price, quantity) for price, quantity, _ in side.depth(len(side.keys))]
