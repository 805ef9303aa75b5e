"""The timeline of past contacts, and who called the service line this morning."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from models.clients.tier import Tier
from models.lives.teams.call import CallOutcome, CallState, Match
from models.rules.basis.calendar import TradingCalendar
from models.rules.messages.calls import rank_of
from models.tables.campaigns import branch_stream
from services.central.demo.cast import BRANCH, HEAD_OFFICE, MANAGERS
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, moment, owned, working_moment

_CHANNELS = {  # S12, S13
    Tier.ORDINARY: ("phone", "network", "counter"),
    Tier.SILVER: ("phone", "phone", "network", "counter"),
    Tier.GOLD: ("phone", "im", "im", "sms", "counter"),
    Tier.PLATINUM: ("phone", "im", "im", "sms", "counter", "meeting"),
}
_DAYS = {Tier.ORDINARY: 700, Tier.SILVER: 560, Tier.GOLD: 420, Tier.PLATINUM: 330}
_CALLED = (  # whose call, what became of it, seconds that he waited
    (Tier.PLATINUM, CallState.DONE, 6),
    (Tier.GOLD, CallState.DONE, 14),
    (Tier.SILVER, CallState.DONE, 37),
    (Tier.ORDINARY, CallState.ABANDONED, 52),
    (Tier.ORDINARY, CallState.WAITING, 0),
    (Tier.GOLD, CallState.WAITING, 0),
)
_OUT = (
    "提醒风险测评即将到期,客户表示近期来营业部办理",
    "解读年报预告,客户暂不调整仓位",
    "通报持仓股公告要点,已发送公司研究所点评链接",
    "邀请参加春季投资策略报告会",
    "回访服务满意度,客户满意",
    "说明短信产品内容与收费,客户考虑中",
    "提示个股波动风险,建议关注仓位集中度",
    "介绍佣金增值产品服务内容,已做适当性说明",
    "节日问候",
    "协助核对对账单,无差异",
    "提示新股申购日程,客户自行申购",
    "沟通资产配置,建议分散行业集中度",
)
_IN = (
    "咨询银证转账限额,已答复",
    "询问持仓股下跌原因,已说明公开信息并提示风险",
    "询问积分余额与兑换方式,已答复",
    "咨询创业板权限开通条件,已告知",
    "反映行情软件登录慢,已转客服中心处理",
    "询问佣金费率构成,已答复全口径含规费",
    "要求修改联系地址,已办理",
    "咨询分红到账时间,已答复",
)


def contact_rows(
    rng: Random, plan: ClientPlan, today: date, calendar: TradingCalendar
) -> Iterator[Row]:
    """Rows of ``contact``, oldest first: many for the demo manager's clients, a few for others."""
    count = rng.randint(8, 40) if plan.manager_id == MANAGERS[0] else rng.randint(1, 4)
    span = min(_DAYS[plan.tier], (today - plan.opened_on).days)
    trading_days = max(span * 2 // 3, 1)
    days = [calendar.moved(today, -rng.randint(1, trading_days)) for _ in range(count)]
    moments = sorted(working_moment(rng, day) for day in days)
    for order, happened_at in enumerate(moments, 1):
        direction = rng.choice(("out", "out", "in"))
        yield owned(plan) | {
            "contact_id": f"K-{plan.client_id}-{order:03d}",
            "channel": rng.choice(_CHANNELS[plan.tier]),
            "direction": direction,
            "summary": rng.choice(_OUT if direction == "out" else _IN),
            "by_staff": plan.manager_id,
            "happened_at": happened_at,
        }


def call_rows(plans: Sequence[ClientPlan], today: date) -> Iterator[Row]:
    """Rows of ``service_call``: some were served, one hung up, some wait."""
    for order, (tier, state, seconds) in enumerate(_CALLED):
        own = [plan for plan in plans if plan.manager_id == MANAGERS[0] and plan.tier is tier]
        if own:
            yield _call(own[order % len(own)], order, state, seconds, today)
    yield _stranger(today)


def _call(plan: ClientPlan, order: int, state: CallState, seconds: int, today: date) -> Row:
    is_dedicated = plan.tier in (Tier.GOLD, Tier.PLATINUM)
    is_done = state is CallState.DONE
    at = moment(today, 9, 30 + 4 * order, seconds)
    gone = at if state is CallState.ABANDONED else ""
    return {
        "branch_id": HEAD_OFFICE,
        "call_id": f"CALL-{order}",
        "manager_id": branch_stream(HEAD_OFFICE),
        "line": "4008009530" if is_dedicated else "95300",
        "channel": "dedicated_line" if is_dedicated else "call_centre",
        "caller": f"139****{1000 + order}",
        "match": Match.FOUND.value,
        "client_branch": BRANCH,
        "client_id": plan.client_id,
        "tier": plan.tier.value,
        "rank": rank_of(plan.tier),
        "state": state.value,
        "offered_at": moment(today, 9, 30 + 4 * order),
        "taken_by": "CC01" if is_done else "",
        "taken_at": at if is_done else "",
        "ended_at": moment(today, 9, 33 + 4 * order) if is_done else gone,
        "abandoned_at": gone,
        "waited_ms": 1_000 * seconds,
        "outcome": CallOutcome.RESOLVED.value if is_done else "",
        "summary": "咨询银证转账限额,已答复" if is_done else "",
    }


def _stranger(today: date) -> Row:
    """Nobody's client hung up: an agent is to call him back."""
    empty = ("client_branch", "tier", "taken_by", "taken_at", "outcome", "summary")
    return {
        **dict.fromkeys(empty, ""),
        "client_id": None,
        "rank": rank_of(None),
        "branch_id": HEAD_OFFICE,
        "call_id": "CALL-STRANGER",
        "manager_id": branch_stream(HEAD_OFFICE),
        "line": "95300",
        "channel": "call_centre",
        "caller": "136****0007",
        "match": Match.UNKNOWN.value,
        "state": CallState.ABANDONED.value,
        "offered_at": moment(today, 9, 20),
        "ended_at": moment(today, 9, 21),
        "abandoned_at": moment(today, 9, 21),
        "waited_ms": 60_000,
    }
