"""What one security traded, in plain Python: last, open, high, low, ticks and minute bars."""

from collections import deque

from services.market.kernel.book import TICK_RING, WORD, BarRow, TickRow

_MS_PER_MINUTE = 60_000
OPENING_MINUTE = 570


class TwinTape:
    """Trades of one book. The opening auction's belong to the minute 09:30, as charts have it."""

    __slots__ = ("bars", "high", "last", "low", "open", "ticks", "trades", "turnover", "volume")

    def __init__(self) -> None:
        self.last = 0
        self.open = 0
        self.high = 0
        self.low = 0
        self.volume = 0
        self.turnover = 0
        self.trades = 0
        self.ticks: deque[TickRow] = deque(maxlen=TICK_RING)
        self.bars: list[list[int]] = []

    def trade(self, time_ms: int, price: int, quantity: int, side: int) -> None:
        """Count one trade."""
        self.trades += 1
        self.last = price
        self.open = self.open or price
        self.high = max(self.high, price)
        self.low = min(self.low or price, price)
        self.volume += quantity
        self.turnover = (self.turnover + price * quantity) & WORD
        self.ticks.append((self.trades, time_ms, price, quantity, side))
        self._bar(max(time_ms // _MS_PER_MINUTE, OPENING_MINUTE), price, quantity)

    def _bar(self, minute: int, price: int, quantity: int) -> None:
        if not self.bars or minute > self.bars[-1][0]:
            self.bars.append([minute, price, price, price, price, 0, 0, 0])
        bar = self.bars[-1]
        bar[2] = max(bar[2], price)
        bar[3] = min(bar[3], price)
        bar[4] = price
        bar[5] += quantity
        bar[6] = self.volume
        bar[7] = self.turnover

    def rows(self, from_minute: int) -> list[BarRow]:
        """Return bars from a minute on."""
        return [_row(bar) for bar in self.bars if bar[0] >= from_minute]

    def words(self) -> list[int]:
        """Return the numbers that the state hash is made of."""
        return [self.last, self.open, self.high, self.low, self.volume, self.turnover, self.trades]


def _row(bar: list[int]) -> BarRow:
    minute, opened, high, low, close, volume, day_volume, turnover = bar
    return (minute, opened, high, low, close, volume, day_volume, turnover)
