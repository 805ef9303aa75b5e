"""Opens a recorded day for calibration: a folder of any dialect, a packed day, or the built-in."""

from collections.abc import Sequence
from pathlib import Path

from models.errors import ExpectedFailure
from models.market.instrument import Board, Phase, SecurityKind, SecurityStatus
from services.catalogue.securities import ListedSecurity
from services.exchange.calibration.replay import DayScript
from services.exchange.floor.listing import Listing, PhaseChange
from services.exchange.market_day import recorded_day
from services.exchange.recorded.comparison import DaySubject, has_closing_call
from services.exchange.recorded.day_file import DayRow, MarketDay, unpack_day
from services.exchange.recorded.proof import RecordedSteps, prove_steps, steps_of_folder
from services.exchange.recorded.rows import rows_of
from services.market.sources.codes import exchange_of_code

_PACKED = ".day.zst"
_PHASES = (
    PhaseChange(33_300_000, Phase.OPENING_CALL),  # 09:15
    PhaseChange(33_600_000, Phase.OPENING_LOCKED),  # 09:20
    PhaseChange(33_900_000, Phase.GAP),  # 09:25
    PhaseChange(34_200_000, Phase.CONTINUOUS),  # 09:30
    PhaseChange(41_400_000, Phase.LUNCH),  # 11:30
    PhaseChange(46_800_000, Phase.CONTINUOUS),  # 13:00
)
_CLOSING_CALL = PhaseChange(53_820_000, Phase.CLOSING_CALL)  # 14:57
_CLOSE = PhaseChange(54_000_000, Phase.CLOSED)  # 15:00


def open_script(place: Path | None, code: str = "") -> DayScript:
    """Return the day in ``place``; None = the one that comes with the product.

    Raises ExpectedFailure SOURCE_EMPTY, SOURCE_UNREADABLE, SECURITY_NOT_NAMED, DAY_FILE_BROKEN,
    DAY_NOT_REPRODUCED for files whose trades the engine does not make.
    """
    if place is None:
        return _script_of_packed(recorded_day(), code)
    if place.name.endswith(_PACKED):
        return _script_of_packed(_read_packed(place), code)
    recorded = steps_of_folder(place, code)
    _check_reproduced(recorded)
    rows = list(rows_of(recorded.steps))
    return _script(recorded.subject, rows, closes_by_call=has_closing_call(recorded.steps))


def _check_reproduced(recorded: RecordedSteps) -> None:
    """A place in a queue means something only on a day that the engine makes again itself."""
    wrong = prove_steps(recorded).first_difference
    if wrong:
        raise ExpectedFailure(
            f"{recorded.subject.symbol} 的这一天不能由撮合引擎重现",
            f"请用 match verify 核对文件:{wrong}",
            "DAY_NOT_REPRODUCED",
        )


def _read_packed(file: Path) -> MarketDay:
    try:
        return unpack_day(file.read_bytes())
    except OSError as fault:
        raise ExpectedFailure(
            f"读不到行情日文件 {file.name}", f"请核对路径:{fault}", "SOURCE_UNREADABLE"
        ) from fault


def _script_of_packed(day: MarketDay, code: str) -> DayScript:
    if code and not day.symbol.startswith(code):
        raise ExpectedFailure(
            f"行情日文件中没有 {code}", f"其中只有 {day.symbol}", "SECURITY_NOT_NAMED"
        )
    exchange = exchange_of_code(day.symbol[:6])
    subject = DaySubject(day.symbol, exchange, day.tick_units, day.previous_close_units)
    return _script(subject, day.rows, closes_by_call=True)


def _script(subject: DaySubject, rows: Sequence[DayRow], *, closes_by_call: bool) -> DayScript:
    security = ListedSecurity(
        subject.symbol,
        "",
        subject.exchange,
        Board.MAIN,
        SecurityKind.STOCK,
        SecurityStatus.NORMAL,
        "",
        subject.previous_close_units,
        0,
    )
    ends = (_CLOSING_CALL, _CLOSE) if closes_by_call else (_CLOSE,)
    listing = Listing(
        security=security,
        index=0,
        channel=1,
        previous_close_units=subject.previous_close_units,
        limit_up_units=0,
        limit_down_units=0,
        tick_units=subject.tick_units,
        schedule=(*_PHASES, *ends),
    )
    return DayScript(listing, rows)
