"""The order of a night: source rows first, then what is judged from them, then who is told."""

from services.worker.nights.alerts.holdings import ALERTS
from services.worker.nights.alerts.scan import SCAN
from services.worker.nights.assessment.increment import BASELINE, CREDIT, INCREMENT
from services.worker.nights.assessment.process import PROCESS
from services.worker.nights.clients.assets import ASSETS
from services.worker.nights.clients.figures import FIGURES
from services.worker.nights.clients.rating import RATING
from services.worker.nights.clients.release import RELEASE
from services.worker.nights.clients.tiers import TIERS
from services.worker.nights.points.commission import COMMISSION
from services.worker.nights.points.expiry import EXPIRY
from services.worker.nights.points.loyalty import LOYALTY
from services.worker.nights.service.calls import CALLS
from services.worker.nights.service.campaigns import CAMPAIGNS
from services.worker.nights.service.fees import FEES, FEES_AGAIN
from services.worker.nights.service.ladders import CERTIFICATES, LADDERS
from services.worker.nights.service.subscriptions import SUBSCRIPTIONS
from services.worker.nights.step import Step

STEPS: tuple[Step, ...] = (
    RELEASE,
    ASSETS,
    COMMISSION,
    FIGURES,
    RATING,
    TIERS,
    LOYALTY,
    EXPIRY,
    SUBSCRIPTIONS,
    FEES,
    FEES_AGAIN,
    LADDERS,
    CERTIFICATES,
    BASELINE,
    INCREMENT,
    CREDIT,
    PROCESS,
    CAMPAIGNS,
    CALLS,
    ALERTS,
    SCAN,
)
