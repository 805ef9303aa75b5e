"""A made-up manager's firm: clients with holdings, alerts, contacts; no Qt, no store."""

import random
from dataclasses import dataclass, field, replace

from models.clients.alert import HoldingAlert, SecurityHolder, Severity
from models.clients.card import ClientCard
from models.clients.profile import (
    ClientProfile,
    ContactLine,
    HoldingLine,
    MandateLine,
    PointsLine,
    SubscriptionLine,
    TierReason,
)
from models.clients.tier import TIERS, RiskClass, Tier
from models.money import amount_cents
from tests.support.fake_market import FakeMarket, initials

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
GIVEN = ("建国", "丽", "秀英", "志强", "子轩", "娜静", "伟", "雅婷", "浩然", "桂兰", "明", "思源")
DAY = "2023-02-01"


@dataclass(slots=True)
class FakeClient:
    """One client with his facts; cards and profiles are made from it at the market's prices."""

    client_id: str
    name: str
    tier: Tier
    account: str
    mobile_masked: str
    risk: RiskClass
    cash_cents: int
    lots: tuple[tuple[str, int, int, int], ...]  # symbol, quantity, sellable, cost per share units
    last_contact_at: str
    contacts: list[ContactLine] = field(default_factory=list)

    def matches(self, text: str) -> bool:
        """Name, initials, account or mobile tail."""
        asked = text.strip().lower()
        return (
            asked in self.name
            or initials(self.name).startswith(asked)
            or asked in self.account
            or self.mobile_masked.endswith(asked)
        )


def make_clients(market: FakeMarket, count: int = 300) -> list[FakeClient]:
    """Return ``count`` clients, the same on every run."""
    draw = random.Random(300)
    symbols = [item.symbol for item in market.instruments()]
    return [_client(draw, number, symbols, market) for number in range(count)]


