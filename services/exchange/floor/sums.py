"""What one security has traded today, as its snapshots tell it."""


class DaySums:
    """Last, open, high and low in price units (0 before the first trade), and the day's sums."""

    __slots__ = ("high", "last", "low", "open", "trades", "turnover", "volume")

    def __init__(self) -> None:
        self.last = 0
        self.open = 0
        self.high = 0
        self.low = 0
        self.volume = 0
        self.turnover = 0
        self.trades = 0

    def add(self, price_units: int, quantity: int) -> None:
        """Count one trade."""
        self.last = price_units
        self.open = self.open or price_units
        self.high = max(self.high, price_units)
        self.low = min(self.low or price_units, price_units)
        self.volume += quantity
        self.turnover += price_units * quantity
        self.trades += 1
