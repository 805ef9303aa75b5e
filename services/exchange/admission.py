"""What the exchange takes and refuses: session, lot, tick, band and cage, by dated rules."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from models.dates import MS_PER_SECOND, beijing
from models.money import price_units, yuan_of_price
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.settings.trading import MaxQuantity
from models.rules.decision import Decision
from models.rules.market.order_price import PricedOrder, check_price
from models.rules.market.price_cage import Touch
from models.rules.market.price_limit import SecurityFacts, price_band, tick_of
from models.rules.market.quantity import SizedOrder, check_quantity
from models.rules.market.records.dated import Subject, required
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.session import Moment, cancel_session, order_session
from models.trading.order import Side
from services.catalogue.securities import ListedSecurity
from services.exchange.floor.listing import Listing, PhaseChange
from services.exchange.floor.venue import Venue
from services.rules.loader import load_calendar, load_market_rules, load_profile

_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A limit order as it arrives; price in price units, quantity in shares."""

    side: Side
    price_units: int
    quantity: int


@dataclass(frozen=True)
class Admission:
    """The rules in force on one trade date."""

    rules: MarketRules
    calendar: TradingCalendar
    largest: MaxQuantity
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
        facts = _facts(listed)
        band = price_band(self.rules, facts, self.trade_date)
        return Listing(
            security=listed,
            index=index,
            channel=channel,
            previous_close_units=previous_close_units,
            limit_up_units=_units(band.up),
            limit_down_units=_units(band.down),
            tick_units=price_units(tick_of(self.rules, security.kind, self.trade_date)),
            schedule=self._schedule(security),
        )

    def judge_order(self, venue: Venue, asked: Asked, now_ms: int) -> Decision:
        """Tell whether a limit order may enter now: session, size, then price."""
        security = venue.listing.security
        moment = self._moment(security, now_ms)
        size = SizedOrder(
            asked.side, asked.quantity, security.board, security.kind, security.status
        )
        session = order_session(self.rules, self.calendar, moment)
        if not session.ok:
            return session
        sized = check_quantity(self.rules, self.largest, size, self.trade_date)
        if not sized.ok:
            return sized
        price = yuan_of_price(asked.price_units)
        priced = PricedOrder(asked.side, price, venue.phase)
        facts, touch = _facts(security), _touch(venue)
        return check_price(self.rules, facts, touch, priced, self.trade_date)

    def judge_cancel(self, venue: Venue, now_ms: int) -> Decision:
        """Tell whether an order may be withdrawn now."""
        moment = self._moment(venue.listing.security, now_ms)
        return cancel_session(self.rules, self.calendar, moment)

    def _moment(self, security: ListedSecurity, now_ms: int) -> Moment:
        at = beijing(self.trade_date, now_ms)
        return Moment(security.exchange, at, security.board, security.kind)

    def _schedule(self, security: ListedSecurity) -> tuple[PhaseChange, ...]:
        if not self.is_trading_day:
            return ()
        subject = Subject(exchange=security.exchange, board=security.board, kind=security.kind)
        session = required(self.rules.sessions, self.trade_date, subject, "SESSION")
        return tuple(
            PhaseChange(_ms(start.at.hour, start.at.minute, start.at.second), start.phase)
            for start in self.rules.day_plans[session.plan]
        )


def load_admission(trade_date: date) -> Admission:
    """Return the rules of a day from the resources; raises ExpectedFailure when they are broken."""
    largest = load_profile(None).on(trade_date).max_quantity
    return Admission(load_market_rules(), load_calendar(), largest, trade_date)


_TEXTS = {
    "UNKNOWN_SYMBOL": "没有这只证券",
    "NOT_TRADING_DAY": "今天不是交易日",
    "NOT_IN_SESSION": "当前时段不接受申报",
    "CANCEL_NOT_ALLOWED": "集合竞价此时段不能撤单",
    "LOT_SIZE": "数量不是整手",
    "ODD_LOT": "零股须一次性卖出",
    "MAX_SIZE": "超过单笔最大数量",
    "ST_DAILY_CAP": "超过风险警示股票当日买入上限",
    "TICK_SIZE": "价格不是最小变动单位的整数倍",
    "PRICE_LIMIT": "价格超出涨跌幅限制",
    "PRICE_CAGE": "价格超出有效申报范围",
    "LIMIT_UNKNOWN": "涨跌幅限制未知,不能申报",
    "ORDER_UNKNOWN": "没有这笔委托",
    "ORDER_OVER": "委托已经结束",
    "BAD_ORDER": "委托内容有误",
}


def refusal_text(decision: Decision) -> str:
    """Return a refusal in words with the numbers it was judged by."""
    shown = [f"{name}={value}" for name, value in decision.numbers.items() if value is not None]
    text = _TEXTS.get(decision.reason, decision.reason)
    return f"{text}({','.join(shown)})" if shown else text


def _facts(security: ListedSecurity) -> SecurityFacts:
    return SecurityFacts(
        board=security.board,
        kind=security.kind,
        status=security.status,
        prev_close=yuan_of_price(security.previous_close_units),
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
