"""Rebuilds the books of a recorded day and compares every comparable snapshot."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import ExpectedFailure
from services.market.kernel.book import Fault
from services.market.kernel.choice import new_books
from services.market.sources.day import Missing, RecordArray, RecordedDay, open_day
from services.market.sources.snapshots import ExchangeSnapshot
from services.market.verify.stream import contradiction
from services.market.verify.walk import SecurityWalk, Tally


@dataclass(slots=True)
class DayReport:
    """Sums over all securities; ``faulty`` names those whose stream contradicts itself."""

    kernel: str
    securities: int = 0
    events: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)
    faulty: dict[str, str] = field(default_factory=dict)
    rows_left_out: Counter[str] = field(default_factory=Counter)
    missing: tuple[Missing, ...] = ()
    losses: str = ""

    @property
    def is_proved(self) -> bool:
        """Whether every compared row is equal, no book is at fault and no row was lost or lacks."""
        tally = self.tally
        return (
            tally.equal == tally.compared
            and tally.auction_equal == tally.auction_compared
            and not self.faulty
            and not self.losses
        )


def verify_day(folder: Path, security: str = "") -> DayReport:
    """Rebuild and compare; ``security`` (six digits, with or without its exchange) keeps one.

    Raises ExpectedFailure SECURITY_UNKNOWN, SOURCE_EMPTY, SOURCE_UNREADABLE, VERIFY_NO_RECORDS.
    """
    day = open_day(folder, security)
    if not day.channels:
        raise ExpectedFailure(
            "没有逐笔数据,无法重建盘口", "目录中应有委托与成交文件", "VERIFY_NO_RECORDS"
        )
    report = DayReport(
        new_books().kernel_name,
        rows_left_out=day.faults,
        missing=day.missing,
        losses=day.losses,
    )
    started = time.perf_counter()
    for number, symbol in enumerate(day.symbols):
        snapshots = day.snapshots.get(symbol[:6], [])
        _verify_security(symbol, _records_of(day, number), snapshots, report)
    report.seconds = time.perf_counter() - started
    return report


def _records_of(day: RecordedDay, instrument: int) -> RecordArray:
    """Return one security's records in order, numbered as the only instrument."""
    parts = [records[records["instrument"] == instrument] for records in day.channels.values()]
    longest: RecordArray = max(parts, key=len).copy()
    longest["instrument"] = 0
    return longest


def _verify_security(
    symbol: str, records: RecordArray, snapshots: list[ExchangeSnapshot], report: DayReport
) -> None:
    if not len(records):
        return
    walk = SecurityWalk(symbol, records, snapshots)
    walk.run()
    report.securities += 1
    report.events += len(records)
    report.tally.add(walk.tally)
    facts = walk.books.facts(0)
    if facts.faults:
        fault = Fault(facts.first_fault).name.lower()
        report.faulty[symbol] = f"{fault} at {facts.fault_sequence}, {facts.faults} in all"
    elif odd := contradiction(records):
        report.faulty[symbol] = odd
