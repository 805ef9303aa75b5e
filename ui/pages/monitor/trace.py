"""The trace of one order: instruction, checks, order, fills, what follows (features N2)."""

from dataclasses import dataclass
from decimal import Decimal

from models.money import amount_cents
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction
from models.trading.order import Fill, OrderState, Side
from ui.pages.parts.order_rows import OrderLine, reason_text
from widgets.paint.numbers import (
    compact_money,
    money_text,
    points_text,
    price_text,
    quantity_text,
    signed,
)
from widgets.paint.words import word


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One station; ``time`` HH:MM:SS or ""; ``is_open`` = has not happened (yet)."""

    time: str
    title: str
    text: str
    is_open: bool = False


def trace_of(
    line: OrderLine,
    instruction: Instruction | None,
    fills: tuple[Fill, ...],
    charges: OrderCharges | None,
) -> tuple[TraceStep, ...]:
    """Return the stations of an order in the order of their happening."""
    return (
        _instruction_step(line, instruction),
        _check_step(line),
        _order_step(line),
        *(_fill_step(line, fill) for fill in fills),
        *_end_steps(line),
        _after_step(line, charges),
    )


def _instruction_step(line: OrderLine, found: Instruction | None) -> TraceStep:
    if found is None:
        number = line.order.instruction_id
        return TraceStep("", "指令", f"{number}(记录读取中)" if number else "没有指令证据", True)
    confirmed = "已复述" if found.read_back else "未复述"
    identity = "已核身份" if found.identity_checked else "未核身份"
    price = price_text(found.price_units, line.decimals)
    text = (
        f"{word(found.channel)} · 证据 {found.evidence_ref} · {word(found.side)} "
        f"{quantity_text(found.quantity)} 股 @ {price} · {confirmed} · {identity}"
    )
    return TraceStep(found.recorded_at[11:19], f"指令 {found.instruction_id}", text)


def _check_step(line: OrderLine) -> TraceStep:
    order = line.order
    moment = order.entered_at[11:19]
    if order.state is OrderState.REFUSED:
        return TraceStep(moment, "检查", f"未通过:{reason_text(line)}")
    if order.state is OrderState.AWAITING_APPROVAL:
        return TraceStep(moment, "检查", f"等待复核:{reason_text(line)}", True)
    return TraceStep(moment, "检查", "指令、价格、数量、资金与可卖全部通过")


def _order_step(line: OrderLine) -> TraceStep:
    order = line.order
    text = (
        f"{word(order.side)} {quantity_text(order.quantity)} 股 @ "
        f"{price_text(order.price_units, line.decimals)} = {compact_money(line.value_cents)}"
        f" · {line.entered_by} 录入 · "
        f"{order.client_order_id}"
    )
    if order.filled:
        text += f" · 成交均价 {price_text(order.average_units, line.decimals)}"
    return TraceStep(order.entered_at[11:19], f"委托 {word(order.state)}", text)


def _fill_step(line: OrderLine, fill: Fill) -> TraceStep:
    amount = money_text(amount_cents(fill.price_units, fill.quantity))
    price = price_text(fill.price_units, line.decimals)
    text = f"{quantity_text(fill.quantity)} 股 @ {price} · 金额 {amount} · {fill.fill_id}"
    return TraceStep(fill.filled_at[11:19], "成交", text)


def _end_steps(line: OrderLine) -> tuple[TraceStep, ...]:
    order = line.order
    steps = []
    if order.cancelled:
        steps.append(
            TraceStep(order.updated_at[11:19], "撤单", f"撤回 {quantity_text(order.cancelled)} 股")
        )
    if order.state in (OrderState.REJECTED, OrderState.UNKNOWN):
        steps.append(TraceStep(order.updated_at[11:19], word(order.state), reason_text(line)))
    return tuple(steps)


def _after_step(line: OrderLine, charges: OrderCharges | None) -> TraceStep:
    if not line.order.filled:
        return TraceStep("", "佣金与积分", "无成交,不收佣金、不计积分", True)
    if charges is None:
        return TraceStep("", "佣金与积分", "待中心库入账", True)
    text = (
        f"佣金 {money_text(charges.commission_cents)} 元 · "
        f"{_fees_title(line)} {money_text(charges.fees_cents)} 元 · {_points(charges)}"
    )
    return TraceStep("", "佣金与积分", text)


def _fees_title(line: OrderLine) -> str:
    return "印花税、过户费" if line.order.side is Side.SELL else "过户费等"


def _points(charges: OrderCharges) -> str:
    if not charges.points_milli:
        return "积分 0"
    points = signed(points_text(charges.points_milli), charges.points_milli)
    multiple = Decimal(charges.multiple_milli).scaleb(-3).normalize()
    return f"积分 {points}({word(charges.tier)} {multiple:f} 倍)"
