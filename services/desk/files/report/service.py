"""What was done for the client and what comes: products, suitability, contacts, research, dates."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from models.files.report.document import Column, Facts, Kind, Section, Sentence, table
from models.lives.subscription import RUNNING
from models.lives.teams.campaign import EXPECTED
from models.rules.access.suitability import valid_to
from models.rules.basis.missing import NotConfigured, configured
from services.desk.clients import words
from services.desk.files.report.facts import ClientFacts, Told

_RESEARCH = {"research": "研究报告", "rating": "评级变动", "risk": "风险提示"}
_ACTIONS = {
    "ipo_ballot": "新股中签缴款",
    "ipo_issue": "新股申购",
    "ipo_listing": "新股上市",
    "rights": "配股缴款",
    "follow_on": "增发",
    "call_notice": "可转债赎回",
    "warrant_listing": "权证上市",
    "warrant_expiry": "权证到期",
}
_RECENT_DAYS = 7  # an action told so long ago is still to be done


class _Coming(NamedTuple):
    day: str
    kind: str
    said: str


def subscriptions(facts: ClientFacts, told: Told) -> Section:
    """Products that ran in the period or run now."""
    first, last = told.period.first.isoformat(), max(told.period.last, told.today).isoformat()
    shown = [
        one
        for one in facts.subscriptions
        if one.starts_on <= last and (not one.ends_on or one.ends_on >= first)
    ]
    if not shown:
        return Section("产品与订阅", (Sentence("报告期内没有订阅或增值产品。"),))
    columns = (
        Column("产品", width=22),
        Column("状态", width=14),
        Column("起", Kind.DAY, width=13),
        Column("止", Kind.DAY, width=13),
        Column("付费方式", width=14),
    )
    rows = [
        (
            words.word(words.PRODUCTS, one.product),
            words.word(words.SUBSCRIPTION_STATES, one.state),
            one.starts_on,
            one.ends_on or "长期",
            words.word(words.PAID_BY, one.paid_by),
        )
        for one in shown
    ]
    return Section("产品与订阅", (table("", columns, rows),))


def suitability(facts: ClientFacts, told: Told) -> Section:
    """Class and how long the test holds."""
    client = facts.person
    if not client.risk_tested_on:
        said = Sentence("尚无有效的风险承受能力测评,请尽快完成测评。", is_warning=True)
        return Section("适当性", (said,))
    until = _valid_to(facts, told)
    pairs = (
        ("风险承受能力", client.risk_class or "未定级"),
        ("测评日期", client.risk_tested_on),
        ("有效期至", until or "公司未设置有效期"),
    )
    if until and until < told.today.isoformat():
        said = Sentence(
            "测评已过期:新产品与权限暂停办理,卖出不受影响;请重新测评。", is_warning=True
        )
        return Section("适当性", (Facts(pairs), said))
    return Section("适当性", (Facts(pairs),))


def contacts(facts: ClientFacts) -> Section:
    """What was spoken of in the period, by whom and how."""
    if not facts.contacts:
        return Section("沟通记录", (Sentence("报告期内没有沟通记录。"),))
    columns = (
        Column("时间", width=17),
        Column("方式", width=10),
        Column("内容", width=46),
        Column("人员", width=10),
    )
    rows = [
        (
            one.at[:16].replace("T", " "),
            words.word(words.CHANNELS, one.channel),
            one.summary + ("(待同步)" if one.is_pending else ""),
            one.by,
        )
        for one in facts.contacts
    ]
    return Section("沟通记录", (table("", columns, rows),))


def research(facts: ClientFacts) -> Section:
    """What was published on what he holds, with publisher and date."""
    told = [one for one in facts.events if one.kind in _RESEARCH]
    if not told:
        return Section(
            "研究与提示", (Sentence("报告期内没有所持证券的研究报告、评级或风险提示。"),)
        )
    columns = (
        Column("发布日期", Kind.DAY, width=13),
        Column("类别", width=11),
        Column("标题与要点", width=46),
        Column("来源", width=22),
    )
    rows = [
        (one.happened_at[:10], _RESEARCH[one.kind], f"{one.title}。{one.body}", one.source)
        for one in told
    ]
    said = Sentence("以上为所列机构在所列日期发布的观点,不代表对收益的承诺。")
    return Section("研究与提示", (table("", columns, rows), said))


def coming(facts: ClientFacts, told: Told) -> Section:
    """What is to be done soon; raises NotConfigured REPORT_UPCOMING."""
    days = configured(told.settings.reports.upcoming_days, "REPORT_UPCOMING")
    until = (told.today + timedelta(days=days)).isoformat()
    rows = sorted({*_ends(facts, told, until), *_told(facts, told), *_meetings(facts, told, until)})
    if not rows:
        return Section("近期事项", (Sentence(f"未来 {days} 天内没有须留意的事项。"),))
    columns = (
        Column("日期", Kind.DAY, width=13),
        Column("事项", width=16),
        Column("说明", width=56),
    )
    said = Sentence(
        f"所列为自 {told.today} 起 {days} 天内的到期与安排,以及近 {_RECENT_DAYS} 天内公布的事项。"
    )
    return Section("近期事项", (table("", columns, rows), said))


def _ends(facts: ClientFacts, told: Told, until: str) -> Iterator[_Coming]:
    today = told.today.isoformat()
    for one in facts.subscriptions:
        if one.state in RUNNING and today <= one.ends_on <= until:
            name = words.word(words.PRODUCTS, one.product)
            yield _Coming(one.ends_on, "产品到期", f"{name} 到期,如需继续请提前续订")
    last = _valid_to(facts, told)
    if last and today <= last <= until:
        yield _Coming(last, "风险测评到期", "到期后新产品与权限暂停办理,请提前重新测评")


def _told(facts: ClientFacts, told: Told) -> Iterator[_Coming]:
    """What was published or drawn lately and is to be acted on."""
    since = (told.today - timedelta(days=_RECENT_DAYS)).isoformat()
    alerted = set[tuple[str, str]]()
    for one in facts.alerts:
        if one.kind in _ACTIONS and one.day >= since:
            alerted.add((one.symbol, one.kind))
            yield _Coming(one.day, _ACTIONS[one.kind], f"{one.title}。{one.reason}")
    for event in facts.events:
        is_new = event.happened_at >= since and (event.symbol, event.kind) not in alerted
        if event.kind in _ACTIONS and is_new:
            said = f"{event.title}。{event.body}(来源:{event.source})"
            yield _Coming(event.happened_at[:10], _ACTIONS[event.kind], said)


def _meetings(facts: ClientFacts, told: Told, until: str) -> Iterator[_Coming]:
    for one in facts.invitations:
        day = one.starts_at[:10]
        if one.state in EXPECTED and told.today.isoformat() <= day <= until:
            answered = "已报名" if one.state == "accepted" else "已邀请,待答复"
            time = one.starts_at[11:16]
            yield _Coming(day, "活动", f"{time} {one.title},{one.place}({answered})")


def _valid_to(facts: ClientFacts, told: Told) -> str:
    if not facts.person.risk_tested_on:
        return ""
    day = date.fromisoformat(facts.person.risk_tested_on)
    try:
        return valid_to(told.rules.on(day).suitability, day).isoformat()
    except NotConfigured:
        return ""
