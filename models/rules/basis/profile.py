"""The firm's settings as a dated profile: what holds on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.rules.basis.settings.approvals import ApprovalSettings
from models.rules.basis.settings.calls import CallSettings
from models.rules.basis.settings.campaigns import CampaignSettings
from models.rules.basis.settings.clients import (
    InvestorSettings,
    PointSettings,
    RedeemSettings,
    SuitabilitySettings,
    TierSettings,
    UpgradeSettings,
)
from models.rules.basis.settings.products import ProductsSettings, SmsSettings
from models.rules.basis.settings.questions import QuestionSettings
from models.rules.basis.settings.reports import ReportSettings
from models.rules.basis.settings.service import (
    AgendaSettings,
    AlertSettings,
    AssessmentSettings,
    IpoSettings,
    MessageSettings,
    ScanSettings,
    TrainingSettings,
)
from models.rules.basis.settings.trading import (
    AdviceSettings,
    BigOrderSettings,
    FeeSettings,
    HftSettings,
    MaxQuantity,
    OrderSettings,
    QuoteSettings,
    WatchSettings,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one day; every part may be empty, then the rule that needs it refuses."""

    tier: TierSettings = TierSettings()
    points: PointSettings = field(default_factory=PointSettings)
    redeem: RedeemSettings = field(default_factory=RedeemSettings)
    upgrade: UpgradeSettings = UpgradeSettings()
    sms: SmsSettings = field(default_factory=SmsSettings)
    products: ProductsSettings = field(default_factory=ProductsSettings)
    suitability: SuitabilitySettings = SuitabilitySettings()
    investor: InvestorSettings = InvestorSettings()
    fees: FeeSettings = FeeSettings()
    max_quantity: MaxQuantity = field(default_factory=dict)
    hft: HftSettings = HftSettings()
    watch: WatchSettings = WatchSettings()
    orders: OrderSettings = OrderSettings()
    quotes: QuoteSettings = QuoteSettings()
    big_orders: BigOrderSettings = BigOrderSettings()
    advice: AdviceSettings = AdviceSettings()
    messages: MessageSettings = MessageSettings()
    alerts: AlertSettings = AlertSettings()
    scan: ScanSettings = ScanSettings()
    ipo: IpoSettings = IpoSettings()
    assessment: AssessmentSettings = field(default_factory=AssessmentSettings)
    approvals: ApprovalSettings = field(default_factory=ApprovalSettings)
    agenda: AgendaSettings = field(default_factory=AgendaSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    campaigns: CampaignSettings = CampaignSettings()
    reports: ReportSettings = ReportSettings()
    calls: CallSettings = CallSettings()
    questions: QuestionSettings = field(default_factory=QuestionSettings)


@dataclass(frozen=True, slots=True)
class Version:
    """Settings in force from a day on."""

    effective_from: date
    settings: Settings


@dataclass(frozen=True, slots=True)
class Profile:
    """A firm's settings with their dated changes.

    ``document`` is the text it was read from, for trying a draft on top of it; ``versions`` are in
    date order.
    """

    name: str
    document: Mapping[str, object]
    first: Settings
    versions: tuple[Version, ...] = ()

    def on(self, day: date) -> Settings:
        """Return the settings of ``day``: the file patched by every change up to that day."""
        running = self.first
        for version in self.versions:
            if version.effective_from > day:
                break
            running = version.settings
        return running
