"""An in-memory market for page tests: 76 securities, books, ticks and bars that move on demand."""

import random
from collections.abc import Callable, Iterator

import msgspec
from pypinyin import Style, lazy_pinyin

from models.market.instrument import Instrument, Phase
from models.market.own_place import OwnPlace
from models.market.picture import BookHealth, Depth, Level, MinuteBar, Quote, Tick
from services.catalogue.securities import ListedSecurity, read_securities

TICK_UNITS = 100
BID_ORDERS = (3, 9, 1, 22, 5, 140, 8, 2, 31, 6)
MORNING = range(570, 690)
AFTERNOON = range(780, 897)


def initials(name: str) -> str:
    """Return the pinyin initials of a name, lower case."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


class FakeMarket:
    """Answers like the engine's view lane; ``step`` moves prices, ``set_last`` sets one."""

    def __init__(self, minutes: int = 202) -> None:
        self._random = random.Random(7)
        self._instruments = tuple(_instrument(i, s) for i, s in enumerate(read_securities()))
        self._by_symbol = {item.symbol: item for item in self._instruments}
        self._minutes = tuple([*MORNING, *AFTERNOON][:minutes])
        self._quotes = {item.symbol: self._first_quote(item) for item in self._instruments}
        self._bars: dict[str, tuple[MinuteBar, ...]] = {}
        self._revision = 1
        self.shown: dict[str, frozenset[str]] = {}
        self.health = BookHealth.GOOD
        self.own: dict[str, tuple[OwnPlace, ...]] = {}

    def instruments(self) -> tuple[Instrument, ...]:
        """All securities."""
        return self._instruments

    def find(self, text: str) -> tuple[Instrument, ...]:
        """Securities by code, name or initials."""
        asked = text.strip().lower()
        if not asked:
            return ()
        return tuple(
            item
            for item in self._instruments
            if item.symbol.lower().startswith(asked)
            or asked in item.name
            or item.pinyin.startswith(asked)
        )

    def instrument(self, symbol: str) -> Instrument | None:
        """One security."""
        return self._by_symbol.get(symbol)

    def show_depth(self, owner: str, symbols: frozenset[str]) -> None:
        """Remember what is shown, so that a test can ask."""
        self.shown[owner] = symbols

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote."""
        return self._quotes.get(symbol)

    def depth(self, symbol: str) -> Depth | None:
        """A book around the quote, only for a shown security."""
        if not any(symbol in symbols for symbols in self.shown.values()):
            return None
        return self._depth(self._quotes[symbol])

    def bars(self, symbol: str) -> tuple[MinuteBar, ...]:
        """Minute bars that end at the quote."""
        if symbol not in self._bars:
            self._bars[symbol] = tuple(self._walk(self._quotes[symbol]))
        return self._bars[symbol]

    def revision(self) -> int:
        """Rises with every step."""
        return self._revision

    def time_ms(self) -> int:
        """A second for every step."""
        return self._revision * 1_000

    def speed(self) -> float:
        """As a live day."""
        return 1.0

    def tell_moves_to(self, moved: Callable[[], object] | None) -> None:
        """Nobody needs it: a test looks when it wants."""

    def set_last(self, symbol: str, last_units: int) -> None:
        """Put one price."""
        quote = self._quotes[symbol]
        self._quotes[symbol] = msgspec.structs.replace(quote, last_units=last_units)
        self._revision += 1

    def step(self) -> None:
        """Move some prices by a few ticks."""
        for symbol in self._random.sample(sorted(self._quotes), 12):
            quote = self._quotes[symbol]
            last = quote.last_units + TICK_UNITS * self._random.randint(-2, 2)
            self.set_last(symbol, min(max(last, quote.limit_down_units), quote.limit_up_units))

    def _first_quote(self, item: Instrument) -> Quote:
        close = item.previous_close_units
        spread = max(1, close // TICK_UNITS // 40)
        last = close + TICK_UNITS * self._random.randint(-spread, spread)
        band = close // 10 // TICK_UNITS * TICK_UNITS
        volume = self._random.randint(400, 90_000) * 100
        return Quote(
            symbol=item.symbol,
            last_units=last,
            previous_close_units=close,
            open_units=close + TICK_UNITS * self._random.randint(-3, 3),
            high_units=max(last, close) + TICK_UNITS * spread // 2,
            low_units=min(last, close) - TICK_UNITS * spread // 2,
            volume=volume,
            turnover_units=volume * last,
            bid_units=last - TICK_UNITS,
            ask_units=last + TICK_UNITS,
            limit_up_units=close + band,
            limit_down_units=close - band,
            phase=Phase.CONTINUOUS,
            time_ms=(self._minutes[-1] * 60 + 8) * 1_000,
        )

    def _depth(self, quote: Quote) -> Depth:
        draw = random.Random(quote.last_units)
        bids = tuple(self._levels(draw, quote.last_units - TICK_UNITS, -TICK_UNITS))
        asks = tuple(self._levels(draw, quote.last_units + TICK_UNITS, TICK_UNITS))
        return Depth(
            quote=quote,
            bids=bids,
            asks=asks,
            bid_queue=tuple(draw.randint(1, 60) * 100 for _ in range(50)),
            ask_queue=tuple(draw.randint(1, 60) * 100 for _ in range(50)),
            bid_total=sum(level.quantity for level in bids) * 7,
            ask_total=sum(level.quantity for level in asks) * 9,
            bid_average_units=bids[-1].price_units,
            ask_average_units=asks[-1].price_units,
            auction_units=0,
            auction_volume=0,
            auction_unmatched=0,
            ticks=tuple(self._ticks(draw, quote)),
            health=self.health,
            health_reason=""
            if self.health is BookHealth.GOOD
            else "通道 2011 序号 88,120 起缺 14 条",
            sequence=self._revision,
            own=self.own.get(quote.symbol, ()),
        )

    @staticmethod
    def _levels(draw: random.Random, start: int, step: int) -> Iterator[Level]:
        for depth, orders in enumerate(BID_ORDERS):
            yield Level(start + depth * step, draw.randint(1, 900) * 100, orders)

    @staticmethod
    def _ticks(draw: random.Random, quote: Quote) -> Iterator[Tick]:
        moment = quote.time_ms - 60 * 900
        for number in range(60):
            moment += draw.randint(10, 1_700)
            price = quote.last_units + TICK_UNITS * draw.randint(-2, 2)
            yield Tick(number, moment, price, draw.randint(1, 80) * 100, draw.choice("BBSS"))

    def _walk(self, quote: Quote) -> Iterator[MinuteBar]:
        draw = random.Random(quote.previous_close_units)
        steps = len(self._minutes)
        price, volume, turnover = quote.open_units, 0, 0
        for step, minute in enumerate(self._minutes):
            drift = (quote.last_units - price) // (steps - step)
            close = price + drift // TICK_UNITS * TICK_UNITS + TICK_UNITS * draw.randint(-2, 2)
            close = quote.last_units if step == steps - 1 else close
            traded = draw.randint(1, 400) * 100
            volume, turnover = volume + traded, turnover + traded * close
            high, low = max(price, close) + TICK_UNITS, min(price, close) - TICK_UNITS
            yield MinuteBar(minute, price, high, low, close, traded, volume, turnover)
            price = close


def _instrument(index: int, listed: ListedSecurity) -> Instrument:
    return Instrument(
        index=index,
        symbol=listed.symbol,
        name=listed.name,
        pinyin=initials(listed.name),
        exchange=listed.exchange,
        board=listed.board,
        kind=listed.kind,
        status=listed.status,
        industry=listed.industry,
        previous_close_units=listed.previous_close_units,
    )
