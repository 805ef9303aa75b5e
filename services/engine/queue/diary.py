"""What was told of own orders and when: a line each in a file of the day, and the day's report."""

import logging
from datetime import date
from pathlib import Path

import msgspec

from models.errors import ExpectedFailure
from models.market.own_place import OwnPlace
from models.trading.order import Side
from services.market.queue_position.score import Outcome, Score

_log = logging.getLogger(__name__)
_TOLD, _REPORT = ".told.jsonl", ".report.json"


class Told(msgspec.Struct, frozen=True):
    """The first time that was told of an order; ``told_ms`` of the Beijing day."""

    client_order_id: str
    symbol: str
    side: Side
    told_ms: int
    place: OwnPlace


class KeptOrder(msgspec.Struct, frozen=True):
    """What was told of one order, and what came; waited in milliseconds of trading."""

    told: Told
    outcome: Outcome
    state: str


class QueueReport(msgspec.Struct, frozen=True):
    """The day's own orders against their fills, as of ``until_ms`` of the Beijing day."""

    trade_date: str
    until_ms: int
    orders: tuple[KeptOrder, ...]
    score: Score


class QueueDiary:
    """The files of one trade date in ``folder``.

    A line is appended whole; one that a kill tore off is left out when read again. A disk that
    does not take it is logged: trading goes on.
    """

    def __init__(self, folder: Path, trade_date: date) -> None:
        self._told_file = folder / f"{trade_date.isoformat()}{_TOLD}"
        self._report_file = folder / f"{trade_date.isoformat()}{_REPORT}"
        self.told: dict[str, Told] = {one.client_order_id: one for one in _read(self._told_file)}

    def tell(self, told: Told) -> None:
        """Remember what was told, the first time only."""
        if told.client_order_id in self.told:
            return
        self.told[told.client_order_id] = told
        try:
            self._told_file.parent.mkdir(parents=True, exist_ok=True)
            with self._told_file.open("ab") as file:
                file.write(b"\n" + msgspec.json.encode(told))
        except OSError as fault:
            _log.error("queue diary not written: %s", fault)

    def write_report(self, report: QueueReport) -> None:
        """Put the day's report in place of an earlier one."""
        fresh = self._report_file.with_suffix(".new")
        try:
            fresh.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
            fresh.replace(self._report_file)
        except OSError as fault:
            _log.error("queue report not written: %s", fault)


def read_report(folder: Path, trade_date: str = "") -> QueueReport:
    """Return a day's report, the newest where no date is named.

    Raises ExpectedFailure QUEUE_REPORT_MISSING or QUEUE_REPORT_BROKEN.
    """
    files = sorted(folder.glob(f"{trade_date or '*'}{_REPORT}"))
    if not files:
        raise ExpectedFailure(
            "还没有排队估计的日终报告",
            "引擎在收盘后、以及正常退出时写出;当日须有过报时间的挂单",
            "QUEUE_REPORT_MISSING",
        )
    try:
        return msgspec.json.decode(files[-1].read_bytes(), type=QueueReport)
    except (OSError, msgspec.DecodeError) as fault:
        raise ExpectedFailure(
            f"日终报告读不出来:{files[-1].name}", f"请删除后重启引擎:{fault}", "QUEUE_REPORT_BROKEN"
        ) from fault


def _read(file: Path) -> list[Told]:
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as fault:
        _log.error("queue diary not read: %s", fault)
        return []
    return [told for line in lines if line and (told := _parsed(line)) is not None]


def _parsed(line: bytes) -> Told | None:
    try:
        return msgspec.json.decode(line, type=Told)
    except msgspec.DecodeError as fault:
        _log.warning("queue diary: a line left out: %s", fault)
        return None
