"""Columns of the tables on the client page."""

from models.clients.alert import HoldingAlert, Severity
from models.clients.profile import MandateLine, PointsLine, SubscriptionLine
from models.trading.instruction import Instruction, PriceType
from models.trading.order import Side
from ui.pages.parts.order_rows import (
    OrderLine,
    reason_column,
    state_column,
    time_column,
    what_columns,
)
from ui.pages.parts.securities import code_of, decimals_of, name_of
from ui.ports import MarketWatch
from widgets.basic.columns import Column
from widgets.paint.numbers import (
    NOTHING,
    compact_money,
    points_text,
    price_text,
    quantity_text,
    signed,
)
from widgets.paint.words import word

PRICE_TYPE_WORDS = {PriceType.EXACT: "限定价", PriceType.LIMIT: "不劣于"}


def alert_columns() -> list[Column[HoldingAlert]]:
    """Columns of the client's alerts."""
    return [
        Column(
            "级别",
            lambda alert: word(alert.severity),
            "严重",
            value=lambda alert: tuple(Severity).index(alert.severity),
            tone=lambda alert: "" if alert.severity is Severity.NOTICE else "warn",
        ),
        Column("时间", lambda alert: alert.raised_at[11:19], "14:32:08"),
        Column("证券", lambda alert: alert.security_name, "贵州茅台"),
        Column("预警", lambda alert: alert.title, "单票集中度过高"),
        Column("数据", lambda a: a.reason, "", stretch=True, tip=lambda a: a.reason),
        Column("怎么办", lambda a: a.advice, "", stretch=True, tip=lambda a: a.advice),
        Column(
            "确认",
            lambda alert: "已确认" if alert.acknowledged else "未确认",
            "未确认",
            tone=lambda alert: "muted" if alert.acknowledged else "",
        ),
    ]


def points_columns() -> list[Column[PointsLine]]:
    """Columns of the points entries."""
    return [
        Column("日期", lambda line: line.posted_at[:10], "2023-01-31"),
        Column("类别", lambda line: line.kind, "佣金积分"),
        Column(
            "积分",
            lambda line: signed(points_text(line.points_milli), line.points_milli),
            "+12,840.550",
            value=lambda line: line.points_milli,
            is_number=True,
        ),
        Column("说明", lambda line: line.note, "", stretch=True, tip=lambda line: line.note),
    ]


def subscription_columns() -> list[Column[SubscriptionLine]]:
    """Columns of the subscriptions."""
    return [
        Column("产品", lambda line: line.product, "短信2 账户管理"),
        Column("状态", lambda line: line.state, "生效中"),
        Column("起", lambda line: line.starts_on, "2022-08-01"),
        Column("止", lambda line: line.ends_on or NOTHING, "2023-07-31"),
        Column("支付", lambda line: line.paid_by, "", stretch=True),
    ]


def mandate_columns() -> list[Column[MandateLine]]:
    """Columns of the program-trading mandates."""
    return [
        Column("策略", lambda line: line.strategy, "TWAP 减仓策略"),
        Column("状态", lambda line: line.state, "未启用"),
        Column("报告", lambda line: line.report_state, "待报告", tone=lambda _line: "muted"),
        Column(
            "资金上限",
            lambda line: compact_money(line.capital_cents),
            "12,345.6万",
            value=lambda line: line.capital_cents,
            is_number=True,
        ),
        Column("起", lambda line: line.starts_on, "2022-08-01"),
        Column("止", lambda line: line.ends_on or NOTHING, "2023-07-31", stretch=True),
    ]


def instruction_columns(market: MarketWatch) -> list[Column[Instruction]]:
    """Columns of the recorded instructions."""
    return [
        Column("时间", lambda line: line.recorded_at[11:19], "14:32:08"),
        Column("编号", lambda line: line.instruction_id, "I0000000"),
        Column(
            "证券", lambda x: f"{code_of(x.symbol)} {name_of(market, x.symbol)}", "600519 贵州茅台"
        ),
        Column(
            "方向",
            lambda line: word(line.side),
            "买入",
            tone=lambda line: "rise" if line.side is Side.BUY else "fall",
        ),
        Column("数量", lambda x: quantity_text(x.quantity), "1,000,000", is_number=True),
        Column(
            "价格",
            lambda x: price_text(x.price_units, decimals_of(market.instrument(x.symbol))),
            "1,845.76",
            is_number=True,
        ),
        Column("类型", lambda line: PRICE_TYPE_WORDS[line.price_type], "不劣于"),
        Column("渠道", lambda line: word(line.channel), "企业微信"),
        Column("证据", lambda line: line.evidence_ref, "", stretch=True),
        Column(
            "状态",
            lambda line: "已撤回" if line.withdrawn_at else "当日有效",
            "当日有效",
            tone=lambda line: "muted" if line.withdrawn_at else "",
        ),
    ]


def client_order_columns() -> list[Column[OrderLine]]:
    """Columns of one client's orders."""
    return [time_column(), *what_columns(), state_column(), reason_column()]
