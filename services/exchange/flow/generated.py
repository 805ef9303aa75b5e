"""Generates plausible order flow for one security, the same for the same seed.

Makers keep both sides of the book filled around a fair price, takers trade now and then, and when
the fair price leaves the spread, what is cheap is taken.
"""

from random import Random

from models.dates import MS_PER_MINUTE
from models.market.instrument import Phase
from models.trading.order import Side
from services.exchange.floor.market import NEVER
from services.exchange.floor.venue import CALLS, Venue
from services.exchange.flow.fair_value import FairValue
from services.exchange.flow.pace import pace_permille
from services.exchange.flow.sizes import LOT, largest_size, least_size, order_sizes
from services.exchange.flow.story import Story
from services.exchange.matching.order import BookOrder
from services.exchange.matching.side import BookSide

_MINUTE = MS_PER_MINUTE
_CALL = (555 * _MINUTE, 565 * _MINUTE - 5_000)  # 09:15 to 09:24:55
_MORNING = (570 * _MINUTE, 690 * _MINUTE)
_AFTERNOON = (780 * _MINUTE, 900 * _MINUTE - 5_000)  # to 14:59:55
_WINDOWS = (_CALL, _MORNING, _AFTERNOON)

_CALL_PACE = 11  # orders a minute of the opening call: 110 in all
_STEP_SHARE = 4_000  # makers' prices stand 1/4,000 of the price apart, at least a tick
_SHOWN_LEVELS, _WANTED_LEVELS, _WANTED_REACH = 10, 12, 14
_SWEPT_LEVELS = 3
_WIDE = 2  # steps from the fair price to the best of a side before makers quote inside
_ANSWERS = 3
_WANTED_ORDERS = 160
_OFFSETS = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12)
_CALL_OFFSETS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 0, 0, -1, -1, -2, -3, -4)
_CANCELS, _TAKES = 0.28, 0.42
_SEALED_SELLS, _SEALED_CANCELS = 0.08, 0.20


