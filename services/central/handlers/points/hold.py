"""Points held for an application; the client's locked row keeps two from holding the same."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import RowMapping, func, insert, select, update

from models.lives.points_hold import HoldState
from models.money import POINTS_MILLI_PER_POINT
from models.tables.service import POINTS_HOLD
from services.central.handlers.points.entries import Entry, post_entry
from services.central.handlers.work import Refused, Work, now_text


@dataclass(frozen=True, slots=True)
class Wallet:
    """A client's points: ``balance`` contains what is ``held``."""

    balance: Decimal
    held: Decimal


async def wallet_of(work: Work, client: RowMapping, *, without: str = "") -> Wallet:
    """Return what a client has; ``client`` must be locked. ``without`` = a hold not to count."""
    query = select(func.coalesce(func.sum(POINTS_HOLD.c.points_milli), 0)).where(
        POINTS_HOLD.c.branch_id == work.branch_id,
        POINTS_HOLD.c.client_id == client["client_id"],
        POINTS_HOLD.c.state == HoldState.HELD.value,
        POINTS_HOLD.c.hold_id != without,
    )
    held = int(await work.connection.scalar(query) or 0)
    return Wallet(_points(client["points_milli"]), _points(held))


async def has_hold(work: Work, client_id: str, purpose: str) -> bool:
    """Whether points are held for such a purpose."""
    query = select(POINTS_HOLD.c.hold_id).where(
        POINTS_HOLD.c.branch_id == work.branch_id,
        POINTS_HOLD.c.client_id == client_id,
        POINTS_HOLD.c.purpose == purpose,
        POINTS_HOLD.c.state == HoldState.HELD.value,
    )
    return (await work.connection.execute(query)).first() is not None


async def hold_points(work: Work, client_id: str, points: Decimal, purpose: str) -> None:
    """Hold points under the id of the command in hand."""
    row = work.owner | {
        "hold_id": work.envelope.command_id,
        "client_id": client_id,
        "points_milli": int(points * POINTS_MILLI_PER_POINT),
        "purpose": purpose,
        "state": HoldState.HELD.value,
        "held_at": now_text(work),
    }
    await work.connection.execute(insert(POINTS_HOLD).values(row))


async def burn_hold(work: Work, client_id: str, kind: str, note: str) -> None:
    """Spend what the command in hand held: exactly that much, once."""
    hold_id = work.envelope.command_id
    points_milli = await _end(work, hold_id, HoldState.BURNED)
    if points_milli is None:
        raise Refused("HOLD_GONE", "积分冻结已不在")
    entry = Entry(
        entry_id=f"{kind}-{hold_id}",
        client_id=client_id,
        kind=kind,
        points_milli=-points_milli,
        note=note,
    )
    await post_entry(work, entry)


async def release_hold(work: Work, hold_id: str) -> None:
    """Give held points back; released or burned ones stay as they are."""
    await _end(work, hold_id, HoldState.RELEASED)


async def _end(work: Work, hold_id: str, state: HoldState) -> int | None:
    """Return how much was held, None when it is held no more."""
    ended = await work.connection.execute(
        update(POINTS_HOLD)
        .where(POINTS_HOLD.c.branch_id == work.branch_id, POINTS_HOLD.c.hold_id == hold_id)
        .where(POINTS_HOLD.c.state == HoldState.HELD.value)
        .values(state=state.value, ended_at=now_text(work), version=POINTS_HOLD.c.version + 1)
        .returning(POINTS_HOLD.c.points_milli)
    )
    held = ended.scalar_one_or_none()
    return None if held is None else int(held)


def _points(points_milli: int) -> Decimal:
    return Decimal(points_milli) / POINTS_MILLI_PER_POINT
