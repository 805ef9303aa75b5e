"""Proves the matching engine on a folder of recorded files, in any dialect the readers know."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.errors import ExpectedFailure
from models.market.instrument import exchange_of
from services.exchange.recorded.comparison import (
    DayComparison,
    DaySubject,
    MatchReport,
    has_closing_call,
)
from services.exchange.recorded.inference import Step, infer_steps
from services.market.feed.record import FeedRecord
from services.market.sources.day import RecordArray, RecordedDay, open_day
from services.market.sources.text import code_of_text
from services.market.verify.stream import contradiction

_STOCK_TICK, _FUND_TICK = 100, 10
_STOCK_PREFIXES = ("0", "3", "4", "6", "8", "92")


@dataclass(frozen=True, slots=True)
class RecordedSteps:
    """One security's day as steps; ``losses`` says what its files lack, ``contradiction`` what
    its records say against each other."""

    subject: DaySubject
    steps: list[Step]
    losses: str = ""
    contradiction: str = ""


def steps_of_folder(folder: Path, code: str) -> RecordedSteps:
    """Infer the incoming orders of one security; ``code`` "" where the folder holds just one.

    Raises ExpectedFailure SECURITY_UNKNOWN, SOURCE_EMPTY, SOURCE_UNREADABLE, SECURITY_NOT_NAMED.
    """
    day = open_day(folder, code)
    symbol = _only_symbol(day, code)
    index = day.symbols.index(symbol)
    parts = [channel[channel["instrument"] == index] for channel in day.channels.values()]
    records: RecordArray = np.concatenate(parts)
    tick = _STOCK_TICK if symbol.startswith(_STOCK_PREFIXES) else _FUND_TICK
    subject = DaySubject(symbol, exchange_of(symbol), tick, _previous_close(day, symbol))
    steps = list(infer_steps(FeedRecord(*row) for row in records.tolist()))
    return RecordedSteps(subject, steps, day.losses, contradiction(records))


def prove_day(folder: Path, code: str = "") -> MatchReport:
    """Feed the inferred orders to the engine and compare trade by trade; raises as above."""
    return prove_steps(steps_of_folder(folder, code))


def prove_steps(recorded: RecordedSteps) -> MatchReport:
    """Feed them to the engine and compare trade by trade."""
    comparison = DayComparison(recorded.subject, has_closing_call(recorded.steps))
    report = comparison.run(recorded.steps)
    report.losses = recorded.losses or ("" if report.trades else "no trade to compare")
    report.first_difference = report.first_difference or recorded.contradiction
    return report


def _only_symbol(day: RecordedDay, code: str) -> str:
    wanted = [one for one in day.symbols if not code or one.startswith(code_of_text(code))]
    if len(wanted) == 1:
        return wanted[0]
    raise ExpectedFailure(
        "需要指明一只证券" if wanted else f"目录中没有 {code} 的委托与成交",
        f"请用 --security 指明,可选:{'、'.join(day.symbols[:20])}",
        "SECURITY_NOT_NAMED",
    )


def _previous_close(day: RecordedDay, symbol: str) -> int:
    snapshots = day.snapshots.get(symbol[:6], [])
    return next((told for one in snapshots if (told := one.previous_close_units) > 0), 0)
