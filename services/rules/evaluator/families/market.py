"""Sessions, quantities, holdings and fees (rules_eval § 6)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal, TypeAlias

from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus
from models.rules.basis.bounds import Amount, Positive, Shares
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.missing import known
from models.rules.basis.settings.words import OrderType
from models.rules.decision import Decision
from models.rules.market.fees import TradedOrder, fees
from models.rules.market.holding.dividend_tax import DividendCase, dividend_tax
from models.rules.market.holding.etf_convert import ConvertAction, Source, check_convert
from models.rules.market.holding.sellable import (
    Holding,
    bought,
    may_sell_same_day,
    release,
    reserve,
    sellable_from,
    sold,
)
from models.rules.market.quantity import SizedOrder, check_quantity
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.records.sizes import HeldInstrument
from models.rules.market.session import (
    Moment,
    after_hours_session,
    cancel_session,
    market_order_session,
    order_session,
    queued_order_session,
)
from models.trading.order import Side
from services.rules.evaluator.families.board import board_of
from services.rules.evaluator.world import Judge, World, family


@dataclass(frozen=True, slots=True, kw_only=True)
class _SessionGiven:
    exchange: Exchange
    board: Board | None = None
    kind: SecurityKind = SecurityKind.STOCK
    action: Literal["order", "cancel", "market_order"]
    after_hours: bool = False
    northbound: bool = False
    suspended_at_close: bool = False
    no_limit_day: bool = False
    agreed_queue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _QuantityGiven:
    board: Board | None = None
    kind: SecurityKind = SecurityKind.STOCK
    status: SecurityStatus = SecurityStatus.NORMAL
    side: Side
    qty: int
    order_type: OrderType = OrderType.LIMIT
    sellable: Shares | None = None
    bought_today: Shares = 0
    bought_after_hours: Shares = 0


@dataclass(frozen=True, slots=True)
class _Buy:
    do: Literal["buy"]
    qty: Shares
    on: date | None = None


@dataclass(frozen=True, slots=True)
class _Sell:
    do: Literal["sell"]
    qty: Shares
    on: date | None = None


@dataclass(frozen=True, slots=True)
class _Order:
    do: Literal["order"]
    id: str
    qty: Shares
    on: date | None = None


@dataclass(frozen=True, slots=True)
class _Cancel:
    do: Literal["cancel"]
    id: str
    on: date | None = None


_Step: TypeAlias = _Buy | _Sell | _Order | _Cancel


@dataclass(frozen=True, slots=True, kw_only=True)
class _SellableGiven:
    instrument: HeldInstrument
    same_day_underlying: bool = False
    prior: Shares
    steps: tuple[_Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ConvertGiven:
    source: Source | None
    action: ConvertAction
    qty: int | None = None
    unit: Positive | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FeesGiven:
    kind: SecurityKind = SecurityKind.STOCK
    side: Side
    rate_permille: Amount
    amount: Amount | None = None
    fills: tuple[Amount, ...] | None = None
    cash: Decimal | None = None


def _session(given: _SessionGiven, world: World) -> object:
    moment = Moment(
        given.exchange,
        world.moment,
        board_of(given.board, given.kind),
        given.kind,
        no_limit_day=given.no_limit_day,
    )
    return _question(given)(world.rules, world.calendar, moment)


def _question(given: _SessionGiven) -> Callable[[MarketRules, TradingCalendar, Moment], Decision]:
    if given.after_hours:
        return partial(
            after_hours_session,
            northbound=given.northbound,
            suspended_at_close=given.suspended_at_close,
        )
    if given.action == "order" and given.agreed_queue:
        return queued_order_session
    return _ASK[given.action]


_ASK = {
    "order": order_session,
    "cancel": cancel_session,
    "market_order": market_order_session,
}


def _quantity(given: _QuantityGiven, world: World) -> object:
    order = SizedOrder(
        side=given.side,
        qty=given.qty,
        board=board_of(given.board, given.kind),
        kind=given.kind,
        status=given.status,
        order_type=given.order_type,
        sellable=given.sellable,
        bought_today=given.bought_today,
        bought_after_hours=given.bought_after_hours,
    )
    return check_quantity(world.rules, world.settings.max_quantity, order, world.day)


def _sellable(given: _SellableGiven, world: World) -> object:
    holding = Holding(given.prior)
    answers: list[Decision] = []
    for step in given.steps:
        holding, answer = _taken(given, world, holding, step)
        answers.append(answer)
    day = max((world.day, *(step.on for step in given.steps if step.on is not None)))
    return {
        "position": holding.position,
        "sellable": holding.sellable(day),
        "working": holding.reserved,
        "answers": answers,
        "sellable_from": holding.sellable_from(day),
        "source": "§ 2.7",
    }


def _taken(
    given: _SellableGiven, world: World, holding: Holding, step: _Step
) -> tuple[Holding, Decision]:
    day = step.on or world.day
    if isinstance(step, _Buy):
        same_day = may_sell_same_day(world.rules, given.instrument, given.same_day_underlying, day)
        opens = sellable_from(world.calendar, day, same_day)
        return bought(holding, step.qty, opens), Decision()
    if isinstance(step, _Sell):
        return sold(holding, step.qty, day)
    if isinstance(step, _Order):
        return reserve(holding, step.id, step.qty, day)
    return release(holding, step.id)


def _fees(given: _FeesGiven, world: World) -> object:
    order = TradedOrder(given.kind, given.side, given.rate_permille, _fills(given))
    bill = fees(world.rules, world.settings.fees, order, world.day)
    needs = bill.net_cash if given.side is Side.BUY else Decimal(0)
    short = given.cash is not None and given.cash < needs
    reason = "INSUFFICIENT_CASH" if short else ""
    lines = {name: getattr(bill, name) for name in bill.__slots__ if name != "source"}
    numbers = {**lines, "needs": needs if short else None}
    return Decision(reason, numbers, bill.source)


def _fills(given: _FeesGiven) -> tuple[Decimal, ...]:
    return (known(given.amount, "amount"),) if given.fills is None else given.fills


MARKET: dict[str, Judge] = {
    "market.session": family(_SessionGiven, _session),
    "market.quantity": family(_QuantityGiven, _quantity),
    "market.sellable": family(_SellableGiven, _sellable),
    "market.etf_convert": family(
        _ConvertGiven,
        lambda given, _: check_convert(given.source, given.action, given.qty, given.unit),
    ),
    "market.fees": family(_FeesGiven, _fees),
    "market.dividend_tax": family(
        DividendCase, lambda given, world: dividend_tax(world.rules, given, world.day)
    ),
}