def _client(draw: random.Random, number: int, symbols: list[str], market: FakeMarket) -> FakeClient:
    tier = TIERS[min(3, (number * 7 % 20) // 6 if number % 20 else 3)]
    size = (1, 4, 20, 110)[TIERS.index(tier)]
    picks = draw.sample(symbols, draw.randint(1, 9))
    contact = f"2023-01-{draw.randint(3, 31):02d} {draw.randint(9, 17):02d}:20:00"
    return FakeClient(
        client_id=f"C{number:05d}",
        name=FAMILY[number % len(FAMILY)] + GIVEN[number * 5 % len(GIVEN)],
        tier=tier,
        account=f"{88_000_000 + number * 137:08d}",
        mobile_masked=f"13{number % 10}****{draw.randint(0, 9999):04d}",
        risk=tuple(RiskClass)[draw.randint(0, 4)],
        cash_cents=draw.randint(20_000, 900_000) * size * 10,
        lots=tuple(_lot(draw, symbol, size, market) for symbol in picks),
        last_contact_at=contact,
        contacts=[
            ContactLine(contact, "电话", "呼出", "提示持仓集中,客户考虑分批减仓", "李晓梅", False),
            ContactLine("2022-12-15 10:05:00", "短信", "呼出", "年终对账单已送达", "系统", False),
        ],
    )


def _lot(
    draw: random.Random, symbol: str, size: int, market: FakeMarket
) -> tuple[str, int, int, int]:
    quote = market.quote(symbol)
    close = quote.previous_close_units if quote else 0
    quantity = draw.randint(1, 12) * 100 * max(1, size // 4)
    cost = close * draw.randint(80, 125) // 100 // 100 * 100
    return symbol, quantity, quantity if draw.random() < 0.7 else max(quantity - 100, 100), cost


def card_of(client: FakeClient, market: FakeMarket, alerts: int, open_orders: int) -> ClientCard:
    """Return the card at the market's prices."""
    lines = holdings_of(client, market)
    value = sum(line.value_cents for line in lines)
    change = sum(line.day_change_cents for line in lines)
    before = client.cash_cents + value - change
    return ClientCard(
        client_id=client.client_id,
        name=client.name,
        tier=client.tier,
        account=client.account,
        mobile_masked=client.mobile_masked,
        risk_class=client.risk,
        assets_cents=client.cash_cents + value,
        day_change_cents=change,
        day_change_bp=change * 10_000 // before,
        alert_count=alerts,
        last_contact_at=client.last_contact_at,
        next_tier_permille=1000
        if client.tier is Tier.PLATINUM
        else int(client.account[-3:]) * 997 % 1000,
        open_orders=open_orders,
        live=True,
    )


def holdings_of(client: FakeClient, market: FakeMarket) -> tuple[HoldingLine, ...]:
    """Return the holdings at the market's prices."""
    lines = []
    for symbol, quantity, sellable, cost in client.lots:
        quote, item = market.quote(symbol), market.instrument(symbol)
        if quote is None or item is None:
            continue
        value = amount_cents(quote.last_units, quantity)
        move = quote.last_units - quote.previous_close_units
        lines.append(
            HoldingLine(
                symbol=symbol,
                name=item.name,
                quantity=quantity,
                sellable=sellable,
                cost_cents=amount_cents(cost, quantity),
                last_units=quote.last_units,
                previous_close_units=quote.previous_close_units,
                value_cents=value,
                profit_cents=value - amount_cents(cost, quantity),
                day_change_cents=amount_cents(move, quantity),
                share_permille=0,
            )
        )
    assets = client.cash_cents + sum(line.value_cents for line in lines)
    return tuple(
        replace(line, share_permille=line.value_cents * 1000 // assets)
        for line in sorted(lines, key=lambda line: -line.value_cents)
    )


def profile_of(client: FakeClient, market: FakeMarket, card: ClientCard) -> ClientProfile:
    """Return the client whole, without instructions and orders."""
    return ClientProfile(
        card=card,
        gender="男",
        birthday_masked="1974-**-**",
        id_masked="310101********1234",
        opened_on="2015-06-18",
        risk_tested_on="2021-03-02",
        risk_valid_to="2023-03-02",
        risk_expired=False,
        rate_permille="0.3000",
        cash_cents=client.cash_cents - 1_000_000,
        frozen_cents=1_000_000,
        points_milli=12_840_550,
        tier=tier_of(client, card),
        holdings=holdings_of(client, market),
        points=(
            PointsLine("2023-01-31 17:00:00", "佣金积分", 128_400, "佣金 107.00 元 × 1.2 倍"),
            PointsLine("2023-01-18 09:00:00", "忠诚度", 500_000, "存续满 7 年"),
            PointsLine("2023-01-05 10:10:00", "兑换", -300_000, "短信2 一个月"),
        ),
        subscriptions=(
            SubscriptionLine("短信2 账户管理", "生效", "2022-08-01", "2023-07-31", "产品 A 赠送"),
            SubscriptionLine("产品 A", "生效", "2022-08-01", "2023-07-31", "差别佣金 1.3‰"),
        ),
        contacts=tuple(client.contacts),
        mandates=(
            MandateLine("TWAP 减仓", "未启用", "待报告", 50_000_000, "2023-02-01", "2023-02-28"),
        ),
        instructions=(),
        orders=(),
    )


def tier_of(client: FakeClient, card: ClientCard) -> TierReason:
    """Return a plausible reason for the tier."""
    place = TIERS.index(client.tier)
    following = None if client.tier is Tier.PLATINUM else TIERS[place + 1]
    gap = None if following is None else card.assets_cents // 4
    return TierReason(
        tier=client.tier,
        by=("assets",),
        average_assets_cents=card.assets_cents,
        year_commission_cents=1_286_000,
        next_tier=following,
        assets_gap_cents=gap,
        commission_gap_cents=None if gap is None else 1_714_000,
    )


def make_alerts(clients: list[FakeClient], market: FakeMarket) -> list[HoldingAlert]:
    """Return alerts of every severity; the hardest falls among what the clients hold."""
    found: list[HoldingAlert] = []
    for client in clients:
        for line in holdings_of(client, market):
            severity = _severity(line)
            if severity is not None:
                found.append(_alert(client, line, severity, len(found)))
    order = (Severity.SEVERE, Severity.WARNING, Severity.NOTICE)
    return sorted(found[:140], key=lambda alert: order.index(alert.severity))


def make_holders(clients: list[FakeClient], market: FakeMarket) -> list[tuple[str, SecurityHolder]]:
    """Return who holds what."""
    return [
        (
            line.symbol,
            SecurityHolder(
                client.client_id, client.name, client.tier, line.quantity, line.value_cents
            ),
        )
        for client in clients
        for line in holdings_of(client, market)
    ]


def _severity(line: HoldingLine) -> Severity | None:
    if line.share_permille > 450:
        return Severity.SEVERE
    if line.day_change_cents * 100 < -2 * line.value_cents:
        return Severity.WARNING
    return Severity.NOTICE if line.profit_cents * 5 > line.value_cents else None


def _alert(client: FakeClient, line: HoldingLine, severity: Severity, number: int) -> HoldingAlert:
    title, kind, advice = {
        Severity.SEVERE: ("单票集中度过高", "concentration", "与客户核对风险承受力,建议分批降低"),
        Severity.WARNING: ("持仓股跌幅较大", "fall", "说明原因,提示止损纪律;不得承诺收益"),
        Severity.NOTICE: ("浮盈超过两成", "profit", "可提示止盈计划"),
    }[severity]
    value = f"{line.value_cents / 1_000_000:.1f} 万"
    return HoldingAlert(
        alert_id=f"{client.client_id}-{line.symbol}-{kind}-{DAY}",
        client_id=client.client_id,
        client_name=client.name,
        tier=client.tier,
        symbol=line.symbol,
        security_name=line.name,
        kind=kind,
        severity=severity,
        raised_at=f"{DAY} 10:{number % 60:02d}:{number * 7 % 60:02d}",
        title=title,
        reason=f"持有 {line.quantity:,} 股,市值 {value},占资产 {line.share_permille / 10:.1f}%",
        advice=advice,
        value_cents=line.value_cents,
        entitled=number % 3 != 0,
        acknowledged=False,
    )
