"""No certificate, no feature: asked before a command is applied, of its author (features F25)."""

from datetime import date

from sqlalchemy import select

from models.rules.access.training import check_certified
from models.rules.basis.settings.words import Feature
from models.tables.nights import STAFF_CERTIFICATE
from models.wire.service.approvals import ActivateMandate
from models.wire.service.clients import RecordRiskTest
from models.wire.service.products import ApplyForProduct, SignApplication, SubmitApplication
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Work, require

_FEATURES: dict[type, Feature] = {
    ApplyForProduct: Feature.PRODUCTS,
    SignApplication: Feature.PRODUCTS,
    SubmitApplication: Feature.PRODUCTS,
    RecordRiskTest: Feature.RISK_TEST,
    ActivateMandate: Feature.PROGRAM,
}


async def require_certified(work: Work) -> None:
    """Refuse CERTIFICATE_MISSING or CERTIFICATE_EXPIRED; most commands ask for none."""
    feature = _FEATURES.get(type(work.envelope.command))
    if feature is None:
        return
    settings = (await settings_on(work, work.day)).training
    require(check_certified(settings, feature, await _certificates(work), work.day))


async def _certificates(work: Work) -> dict[str, date | None]:
    table = STAFF_CERTIFICATE.c
    query = select(table.certificate, table.valid_to).where(
        table.branch_id == work.branch_id, table.staff_id == work.actor.staff_id
    )
    return {
        certificate: date.fromisoformat(valid_to) if valid_to else None
        for certificate, valid_to in await work.connection.execute(query)
    }
