"""What was traded in the period, what it cost, and what it would have cost at the base rate."""

from datetime import date
from decimal import Decimal

from models.files.report.document import (
    Block,
    Cell,
    Column,
    Kind,
    Section,
    Sentence,
    agree,
    table,
)
from models.market.instrument import Exchange
from models.money import amount_cents, cents, permille_of_rate, yuan_of_cents, yuan_of_price
from models.rules.basis.missing import NotConfigured
from models.rules.basis.rounding import half_up
from models.rules.market.fees import TradedOrder, commission_due
from models.rules.products.rate_spans import base_span_on, rate_span_on, spans_with_ends
from models.trading.order import Side
from services.desk.clients import words
from services.desk.files.report.facts import ClientFacts, Told, TradedDay
from services.desk.files.report.portfolio import figure

_EXCHANGES = {"SH": Exchange.SSE, "SZ": Exchange.SZSE, "BJ": Exchange.BSE}
_SIDES = {Side.BUY: "买入", Side.SELL: "卖出"}
_EARNED = ("commission", "correction", "reversal")
_RATE_UNIT, _PRICE_UNIT = Decimal("0.0001"), Decimal("0.0001")
_COLUMNS = (
    Column("日期", Kind.DAY, width=13),
    Column("证券", width=16),
    Column("方向", width=7),
    Column("数量", Kind.WHOLE, width=11),
    Column("均价", Kind.PRICE, width=13),
    Column("成交金额(元)", Kind.YUAN, width=19, summed=True),
    Column("佣金(元)", Kind.YUAN, width=14, summed=True),
    Column("佣金率‰", Kind.PERMILLE, width=11),
    Column("税费(元)", Kind.YUAN, width=13, summed=True),
)


def trades(facts: ClientFacts, told: Told) -> Section:
    """Orders with trades in the period; the commission is all-in."""
    blocks: list[Block] = []
    if facts.trades:
        made = table("", _COLUMNS, [_row(one) for one in facts.trades])
        assert made.total is not None
        turnover = sum(_cents_of(one) for one in facts.trades)
        charged = sum(one.commission_cents for one in facts.trades if one.is_charged)
        agree("成交金额", yuan_of_cents(turnover), figure(made.total[5]))
        agree("佣金", yuan_of_cents(charged), figure(made.total[6]))
        blocks += [made, Sentence("佣金为全包口径,已含经手费与证管费;税费为印花税与过户费。")]
    else:
        blocks.append(Sentence("报告期内没有经本系统的成交。"))
    waiting = sum(not one.is_charged for one in facts.trades)
    if waiting:
        blocks.append(
            Sentence(f"其中 {waiting} 笔委托的费用尚未结算,未计入合计。", is_warning=True)
        )
    blocks.append(Sentence(_booked(facts, told)))
    return Section("成交与费用", tuple(blocks))


def rates(facts: ClientFacts, told: Told) -> Section:
    """The rates of the period, the product they came with, and the difference to the base rate."""
    columns = (
        Column("产品", width=16),
        Column("佣金率‰", Kind.PERMILLE),
        Column("起", Kind.DAY),
        Column("止", Kind.DAY),
    )
    first, last = told.period.first, told.period.last
    shown = [
        span
        for span in spans_with_ends(facts.rates)
        if span.starts_on <= last and (span.ends_on is None or span.ends_on >= first)
    ]
    if not shown:
        return Section("佣金率与产品", (Sentence("本系统没有报告期内佣金率的登记。"),))
    rows = [
        (
            words.word(words.PRODUCTS, span.product) if span.product else "基准佣金率",
            permille_of_rate(span.rate_units),
            span.starts_on.isoformat(),
            span.ends_on.isoformat() if span.ends_on else "长期",
        )
        for span in shown
    ]
    return Section("佣金率与产品", (table("", columns, rows), Sentence(_compared(facts, told))))


def _row(one: TradedDay) -> tuple[Cell, ...]:
    turnover = _cents_of(one)
    units = sum(one.amounts_units)
    rate = None
    if one.is_charged and units:
        permille = Decimal(one.commission_cents) * 1_000 / yuan_of_price(units) / 100
        rate = half_up(permille, _RATE_UNIT)
    return (
        one.day,
        one.name or one.symbol,
        _SIDES[one.side],
        one.quantity,
        half_up(yuan_of_price(units) / one.quantity, _PRICE_UNIT) if one.quantity else None,
        yuan_of_cents(turnover),
        yuan_of_cents(one.commission_cents) if one.is_charged else None,
        rate,
        yuan_of_cents(one.fees_cents) if one.is_charged else None,
    )


def _booked(facts: ClientFacts, told: Told) -> str:
    """All commission that counted for points, from whatever channel."""
    earned = [one for one in facts.points if one.kind in _EARNED and told.period.holds(one.day)]
    if not earned:
        return "报告期内没有计入积分的佣金。"
    total = yuan_of_cents(sum(one.amount_cents for one in earned))
    return f"报告期内各渠道计入积分的净佣金合计 {total:,.2f} 元({len(earned)} 笔,含更正与冲回)。"


def _compared(facts: ClientFacts, told: Told) -> str:
    charged = [one for one in facts.trades if one.is_charged]
    under_product = [one for one in charged if _product_on(facts, one)]
    if not under_product:
        return "报告期内没有按产品佣金率成交的委托,与基准佣金率没有差额。"
    try:
        due = [_at_base(facts, told, one) for one in under_product]
    except NotConfigured:
        return "缺少费用设置,不能与基准佣金率比较。"
    if None in due:
        return "部分成交缺少当日基准佣金率或证券类别的登记,不能与基准佣金率比较。"
    base = sum(amount for amount in due if amount is not None)
    paid = sum(one.commission_cents for one in under_product)
    names = "、".join(sorted({f"产品 {_product_on(facts, one)}" for one in under_product}))
    difference = f"{yuan_of_cents(abs(paid - base)):,.2f} 元"
    more = f"多付 {difference}(产品服务的对价,含随赠短信)" if paid > base else f"节省 {difference}"
    return (
        f"按{names}的佣金率成交 {len(under_product)} 笔委托,"
        f"实收佣金 {yuan_of_cents(paid):,.2f} 元;"
        f"同样的成交按基准佣金率为 {yuan_of_cents(base):,.2f} 元,{more}。"
    )


def _product_on(facts: ClientFacts, one: TradedDay) -> str:
    span = rate_span_on(facts.rates, date.fromisoformat(one.day))
    return span.product if span else ""


def _at_base(facts: ClientFacts, told: Told, one: TradedDay) -> int | None:
    """Cents that the order's trades would have cost at X; None where X or the security is not
    known."""
    day = date.fromisoformat(one.day)
    span = base_span_on(facts.rates, day)
    if span is None or one.kind is None:
        return None
    order = TradedOrder(
        kind=one.kind,
        side=one.side,
        rate_permille=permille_of_rate(span.rate_units),
        fills=tuple(yuan_of_price(units) for units in one.amounts_units),
        exchange=_EXCHANGES[one.symbol[-2:]],
    )
    return cents(commission_due(told.rules.on(day).fees, order, order.amount))


def _cents_of(one: TradedDay) -> int:
    return amount_cents(sum(one.amounts_units), 1)
