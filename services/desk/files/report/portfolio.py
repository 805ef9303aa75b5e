"""What the client holds: positions, concentration and industries, findings of the scan."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from models.market.instrument import SecurityStatus
from models.money import yuan_of_cents, yuan_of_price
from models.rules.alerts.scan import Finding, Position, scan
from models.rules.basis.missing import NotConfigured
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.words import Sms
from services.desk.files.report.facts import ClientFacts, HeldShares, Told

_UNKNOWN_INDUSTRY = "行业未知"
_LARGEST = 3
_FINDINGS = {
    "CONCENTRATION": "单一证券占比过高",
    "ST": "风险警示或退市整理证券",
    "SUSPENDED": "停牌证券",
}
_COLUMNS = (
    Column("证券", width=18),
    Column("代码", width=13),
    Column("数量", Kind.WHOLE, width=11),
    Column("成本(元)", Kind.YUAN, width=18, summed=True),
    Column("现价", Kind.PRICE, width=11),
    Column("市值(元)", Kind.YUAN, width=18, summed=True),
    Column("浮动盈亏(元)", Kind.YUAN, width=18, summed=True),
    Column("盈亏%", Kind.PERCENT, width=10),
    Column("占资产%", Kind.PERCENT, width=10),
)


def holdings(facts: ClientFacts) -> Section:
    """The positions, largest first."""
    if not facts.holdings:
        return Section("持仓", (Sentence("目前没有持仓。"),))
    made = table("", _COLUMNS, [_row(held, facts.assets_cents) for held in facts.holdings])
    assert made.total is not None
    agree("持仓市值", yuan_of_cents(facts.value_cents), figure(made.total[5]))
    agree("浮动盈亏", figure(made.total[6]), figure(made.total[5]) - figure(made.total[3]))
    cost = sum(held.cost_cents for held in facts.holdings)
    total = (
        *made.total[:7],
        share_of(facts.value_cents - cost, cost),
        share_of(facts.value_cents, facts.assets_cents),
    )
    return Section("持仓", (replace(made, total=total),))


def industries(facts: ClientFacts) -> Section:
    """How concentrated the portfolio is, by security and industry."""
    if not facts.holdings or facts.value_cents <= 0:
        return Section("集中度与行业分布", (Sentence("没有持仓,不作集中度分析。"),))
    by_industry: defaultdict[str, list[HeldShares]] = defaultdict(list)
    for held in facts.holdings:
        by_industry[held.industry or _UNKNOWN_INDUSTRY].append(held)
    worth = {name: sum(one.value_cents for one in held) for name, held in by_industry.items()}
    rows = [
        (name, len(by_industry[name]), yuan_of_cents(of), share_of(of, facts.value_cents))
        for name, of in sorted(worth.items(), key=lambda one: (-one[1], one[0]))
    ]
    columns = (
        Column("行业", width=20),
        Column("证券数", Kind.WHOLE, summed=True),
        Column("市值(元)", Kind.YUAN, width=20, summed=True),
        Column("占证券市值%", Kind.PERCENT, width=14),
    )
    made = table("行业分布", columns, rows)
    assert made.total is not None
    agree("行业市值", yuan_of_cents(facts.value_cents), figure(made.total[2]))
    total = (*made.total[:3], share_of(facts.value_cents, facts.value_cents))
    return Section("集中度与行业分布", (Sentence(_largest(facts)), replace(made, total=total)))


def diagnosis(facts: ClientFacts, told: Told) -> Section:
    """What the scan remarks today, and what was remarked at nights of the period."""
    return Section("组合诊断", (*_scanned(facts, told), *_noted(facts, told)))


def share_of(part: int, whole: int) -> Decimal | None:
    """Return a part in percent; None of nothing."""
    return half_up(Decimal(part) * 100 / whole) if whole > 0 else None


def figure(cell: Cell) -> Decimal:
    """Return the figure in a cell."""
    return Decimal(cell) if isinstance(cell, int | Decimal) else Decimal(0)


def _row(held: HeldShares, assets_cents: int) -> tuple[Cell, ...]:
    profit = held.value_cents - held.cost_cents
    return (
        held.name or held.symbol,
        held.symbol,
        held.quantity,
        yuan_of_cents(held.cost_cents),
        yuan_of_price(held.price_units) if held.price_units else None,
        yuan_of_cents(held.value_cents),
        yuan_of_cents(profit),
        share_of(profit, held.cost_cents),
        share_of(held.value_cents, assets_cents),
    )


def _largest(facts: ClientFacts) -> str:
    first = facts.holdings[:_LARGEST]
    share = share_of(sum(held.value_cents for held in first), facts.value_cents)
    names = "、".join(held.name or held.symbol for held in first)
    return (
        f"共持有 {len(facts.holdings)} 只证券,市值最大的 {len(first)} 只({names})"
        f"占证券市值 {share}%。"
    )


def _scanned(facts: ClientFacts, told: Told) -> Iterator[Block]:
    if not facts.holdings:
        yield Sentence("目前没有持仓,未作组合扫描。")
        return
    positions = [
        Position(
            held.symbol,
            yuan_of_cents(held.value_cents),
            st=held.status in (SecurityStatus.ST.value, SecurityStatus.DELISTING.value),
        )
        for held in facts.holdings
    ]
    try:
        findings = scan(told.settings.scan, positions)
    except NotConfigured:
        yield Sentence("公司尚未设置集中度标准,未作组合扫描。", is_warning=True)
        return
    bound = told.settings.scan.concentration_percent
    if not findings:
        yield Sentence(
            f"按公司标准(单一证券占证券市值 {bound}% 及以上为集中、风险警示证券须提示)"
            "未发现须提示的事项。"
        )
        return
    names = {held.symbol: held for held in facts.holdings}
    columns = (
        Column("事项", width=20),
        Column("证券", width=16),
        Column("占证券市值%", Kind.PERCENT, width=12),
        Column("说明", width=30),
    )
    rows = [_finding(one, names[one.security], str(bound)) for one in findings]
    yield table("当前须提示的事项", columns, rows)


def _finding(one: Finding, held: HeldShares, bound: str) -> Sequence[Cell]:
    why = "按交易所公布的证券状态"
    if one.code == "CONCENTRATION":
        why = f"达到公司提示标准 {bound}%,市值 {yuan_of_cents(held.value_cents):,.2f} 元"
    return _FINDINGS[one.code], held.name or held.symbol, one.share_pct, why


def _noted(facts: ClientFacts, told: Told) -> Iterator[Block]:
    noted = [one for one in facts.alerts if told.period.holds(one.day) and one.product != Sms.SMS3]
    names = {held.symbol: held.name for held in facts.holdings}
    if not noted:
        yield Sentence("报告期内没有总部夜间扫描与预警的记录。")
        return
    columns = (
        Column("日期", Kind.DAY, width=11),
        Column("证券", width=12),
        Column("提示", width=24),
        Column("依据", width=36),
    )
    yield table(
        "报告期内的提示",
        columns,
        [(one.day, names.get(one.symbol) or one.symbol, one.title, one.reason) for one in noted],
    )
