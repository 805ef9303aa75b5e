"""Who the client is, his tier, what he has and how it came to that."""

from collections.abc import Iterator, Sequence
from datetime import date

from models.clients.tier import Tier
from models.files.report.document import (
    Block,
    Cell,
    Column,
    Facts,
    Kind,
    Section,
    Sentence,
    agree,
    table,
)
from models.files.report.period import Period
from models.money import yuan_of_cents
from services.desk.files.report.facts import ClientFacts, Told
from services.desk.storage.queries.marks import AssetMark

TIER_WORDS = {
    Tier.ORDINARY: "普通客户",
    Tier.SILVER: "银卡",
    Tier.GOLD: "金卡",
    Tier.PLATINUM: "白金卡",
}
_BY = {"assets": "资产", "commission": "佣金", "grant": "授予"}
_MONTH_DAYS = 45  # up to here a course is told by weeks


def person(facts: ClientFacts, told: Told) -> Section:
    """Who the report is for and who made it."""
    client = facts.person
    pairs = (
        ("客户", client.name or "(您的岗位不显示姓名)"),
        ("客户号", client.client_id),
        ("资金账号", "、".join(client.accounts) or "无"),
        ("手机", client.mobile or "未登记"),
        ("证件号码", client.id_no or "未登记"),
        ("开户日期", client.opened_on or "未登记"),
        ("营业部", told.branch),
        ("客户经理", client.manager),
    )
    return Section("客户与服务人员", (Facts(pairs),))


def tier(facts: ClientFacts) -> Section:
    """His tier, why, and what is missing to the next."""
    reason = facts.tier
    by = "、".join(_BY.get(part, part) for part in reason.by) or "未记录"
    pairs = [
        ("当前等级", TIER_WORDS[reason.tier]),
        ("评定依据", by),
        ("20 日均资产", f"{yuan_of_cents(reason.average_assets_cents):,.2f} 元"),
        ("近 12 月净佣金", f"{yuan_of_cents(reason.year_commission_cents):,.2f} 元"),
    ]
    return Section("客户等级", (Facts(tuple(pairs)), Sentence(_to_next(facts))))


def _to_next(facts: ClientFacts) -> str:
    reason = facts.tier
    if reason.next_tier is None:
        return "已是最高等级。"
    ways = [
        f"{what}再增加 {yuan_of_cents(gap):,.2f} 元"
        for what, gap in (
            ("日均资产", reason.assets_gap_cents),
            ("近 12 月净佣金", reason.commission_gap_cents),
        )
        if gap is not None
    ]
    following = TIER_WORDS[reason.next_tier]
    if not ways:
        return f"下一等级「{following}」的标准尚未设置。"
    return f"距下一等级「{following}」:{',或'.join(ways)}(任一项达到即可,按评定日计算)。"


def worth(facts: ClientFacts, told: Told) -> Section:
    """What he has now and what it was over the period."""
    rows = (("资金余额", facts.cash_cents), ("证券市值", facts.value_cents))
    columns = (Column("项目"), Column("金额(元)", Kind.YUAN, summed=True))
    now = table("", columns, [(name, yuan_of_cents(amount)) for name, amount in rows])
    agree(
        "总资产", facts.assets_cents, facts.cash_cents + sum(h.value_cents for h in facts.holdings)
    )
    return Section("资产", (now, Sentence(_priced(facts)), *_course(facts, told)))


def _priced(facts: ClientFacts) -> str:
    """When the prices are from; what has none is valued at its cost and named."""
    if not facts.holdings:
        return "目前没有持仓。"
    times = sorted({held.seen_at[:16].replace("T", " ") for held in facts.holdings if held.seen_at})
    unpriced = [held.name or held.symbol for held in facts.holdings if not held.price_units]
    said = f"市值按 {times[0]} 的价格计算。" if len(times) == 1 else ""
    if len(times) > 1:
        said = f"市值按 {times[0]} 至 {times[-1]} 间各证券最近一次的价格计算。"
    if unpriced:
        said += f"{'、'.join(unpriced)} 没有可用的价格,暂按成本计入。"
    return said


def _course(facts: ClientFacts, told: Told) -> Iterator[Block]:
    marks = course(facts.marks, told.period)
    if len(marks) < 2:
        yield Sentence("本系统尚无报告期内两个以上日期的资产记录,不能列示期间资产变动。")
        return
    rows: list[tuple[Cell, ...]] = []
    before: AssetMark | None = None
    for mark in marks:
        change = None if before is None else yuan_of_cents(mark.assets_cents - before.assets_cents)
        rows.append((mark.day, yuan_of_cents(mark.assets_cents), change))
        before = mark
    columns = (
        Column("日期", Kind.DAY),
        Column("总资产(元)", Kind.YUAN),
        Column("较上一行(元)", Kind.YUAN),
    )
    yield table("期间资产变动", columns, rows)
    whole = yuan_of_cents(marks[-1].assets_cents - marks[0].assets_cents)
    share = _percent(marks[-1].assets_cents - marks[0].assets_cents, marks[0].assets_cents)
    sign = "增加" if whole >= 0 else "减少"
    yield Sentence(
        f"自 {marks[0].day} 至 {marks[-1].day} 总资产{sign} {abs(whole):,.2f} 元{share},"
        "含期间转入转出,不等于投资收益。"
    )


def course(marks: Sequence[AssetMark], period: Period) -> tuple[AssetMark, ...]:
    """Return the value before the period and the last one of each week or month in it."""
    before = [mark for mark in marks if mark.day <= period.before.isoformat()]
    inside = [mark for mark in marks if period.holds(mark.day)]
    by_week = (period.last - period.first).days <= _MONTH_DAYS
    last = {_span(mark.day, by_week): mark for mark in inside}
    return (*before[-1:], *last.values())


def _span(day: str, by_week: bool) -> object:
    return date.fromisoformat(day).isocalendar()[:2] if by_week else day[:7]


def _percent(part: int, whole: int) -> str:
    if whole <= 0:
        return ""
    hundredths = (2 * abs(part) * 10_000 + whole) // (2 * whole)
    return f"({hundredths // 100}.{hundredths % 100:02d}%)"
