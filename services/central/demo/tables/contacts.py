"""The timeline of past contacts."""

from collections.abc import Iterator
from datetime import date
from random import Random

from models.clients.tier import Tier
from models.rules.basis.calendar import TradingCalendar
from services.central.demo.cast import MANAGERS
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, owned, working_moment

_CHANNELS = {  # S12, S13
    Tier.ORDINARY: ("phone", "network", "counter"),
    Tier.SILVER: ("phone", "phone", "network", "counter"),
    Tier.GOLD: ("phone", "im", "im", "sms", "counter"),
    Tier.PLATINUM: ("phone", "im", "im", "sms", "counter", "meeting"),
}
_DAYS = {Tier.ORDINARY: 700, Tier.SILVER: 560, Tier.GOLD: 420, Tier.PLATINUM: 330}
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
