"""CorrectCommission: what a trade was really charged; cash and points follow (D10)."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import RowMapping, func, or_, select, update

from models.dates import day_text
from models.money import yuan_of_cents
from models.rules.basis.settings.words import ApprovalKind
from models.tables.firm import ACCOUNT, CLIENT, POINTS_ENTRY, TRADE_FILL, TRADE_ORDER
from models.wire.service.points import CorrectCommission
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.orders.commission import Booking, book_commission
from services.central.handlers.points.entries import Entry, milli, post_entry
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, refusal, require_client


@dataclass(frozen=True, slots=True)
class _Correction:
    """What the commission stands at before, by what it changes, and on which order."""

    order: RowMapping
    entry_id: str
    factor: str
    before_cents: int
    change_cents: int
    change_milli: int


async def correct_commission(work: Work, command: CorrectCommission) -> None:
    """Ask for the correction: money goes back to the client."""
    correction = await _judge(work, command)
    proposal = Proposal(
        kind=ApprovalKind.POINTS,
        client_id=command.client_id,
        title=_note(command),
        before={"commission_cents": correction.before_cents},
        after={
            "commission_cents": command.amount_cents,
            "points_milli": correction.change_milli,
            "source": command.source,
        },
    )
    await ask_approval(work, proposal)


async def post_correction(held: Work, command: CorrectCommission) -> None:
    """Post the difference to what stands now."""
    correction = await _judge(held, command)
    entry = Entry(
        entry_id=f"correction-{command.correction_id}",
        client_id=command.client_id,
        kind="reversal" if command.amount_cents == 0 else "correction",
        points_milli=correction.change_milli,
        note=_note(command),
        amount_cents=correction.change_cents,
        factor=correction.factor,
        about=correction.entry_id,
    )
    if not await post_entry(held, entry):
        raise refusal("DUPLICATE")
    booking = Booking(
        entry_id=command.correction_id,
        client_id=command.client_id,
        kind=entry.kind,
        about=command.fill_id,
        trade_date=day_text(str(correction.order["filled_at"])),
        amount_cents=correction.change_cents,
    )
    await book_commission(held, booking)
    await _move_money(held, command.client_id, correction.order, correction.change_cents)
    await tell(held, command.client_id, "points", entry.note)


async def _judge(work: Work, command: CorrectCommission) -> _Correction:
    await require_client(work, command.client_id)
    order = await _order_of(work, command)
    original = await _original(work, command)
    counted_cents, counted_milli = await _counted(work, original["entry_id"])
    if counted_cents == command.amount_cents:
        raise Refused("NOTHING_CHANGED", "佣金已是该金额")
    points = milli(Decimal(original["factor"]) * yuan_of_cents(command.amount_cents))
    return _Correction(
        order=order,
        entry_id=original["entry_id"],
        factor=original["factor"],
        before_cents=counted_cents,
        change_cents=command.amount_cents - counted_cents,
        change_milli=points - counted_milli,
    )


def _note(command: CorrectCommission) -> str:
    return f"成交 {command.fill_id} 佣金更正为 {yuan_of_cents(command.amount_cents):.2f} 元"


async def _order_of(work: Work, command: CorrectCommission) -> RowMapping:
    fill, order = TRADE_FILL.c, TRADE_ORDER.c
    query = (
        select(fill.client_order_id, fill.filled_at, order.account)
        .join(
            TRADE_ORDER,
            (order.branch_id == fill.branch_id) & (order.client_order_id == fill.client_order_id),
        )
        .where(fill.branch_id == work.branch_id, fill.fill_id == command.fill_id)
        .where(fill.client_id == command.client_id)
    )
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("FILL_NOT_FOUND", f"没有成交 {command.fill_id}")
    return found


async def _original(work: Work, command: CorrectCommission) -> RowMapping:
    query = select(POINTS_ENTRY).where(
        POINTS_ENTRY.c.branch_id == work.branch_id,
        POINTS_ENTRY.c.entry_id == f"commission-{command.fill_id}",
    )
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("UNKNOWN_ENTRY", f"成交 {command.fill_id} 没有佣金记录")
    if not found["factor"]:
        raise refusal("MULTIPLIER_NOT_CONFIGURED")
    return found


async def _counted(work: Work, entry_id: str) -> tuple[int, int]:
    """Cents and thousandths of points that an entry and its corrections so far stand at."""
    entry = POINTS_ENTRY.c
    query = select(func.sum(entry.amount_cents), func.sum(entry.points_milli)).where(
        entry.branch_id == work.branch_id,
        or_(entry.entry_id == entry_id, entry.about == entry_id),
    )
    cents, points_milli = (await work.connection.execute(query)).one()
    return int(cents), int(points_milli)


async def _move_money(work: Work, client_id: str, order_row: RowMapping, change_cents: int) -> None:
    order, account, client = TRADE_ORDER.c, ACCOUNT.c, CLIENT.c
    await work.connection.execute(
        update(TRADE_ORDER)
        .where(order.branch_id == work.branch_id)
        .where(order.client_order_id == order_row["client_order_id"])
        .values(commission_cents=order.commission_cents + change_cents, version=order.version + 1)
    )
    await work.connection.execute(
        update(ACCOUNT)
        .where(account.branch_id == work.branch_id, account.account == order_row["account"])
        .values(cash_cents=account.cash_cents - change_cents, version=account.version + 1)
    )
    await work.connection.execute(
        update(CLIENT)
        .where(client.branch_id == work.branch_id, client.client_id == client_id)
        .values(
            year_commission_cents=client.year_commission_cents + change_cents,
            version=client.version + 1,
        )
    )
