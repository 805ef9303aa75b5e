"""Believable values for pictures and widget tests: one book, one day, some clients and alerts."""

import random
from dataclasses import replace

from msgspec.structs import replace as replace_struct

from models.clients.alert import HoldingAlert, Severity
from models.clients.card import ClientCard
from models.clients.profile import HoldingLine
from models.clients.tier import RiskClass, Tier
from models.market.instrument import (
    Board,
    Exchange,
    Instrument,
    Phase,
    SecurityKind,
    SecurityStatus,
)
from models.market.own_place import OwnPlace, PlaceCertainty, QueueDoubt
from models.market.picture import BookHealth, Depth, Level, MinuteBar, Quote, Tick
from models.trading.order import Side
from models.trading.ticket import CheckLine, TicketCheck

CLOSE = 17_688_800  # 1,768.88
LAST = 18_456_500
TENS = 1_000


def instrument() -> Instrument:
    """贵州茅台."""
    return Instrument(
        index=0,
        symbol="600519.SH",
        name="贵州茅台",
        pinyin="gzmt",
        exchange=Exchange.SSE,
        board=Board.MAIN,
        kind=SecurityKind.STOCK,
        status=SecurityStatus.NORMAL,
        industry="食品饮料",
        previous_close_units=CLOSE,
    )


def quote(phase: Phase = Phase.CONTINUOUS) -> Quote:
    """Its quote at 14:32."""
    return Quote(
        symbol="600519.SH",
        last_units=LAST,
        previous_close_units=CLOSE,
        open_units=17_850_000,
        high_units=18_490_000,
        low_units=17_601_200,
        volume=3_286_420,
        turnover_units=3_286_420 * 18_100_000,
        bid_units=LAST - 100,
        ask_units=LAST + 300,
        limit_up_units=19_457_700,
        limit_down_units=15_919_900,
        phase=phase,
        time_ms=(14 * 60 + 32) * 60_000 + 8_000,
    )


def depth(phase: Phase = Phase.CONTINUOUS, health: BookHealth = BookHealth.GOOD) -> Depth:
    """Ten levels a side, queues and ticks."""
    dice = random.Random(5)
    asks = tuple(_level(dice, LAST + 300 + place * 600) for place in range(10))
    bids = tuple(_level(dice, LAST - 100 - place * 500) for place in range(10))
    reason = "" if health is BookHealth.GOOD else "缺 1,204–1,233 号记录,正在补齐"
    return Depth(
        quote=quote(phase),
        bids=bids,
        asks=asks,
        bid_queue=tuple(dice.choice((100, 200, 300, 500, 1_200)) for _ in range(38)),
        ask_queue=tuple(dice.choice((100, 100, 400, 800, 2_500)) for _ in range(23)),
        bid_total=1_834_500,
        ask_total=2_207_100,
        bid_average_units=18_214_300,
        ask_average_units=18_702_200,
        auction_units=LAST if phase is not Phase.CONTINUOUS else 0,
        auction_volume=128_300 if phase is not Phase.CONTINUOUS else 0,
        auction_unmatched=-34_500 if phase is not Phase.CONTINUOUS else 0,
        ticks=tuple(_ticks(dice)),
        health=health,
        health_reason=reason,
        sequence=120_431,
        bid_orders=2_481,
        ask_orders=3_120,
    )


def snapshot_depth() -> Depth:
    """The exchange's own picture where the book stands still."""
    shown = depth(health=BookHealth.SNAPSHOT)
    reason = (
        "快照 14:32:06(每 3 秒):通道 6 序号 1204 起的记录未能补回,盘口停在此前,"
        "补不回则须到下一交易时段重建"
    )
    return replace_struct(shown, bid_queue=(), ask_queue=(), health_reason=reason)


def auction_course(phase: Phase) -> tuple[Depth, ...]:
    """The same auction as it went on."""
    dice = random.Random(4)
    base = depth(phase)
    start = (9 * 60 + 15) * 60_000 if phase is Phase.OPENING_CALL else (14 * 60 + 57) * 60_000
    made, price, matched = [], LAST - 40_000, 2_000
    for step in range(60):
        price += 100 * dice.randint(-40, 55)
        matched += 100 * dice.randint(0, 70)
        told = replace_struct(base.quote, time_ms=start + step * 4_700)
        rest = 100 * dice.randint(-340, 260)
        match = {"auction_units": price, "auction_volume": matched, "auction_unmatched": rest}
        levels = (Level(price, matched, 0),)
        made.append(replace_struct(base, quote=told, bids=levels, asks=levels, **match))
    return tuple(made)


