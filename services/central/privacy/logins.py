"""Logins of persons at the database itself: whatever SQL they send, they are themselves.

Row-level security then asks who logged in, not what the session says of itself (identity.sql).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.dates import moment_text
from models.errors import ExpectedFailure
from services.central.connection import central_url

_SECRET_BYTES = 18
_BRANCHES = text(
    "SELECT branch_id FROM staff WHERE staff_id = :staff_id"
    " AND (branch_id = :branch_id OR :branch_id = '')"
)
_OPEN = text("SELECT open_login(:branch_id, :staff_id, :secret, :at)")
_CLOSE = text("SELECT close_login(:branch_id, :staff_id)")


@dataclass(frozen=True, slots=True)
class Login:
    """A login and the address to use it at; the password is kept nowhere."""

    login: str
    url: str


async def open_login(
    engine: AsyncEngine, url: str, branch_id: str, staff_id: str, now: datetime
) -> Login:
    """Open a person's login, or give it another password; ``branch_id`` "" = whichever is his.

    Raises ExpectedFailure STAFF_NOT_FOUND.
    """
    branch = await _branch_of(engine, branch_id, staff_id)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    at = moment_text(now)
    asked = {"branch_id": branch, "staff_id": staff_id, "secret": secret, "at": at}
    async with engine.begin() as connection:
        name = str(await connection.scalar(_OPEN, asked))
    address = central_url(url).set(drivername="postgresql", username=name, password=secret)
    return Login(name, address.render_as_string(hide_password=False))


async def close_login(engine: AsyncEngine, branch_id: str, staff_id: str) -> bool:
    """Close a person's login and end its sessions; False when there was none."""
    asked = {"branch_id": await _branch_of(engine, branch_id, staff_id), "staff_id": staff_id}
    async with engine.begin() as connection:
        return bool(await connection.scalar(_CLOSE, asked))


async def _branch_of(engine: AsyncEngine, branch_id: str, staff_id: str) -> str:
    async with engine.connect() as connection:
        asked = {"branch_id": branch_id, "staff_id": staff_id}
        found = (await connection.scalars(_BRANCHES, asked)).all()
    if not found:
        raise ExpectedFailure(f"没有工号 {staff_id}", "请核对工号与营业部", "STAFF_NOT_FOUND")
    return str(found[0])
