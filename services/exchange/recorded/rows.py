"""Makes the rows of a day file out of inferred steps."""

from collections.abc import Iterable, Iterator

from models.trading.order import Side
from services.exchange.recorded.day_file import Action, DayRow
from services.exchange.recorded.inference import Incoming, Step, Withdrawal, entry_kind


def rows_of(steps: Iterable[Step]) -> Iterator[DayRow]:
    """Yield what came in: orders and cancels. Auctions are made by the engine itself.

    An order whose price was never published (Shenzhen's own-best) has price 0.
    """
    for step in steps:
        if isinstance(step, Withdrawal):
            yield DayRow(step.time_ms, Action.CANCEL, step.number, 0, step.quantity)
        elif isinstance(step, Incoming) and entry_kind(step) is not None:
            action = Action.BUY if step.side is Side.BUY else Action.SELL
            yield DayRow(step.time_ms, action, step.number, step.price_units, step.quantity)
