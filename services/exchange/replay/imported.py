"""Turns a vendor's day of files into a recording that replays on the same screens."""

import hashlib
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.errors import ExpectedFailure
from models.rules.basis.missing import MissingFact, NotConfigured
from models.wire.exchange import FeedHeartbeat, FeedInstrument, FeedWelcome
from services.catalogue.securities import ListedSecurity
from services.exchange.admission.admission import Admission, load_admission
from services.exchange.replay.vendor_day import closes_of, look_at_files, security_of
from services.market.feed.frames import MAX_RECORDS, frame_of_bytes
from services.market.heart import MarketHeart
from services.market.recording.recorder import Recorder
from services.market.recording.writer import BlockWriter
from services.market.sources.day import HARMLESS, RecordArray, RecordedDay, open_day

SLICE_MS = 10_000


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """``security``: six digits, "" = all; ``day`` "" = as the files say; ``closes`` CODE=PRICE."""

    folder: Path
    out: Path
    security: str = ""
    day: str = ""
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Rows left out by reason, why which security contradicts itself, whose close is unknown."""

    rows_left_out: dict[str, int]
    faulty: dict[str, str]
    close_unknown: tuple[str, ...]


def import_day(plan: ImportPlan) -> ImportReport:
    """Write the recording; returns what a person should know of it.

    The records go through a market heart on their way, as live ones do, so that the recording
    carries the hashes of true books. Raises ExpectedFailure IMPORT_EXISTS, IMPORT_NO_RECORDS,
    IMPORT_FAILED, and what the readers raise.
    """
    if plan.out.exists():
        raise ExpectedFailure(
            f"文件已存在:{plan.out.name}", "请换一个 --out,或移走它", "IMPORT_EXISTS"
        )
    day = open_day(plan.folder, plan.security)
    if not day.channels:
        raise ExpectedFailure(
            "没有逐笔数据,不能回放", "目录中应有委托与成交文件", "IMPORT_NO_RECORDS"
        )
    channels = {number: in_time(records) for number, records in sorted(day.channels.items())}
    welcome = _welcome(plan, day, channels)
    draft = plan.out.with_name(f"{plan.out.name}.new")
    try:
        draft.unlink(missing_ok=True)
        heart = _write(draft, welcome, channels)
        draft.replace(plan.out)
    except OSError as fault:
        raise ExpectedFailure(
            f"写不了录制文件:{plan.out}", fault.strerror or str(fault), "IMPORT_FAILED"
        ) from fault
    return _told(day, welcome, heart)


class Lane(NamedTuple):
    """A channel's records, and when each of them is due (ms of the day, never going back)."""

    records: RecordArray
    due: NDArray[np.uint32]


def in_time(records: RecordArray) -> Lane:
    """Return a channel's records merged by time and numbered densely from 1.

    Each security keeps its own order; a vendor's numbers may count in each security alone.
    """
    due = np.zeros(len(records), np.uint32)
    for instrument in np.unique(records["instrument"]):
        own = records["instrument"] == instrument
        due[own] = np.maximum.accumulate(records["time_ms"][own])
    order = np.lexsort((records["sequence"], due))
    merged: RecordArray = records[order].copy()
    merged["sequence"] = np.arange(1, len(merged) + 1)
    return Lane(merged, due[order])


def _welcome(plan: ImportPlan, day: RecordedDay, channels: dict[int, Lane]) -> FeedWelcome:
    told = look_at_files(plan.folder, plan.security, plan.day)
    closes = closes_of(day, plan.closes)
    admission = load_admission(told.trade_date)
    home = {
        int(number): channel
        for channel, lane in channels.items()
        for number in np.unique(lane.records["instrument"])
    }
    listed = tuple(
        _announced(admission, symbol, index, home.get(index, 0), closes, told.names)
        for index, symbol in enumerate(day.symbols)
    )
    return FeedWelcome(_session(told.trade_date, channels), str(told.trade_date), 1.0, listed)


def _announced(
    admission: Admission,
    symbol: str,
    index: int,
    channel: int,
    closes: dict[str, int],
    names: dict[str, str],
) -> FeedInstrument:
    security = security_of(symbol[:6], names)
    close = closes.get(symbol[:6], 0)
    if not close:
        return _without_limits(security, index, channel, close)
    try:
        return admission.list_security(security, index, channel, close).announced()
    except (MissingFact, NotConfigured):
        return _without_limits(security, index, channel, close)


def _without_limits(
    security: ListedSecurity, index: int, channel: int, close: int
) -> FeedInstrument:
    return FeedInstrument(
        index=index,
        symbol=security.symbol,
        name=security.name,
        exchange=security.exchange,
        board=security.board,
        kind=security.kind,
        status=security.status,
        industry=security.industry,
        channel=channel,
        previous_close_units=close,
        limit_up_units=0,
        limit_down_units=0,
    )


def _session(trade_date: date, channels: dict[int, Lane]) -> str:
    """The same files make the same session."""
    content = hashlib.sha256(trade_date.isoformat().encode())
    for number, lane in channels.items():
        content.update(number.to_bytes(2, "little") + lane.records.tobytes())
    return f"import-{content.hexdigest()[:16]}"


def _write(file: Path, welcome: FeedWelcome, channels: dict[int, Lane]) -> MarketHeart:
    writer = BlockWriter(lambda _: file)
    heart = MarketHeart(time.monotonic)
    recorder = Recorder(heart, writer.take, lambda: 0.0)
    try:
        heart.on_welcome(welcome)
        for until_ms in _slices(channels):
            _play(heart, channels, until_ms)
        recorder.finish()
    finally:
        writer.close()
    return heart


def _slices(channels: dict[int, Lane]) -> list[int]:
    """Return the times, in order, up to which the records are given at once."""
    ends: set[int] = set()
    for lane in channels.values():
        ends.update(((np.unique(lane.due // SLICE_MS) + 1) * SLICE_MS - 1).tolist())
    return sorted(ends)


def _play(heart: MarketHeart, channels: dict[int, Lane], until_ms: int) -> None:
    """Give all records up to a time, then tell the time of the last one."""
    needed, lasts, time_ms = heart.next_sequences(), dict[int, int](), 0
    for number, lane in channels.items():
        begin = needed.get(number, 1) - 1
        lasts[number] = end = int(np.searchsorted(lane.due, until_ms, side="right"))
        for at in range(begin, end, MAX_RECORDS):
            packed = lane.records[at : min(end, at + MAX_RECORDS)].tobytes()
            heart.on_frame(frame_of_bytes(number, at + 1, packed, 0))
        time_ms = max(time_ms, int(lane.due[end - 1]) if end else 0)
    heart.on_heartbeat(FeedHeartbeat(time_ms, lasts))


def _told(day: RecordedDay, welcome: FeedWelcome, heart: MarketHeart) -> ImportReport:
    faulty = {
        symbol: heart.book_health(symbol)[1]
        for symbol in heart.symbols
        if heart.books.facts(heart.book_index(symbol) or 0).faults
    }
    lost = {name: number for name, number in day.faults.items() if number and name not in HARMLESS}
    unknown = [one.symbol for one in welcome.instruments if not one.previous_close_units]
    return ImportReport(lost, faulty, tuple(unknown))
