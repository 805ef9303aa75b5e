"""Which phase a moment lies in, and what may be asked of the exchange then (market-rules § 2.1)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from models.dates import BEIJING
from models.market.instrument import Board, Exchange, Phase, SecurityKind
from models.rules.basis.calendar import TradingCalendar
from models.rules.decision import Decision
from models.rules.market.records.dated import Subject, in_force, required
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.records.trading import SessionRecord

_TAKES_ORDERS = frozenset(
    {Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CONTINUOUS, Phase.CLOSING_CALL}
)
_TAKES_CANCELS = frozenset({Phase.OPENING_CALL, Phase.CONTINUOUS})
_BARS_CANCELS = frozenset({Phase.OPENING_LOCKED, Phase.CLOSING_CALL})


@dataclass(frozen=True, slots=True)
class Moment:
    """A security's place and time: what every question about its session is asked with.

    ``at`` is Beijing time; ``no_limit_day`` = the security trades without price limit today.
    """

    exchange: Exchange
    at: datetime
    board: Board = Board.MAIN
    kind: SecurityKind = SecurityKind.STOCK
    no_limit_day: bool = False

    @property
    def day(self) -> date:
        """The Beijing date."""
        return self.at.astimezone(BEIJING).date()

    @property
    def clock(self) -> time:
        """The Beijing time of day."""
        return self.at.astimezone(BEIJING).time()

    @property
    def subject(self) -> Subject:
        """What dated rules are asked for."""
        return Subject(exchange=self.exchange, board=self.board, kind=self.kind)


def order_session(rules: MarketRules, calendar: TradingCalendar, moment: Moment) -> Decision:
    """Tell whether an ordinary order is taken now; the gap at szse: its host holds it (§ 2.1)."""
    phase, refusal = _open_phase(rules, calendar, moment)
    if refusal:
        return refusal
    held = phase is Phase.GAP and moment.exchange is Exchange.SZSE
    if phase in _TAKES_ORDERS or held:
        return _answer(rules, moment, phase, held_by_host=held)
    return _answer(rules, moment, phase, "NOT_IN_SESSION")


def queued_order_session(rules: MarketRules, calendar: TradingCalendar, moment: Moment) -> Decision:
    """The same for a client who agreed that orders of the lunch break wait with us to its end."""
    answer = order_session(rules, calendar, moment)
    if answer.numbers["phase"] is not Phase.LUNCH:
        return answer
    until = datetime.combine(moment.day, _next_start(rules, moment), BEIJING)
    return _answer(rules, moment, Phase.LUNCH, queued_until=until)


def cancel_session(rules: MarketRules, calendar: TradingCalendar, moment: Moment) -> Decision:
    """Tell whether an order may be withdrawn now: never in the locked and closing calls (§ 2.1)."""
    phase, refusal = _open_phase(rules, calendar, moment)
    if refusal:
        return refusal
    if phase in _TAKES_CANCELS:
        return _answer(rules, moment, phase)
    reason = "CANCEL_NOT_ALLOWED" if phase in _BARS_CANCELS else "NOT_IN_SESSION"
    return _answer(rules, moment, phase, reason)


def market_order_session(rules: MarketRules, calendar: TradingCalendar, moment: Moment) -> Decision:
    """Tell whether a market order is taken now and whether it needs a protective price (§ 2.6)."""
    phase, refusal = _open_phase(rules, calendar, moment)
    if refusal:
        return refusal
    manner = required(rules.market_orders, moment.day, moment.subject, "MARKET_ORDER")
    barred = moment.no_limit_day and not manner.without_limit
    if phase is not Phase.CONTINUOUS or barred:
        return _answer(rules, moment, phase, "MARKET_ORDER_NOT_ALLOWED")
    return _answer(rules, moment, phase, needs_protect_price=manner.needs_protect_price)


def after_hours_session(
    rules: MarketRules,
    calendar: TradingCalendar,
    moment: Moment,
    *,
    northbound: bool = False,
    suspended_at_close: bool = False,
) -> Decision:
    """Tell whether a fixed-price order is accepted now, in its own acceptance times (§ 2.1).

    ``northbound`` = it comes through Stock Connect; a stock still suspended at 15:00 takes no part.
    """
    phase, refusal = _open_phase(rules, calendar, moment)
    if refusal:
        return refusal
    service = in_force(rules.after_hours, moment.day, moment.subject)
    if service is None:
        return _answer(rules, moment, phase, "AFTER_HOURS_NOT_AVAILABLE")
    if northbound:
        return _answer(rules, moment, phase, "NORTHBOUND_NOT_COVERED")
    if suspended_at_close:
        return _answer(rules, moment, phase, "SUSPENDED")
    accepted = any(window.holds(moment.clock) for window in service.accepts)
    return _answer(rules, moment, phase, "" if accepted else "NOT_IN_SESSION")


def _open_phase(
    rules: MarketRules, calendar: TradingCalendar, moment: Moment
) -> tuple[Phase, Decision | None]:
    if calendar.is_trading_day(moment.day):
        return _phase(rules, moment), None
    numbers = {"phase": Phase.CLOSED, "next_trading_day": calendar.next_after(moment.day)}
    return Phase.CLOSED, Decision("NOT_TRADING_DAY", numbers, "§ 2.1")


def _phase(rules: MarketRules, moment: Moment) -> Phase:
    clock = moment.clock
    phase = Phase.CLOSED
    for start in rules.day_plans[_session(rules, moment).plan]:
        if clock < start.at:
            break
        phase = start.phase
    return phase


def _next_start(rules: MarketRules, moment: Moment) -> time:
    plan = rules.day_plans[_session(rules, moment).plan]
    return next(start.at for start in plan if start.at > moment.clock)


def _session(rules: MarketRules, moment: Moment) -> SessionRecord:
    return required(rules.sessions, moment.day, moment.subject, "SESSION")


def _answer(
    rules: MarketRules, moment: Moment, phase: Phase, reason: str = "", **more: object
) -> Decision:
    return Decision(reason, {"phase": phase, **more}, _session(rules, moment).source)
