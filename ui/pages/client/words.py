"""Sentences about one client: why this tier, how far to the next, how long the risk test holds."""

from datetime import date

from models.clients.profile import ClientProfile, TierReason
from widgets.paint.numbers import compact_money
from widgets.paint.words import word

BY_WORDS = {"assets": "资产", "commission": "佣金", "grant": "升级授予", "review": "复核保留"}
EXPIRY_LADDER_DAYS = 60


def tier_reason(reason: TierReason) -> str:
    """Why he has this tier, with the measured figures."""
    by = "、".join(BY_WORDS.get(code, code) for code in reason.by) or "基础等级"
    return (
        f"按{by}定级 · 20日日均资产 {compact_money(reason.average_assets_cents)}"
        f" · 近12月净佣金 {compact_money(reason.year_commission_cents)}"
    )


def next_tier(reason: TierReason) -> str:
    """What is missing to the next tier; either way is enough (D1)."""
    if reason.next_tier is None:
        return "已是最高等级"
    gaps = [
        f"{name}还差 {compact_money(gap)}"
        for name, gap in (
            ("日均资产", reason.assets_gap_cents),
            ("佣金", reason.commission_gap_cents),
        )
        if gap is not None
    ]
    return f"距{word(reason.next_tier)}:" + (" 或 ".join(gaps) if gaps else "无达标线")


def risk_text(profile: ClientProfile, today: date) -> tuple[str, str]:
    """Return the risk class with its validity, and the tone: warn near and after the end."""
    if profile.card.risk_class is None:
        return "未测评(不可开新业务)", "warn"
    name = profile.card.risk_class.value
    if not profile.risk_valid_to:
        return f"{name} · {'测评有效期未设置' if profile.risk_tested_on else '无测评日期'}", "warn"
    if profile.risk_expired:
        return f"{name} · 测评已于 {profile.risk_valid_to} 过期(可卖不可开新业务)", "warn"
    left = (date.fromisoformat(profile.risk_valid_to[:10]) - today).days
    if left <= EXPIRY_LADDER_DAYS:
        return f"{name} · 测评 {left} 天后到期({profile.risk_valid_to})", "warn"
    return f"{name} · 测评有效至 {profile.risk_valid_to}", ""
