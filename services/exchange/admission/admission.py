"""What the exchange takes: session, size, tick, band and cage, by the rules of the trade date."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from models.dates import MS_PER_SECOND, beijing
from models.market.instrument import Phase
from models.money import price_units, yuan_of_price
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.settings.words import OrderType
from models.rules.decision import Decision
from models.rules.market.auction.halt import halt_rule
from models.rules.market.order_price import PricedOrder, check_price
from models.rules.market.price_cage import Touch
from models.rules.market.price_limit import LimitState, SecurityFacts, price_band, tick_of
from models.rules.market.quantity import SizedOrder, check_size, largest_taken
from models.rules.market.records.dated import Subject, in_force, required
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.session import (
    Moment,
    after_hours_session,
    cancel_session,
    market_order_session,
    order_session,
)
from models.trading.order import Side
from services.catalogue.securities import ListedSecurity
from services.exchange.floor.listing import Listing, PhaseChange
from services.exchange.floor.venue import Venue
from services.exchange.matching.fixed_price import is_valid_limit
from services.exchange.matching.kinds import ORDER_KINDS
from services.exchange.matching.order import OrderKind
from services.rules.loader import load_calendar, load_market_rules

_MINUTE_SECONDS = 60
_FINE = Decision()


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as it arrives; price in price units, quantity in shares.

    The price of a market order is its protective limit, 0 = none. ``bought_today`` counts what the
    account bought of the security today, or still may by its open orders, in whichever way.
    """

    side: Side
    price_units: int
    quantity: int
    kind: OrderKind = OrderKind.LIMIT
    bought_today: int = 0


