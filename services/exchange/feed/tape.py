"""Writes what happens to one security in the dialect of its exchange (market-rules § 2.8)."""

from collections.abc import Iterable
from typing import Protocol

from models.market.instrument import Exchange, Phase
from models.trading.order import Side
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_REFERENCE,
    KIND_TRADE,
    ORDER_LIMIT,
    ORDER_MARKET,
    ORDER_NONE,
    ORDER_OWN_BEST,
    PHASES,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.exchange.feed.channel import Channel
from services.exchange.matching.order import BookOrder, Match, OrderKind, Pairing


class Tape(Protocol):
    """What a venue tells the feed."""

    channel: Channel

    def next_number(self) -> int:
        """Return the number the next incoming order will carry."""
        ...

    def came_in(self, order: BookOrder, kind: OrderKind, time_ms: int) -> None:
        """An order arrived; nothing has traded yet."""
        ...

    def traded(self, order: BookOrder, matches: Iterable[Match], time_ms: int) -> None:
        """The arrived order took these."""
        ...

    def rested(self, order: BookOrder, time_ms: int) -> None:
        """What is left of the arrived order is in the book now."""
        ...

    def withdrawn(self, order: BookOrder, quantity: int, time_ms: int) -> None:
        """Shares of a resting order were withdrawn."""
        ...

    def expired(self, order: BookOrder, quantity: int, time_ms: int) -> None:
        """What is left of an arrived market order was withdrawn before it could rest."""
        ...

    def paired(self, pairings: Iterable[Pairing], price_units: int, time_ms: int) -> None:
        """An auction traded."""
        ...

    def phase(self, phase: Phase, time_ms: int) -> None:
        """A phase began."""
        ...

    def reference(self, price_units: int, time_ms: int) -> None:
        """The day's previous close."""
        ...


class ShanghaiTape:
    """Hides orders that fill at once: trades first, then an add of the remainder only."""

    flags = FLAG_SHANGHAI

    def __init__(self, channel: Channel, instrument: int) -> None:
        self.channel = channel
        self.instrument = instrument

    def next_number(self) -> int:
        """Return the next order number of the channel."""
        return self.channel.next_order_number()

    def came_in(self, order: BookOrder, kind: OrderKind, time_ms: int) -> None:
        """Say nothing: Shanghai publishes no order before it rests."""

    def traded(self, order: BookOrder, matches: Iterable[Match], time_ms: int) -> None:
        """Publish the trades, the incoming order as the aggressor."""
        number, publish = order.number, self.channel.publish
        is_buy = order.side is Side.BUY
        aggressor = SIDE_BUY if is_buy else SIDE_SELL
        for resting, price, quantity in matches:
            buy, sell = (number, resting.number) if is_buy else (resting.number, number)
            publish(
                KIND_TRADE,
                aggressor,
                ORDER_NONE,
                self.flags,
                self.instrument,
                buy,
                sell,
                quantity,
                price,
                time_ms,
            )

    def rested(self, order: BookOrder, time_ms: int) -> None:
        """Publish what is left as an add."""
        self._order(KIND_ADD, order, ORDER_LIMIT, order.left, time_ms)

    def withdrawn(self, order: BookOrder, quantity: int, time_ms: int) -> None:
        """Publish a delete."""
        self._order(KIND_DELETE, order, ORDER_NONE, quantity, time_ms)

    def expired(self, order: BookOrder, quantity: int, time_ms: int) -> None:
        """Say nothing: what never rested was never published."""

    def paired(self, pairings: Iterable[Pairing], price_units: int, time_ms: int) -> None:
        """Publish an auction's trades; nobody is the aggressor."""
        for buy, sell, quantity in pairings:
            self.channel.publish(
                KIND_TRADE,
                SIDE_NONE,
                ORDER_NONE,
                self.flags,
                self.instrument,
                buy.number,
                sell.number,
                quantity,
                price_units,
                time_ms,
            )

    def phase(self, phase: Phase, time_ms: int) -> None:
        """Publish the phase's code."""
        self._fact(KIND_PHASE, PHASES.index(phase), time_ms)

    def reference(self, price_units: int, time_ms: int) -> None:
        """Publish the previous close."""
        self._fact(KIND_REFERENCE, price_units, time_ms)

    def _order(
        self, record: int, order: BookOrder, order_type: int, quantity: int, time_ms: int
    ) -> None:
        side = SIDE_BUY if order.side is Side.BUY else SIDE_SELL
        self.channel.publish(
            record,
            side,
            order_type,
            self.flags,
            self.instrument,
            order.number,
            0,
            quantity,
            order.price_units,
            time_ms,
        )

    def _fact(self, record: int, value: int, time_ms: int) -> None:
        self.channel.publish(
            record, SIDE_NONE, ORDER_NONE, self.flags, self.instrument, 0, 0, 0, value, time_ms
        )


_ORDER_TYPES = {OrderKind.LIMIT: ORDER_LIMIT, OrderKind.OWN_BEST: ORDER_OWN_BEST}


class ShenzhenTape(ShanghaiTape):
    """Shows every order whole as it arrives; its number is the sequence of that record."""

    flags = 0

    def next_number(self) -> int:
        """Return the sequence the order's own record is about to get."""
        return self.channel.last_sequence + 1

    def came_in(self, order: BookOrder, kind: OrderKind, time_ms: int) -> None:
        """Publish the whole order; the kinds of market order look all the same."""
        order_type = _ORDER_TYPES.get(kind, ORDER_MARKET)
        self._order(KIND_ADD, order, order_type, order.left, time_ms)

    def rested(self, order: BookOrder, time_ms: int) -> None:
        """Say nothing: the order was published when it came in."""

    def expired(self, order: BookOrder, quantity: int, time_ms: int) -> None:
        """Publish the delete of what a market order could not trade."""
        self._order(KIND_DELETE, order, ORDER_NONE, quantity, time_ms)


def tape_for(exchange: Exchange, channel: Channel, instrument: int) -> Tape:
    """Return the tape in the dialect of ``exchange``; Beijing is published like Shenzhen."""
    if exchange is Exchange.SSE:
        return ShanghaiTape(channel, instrument)
    return ShenzhenTape(channel, instrument)
