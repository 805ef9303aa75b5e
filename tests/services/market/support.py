"""Builds small market days for the tests of this room."""

from itertools import count

from models.market.instrument import Board, Exchange, Phase, SecurityKind, SecurityStatus
from models.wire.exchange import FeedInstrument, FeedWelcome
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_TRADE,
    ORDER_LIMIT,
    PHASES,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.feed.frames import encode_frame
from services.market.feed.record import FeedRecord

SHANGHAI = 0
SHENZHEN = 1
CHANNEL = 6
TEN_O_CLOCK = 36_000_000


def listed(index: int, symbol: str, channel: int = CHANNEL) -> FeedInstrument:
    """Return a stock at 10 yuan with a band of 10 %."""
    return FeedInstrument(
        index=index,
        symbol=symbol,
        name=f"股票{index}",
        exchange=Exchange.SSE if symbol.endswith("SH") else Exchange.SZSE,
        board=Board.MAIN,
        kind=SecurityKind.STOCK,
        status=SecurityStatus.NORMAL,
        industry="",
        channel=channel,
        previous_close_units=100_000,
        limit_up_units=110_000,
        limit_down_units=90_000,
    )


def welcome(session: str = "one") -> FeedWelcome:
    """Return a day of one Shanghai and one Shenzhen stock in the same channel."""
    return FeedWelcome(
        session, "2023-02-01", 1.0, (listed(SHANGHAI, "600000.SH"), listed(SHENZHEN, "000001.SZ"))
    )


class Tape:
    """Writes records of one channel with dense sequences."""

    def __init__(self) -> None:
        self.records: list[FeedRecord] = []
        self._sequences = count(1)
        self.time_ms = TEN_O_CLOCK

    def _put(
        self,
        kind: int,
        side: int,
        order: int,
        instrument: int,
        order_id: int,
        other_id: int,
        quantity: int,
        price: int,
    ) -> FeedRecord:
        flags = FLAG_SHANGHAI if instrument == SHANGHAI else 0
        record = FeedRecord(
            kind,
            side,
            order,
            flags,
            instrument,
            order_id,
            other_id,
            quantity,
            next(self._sequences),
            price,
            self.time_ms,
        )
        self.records.append(record)
        return record

    def phase(self, instrument: int, phase: Phase) -> FeedRecord:
        """Write a phase."""
        return self._put(KIND_PHASE, SIDE_NONE, 0, instrument, 0, 0, 0, PHASES.index(phase))

    def buy(
        self, instrument: int, order_id: int, price: int, quantity: int, order: int = ORDER_LIMIT
    ) -> FeedRecord:
        """Write a buy order."""
        return self._put(KIND_ADD, SIDE_BUY, order, instrument, order_id, 0, quantity, price)

    def sell(
        self, instrument: int, order_id: int, price: int, quantity: int, order: int = ORDER_LIMIT
    ) -> FeedRecord:
        """Write a sell order."""
        return self._put(KIND_ADD, SIDE_SELL, order, instrument, order_id, 0, quantity, price)

    def cancel(self, instrument: int, side: int, order_id: int, quantity: int) -> FeedRecord:
        """Write a cancel."""
        return self._put(KIND_DELETE, side, 0, instrument, order_id, 0, quantity, 0)

    def trade(
        self, instrument: int, side: int, buy: int, sell: int, price: int, quantity: int
    ) -> FeedRecord:
        """Write a trade; ``side`` is the aggressor."""
        return self._put(KIND_TRADE, side, 0, instrument, buy, sell, quantity, price)

    def frame(self, first: int, last: int, sent_ns: int = 0) -> bytes:
        """Return the records ``first`` … ``last`` as a frame."""
        return encode_frame(CHANNEL, first, self.records[first - 1 : last], sent_ns)