@dataclass(frozen=True)
class Admission:
    """The rules in force on one trade date."""

    rules: MarketRules
    calendar: TradingCalendar
    trade_date: date

    @cached_property
    def is_trading_day(self) -> bool:
        """Whether the exchanges are open at all."""
        return self.calendar.is_trading_day(self.trade_date)

    def list_security(
        self, security: ListedSecurity, index: int, channel: int, previous_close_units: int
    ) -> Listing:
        """Return the listing of a security with today's limits and schedule."""
        listed = replace(security, previous_close_units=previous_close_units)
        band = price_band(self.rules, _facts(listed), self.trade_date)
        is_unlimited = band.state is LimitState.UNLIMITED
        return Listing(
            security=listed,
            index=index,
            channel=channel,
            previous_close_units=previous_close_units,
            limit_up_units=_units(band.up),
            limit_down_units=_units(band.down),
            tick_units=price_units(tick_of(self.rules, security.kind, self.trade_date)),
            schedule=self._schedule(security),
            is_unlimited=is_unlimited,
            halts=halt_rule(self.rules, self.trade_date) if is_unlimited else None,
        )

    def judge_order(self, venue: Venue, asked: Asked, now_ms: int) -> Decision:
        """Tell whether an order may enter now: session and kind, size, then price.

        A refusal by the cage whose ``numbers`` say action ``hold`` waits in the host instead.
        """
        if asked.kind is OrderKind.LIMIT:
            session = order_session(self.rules, self.calendar, self._moment(venue, now_ms))
            return self._first_refusal(venue, asked, session, OrderType.LIMIT)
        session = self._judge_market(venue, asked, now_ms)
        return self._first_refusal(venue, asked, session, OrderType.MARKET)

    def judge_after_hours(self, venue: Venue, asked: Asked, now_ms: int) -> Decision:
        """Tell whether a fixed-price order of after-hours trading is accepted now."""
        session = after_hours_session(
            self.rules,
            self.calendar,
            self._moment(venue, now_ms),
            northbound=False,
            suspended_at_close=False,
        )
        judged = self._first_refusal(venue, asked, session, OrderType.AFTER_HOURS)
        fixed = venue.fixed
        if not judged.ok or fixed is None:
            return judged
        if is_valid_limit(asked.side, asked.price_units, fixed.close_units):
            return judged
        return Decision("INVALID_LIMIT", {"close": yuan_of_price(fixed.close_units)})

    def judge_price(self, venue: Venue, asked: Asked, phase: Phase) -> Decision:
        """Tell whether the price is valid at this venue in ``phase``."""
        order = PricedOrder(asked.side, yuan_of_price(asked.price_units), phase)
        facts = _facts(venue.listing.security)
        return check_price(self.rules, facts, _touch(venue), order, self.trade_date)

    def judge_cancel(self, venue: Venue, now_ms: int) -> Decision:
        """Tell whether an order may be withdrawn now."""
        return cancel_session(self.rules, self.calendar, self._moment(venue, now_ms))

    def judge_after_hours_cancel(self, venue: Venue, now_ms: int) -> Decision:
        """Tell whether a fixed-price order may be withdrawn: whenever one could be given."""
        return after_hours_session(
            self.rules,
            self.calendar,
            self._moment(venue, now_ms),
            northbound=False,
            suspended_at_close=False,
        )

    def _judge_market(self, venue: Venue, asked: Asked, now_ms: int) -> Decision:
        moment = self._moment(venue, now_ms)
        session = market_order_session(self.rules, self.calendar, moment)
        if not session.ok:
            return session
        if venue.is_halted:
            return Decision("MARKET_ORDER_NOT_ALLOWED", session.numbers, session.source)
        if asked.kind not in ORDER_KINDS[venue.listing.exchange]:
            return Decision("ORDER_KIND_NOT_ALLOWED")
        if session.numbers.get("needs_protect_price") and not asked.price_units:
            return Decision("PROTECT_PRICE_MISSING")
        return session

    def _first_refusal(
        self, venue: Venue, asked: Asked, session: Decision, size_of: OrderType
    ) -> Decision:
        if not session.ok:
            return session
        sized = self._judge_size(venue, asked, size_of)
        if not sized.ok:
            return sized
        if not asked.price_units:
            return _FINE
        ordinary = asked.kind is OrderKind.LIMIT and size_of is OrderType.LIMIT
        phase = venue.phase if ordinary else Phase.AFTER_HOURS  # no cage for the other kinds
        return self.judge_price(venue, asked, phase)

    def _judge_size(self, venue: Venue, asked: Asked, size_of: OrderType) -> Decision:
        security = venue.listing.security
        order = SizedOrder(
            asked.side,
            asked.quantity,
            security.board,
            security.kind,
            security.status,
            size_of,
            bought_today=asked.bought_today,
        )
        most = largest_taken(self.rules, order, self.trade_date)
        return check_size(self.rules, most, order, self.trade_date)

    def _moment(self, venue: Venue, now_ms: int) -> Moment:
        security = venue.listing.security
        at = beijing(self.trade_date, now_ms)
        unlimited = venue.listing.is_unlimited
        return Moment(security.exchange, at, security.board, security.kind, unlimited)

    def _schedule(self, security: ListedSecurity) -> tuple[PhaseChange, ...]:
        if not self.is_trading_day:
            return ()
        subject = Subject(exchange=security.exchange, board=security.board, kind=security.kind)
        session = required(self.rules.sessions, self.trade_date, subject, "SESSION")
        plan = [
            PhaseChange(_ms(start.at.hour, start.at.minute, start.at.second), start.phase)
            for start in self.rules.day_plans[session.plan]
        ]
        has_after_hours = in_force(self.rules.after_hours, self.trade_date, subject) is not None
        return tuple(plan if has_after_hours else _ending_at_the_close(plan))


def load_admission(trade_date: date) -> Admission:
    """Return the rules of a day from the resources; raises ExpectedFailure when they are broken."""
    return Admission(load_market_rules(), load_calendar(), trade_date)


def _ending_at_the_close(plan: list[PhaseChange]) -> list[PhaseChange]:
    """Return the day of a security without after-hours trading: the break after it is the end."""
    until = next(at for at, change in enumerate(plan) if change.phase is Phase.BREAK)
    return [*plan[:until], replace(plan[until], phase=Phase.CLOSED)]


def _facts(security: ListedSecurity) -> SecurityFacts:
    return SecurityFacts(
        board=security.board,
        kind=security.kind,
        status=security.status,
        prev_close=yuan_of_price(security.previous_close_units),
        listing_day=security.listing_day,
    )


def _touch(venue: Venue) -> Touch:
    book = venue.book
    return Touch(_yuan(book.bids.best()), _yuan(book.asks.best()), _yuan(book.last_units))


def _yuan(units: int) -> Decimal | None:
    return yuan_of_price(units) if units else None


def _units(yuan: Decimal | None) -> int:
    return 0 if yuan is None else price_units(yuan)


def _ms(hour: int, minute: int, second: int) -> int:
    seconds = (hour * _MINUTE_SECONDS + minute) * _MINUTE_SECONDS + second
    return seconds * MS_PER_SECOND
