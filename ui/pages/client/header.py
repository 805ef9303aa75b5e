"""The head of the client page: who he is, why this tier, risk class, and what can be done."""

from datetime import date

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.clients.profile import ClientProfile
from ui.pages.client.words import next_tier, risk_text, tier_reason
from widgets.basic.labels import caption, label, set_tone
from widgets.clients.tier_badge import TierBadge
from widgets.paint.look import Look


class ClientHeader(QWidget):
    """Two lines left, three buttons right."""

    trade_wanted = Signal()
    contact_wanted = Signal()
    instruction_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = label("", "name")
        self.badge = TierBadge(look)
        self.facts = caption()
        self.risk = caption()
        self.tier = label("", "plain")
        self._lay_out()

    def show_profile(self, profile: ClientProfile, today: date) -> None:
        """Show the client."""
        card = profile.card
        self.name.setText(card.name)
        self.badge.show_tier(card.tier)
        self.facts.setText(
            f"资金账号 {card.account} · 手机 {card.mobile_masked} · 佣金 {profile.rate_permille}‰"
            f" · {profile.opened_on[:4]} 年开户"
        )
        words, tone = risk_text(profile, today)
        self.risk.setText(f"风险 {words}")
        set_tone(self.risk, tone)
        self.tier.setText(f"{tier_reason(profile.tier)} · {next_tier(profile.tier)}")
        self.tier.setToolTip(self.tier.text())

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        for part in (self.name, self.badge, self.facts, self.risk):
            first.addWidget(part)
        first.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addLayout(first)
        texts.addWidget(self.tier)
        self.tier.setMinimumWidth(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        row.addWidget(self._button(self.tr("记录联系 L"), self.contact_wanted))
        row.addWidget(self._button(self.tr("记录指令 I"), self.instruction_wanted))
        trade = self._button(self.tr("去交易 T"), self.trade_wanted)
        trade.setProperty("role", "primary")
        row.addWidget(trade)

    @staticmethod
    def _button(text: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(wanted.emit)
        return button
