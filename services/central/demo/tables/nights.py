"""What the nights of the demo firm read: assets and commission so far, closes, actions, IPOs."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from models.market.instrument import SecurityKind, SecurityStatus
from models.rules.basis.calendar import TradingCalendar
from services.catalogue.securities import ListedSecurity
from services.central.demo.cast import BRANCH, CAST, FIRM, HEAD_OFFICE
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, owned

_WINDOW = 20  # trading days of the mean (D2)
_MOVED_EVERY, _SUSPENDED_EVERY = 9, 31
_BALLOT_PERMILLE = 60
_TICK = 100  # price units
_NEW = ("301501.SZ", "演示新材", 312_500)
_WARRANT = "演示认股权证"


def asset_rows(
    rng: Random, plan: ClientPlan, today: date, calendar: TradingCalendar
) -> Iterator[Row]:
    """Rows of ``asset_day``: the trading days before today, whose mean is the client's."""
    days = [calendar.moved(today, -back) for back in range(1, _WINDOW + 1)]
    mean = plan.average_assets_cents
    cash = min(mean // 2, plan.portfolio.cash_cents)
    taken = owned(plan) | {"cash_cents": cash}
    for left, right in zip(days[::2], days[1::2], strict=True):
        swing = mean * rng.randint(0, 40) // 1_000
        yield taken | {"day": left.isoformat(), "assets_cents": mean + swing}
        yield taken | {"day": right.isoformat(), "assets_cents": mean - swing}


def commission_rows(plan: ClientPlan, earned: Sequence[Row]) -> Iterator[Row]:
    """Rows of ``commission_entry``: what the points of the past year were given for."""
    for row in earned:
        if row["kind"] == "commission":
            day = str(row["posted_at"])[:10]
            yield owned(plan) | {
                "entry_id": str(row["entry_id"]).removeprefix("commission-"),
                "credited_branch": BRANCH,
                "credited_to": plan.manager_id,
                "kind": "commission",
                "trade_date": day,
                "booked_on": day,
                "amount_cents": row["amount_cents"],
                "evidence": True,
                "source": "demo",
            }


def close_rows(
    rng: Random, securities: Sequence[ListedSecurity], today: date, calendar: TradingCalendar
) -> Iterator[Row]:
    """Rows of ``security_close``: the last trading day, and today's close with some moves."""
    for order, security in enumerate(securities):
        before = security.previous_close_units
        yield _close(security, calendar.moved(today, -1), before, before)
        if calendar.is_trading_day(today):
            permille = rng.choice((-72, -55, 58, 91)) if order % _MOVED_EVERY == 2 else 0
            permille = permille or rng.randint(-30, 30)
            units = before + before * permille // 1_000 // _TICK * _TICK
            row = _close(security, today, units, before)
            if order % _SUSPENDED_EVERY == 7:
                row |= {"status": "suspended", "close_units": before}
            yield row


def action_rows(securities: Sequence[ListedSecurity], today: date) -> Iterator[Row]:
    """Rows of ``corporate_action``: one of each kind, on widely held securities."""
    stocks = [one for one in securities if one.kind is SecurityKind.STOCK]
    soon = today + timedelta(days=5)
    told = (
        ("rights", "配股发行公告", 3_000, 60_000),
        ("follow_on", "向不特定对象增发公告", 0, 0),
        ("call_notice", "可转债赎回公告", 0, 1_003_800),
        ("warrant_listing", f"{_WARRANT}上市公告", 0, 0),
        ("warrant_expiry", f"{_WARRANT}到期公告", 0, 0),
    )
    for order, ((kind, title, per_ten, price), stock) in enumerate(
        zip(told, stocks, strict=False), 1
    ):
        yield {
            "branch_id": FIRM,
            "action_id": f"A{today:%Y%m%d}-{order:02d}",
            "symbol": stock.symbol,
            "kind": kind,
            "announced_on": today.isoformat(),
            "title": f"{stock.name}:{title}",
            "per_ten_milli": per_ten,
            "price_units": price,
            "last_day": soon.isoformat() if kind != "follow_on" else "",
        }


def ipo_rows(today: date) -> Iterator[Row]:
    """Rows of ``ipo_event``: a new share from its issue to its listing."""
    symbol, name, price = _NEW
    told = (
        ("ipo_issue", "今日可申购", price, price),
        ("ipo_strategy", "申购策略:按市值顶格申购,留意缴款日", price, price),
        ("ipo_price_range", "上市预估价格区间", price * 13 // 10, price * 17 // 10),
        ("ipo_listing", "上市提示", price, price),
    )
    for kind, title, low, high in told:
        yield {
            "branch_id": FIRM,
            "event_id": f"{kind}-{symbol}",
            "symbol": symbol,
            "name": name,
            "kind": kind,
            "day": today.isoformat(),
            "title": f"{name}:{title}",
            "low_units": low,
            "high_units": high,
            "source": "公司研究所(演示数据)",
        }


def ballot_rows(rng: Random, plan: ClientPlan, today: date) -> Iterator[Row]:
    """Rows of ``ipo_ballot``: a few have won."""
    symbol, name, price = _NEW
    if rng.randrange(1_000) < _BALLOT_PERMILLE:
        yield owned(plan) | {
            "symbol": symbol,
            "name": name,
            "drawn_on": today.isoformat(),
            "won_shares": 500 * rng.randint(0, 2),
            "price_units": price,
        }


def certificate_rows(today: date) -> Iterator[Row]:
    """Rows of ``staff_certificate``: M001's suitability runs out within a month."""
    for order, member in enumerate(one for one in CAST if one.branch_id != HEAD_OFFICE):
        for certificate, title, days in (
            ("suitability", "适当性管理", 25 + 200 * order),
            ("program", "程序化交易", 90 + 70 * order),
        ):
            ends = today + timedelta(days=days)
            yield {
                "branch_id": member.branch_id,
                "staff_id": member.staff_id,
                "certificate": certificate,
                "manager_id": member.staff_id,
                "title": title,
                "passed_on": (ends - timedelta(days=365)).isoformat(),
                "valid_to": ends.isoformat(),
            }


def _close(security: ListedSecurity, day: date, units: int, before: int) -> Row:
    status = "normal" if security.status is SecurityStatus.NORMAL else security.status.value
    return {
        "branch_id": FIRM,
        "symbol": security.symbol,
        "day": day.isoformat(),
        "name": security.name,
        "close_units": units,
        "previous_close_units": before,
        "status": status,
    }
