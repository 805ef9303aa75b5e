"""One order as a table shows it, and the columns that order tables choose from."""

from collections.abc import Callable
from dataclasses import dataclass

from models.clients.card import ClientCard
from models.clients.tier import TIERS, Tier
from models.market.own_place import OwnPlace
from models.money import amount_cents
from models.trading.order import FINAL_STATES, Order, OrderState, Side
from ui.pages.parts.securities import code_of, decimals_of, name_of
from ui.ports import BookDesk, DeskPorts
from widgets.basic.columns import Column
from widgets.paint.numbers import NOTHING, compact_money, price_text, quantity_text
from widgets.paint.words import word
from widgets.trading.own_words import ahead_text, tip_text

_S = OrderState

# What a person has to do with an order in such a state (features T2: why, and one next action).
NEXT_STEPS: dict[OrderState, str] = {
    _S.UNKNOWN: "等待查询结果,勿重发",
    _S.REJECTED: "按原因修改后重报",
    _S.REFUSED: "核对风控原因",
    _S.AWAITING_APPROVAL: "请第二人复核",
}
ID_TAIL = 6  # characters that tell one day's ids apart
TROUBLED = frozenset({_S.REJECTED, _S.REFUSED})
NEEDS_PERSON = frozenset(NEXT_STEPS)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order with the names that a reader needs."""

    order: Order
    client: ClientCard | None
    security: str
    decimals: int
    entered_by: str
    place: OwnPlace | None = None

    @property
    def client_name(self) -> str:
        """Name of the client, or his id while the directory has not answered."""
        return self.client.name if self.client else self.order.client_id

    @property
    def tier(self) -> Tier | None:
        """Tier of the client."""
        return self.client.tier if self.client else None

    @property
    def value_cents(self) -> int:
        """Ordered amount."""
        return amount_cents(self.order.price_units, self.order.quantity)

    @property
    def next_step(self) -> str:
        """What a person has to do; "" when nothing."""
        return NEXT_STEPS.get(self.order.state, "")

    @property
    def is_open(self) -> bool:
        """Whether something may still trade."""
        return self.order.state not in FINAL_STATES


def order_line(
    order: Order, client: ClientCard | None, ports: DeskPorts, names: dict[str, str]
) -> OrderLine:
    """Return the order with names; ``names`` are staff ids whose names are known."""
    market = ports.market
    return OrderLine(
        order=order,
        client=client,
        security=name_of(market, order.symbol),
        decimals=decimals_of(market.instrument(order.symbol)),
        entered_by=names.get(order.entered_by, order.entered_by),
        place=_place_of(order, ports.books),
    )


def _place_of(order: Order, books: BookDesk) -> OwnPlace | None:
    """Where an open order stands; known while its client's level 2 of the book is on the screen."""
    if order.state in FINAL_STATES:
        return None
    depth = books.depth(order.symbol, order.client_id)
    own = depth.own if depth is not None else ()
    return next((one for one in own if one.client_order_id == order.client_order_id), None)


def attention_columns() -> list[Column[OrderLine]]:
    """Mark, and what to do next."""
    return [
        Column(
            "!",
            lambda line: "!" if line.next_step else "",
            "!!",
            value=lambda line: not line.next_step,
            tone=lambda _line: "warn",
            tip=lambda line: line.next_step,
        )
    ]


def who_columns() -> list[Column[OrderLine]]:
    """Tier, client, account."""
    return [
        Column("等级", _tier_text, "白金卡", value=_tier_rank),
        Column("客户", lambda line: line.client_name, "欧阳建国"),
        Column("资金账号", lambda line: line.order.account, "310020001081"),
    ]


def what_columns() -> list[Column[OrderLine]]:
    """Security, side, price, quantities."""
    return [
        Column("代码", lambda line: code_of(line.order.symbol), "600519"),
        Column("名称", lambda line: line.security, "上证50ETF"),
        Column("方向", lambda line: word(line.order.side), "买入", tone=_side_tone),
        _figure("委托价", lambda line: line.order.price_units, _priced, "1,845.76"),
        _figure("委托量", lambda line: line.order.quantity, _counted, "1,000,000"),
        _figure("成交", lambda line: line.order.filled, _counted, "1,000,000"),
        _figure("均价", lambda line: line.order.average_units, _priced, "1,845.76"),
        _figure("未成", lambda line: line.order.left, _counted, "1,000,000"),
    ]


def queue_column() -> Column[OrderLine]:
    """Shares before an open order in its queue; the time and its grounds in the tip."""
    return Column(
        "排队",
        _queue_text,
        "前12,000",
        value=lambda line: line.place.ahead if line.place and line.place.is_placed else -1,
        is_number=True,
        tip=lambda line: tip_text((line.place,), line.decimals) if line.place else "",
    )


def value_column() -> Column[OrderLine]:
    """Ordered amount."""
    return Column(
        "金额",
        lambda line: compact_money(line.value_cents),
        "1,234.5万",
        value=lambda line: line.value_cents,
        is_number=True,
    )


def time_column() -> Column[OrderLine]:
    """Time of entry."""
    return Column(
        "时间",
        lambda line: line.order.entered_at[11:19],
        "14:32:08",
        value=lambda line: line.order.entered_at,
    )


def state_column() -> Column[OrderLine]:
    """State in words; trouble in the warning tone."""
    return Column("状态", lambda line: word(line.order.state), "风控拒绝", tone=_state_tone)


def reason_column() -> Column[OrderLine]:
    """Words and code of a refusal or doubt."""
    return Column("原因", reason_text, "", stretch=True, tone=_state_tone, tip=reason_text)


def source_columns() -> list[Column[OrderLine]]:
    """Who entered it, on what evidence."""
    return [
        Column("录入", lambda line: line.entered_by, "李晓梅", tone=lambda _line: "muted"),
        Column("指令", _evidence, "…000000", tip=lambda line: line.order.instruction_id),
    ]


def reason_text(line: OrderLine) -> str:
    """Return words first, then the code; "" when there is no reason."""
    order = line.order
    if order.reason_text and order.reason:
        return f"{order.reason_text} [{order.reason}]"
    return order.reason_text or order.reason


def _queue_text(line: OrderLine) -> str:
    place = line.place
    if place is None or not line.is_open:
        return ""
    return ahead_text(place, quantity_text) or NOTHING


def _evidence(line: OrderLine) -> str:
    number = line.order.instruction_id
    return f"…{number[-ID_TAIL:]}" if len(number) > ID_TAIL else number or "无"


def _figure(
    title: str,
    value: Callable[[OrderLine], int],
    text: Callable[[OrderLine, int], str],
    widest: str,
) -> Column[OrderLine]:
    return Column(title, lambda line: text(line, value(line)), widest, value=value, is_number=True)


def _priced(line: OrderLine, units: int) -> str:
    return price_text(units, line.decimals)


def _counted(_line: OrderLine, shares: int) -> str:
    return quantity_text(shares)


def _tier_text(line: OrderLine) -> str:
    return word(line.tier) if line.tier else NOTHING


def _tier_rank(line: OrderLine) -> int:
    return -TIERS.index(line.tier) if line.tier else 1


def _side_tone(line: OrderLine) -> str:
    return "rise" if line.order.side is Side.BUY else "fall"


def _state_tone(line: OrderLine) -> str:
    if line.order.state in NEEDS_PERSON:
        return "warn"
    return "muted" if not line.is_open and not line.order.filled else ""
