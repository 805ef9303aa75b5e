"""What may be done at a moment, and bounds of big orders."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from models.dates import beijing
from models.market.instrument import Board, Exchange, Phase
from models.market.trading_state import TradingState
from models.rules.basis.settings.trading import BigOrderSettings
from models.rules.market.big_orders import big_order_bounds
from models.rules.market.session import Moment
from models.rules.ticket.trading_state import trading_state
from services.rules.loader import load_calendar, load_market_rules

OLD, NEW, SUNDAY = date(2023, 2, 1), date(2026, 11, 20), date(2026, 11, 22)


def at(day: date, clock: str, board: Board = Board.MAIN) -> Moment:
    time = datetime.strptime(clock, "%H:%M")  # noqa: DTZ007 - a time of the day only
    moment = beijing(day, (time.hour * 3600 + time.minute * 60) * 1_000)
    return Moment(Exchange.SSE, moment, board)


@pytest.mark.parametrize(
    ("moment", "told", "state"),
    [
        (at(NEW, "09:16"), None, TradingState(Phase.OPENING_CALL, True, True)),
        (at(NEW, "09:21"), None, TradingState(Phase.OPENING_LOCKED, True, False)),
        (at(NEW, "09:26"), None, TradingState(Phase.GAP, False, False)),
        (at(NEW, "10:00"), None, TradingState(Phase.CONTINUOUS, True, True, takes_fixed=True)),
        (at(OLD, "10:00"), None, TradingState(Phase.CONTINUOUS, True, True)),
        (at(OLD, "10:00"), Phase.BREAK, TradingState(Phase.BREAK, False, False, is_halted=True)),
        (at(NEW, "12:00"), None, TradingState(Phase.LUNCH, False, False)),
        (at(NEW, "14:58"), None, TradingState(Phase.CLOSING_CALL, True, False, takes_fixed=True)),
        (at(NEW, "15:02"), None, TradingState(Phase.BREAK, False, False, takes_fixed=True)),
        (at(NEW, "15:10"), None, TradingState(Phase.AFTER_HOURS, False, True, takes_fixed=True)),
        (at(OLD, "15:10"), None, TradingState(Phase.CLOSED, False, False)),
        (
            at(OLD, "15:10", Board.STAR),
            Phase.CLOSED,
            TradingState(Phase.AFTER_HOURS, False, True, takes_fixed=True),
        ),
        (at(NEW, "15:40"), None, TradingState(Phase.CLOSED, False, False)),
        (at(SUNDAY, "10:00"), None, TradingState(Phase.CLOSED, False, False)),
    ],
)
def test_state_of_trading_at_a_moment(
    moment: Moment, told: Phase | None, state: TradingState
) -> None:
    assert trading_state(load_market_rules(), load_calendar(), moment, told) == state


@pytest.mark.parametrize(
    ("told", "bounds"),
    [
        (("100", "20", "4"), (1_000_000, 200_000, 40_000)),
        (("100", "20", None), ()),
        ((None, None, None), ()),
        (("20", "100", "4"), ()),
        (("100", "20", "0"), ()),
    ],
)
def test_bounds_are_all_set_and_fall_or_there_are_none(
    told: tuple[str | None, ...], bounds: tuple[int, ...]
) -> None:
    huge, large, medium = (None if one is None else Decimal(one) for one in told)
    assert big_order_bounds(BigOrderSettings(huge, large, medium)) == bounds
