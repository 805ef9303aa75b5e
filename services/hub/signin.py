"""Signs a person in: passphrase against the stored hash, at a bounded rate."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from models.tables.central import IDENTITY, STAFF_CREDENTIAL
from models.tables.firm import STAFF
from models.tables.grounds import WHOLE_FIRM
from models.wire.hub import WIRE_VERSION, SignedIn, SignIn
from services.central.credentials import passphrase_matches
from services.central.session import HUB, Actor, acting

_WINDOW_S = 60.0
_FAILURES_PER_PERSON = 5
_HASHES_AT_ONCE = 2


class FailureCounter:
    """Failed attempts of the last minute by name; ``now_s`` is a monotonic clock in seconds."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._failures: dict[str, deque[float]] = {}

    def is_blocked(self, name: str) -> bool:
        """Whether ``name`` must wait."""
        return len(self._recent(name)) >= _FAILURES_PER_PERSON

    def count(self, name: str) -> None:
        """Remember a failure."""
        self._failures.setdefault(name, deque()).append(self._now_s())

    def forget(self, name: str) -> None:
        """Start again after a success."""
        self._failures.pop(name, None)

    def _recent(self, name: str) -> deque[float]:
        failures = self._failures.get(name, deque())
        while failures and failures[0] <= self._now_s() - _WINDOW_S:
            failures.popleft()
        if not failures:
            self._failures.pop(name, None)
        return failures


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person: whom the hub acts for, and what the desk is told."""

    actor: Actor
    welcome: SignedIn


class Reception:
    """Checks who knocks."""

    def __init__(self, engine: AsyncEngine, now_s: Callable[[], float]) -> None:
        self._engine = engine
        self._failures = FailureCounter(now_s)
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)

    async def sign_in(self, ask: SignIn) -> Identity:
        """Return who it is.

        Raises ExpectedFailure WIRE_VERSION, SIGN_IN_THROTTLED or SIGN_IN_REFUSED; the last says
        the same for an unknown person and a wrong passphrase.
        """
        if ask.version != WIRE_VERSION:
            raise ExpectedFailure("桌面版本与中心不一致", "请更新工作站", "WIRE_VERSION")
        if self._failures.is_blocked(ask.staff_id):
            raise ExpectedFailure("登录失败次数过多", "请一分钟后再试", "SIGN_IN_THROTTLED")
        person = await self._find(ask.staff_id)
        stored = person.passphrase_hash if person else ""
        async with self._hashing:
            matches = await asyncio.to_thread(passphrase_matches, ask.passphrase, stored)
        if person is None or not matches:
            self._failures.count(ask.staff_id)
            raise ExpectedFailure("登录失败", "工号或口令不正确", "SIGN_IN_REFUSED")
        self._failures.forget(ask.staff_id)
        return await self._identify(ask.staff_id, person)

    async def _find(self, staff_id: str) -> Row[str, str, str, str] | None:
        query = (
            select(
                STAFF.c.branch_id, STAFF.c.name, STAFF.c.role, STAFF_CREDENTIAL.c.passphrase_hash
            )
            .join(
                STAFF_CREDENTIAL,
                (STAFF_CREDENTIAL.c.branch_id == STAFF.c.branch_id)
                & (STAFF_CREDENTIAL.c.staff_id == STAFF.c.staff_id),
            )
            .where(STAFF.c.staff_id == staff_id)
        )
        async with acting(self._engine, HUB) as connection:
            found = (await connection.execute(query)).all()
        return found[0] if len(found) == 1 else None

    async def _identify(self, staff_id: str, person: Row[str, str, str, str]) -> Identity:
        actor = Actor(person.branch_id, staff_id, person.role)
        async with acting(self._engine, HUB) as connection:
            query = select(IDENTITY.c.central_id, IDENTITY.c.run_id)
            central_id, practice = (await connection.execute(query)).one()
            version = await connection.scalar(text("SHOW server_version"))
        async with acting(self._engine, actor) as connection:
            streams = await connection.scalar(text("SELECT app_streams()"))
        welcome = SignedIn(
            branch_id=person.branch_id,
            staff_id=staff_id,
            name=person.name,
            role=person.role,
            streams=(*sorted(streams), WHOLE_FIRM),
            central="postgresql",
            central_version=str(version).split()[0],
            central_id=central_id,
            practice=practice,
        )
        return Identity(actor, welcome)
