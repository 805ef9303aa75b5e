"""Puts the report together: its parts in order, a household before its members."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.files.report.document import (
    Column,
    Document,
    Facts,
    Kind,
    Section,
    Sentence,
    agree,
    table,
)
from models.money import yuan_of_cents
from models.rules.basis.missing import configured
from services.desk.files.report import assets, fees, points, portfolio, service, trades
from services.desk.files.report.facts import ClientFacts, Told
from services.desk.files.report.portfolio import share_of

_TITLE = "客户服务报告"


@dataclass(frozen=True, slots=True)
class Copy:
    """Which copy it is: ``mark`` names it, ``watermark`` is seen on every page."""

    mark: str
    watermark: str
    is_clear: bool


def build(members: Sequence[ClientFacts], told: Told, copy: Copy, household: str = "") -> Document:
    """Return the report of one client, or of a household with its name.

    Raises Unbalanced, NotConfigured REPORT_NOTES or REPORT_UPCOMING.
    """
    notes = configured(told.settings.reports.notes or None, "REPORT_NOTES")
    members = sorted(members, key=lambda one: (-one.assets_cents, one.person.client_id))
    parts: list[Section] = []
    if household:
        parts.append(_overview(members, household))
    for facts in members:
        if household:
            name = f"{facts.person.name}({facts.person.client_id})"
            parts.append(Section(name, (), level=1))
        parts += _of_client(facts, told)
    whose = household or members[0].person.name or members[0].person.client_id
    return Document(
        title=_TITLE,
        subtitle=f"{whose}  ·  {told.period.first} 至 {told.period.last}",
        mark=copy.mark,
        watermark=copy.watermark,
        made_at=told.made_at,
        sections=(_head(told, copy), *parts),
        notes=notes,
    )


def _head(told: Told, copy: Copy) -> Section:
    pairs = (
        ("报告期间", f"{told.period.first} 至 {told.period.last}"),
        ("编制时间", told.made_at[:16].replace("T", " ")),
        ("个人资料", "明文(已登记理由)" if copy.is_clear else "脱敏"),
        ("份号", copy.mark),
        ("编制人", told.maker),
    )
    said = (
        "资产、持仓、集中度与组合诊断是编制时的状态;成交、积分、沟通与提示是报告期内的记录。"
        f"{'报告期尚未结束。' if told.period.last >= told.today else ''}"
    )
    return Section("报告说明", (Facts(pairs), Sentence(said)))


def _of_client(facts: ClientFacts, told: Told) -> tuple[Section, ...]:
    return (
        assets.person(facts, told),
        assets.tier(facts),
        assets.worth(facts, told),
        portfolio.holdings(facts),
        portfolio.industries(facts),
        portfolio.diagnosis(facts, told),
        trades.trades(facts, told),
        trades.rates(facts, told),
        points.points(facts, told),
        service.subscriptions(facts, told),
        *fees.fees(facts, told),
        service.suitability(facts, told),
        service.contacts(facts),
        service.research(facts),
        service.coming(facts, told),
    )


def _overview(members: Sequence[ClientFacts], household: str) -> Section:
    """The household's totals are the sums of its members (features F7)."""
    whole = sum(facts.assets_cents for facts in members)
    columns = (
        Column("成员", width=16),
        Column("等级", width=12),
        Column("资金(元)", Kind.YUAN, width=20, summed=True),
        Column("市值(元)", Kind.YUAN, width=20, summed=True),
        Column("总资产(元)", Kind.YUAN, width=20, summed=True),
        Column("占家庭%", Kind.PERCENT, width=12),
    )
    rows = [
        (
            facts.person.name,
            assets.TIER_WORDS[facts.person.tier],
            yuan_of_cents(facts.cash_cents),
            yuan_of_cents(facts.value_cents),
            yuan_of_cents(facts.assets_cents),
            share_of(facts.assets_cents, whole),
        )
        for facts in members
    ]
    made = table("", columns, rows)
    assert made.total is not None
    total = (*made.total[:5], share_of(whole, whole))
    agree("家庭总资产", yuan_of_cents(whole), portfolio.figure(total[4]))
    agree(
        "家庭总资产", portfolio.figure(total[2]) + portfolio.figure(total[3]), yuan_of_cents(whole)
    )
    return Section(f"家庭「{household}」总览", (replace(made, total=total),), level=1)
