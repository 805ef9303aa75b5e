"""What each kind of export holds: its columns and the query that reads them, masked or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.files.kinds import ExportContent
from models.money import POINTS_MILLI_PER_POINT, yuan_of_cents
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.words import Goal
from services.files.writing.sheet import Cell

_TIERS = {"ordinary": "普通", "silver": "银卡", "gold": "金卡", "platinum": "白金卡"}
_ACCOUNT = "CASE WHEN e.is_clear THEN a.account ELSE hide_middle(a.account, 0, 4) END"
_ITEMS = {
    "goals": "目标",
    f"goals.{Goal.NEW_CLIENTS}": "目标:新增客户",
    f"goals.{Goal.NEW_ASSETS}": "目标:新增客户资产(元)",
    f"goals.{Goal.SUBSCRIPTIONS_SOLD}": "目标:产品销售",
    "crm_entry": "客户资料录入",
    "contacts": "客户联系",
    "callbacks": "回访跟进",
}
_FROM = "exported_clients(:branch_id, :export_id) e"


@dataclass(frozen=True, slots=True)
class Content:
    """``read`` turns one row of the query into cells."""

    columns: tuple[str, ...]
    query: str
    read: Callable[[Sequence[Any]], Sequence[Cell]]


def _client(row: Sequence[Any]) -> Sequence[Cell]:
    *texts, tier, risk, assets, commission, points, account, contact = row
    return [
        *map(str, texts),
        _TIERS.get(tier, str(tier)),
        str(risk),
        yuan_of_cents(assets),
        yuan_of_cents(commission),
        points // POINTS_MILLI_PER_POINT,
        str(account),
        str(contact)[:10],
    ]


def _holding(row: Sequence[Any]) -> Sequence[Cell]:
    *texts, quantity, sellable, cost = row
    return [*map(str, texts), quantity, sellable, yuan_of_cents(cost)]


def _cash(row: Sequence[Any]) -> Sequence[Cell]:
    *texts, cash = row
    return [*map(str, texts), yuan_of_cents(cash)]


def _figure(row: Sequence[Any]) -> Sequence[Cell]:
    *texts, item, reached, due, code, stage, score, no_score = row
    is_money = item == f"goals.{Goal.NEW_ASSETS}"
    percent = "" if code else str(half_up(Decimal(reached) * 100 / due))
    return [
        *map(str, texts),
        _ITEMS.get(item, str(item)),
        *(yuan_of_cents(amount) if is_money else amount for amount in (reached, due)),
        percent,
        str(code),
        stage,
        str(score),
        str(no_score),
    ]


CONTENTS = {
    ExportContent.CLIENTS: Content(
        (
            "客户号",
            "姓名",
            "性别",
            "手机",
            "证件号码",
            "出生日期",
            "开户日期",
            "客户经理",
            "等级",
            "风险等级",
            "日均资产(元)",
            "近12月佣金(元)",
            "积分",
            "资金账号",
            "最近联系",
        ),
        f"""
        SELECT e.client_id, e.name, c.gender, e.mobile, e.id_no, e.birthday, c.opened_on,
            c.manager_id, c.tier, c.risk_class, c.average_assets_cents, c.year_commission_cents,
            c.points_milli, coalesce((SELECT min({_ACCOUNT}) FROM account a
                WHERE a.branch_id = e.branch_id AND a.client_id = e.client_id), ''),
            c.last_contact_at
        FROM {_FROM} JOIN client c ON c.branch_id = e.branch_id AND c.client_id = e.client_id
        ORDER BY e.client_id
        """,
        _client,
    ),
    ExportContent.HOLDINGS: Content(
        ("客户号", "姓名", "资金账号", "证券代码", "持仓数量", "可卖数量", "成本(元)"),
        f"""
        SELECT e.client_id, e.name, {_ACCOUNT}, a.symbol, a.quantity, a.sellable, a.cost_cents
        FROM {_FROM} JOIN holding a ON a.branch_id = e.branch_id AND a.client_id = e.client_id
        ORDER BY e.client_id, a.account, a.symbol
        """,
        _holding,
    ),
    ExportContent.CASH: Content(
        ("客户号", "姓名", "资金账号", "资金余额(元)"),
        f"""
        SELECT e.client_id, e.name, {_ACCOUNT}, a.cash_cents
        FROM {_FROM} JOIN account a ON a.branch_id = e.branch_id AND a.client_id = e.client_id
        ORDER BY e.client_id, a.account
        """,
        _cash,
    ),
    ExportContent.ASSESSMENT: Content(
        (
            "期间起",
            "期间止",
            "客户经理",
            "项目",
            "达成",
            "应达成",
            "达成率(%)",
            "无比率原因",
            "阶段",
            "得分",
            "无得分原因",
        ),
        f"""
        SELECT s.period_from, s.period_to, s.manager_id, f.item, f.reached, f.due, f.code, s.stage,
            s.score, s.code
        FROM assessment_score s JOIN assessment_figure f USING (branch_id, manager_id, period_to)
        WHERE s.branch_id = :branch_id AND s.manager_id IN (SELECT e.manager_id FROM {_FROM})
        ORDER BY s.period_to DESC, s.manager_id, f.item
        """,
        _figure,
    ),
}
