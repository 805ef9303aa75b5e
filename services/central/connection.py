"""Connections to central, and the one place where the driver's faults become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from models.errors import ExpectedFailure

_CONNECT_SECONDS = 5
_COMMAND_SECONDS = 60
_NUMBER_TWICE = "STAFF_NUMBER_TWICE"
NIGHT_SECONDS = 3_600  # one statement of a night may go over the whole firm
_AWAY = (
    TimeoutError,
    PoolTimeout,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # a full disk above all: no fault of what was asked
    asyncpg.PostgresSystemError,
    OSError,
)
_TRY_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock not available


def central_url(text: str) -> URL:
    """Return ``postgresql://…`` as a URL for SQLAlchemy and asyncpg.

    Raises ExpectedFailure CENTRAL_URL_BROKEN without repeating the password.
    """
    try:
        url = make_url(text)
    except ArgumentError as fault:
        raise _broken_url() from fault
    if url.get_backend_name() != "postgresql":
        raise _broken_url()
    return url.set(drivername="postgresql+asyncpg")


def open_engine(
    url: str, *, connections: int = 5, command_seconds: float = _COMMAND_SECONDS
) -> AsyncEngine:
    """Return an engine on central; it connects at the first use and heals by itself.

    No ping before each use, which is three round trips: the first fault of a lost server empties
    the pool, and whoever asked asks again.
    """
    return create_async_engine(
        central_url(url),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_COMMAND_SECONDS,
        connect_args={"timeout": _CONNECT_SECONDS, "command_timeout": command_seconds},
    )


def driver_url(url: str) -> str:
    """Return the URL in the form that asyncpg itself reads."""
    plain = central_url(url).set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)


async def driver_of(
    connection: AsyncConnection,
) -> "asyncpg.Connection[asyncpg.Record]":
    """Return the driver's own connection, inside the same transaction: for bulk and hot paths."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    return driver


@contextmanager
def central_faults() -> Iterator[None]:
    """Turn a lost or refused connection into ExpectedFailure CENTRAL_DOWN; bugs pass through."""
    try:
        yield
    except Exception as fault:
        if not is_away(fault):
            raise
        raise _down(fault) from fault


@contextmanager
def schema_faults() -> Iterator[None]:
    """Turn what keeps a schema from being changed into ExpectedFailure.

    CENTRAL_LEANED_ON when somebody else's views or functions rest on ours, CENTRAL_IN_USE when
    others hold its tables for too long, STAFF_NUMBER_TWICE when rows of before cannot be kept.
    """
    try:
        yield
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as fault:
        raise ExpectedFailure(
            "中心数据库正在使用,无法升级",
            "请先停止 hub、worker 与其他连接,再运行 workstation central init",
            "CENTRAL_IN_USE",
        ) from fault
    except asyncpg.DependentObjectsStillExistError as fault:
        raise ExpectedFailure(
            "中心数据库里有本程序以外的对象依赖它的视图或函数,无法升级",
            f"请管理员先移除,升级后再建:{fault.detail}",
            "CENTRAL_LEANED_ON",
        ) from fault
    except asyncpg.UniqueViolationError as fault:
        if not str(fault).startswith(_NUMBER_TWICE):
            raise
        raise ExpectedFailure(
            f"有工号给了不止一人:{str(fault).removeprefix(_NUMBER_TWICE).strip()}",
            "工号在全公司只能属于一人,请先改正后再升级;数据库没有改动",
            _NUMBER_TWICE,
        ) from fault


def is_away(fault: BaseException) -> bool:
    """Whether a fault says that the database cannot be reached now, rather than what we asked."""
    if isinstance(fault, DBAPIError):
        return fault.connection_invalidated or _has_lost(fault.orig)
    return _has_lost(fault)


def lost_a_race(fault: BaseException) -> bool:
    """Whether the database undid a transaction for another's sake: it may be done once more."""
    return getattr(getattr(fault, "orig", None), "sqlstate", "") in _TRY_AGAIN


def is_bad_value(fault: DBAPIError) -> bool:
    """Whether what was asked holds a value that no column takes, or makes one (SQL class 22)."""
    state = getattr(fault.orig, "sqlstate", None) or ""
    return state.startswith("22") or any(isinstance(one, ValueError) for one in _causes(fault.orig))


def _has_lost(fault: BaseException | None) -> bool:
    """The driver's word for a value that it cannot send is an InterfaceError too: no loss."""
    causes = tuple(_causes(fault))
    is_value = any(isinstance(one, ValueError) for one in causes)
    return not is_value and any(isinstance(one, _AWAY) for one in causes)


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__


def _down(fault: BaseException) -> ExpectedFailure:
    return ExpectedFailure(
        "中心数据库暂时连接不上",
        f"系统会自动重连,无需重新录入({type(fault).__name__})",
        "CENTRAL_DOWN",
    )


def _broken_url() -> ExpectedFailure:
    return ExpectedFailure(
        "中心数据库地址无法识别",
        "settings.toml 的 [central] url 应形如 postgresql://用户:密码@主机:5432/库名",
        "CENTRAL_URL_BROKEN",
    )
