"""The row of figures under the head of the client page."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.clients.profile import ClientProfile
from ui.pages.parts.valuation import Valuation
from widgets.basic.labels import change_tone
from widgets.basic.stat_tile import StatTile
from widgets.paint.numbers import (
    compact_money,
    marked_percent,
    money_change_text,
    money_text,
    points_text,
    share_text,
)

MILLI = 1_000


class ClientTiles(QWidget):
    """Assets, holdings, cash, the day, profit, points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.assets = StatTile(self.tr("总资产"))
        self.holdings = StatTile(self.tr("持仓市值"))
        self.cash = StatTile(self.tr("可用资金"))
        self.day = StatTile(self.tr("当日盈亏"))
        self.profit = StatTile(self.tr("浮动盈亏"))
        self.points = StatTile(self.tr("可用积分"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 8)
        row.setSpacing(8)
        for tile in (self.assets, self.holdings, self.cash, self.day, self.profit, self.points):
            row.addWidget(tile, 1)

    def show_profile(self, profile: ClientProfile) -> None:
        """Show what does not move with prices."""
        self.cash.show_figure(
            compact_money(profile.cash_cents), f"冻结 {money_text(profile.frozen_cents)}"
        )
        spendable = profile.points_milli // MILLI * MILLI
        self.points.show_figure(points_text(spendable), f"账面 {points_text(profile.points_milli)}")

    def show_valuation(self, valuation: Valuation) -> None:
        """Show what moves with prices."""
        self.assets.show_figure(
            compact_money(valuation.assets_cents), money_text(valuation.assets_cents)
        )
        share = valuation.holdings_cents * MILLI // max(valuation.assets_cents, 1)
        self.holdings.show_figure(
            compact_money(valuation.holdings_cents), f"仓位 {share_text(share)}"
        )
        self.day.show_figure(
            money_change_text(valuation.day_change_cents),
            marked_percent(valuation.day_change_bp),
            change_tone(valuation.day_change_cents),
        )
        self.profit.show_figure(
            money_change_text(valuation.profit_cents),
            f"{len(valuation.holdings)} 只证券",
            change_tone(valuation.profit_cents),
        )
