"""Whether a configured database can be reached; if not: where, why, and what cures it."""

import socket
from contextlib import suppress

import asyncpg
from sqlalchemy.engine import URL

from models.errors import ExpectedFailure
from services.central.connection import central_url, driver_url

_CONNECT_S = 8.0


async def require_reachable(url: str) -> str:
    """Return the server's version ("18.4").

    Raises ExpectedFailure CENTRAL_UNREACHABLE; the password is in none of its words.
    """
    place = central_url(url)
    try:
        connection = await asyncpg.connect(driver_url(url), timeout=_CONNECT_S)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        cause, cure = _explain(fault)
        raise ExpectedFailure(
            f"连不上中心数据库 {_place(place)}", f"{cause}。{cure}", "CENTRAL_UNREACHABLE"
        ) from fault
    try:
        return str(await connection.fetchval("SHOW server_version")).split()[0]
    finally:
        await connection.close()


async def ensure_database(server_url: str, name: str) -> None:
    """Make database ``name`` on the server unless it is there."""
    connection = await asyncpg.connect(driver_url(server_url), timeout=_CONNECT_S)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


def _place(url: URL) -> str:
    host = url.host or url.query.get("host", "localhost")
    return f"{host}:{url.port or 5432}/{url.database or ''}"


def _explain(fault: BaseException) -> tuple[str, str]:
    match fault:
        case socket.gaierror():
            return "找不到这台主机", "请检查 settings.toml 的 [central] url 中的主机名和本机网络"
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return "用户名或口令被拒绝", "请检查 [central] url 中的用户和口令,或请数据库管理员授权"
        case asyncpg.InvalidCatalogNameError():
            return "服务器上没有这个数据库", "请检查 [central] url 末尾的库名,或请管理员建库"
        case asyncpg.CannotConnectNowError():
            return "数据库正在启动或关闭", "请稍后再试"
        case TimeoutError():
            return "连接超时", "请检查主机、端口和防火墙"
        case ConnectionRefusedError():
            return "该主机的端口上没有数据库", "请检查主机和端口,或启动数据库"
        case OSError():
            return f"网络错误({type(fault).__name__})", "请检查主机、端口和本机网络"
        case _:
            return f"数据库拒绝连接({type(fault).__name__})", "请联系数据库管理员"
