"""The ticket as it is being typed, and what would make it dangerous to send."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from models.clients.card import ClientCard
from models.clients.profile import ClientProfile
from models.market.picture import Depth, Level
from models.trading.instruction import Instruction
from models.trading.order import Order, OrderState, Side
from models.trading.ticket import Ticket, TicketCheck
from ui.pages.parts.order_rows import OrderLine, order_line
from ui.ports import DeskPorts
from widgets.paint.numbers import change_bp, percent_text, quantity_text

DANGEROUS_BP = 300
SIZE_PRESETS = (1, 2, 3, 5, 10, 20, 30, 50, 100)  # lots by the keys 1..9
SECOND_PERSON = "SECOND_PERSON_REQUIRED"
UNUSED = frozenset({OrderState.REJECTED, OrderState.REFUSED})


@dataclass(frozen=True, slots=True)
class Draft:
    """None, "" or 0 where nothing was chosen or typed yet; the side is a mode, always one."""

    client: ClientCard | None = None
    symbol: str = ""
    side: Side = Side.BUY
    price_units: int = 0
    quantity: int = 0
    instruction_id: str = ""
    second_person: str = ""

    def ticket(self) -> Ticket | None:
        """Return the ticket to check; None before client and security are there."""
        if self.client is None or not self.symbol:
            return None
        return Ticket(
            client_id=self.client.client_id,
            account=self.client.account,
            symbol=self.symbol,
            side=self.side,
            quantity=self.quantity,
            price_units=self.price_units,
            instruction_id=self.instruction_id,
            second_person=self.second_person,
        )


def left_of(item: Instruction, orders: tuple[Order, ...]) -> int:
    """Return the shares of an instruction that no order has used yet."""
    used = sum(
        order.quantity - order.cancelled
        for order in orders
        if order.instruction_id == item.instruction_id and order.state not in UNUSED
    )
    return max(0, item.quantity - used)


def usable(
    told: tuple[Instruction, ...], symbol: str, orders: tuple[Order, ...]
) -> tuple[Instruction, ...]:
    """Return the instructions that stand and are not used up: of this security, or of all."""
    return tuple(
        item
        for item in told
        if not item.withdrawn_at
        and (not symbol or item.symbol == symbol)
        and left_of(item, orders) > 0
    )


def evidence_for(draft: Draft, told: tuple[Instruction, ...], side: Side) -> str:
    """Return the evidence to keep or take when the ticket stands on this side; "" for none."""
    fitting = [item.instruction_id for item in told if item.side is side]
    if draft.instruction_id in fitting or not draft.symbol:
        return draft.instruction_id
    return fitting[0] if fitting else ""


def own_levels(lines: Iterable[OrderLine], symbol: str) -> dict[int, int]:
    """Return the open quantity of a security in these orders by price units."""
    levels: dict[int, int] = {}
    for line in lines:
        order = line.order
        if line.is_open and order.symbol == symbol:
            levels[order.price_units] = levels.get(order.price_units, 0) + order.left
    return levels


def client_lines(profile: ClientProfile, ports: DeskPorts) -> tuple[OrderLine, ...]:
    """Return today's orders of a client, newest first."""
    names = {ports.person.staff_id: ports.person.name}
    lines = (order_line(order, profile.card, ports, names) for order in profile.orders)
    return tuple(sorted(lines, key=lambda line: line.order.entered_at, reverse=True))


def open_ids(lines: Iterable[OrderLine]) -> frozenset[str]:
    """Return the ids of the orders that may still trade."""
    return frozenset(line.order.client_order_id for line in lines if line.is_open)


def lacks_second_person(draft: Draft, check: Callable[[Ticket], TicketCheck]) -> bool:
    """Ask the checks as if nobody had confirmed: a confirmation must not hide its own field."""
    ticket = replace(draft, second_person="").ticket()
    if ticket is None:
        return False
    return any(line.code == SECOND_PERSON and not line.ok for line in check(ticket).lines)


def dangers(ticket: Ticket, depth: Depth | None) -> tuple[str, ...]:
    """Return why a second look is due before sending; empty for an ordinary order."""
    if depth is None:
        return ()
    found = (_far_price(ticket, depth), _deep_order(ticket, depth))
    return tuple(text for text in found if text)


def _far_price(ticket: Ticket, depth: Depth) -> str:
    away = change_bp(ticket.price_units, depth.quote.last_units)
    worse = away if ticket.side is Side.BUY else -away
    if worse < DANGEROUS_BP:
        return ""
    return f"委托价比最新价差 {percent_text(away)},对客户不利"


def _deep_order(ticket: Ticket, depth: Depth) -> str:
    reachable = sum(level.quantity for level in _reachable(ticket, depth))
    side = depth.asks if ticket.side is Side.BUY else depth.bids
    if not side or ticket.quantity <= sum(level.quantity for level in side) or not reachable:
        return ""
    return (
        f"委托 {quantity_text(ticket.quantity)} 股,十档内可成交仅 {quantity_text(reachable)} 股,"
        "将吃穿盘口"
    )


def _reachable(ticket: Ticket, depth: Depth) -> tuple[Level, ...]:
    if ticket.side is Side.BUY:
        return tuple(item for item in depth.asks if item.price_units <= ticket.price_units)
    return tuple(item for item in depth.bids if item.price_units >= ticket.price_units)
