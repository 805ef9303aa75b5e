"""What may be done with a security now: session rules joined with the exchange's status (§ 2.1)."""

from datetime import time

from models.market.instrument import Phase
from models.market.trading_state import TradingState
from models.rules.basis.calendar import TradingCalendar
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.session import (
    Moment,
    after_hours_session,
    cancel_session,
    order_session,
)

_CLOSE = time(15)
_TRADING = frozenset(
    {Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CONTINUOUS, Phase.CLOSING_CALL}
)


def trading_state(
    rules: MarketRules, calendar: TradingCalendar, moment: Moment, told: Phase | None
) -> TradingState:
    """Return the state at a moment; ``told`` is the phase of the newest quote, None without one.

    A halt is known from the exchange only: while it lasts nothing is taken. After the close a day
    without after-hours service has ended.
    """
    orders = order_session(rules, calendar, moment)
    told_phase = orders.numbers["phase"]
    phase = told_phase if isinstance(told_phase, Phase) else Phase.CLOSED
    fixed = after_hours_session(rules, calendar, moment)
    if told is Phase.BREAK and phase in _TRADING:
        return TradingState(Phase.BREAK, False, False, is_halted=True)
    if moment.clock >= _CLOSE and fixed.reason == "AFTER_HOURS_NOT_AVAILABLE":
        return TradingState(Phase.CLOSED, False, False)
    cancels = cancel_session(rules, calendar, moment)
    takes_cancels = cancels.ok or (phase is Phase.AFTER_HOURS and fixed.ok)
    return TradingState(phase, orders.ok, takes_cancels, takes_fixed=fixed.ok)
