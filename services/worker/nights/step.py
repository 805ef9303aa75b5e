"""What a night's step is: statements over a part of the clients, and the values they are given."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import BEIJING, moment_text
from models.errors import ExpectedFailure
from models.lives.task import DUE
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.profile import Settings

Values = Mapping[str, object]
_ONE_DAY = timedelta(days=1)
_EVENING = time(18, 30)


def moment_of(day: date, now: datetime) -> datetime:
    """Return business time of a night: the present, or the evening of a day that has passed."""
    return now if now.date() == day else datetime.combine(day, _EVENING, BEIJING)


def night_is_running() -> ExpectedFailure:
    """Return what is said to whoever must wait for the end of a night, or of a load."""
    return ExpectedFailure(
        "夜间批处理或文件载入正在另一进程中进行", "请等它结束后再试", "NIGHT_RUNNING"
    )


class NotDue(Exception):
    """There is nothing to do this night; ``reason`` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Night:
    """One night: it closes ``day`` and prepares the calendar day after it.

    ``is_newest``: no later night has run, so that what clients show now may be changed.
    """

    day: date
    now: datetime
    settings: Settings
    calendar: TradingCalendar
    is_newest: bool = True

    @property
    def next_day(self) -> date:
        """The day that is prepared."""
        return self.day + _ONE_DAY

    @property
    def is_trading_day(self) -> bool:
        """Whether the exchanges traded."""
        return self.calendar.is_trading_day(self.day)

    def require_trading_day(self) -> None:
        """Raise NotDue NO_TRADING_DAY on other days."""
        if not self.is_trading_day:
            raise NotDue("NO_TRADING_DAY")

    def require_newest(self) -> None:
        """Raise NotDue LATER_NIGHT_DONE where the present must not be overwritten."""
        if not self.is_newest:
            raise NotDue("LATER_NIGHT_DONE")

    @property
    def common(self) -> dict[str, object]:
        """Values that every statement may use."""
        return {
            "day": self.day.isoformat(),
            "next_day": self.next_day.isoformat(),
            "now": moment_text(self.now),
            "due_at": moment_text(datetime.combine(self.next_day, DUE, BEIJING)),
            "is_newest": self.is_newest,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """Some managers' clients of one branch: they are changed in one transaction."""

    branch_id: str
    managers: tuple[str, ...]

    @property
    def values(self) -> dict[str, object]:
        """As the statements name it."""
        return {"branch_id": self.branch_id, "managers": list(self.managers)}


WHOLE_FIRM = Part("*", ())


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; the rows it touches are counted under ``counted`` ("" = not told)."""

    counted: str
    sql: TextClause


ValuesOf = Callable[[AsyncConnection, Night], Awaitable[Values]]


@dataclass(frozen=True, slots=True)
class Step:
    """``values`` may raise NotDue or NotConfigured: then the step is skipped and says why.

    ``unset``: what is done, once for the firm, where a setting is missing; it is given ``code``.
    """

    name: str
    title: str
    values: ValuesOf
    statements: tuple[Statement, ...]
    is_firm_wide: bool = False
    unset: Statement | None = None


def statement(counted: str, sql: str) -> Statement:
    """Return a statement; ``{own}`` stands for the part's clients, ``{figures}`` for theirs.

    ``{on_stream}`` is the test for rows of a table that follows its client.
    """
    for name, meant in _MEANT:
        sql = sql.replace(name, meant)
    return Statement(counted, text(sql))


_MEANT = (
    ("{own}", "SELECT branch_id, client_id, manager_id FROM client WHERE {on_stream}"),
    ("{figures}", "SELECT * FROM night_figure WHERE {on_stream} AND day = :day"),
    ("{on_stream}", "branch_id = :branch_id AND manager_id = ANY (CAST(:managers AS text[]))"),
)
