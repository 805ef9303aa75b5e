"""Instructions, advice and program trading (rules_eval § 8, 9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from models.market.instrument import Board, SecurityKind
from models.rules.basis.bounds import Between, Count, Positive, Price, Shares
from models.rules.basis.missing import known
from models.rules.decision import Decision
from models.rules.instructions.advice import Citation, check_advice
from models.rules.instructions.match import (
    ClientInstruction,
    SentTicket,
    Standing,
    check_instruction,
    match_ticket,
)
from models.rules.instructions.program.classify import (
    AccountAction,
    AccountCounter,
    classify_counters,
    classify_events,
)
from models.rules.instructions.program.gate import GateCase, gate
from models.rules.instructions.program.slicing import slice_order
from models.rules.instructions.program.watch import watch
from models.rules.market.quantity import SizedOrder
from models.trading.order import Side
from services.rules.evaluator.world import Judge, World, family
from services.rules.reading import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class _TicketGiven:
    instruction: str | None = None
    security: str
    side: Side
    qty: Positive
    price: Price
    sent_at: datetime | None = None
    entered_by: str | None = None
    confirmed_by: str | None = None
    client_order_id: str | None = None
    basket: object = None  # true, or the id of the basket


@dataclass(frozen=True, slots=True)
class _MatchGiven:
    instructions: tuple[ClientInstruction, ...]
    tickets: tuple[_TicketGiven, ...]


@dataclass(frozen=True, slots=True)
class _AdviceGiven:
    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClassifyGiven:
    counters: tuple[AccountCounter, ...] | None = None
    events: tuple[AccountAction, ...] | None = None
    reported_hft: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _SliceGiven:
    board: Board
    side: Side
    qty: Annotated[int, Between(-(10**9), 10**9)]
    slices: Positive
    sellable: Shares | None = None


@dataclass(frozen=True, slots=True)
class _WatchGiven:
    orders: Count
    cancels: Count
    fast_cancels: Count


def _match(given: _MatchGiven, world: World) -> object:
    answers = _answers(given, world)
    stored = [_stored(instruction) for instruction in given.instructions]
    orders = sum(answer.ok for answer in answers)
    return {"instructions": stored, "answers": answers, "orders": orders, "source": "§ 2.9"}


def _stored(instruction: ClientInstruction) -> dict[str, object]:
    own = check_instruction(instruction)
    return {"id": instruction.id, "ok": own.ok, "reason": own.reason}


def _answers(given: _MatchGiven, world: World) -> list[Decision]:
    """Judge the tickets in order; only what was sent uses up an instruction and an order id."""
    by_id = {instruction.id: instruction for instruction in given.instructions}
    used: dict[str, int] = {}
    sent: set[str] = set()
    answers: list[Decision] = []
    for ticket in given.tickets:
        key = ticket.instruction or ""
        standing = Standing(by_id.get(key), used.get(key, 0), ticket.client_order_id in sent)
        answer = match_ticket(standing, _sent_ticket(ticket, world), world.settings.orders)
        answers.append(answer)
        if answer.ok:
            used[key] = used.get(key, 0) + ticket.qty
            sent |= {ticket.client_order_id} if ticket.client_order_id else set()
    return answers


def _sent_ticket(ticket: _TicketGiven, world: World) -> SentTicket:
    return SentTicket(
        security=ticket.security,
        side=ticket.side,
        qty=ticket.qty,
        price=ticket.price,
        sent_at=ticket.sent_at or world.moment,
        entered_by=ticket.entered_by,
        confirmed_by=ticket.confirmed_by,
        basket=_is_in_basket(ticket),
    )


def _is_in_basket(ticket: _TicketGiven) -> bool:
    if not isinstance(ticket.basket, bool | str | None):
        raise BadInput("given.tickets.basket", "应为 true、false 或篮子编号")
    return bool(ticket.basket)


def _classify(given: _ClassifyGiven, world: World) -> object:
    if given.events is not None:
        return classify_events(world.settings.hft, given.events, given.reported_hft)
    counters = known(given.counters, "counters")
    return classify_counters(world.settings.hft, counters, given.reported_hft)


def _slice(given: _SliceGiven, world: World) -> object:
    order = SizedOrder(
        given.side, given.qty, given.board, SecurityKind.STOCK, sellable=given.sellable
    )
    return slice_order(world.rules, order, given.slices, world.day)


INSTRUCTIONS: dict[str, Judge] = {
    "program.classify": family(_ClassifyGiven, _classify),
    "program.gate": family(GateCase, lambda given, world: gate(world.settings.hft, given)),
    "program.slice": family(_SliceGiven, _slice),
    "program.watch": family(
        _WatchGiven,
        lambda given, world: watch(
            world.settings.watch, given.orders, given.cancels, given.fast_cancels
        ),
    ),
    "instruction.match": family(_MatchGiven, _match),
    "advice.check": family(
        _AdviceGiven,
        lambda given, world: check_advice(world.settings.advice, given.text, given.citations),
    ),
}
