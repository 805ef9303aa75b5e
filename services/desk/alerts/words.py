"""Sentences of the alerts: numbers as a person says them, and what to do next."""

from models.money import CENTS_PER_YUAN

_MINUS = "\N{MINUS SIGN}"
_AFTER_NAME = ":\N{FULLWIDTH COLON} "
_WAN_CENTS = 10_000 * CENTS_PER_YUAN

ADVICE = {
    "move": "告知异动及已公开信息并提示风险,由客户自行决定",
    "fall": "致电说明已公开的原因并提示风险,询问客户是否调整,不作收益承诺",
    "rise": "告知异动及已公开信息,提示追高风险,由客户自行决定",
    "limit_up": "告知已到涨停,卖出可成交、买入难成交,由客户决定是否减持",
    "limit_down": "尽快致电,说明跌停后卖出可能排队,记录客户指令",
    "concentration": "结合风险承受能力提示集中度风险,建议客户考虑分散",
    "st": "提示风险警示及退市风险,核对客户是否已签署风险揭示书",
    "research": "将研报要点发给客户,注明发布机构与日期",
    "rating": "告知评级变动及理由,注明发布机构与日期",
    "risk": "今日内通知客户公告内容,记录通知时间",
    "follow_on": "告知增发安排与时间表,提醒关注摊薄影响",
    "rights": "提醒登记日、配股价与缴款期限,确认客户是否参加并备足资金",
    "call_notice": "提醒最后交易日与赎回价,确认客户卖出或转股",
    "warrant_listing": "提醒上市日与交易规则",
    "warrant_expiry": "提醒到期日与行权安排",
    "halt": "告知停牌原因与预计复牌安排,停牌期间不能买卖",
    "ipo_issue": "提醒申购日、申购上限与所需市值,由客户自行决定",
    "ipo_ballot": "今日内通知中签结果,提醒 T+2 日 16:00 前备足缴款资金",
    "ipo_listing": "提醒上市日与首五日不设涨跌幅,由客户自行决定",
    "ipo_price_range": "告知预估区间及其来源,说明不构成收益承诺",
    "ipo_strategy": "将申购策略要点发给客户,注明发布机构与日期",
}
PASSED = "(现已缓解)"
PASSED_EARLIER = "盘中曾触发,现已缓解"
EARLIER = {
    "move": "持仓股曾大幅异动",
    "limit_up": "曾触及涨停",
    "limit_down": "曾触及跌停",
    "concentration": "单一证券占比曾过高",
}
EARLIER_OTHER = "曾触发预警"
ADVICE_OF_OTHERS = "将公告内容告知客户,注明来源与日期"


def headline(title: str, security_name: str) -> str:
    """Return the title without the name that an announcement begins with: it stands beside."""
    rest = title.removeprefix(security_name)
    bare = rest.lstrip(_AFTER_NAME)
    return bare if rest != title and bare and bare != rest else title


def percent(part: int, whole: int) -> str:
    """Return +6.21% or −6.21%, half-up to two decimals."""
    hundredths = (2 * abs(part) * 10_000 + whole) // (2 * whole)
    sign = "+" if part > 0 else _MINUS if part < 0 else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}%"


def share(millionths: int) -> str:
    """Return 62.5%, half-up to one decimal."""
    tenths = (millionths + 500) // 1_000
    return f"{tenths // 10}.{tenths % 10}%"


def amount(cents: int) -> str:
    """Return 45.3 万 or 8,200 元."""
    if abs(cents) >= _WAN_CENTS:
        tenths = (cents * 10 + _WAN_CENTS // 2) // _WAN_CENTS
        return f"{tenths // 10:,}.{tenths % 10} 万"
    return f"{cents // CENTS_PER_YUAN:,} 元"


def held(quantity: int, value_cents: int) -> str:
    """Return what he holds of it."""
    return f"持有 {quantity:,} 股,市值 {amount(value_cents)}"
