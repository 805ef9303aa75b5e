"""A trade that our books cannot explain still counts, and asks a person to look (F21)."""

from models.money import yuan_of_cents
from models.trading.order import Fill, Order
from services.central.handlers.orders.position import Position
from services.central.handlers.tasks.opening import NewTask, open_task
from services.central.handlers.work import Work


async def ask_to_reconcile(
    work: Work, order: Order, fill: Fill, position: Position, cash_cents: int
) -> None:
    """Open a task with the numbers that cannot be right."""
    body = (
        f"成交 {fill.fill_id} 入账后:{order.symbol} 持仓 {position.quantity} 股、"
        f"可卖 {position.sellable} 股,资金 {yuan_of_cents(cash_cents):,.2f} 元。请与柜台核对"
    )
    task = NewTask(
        task_id=f"reconcile-{fill.fill_id}",
        client_id=order.client_id,
        kind="reconcile",
        title="持仓或资金与柜台不符",
        body=body,
        about=order.client_order_id,
    )
    await open_task(work, task)