class GeneratedFlow:
    """Makers, takers and their second thoughts at one venue."""

    __slots__ = ("_due", "_fair", "_live", "_rate", "_rng", "_step", "sizes", "venue")

    def __init__(self, venue: Venue, story: Story, seed: int) -> None:
        listing = venue.listing
        self.venue = venue
        self._rng = Random(f"flow {seed} {listing.symbol}")
        self._fair = FairValue(listing, story, self._rng)
        price, tick = listing.previous_close_units, listing.tick_units
        self.sizes = order_sizes(listing.security, price, self._rng)
        self._step = max(1, price // (_STEP_SHARE * tick)) * tick
        pace = max(1, listing.security.events_per_minute)
        self._rate = pace * story.vigour_permille / (1_000 * 1_000 * _MINUTE)
        self._live: list[int] = []
        self._due = self._later(_CALL[0])

    def due_ms(self) -> int:
        """Return when somebody does something next."""
        return self._due

    def happen(self) -> None:
        """Let somebody do something."""
        now, phase = self._due, self.venue.phase
        if phase is Phase.CONTINUOUS:
            self._trade(now)
        elif phase in CALLS:
            self._call(now)
        self._due = self._later(now)

    def _later(self, now: int) -> int:
        is_call = now < _CALL[1]
        rate = _CALL_PACE / _MINUTE if is_call else self._rate * pace_permille(now)
        gap = 1 + int(self._rng.expovariate(rate))
        due = now + gap
        for start, end in _WINDOWS:
            if due < end:
                return due if due >= start else start + gap % _MINUTE
        return NEVER

    def _trade(self, now: int) -> None:
        book, listing = self.venue.book, self.venue.listing
        fair = self._fair.units_at(now)
        bid, ask = book.bids.best(), book.asks.best()
        up, down = listing.limit_up_units, listing.limit_down_units
        if fair == up:
            self._sealed(Side.BUY, up, now)
        elif fair == down:
            self._sealed(Side.SELL, down, now)
        else:
            if ask and fair > ask:
                self._sweep(Side.BUY, min(fair, book.asks.nth_price(_SWEPT_LEVELS)), now)
            elif bid and fair < bid:
                self._sweep(Side.SELL, max(fair, book.bids.nth_price(_SWEPT_LEVELS)), now)
            else:
                self._quiet(now)
            self._refill(fair, now)

    def _quiet(self, now: int) -> None:
        drawn = self._rng.random()
        if drawn < _CANCELS or len(self._live) > _WANTED_ORDERS:
            self._cancel(now)
        elif drawn < _TAKES:
            self._take(now)
        else:
            self._queue(Side.BUY if self._rng.random() < 0.5 else Side.SELL, now)

    def _refill(self, fair: int, now: int) -> None:
        """Makers answer at once: quote inside a wide spread, then close gaps behind the best."""
        for _ in range(_ANSWERS):
            side = self._far_side(fair)
            if side is not None:
                self._quote(side, fair, now)
            else:
                thin = self._thinnest()
                if thin is None:
                    return
                self._close_gap(thin, now)

    def _far_side(self, fair: int) -> Side | None:
        """Return the side whose best price is too far from the fair price."""
        bids, asks = self.venue.book.bids.keys, self.venue.book.asks.keys
        below = fair - bids[-1] if bids else fair
        above = -asks[-1] - fair if asks else fair
        if max(below, above) <= _WIDE * self._step:
            return None
        return Side.BUY if below >= above else Side.SELL

    def _quote(self, side: Side, fair: int, now: int) -> None:
        away = self._step * self._rng.randint(0, 1) or self.venue.listing.tick_units
        price = fair - away if side is Side.BUY else fair + away
        self._enter(side, price, self._rng.choice(self.sizes), now)

    def _thinnest(self) -> Side | None:
        """Return the side whose ten levels are not filled close to its best price."""
        book = self.venue.book
        bids, asks = self._is_thin(book.bids), self._is_thin(book.asks)
        if bids and asks:
            return Side.BUY if len(book.bids.keys) <= len(book.asks.keys) else Side.SELL
        return Side.BUY if bids else Side.SELL if asks else None

    def _is_thin(self, side: BookSide) -> bool:
        keys = side.keys
        if len(keys) < _WANTED_LEVELS:
            return bool(keys)
        return keys[-1] - keys[-_SHOWN_LEVELS] > _WANTED_REACH * self._step

    def _close_gap(self, side: Side, now: int) -> None:
        own, step = self.venue.book.own(side), self._step
        best = own.keys[-1]
        empty = (best - step * place for place in range(1, 2 * _WANTED_LEVELS))
        key = next((key for key in empty if key not in own.levels), best)
        self._enter(side, own.sign * key, self._rng.choice(self.sizes), now)

    def _queue(self, side: Side, now: int) -> None:
        """Join the queue at or behind the best price."""
        own = self.venue.book.own(side)
        if own.keys:
            key = own.keys[-1] - self._step * self._rng.choice(_OFFSETS)
            self._enter(side, own.sign * key, self._rng.choice(self.sizes), now)

    def _take(self, now: int) -> None:
        side = Side.BUY if self._rng.random() < 0.5 else Side.SELL
        best = self.venue.book.opposite(side).best()
        if best:
            self._enter(side, best, self._rng.choice(self.sizes), now)

    def _sweep(self, side: Side, price: int, now: int) -> None:
        wanted = self.venue.book.opposite(side).volume_up_to(price)
        security = self.venue.listing.security
        whole_lots = (wanted + LOT - 1) // LOT * LOT
        quantity = max(least_size(security), min(whole_lots, largest_size(security)))
        self._enter(side, price, quantity, now)

    def _sealed(self, side: Side, limit: int, now: int) -> None:
        """At a sealed limit nearly everybody queues on one side."""
        drawn = self._rng.random()
        size = self._rng.choice(self.sizes)
        if drawn < _SEALED_SELLS:
            self._enter(Side.SELL if side is Side.BUY else Side.BUY, limit, size, now)
        elif drawn < _SEALED_CANCELS:
            self._cancel(now)
        else:
            thin = self._is_thin(self.venue.book.own(side))
            behind = self._step * self._rng.randint(1, 12) if thin else 0
            price = limit - behind if side is Side.BUY else limit + behind
            self._enter(side, price, size, now)

    def _call(self, now: int) -> None:
        fair = self._fair.units_at(now)
        side = Side.BUY if self._rng.random() < 0.5 else Side.SELL
        offset = self._step * self._rng.choice(_CALL_OFFSETS)
        price = fair - offset if side is Side.BUY else fair + offset
        self._enter(side, price, self._rng.choice(self.sizes), now)

    def _enter(self, side: Side, price: int, quantity: int, now: int) -> None:
        listing = self.venue.listing
        if listing.limit_up_units:
            price = min(max(price, listing.limit_down_units), listing.limit_up_units)
        price = max(listing.tick_units, price)
        order = self.venue.new_order(side, price, quantity)
        self.venue.enter(order, now)
        if order.left:
            self._live.append(order.number)

    def _cancel(self, now: int) -> None:
        """Withdraw one of four orders picked at random: the one farthest from the market."""
        live, orders = self._live, self.venue.book.orders
        best: BookOrder | None = None
        for _ in range(4):
            if not live:
                return
            place = self._rng.randrange(len(live))
            order = orders.get(live[place])
            if order is None:
                live[place] = live[-1]
                live.pop()
            elif best is None or self._distance(order) > self._distance(best):
                best = order
        if best is not None:
            self.venue.cancel(best.number, now)

    def _distance(self, order: BookOrder) -> int:
        return abs(order.price_units - self.venue.book.last_units)