def own_places() -> tuple[OwnPlace, ...]:
    """Own orders: in line at the best bid, behind many at a deeper ask, and one not found."""
    exact, unknown = PlaceCertainty.EXACT, PlaceCertainty.NONE
    best, deep = LAST - 100, LAST + 1_500
    return (
        OwnPlace(
            "O1",
            Side.BUY,
            best,
            300,
            exact,
            ahead=1_200,
            ahead_most=1_200,
            orders_ahead=5,
            orders_ahead_most=5,
            behind=300,
            orders_behind=2,
            expected_ms=42_000,
            filled_permille=(576, 846, 936),
            model="queue-2",
        ),
        OwnPlace(
            "O2",
            Side.SELL,
            deep,
            1_200,
            PlaceCertainty.RANGE,
            ahead=4_100,
            ahead_most=5_300,
            orders_ahead=8,
            orders_ahead_most=11,
            behind=2_400,
            orders_behind=6,
            better=7_900,
            filled_permille=(18, 70, 163),
            doubt=QueueDoubt.BEYOND_CLOSE,
            model="queue-2",
        ),
        OwnPlace("O3", Side.BUY, LAST - 2_600, 500, unknown, doubt=QueueDoubt.NOT_IN_BOOK),
    )


def limit_up_depth() -> Depth:
    """A book held at the upper limit: no sellers."""
    whole = depth()
    top = whole.quote.limit_up_units
    bids = tuple(
        Level(top - place * 2_000, 1_248_700 // (place + 1), 900 // (place + 1))
        for place in range(10)
    )
    held = Quote(
        **{
            **{name: getattr(whole.quote, name) for name in Quote.__struct_fields__},
            "last_units": top,
            "high_units": top,
            "bid_units": top,
            "ask_units": 0,
        }
    )
    fields = {name: getattr(whole, name) for name in Depth.__struct_fields__}
    return Depth(**{**fields, "quote": held, "asks": (), "bids": bids, "ask_queue": ()})


def bars(minutes: int = 212) -> tuple[MinuteBar, ...]:
    """The day from 09:30 on."""
    dice = random.Random(11)
    price, volume, turnover = CLOSE + 120_000, 0, 0
    made = []
    for place in range(minutes):
        drift = 4_200 if place > 150 else -700
        before = price
        price += int(dice.gauss(drift, 24_000)) // 100 * 100
        traded = 100 * int(abs(dice.gauss(90, 70)) + 3)
        volume += traded
        turnover += traded * price
        minute = 571 + place if place < 120 else 781 + place - 120
        high, low = max(before, price) + 3_000, min(before, price) - 3_000
        made.append(MinuteBar(minute, before, high, low, price, traded, volume, turnover))
    return tuple(made)


def cards(count: int = 60) -> tuple[ClientCard, ...]:
    """Clients, platinum first."""
    dice = random.Random(3)
    made = [_card(dice, number) for number in range(count)]
    order = list(Tier)
    return tuple(sorted(made, key=lambda card: (-order.index(card.tier), -card.assets_cents)))


def alerts() -> tuple[HoldingAlert, ...]:
    """Alerts of each severity."""
    first = HoldingAlert(
        alert_id="1",
        client_id="C1",
        client_name="王喆",
        tier=Tier.PLATINUM,
        symbol="300750.SZ",
        security_name="宁德时代",
        kind="drop",
        severity=Severity.SEVERE,
        raised_at="2023-02-01T14:31:02+08:00",
        title="跌幅超过 5%",
        reason="较昨收 −6.21%,持有 2,200 股,市值 100.3 万,占资产 42.6%",
        advice="联系客户说明原因,核对止损意愿;集中度高于 40%,提示分散",
        value_cents=100_300_000,
        entitled=True,
        acknowledged=False,
    )
    second = replace(
        first,
        alert_id="2",
        client_name="欧阳思源",
        tier=Tier.GOLD,
        security_name="隆基绿能",
        severity=Severity.WARNING,
        raised_at="2023-02-01T14:30:47+08:00",
        title="跌破止损价 18.20",
        reason="现价 18.15,成本 18.90,持有 5,000 股,浮亏 −3,744",
        advice="按约定询问是否卖出",
        entitled=False,
    )
    third = replace(
        second,
        alert_id="3",
        client_name="赵志远",
        tier=Tier.SILVER,
        security_name="中芯国际",
        severity=Severity.NOTICE,
        title="涨幅 +5.8%,触达目标价",
        reason="现价 88.10,目标 88.00,持有 4,000 股",
        acknowledged=True,
    )
    more = replace(third, alert_id="4", client_name="吴祎", tier=Tier.ORDINARY, acknowledged=False)
    return first, second, third, more


def holdings() -> tuple[HoldingLine, ...]:
    """Nine positions."""
    lines = (
        ("600519.SH", "贵州茅台", 2_200, 15_882_000, 16_209_900),
        ("300750.SZ", "宁德时代", 100, 2_324_000, 2_362_900),
        ("000858.SZ", "五粮液", 2_500, 1_427_000, 1_366_800),
        ("688981.SH", "中芯国际", 4_000, 881_000, 874_000),
        ("002594.SZ", "比亚迪", 400, 3_015_000, 3_200_400),
        ("600036.SH", "招商银行", 1_300, 419_000, 479_900),
        ("601012.SH", "隆基绿能", 5_000, 189_000, 181_500),
        ("000333.SZ", "美的集团", 1_400, 714_000, 734_500),
        ("300059.SZ", "东方财富", 4_700, 226_000, 218_200),
    )
    return tuple(_holding(*line) for line in lines)


def check(*, passes: bool = True) -> TicketCheck:
    """What the rules say of a ticket of 300 shares."""
    ok = (
        CheckLine("SESSION", True, "连续竞价,可以委托", "§2.1"),
        CheckLine("PRICE_LIMIT", True, "1,591.99 ≤ 1,845.65 ≤ 1,945.77", "§2.3"),
        CheckLine("PRICE_CAGE", True, "买入上限 1,882.83", "§2.4"),
        CheckLine("LOT", True, "300 股是 100 股的整数倍", "§2.6"),
        CheckLine("CASH", True, "需 553,847.31,可用 3,286,420.15", "S26"),
    )
    last = (
        CheckLine("INSTRUCTION", True, "与指令 I-2041 一致(录音电话 14:20)", "§2.9")
        if passes
        else CheckLine(
            "INSTRUCTION_MISMATCH", False, "指令数量 200 股,委托 300 股:超出 100 股", "§2.9"
        )
    )
    waiting = CheckLine("SELF_TRADE", None if not passes else True, "对敲检查等待行情", "§2.9")
    return TicketCheck(
        lines=(*ok, waiting, last),
        amount_cents=55_369_500,
        commission_cents=13_842,
        fees_cents=1_389,
        total_cents=55_384_731,
        sellable=1_200,
        available_cash_cents=328_642_015,
        max_quantity=1_700,
    )


def _holding(symbol: str, name: str, quantity: int, cost: int, last: int) -> HoldingLine:
    return HoldingLine(
        symbol=symbol,
        name=name,
        quantity=quantity,
        sellable=quantity - 100,
        cost_cents=quantity * cost // 100,
        last_units=last,
        previous_close_units=cost,
        value_cents=quantity * last // 100,
        profit_cents=quantity * (last - cost) // 100,
        day_change_cents=0,
        share_permille=100,
    )


def _level(dice: random.Random, units: int) -> Level:
    quantity = int(abs(dice.gauss(0, 1)) * 4_200) // 100 * 100 + 100
    return Level(units, quantity, max(1, quantity // 320))


def _ticks(dice: random.Random) -> list[Tick]:
    start = (14 * 60 + 32) * 60_000
    return [
        Tick(
            number=9_000 - place,
            time_ms=start - place * 3_000,
            price_units=LAST + 100 * dice.randint(-6, 6),
            quantity=100 * dice.choice((1, 2, 3, 5, 8, 12, 40, 130)),
            side=dice.choice("BBS"),
        )
        for place in range(60)
    ]


def _card(dice: random.Random, number: int) -> ClientCard:
    names = (
        "张强玉",
        "刘子",
        "陈磊怡",
        "罗志",
        "黄怡",
        "林娜静",
        "高丽",
        "王华勇",
        "欧阳思源",
        "赵喆",
    )
    tier = dice.choices(tuple(Tier), (52, 28, 15, 5))[0]
    size = {Tier.ORDINARY: 30, Tier.SILVER: 90, Tier.GOLD: 400, Tier.PLATINUM: 2_600}[tier]
    change = int(dice.gauss(10, 130))
    assets = int(size * 1_000_000 * dice.uniform(0.4, 1.9))
    return ClientCard(
        client_id=f"C{number}",
        name=dice.choice(names),
        tier=tier,
        account=f"8822{dice.randint(1000, 9999)}",
        mobile_masked=f"138****{dice.randint(1000, 9999)}",
        risk_class=dice.choice(tuple(RiskClass)),
        assets_cents=assets,
        day_change_cents=assets * change // 10_000,
        day_change_bp=change,
        alert_count=dice.choice((0, 0, 0, 0, 1, 2, 12)),
        last_contact_at=dice.choice(
            ("2023-02-01T09:00", "2023-01-31T10:00", "2023-01-12T10:00", "")
        ),
        next_tier_permille=1_000 if tier is Tier.PLATINUM else dice.randint(20, 990),
        open_orders=dice.choice((0, 0, 1)),
        live=number % 17 != 5,
    )
