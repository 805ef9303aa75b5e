"""No certificate, no feature: asked before a command is applied, of its author (features F25)."""

from datetime import date

from sqlalchemy import select

from models.rules.access.training import check_certified
from models.tables.grounds import STAFF_CERTIFICATE
from models.wire.service.features import feature_of
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Work, require


async def require_certified(work: Work) -> None:
    """Refuse CERTIFICATE_MISSING or CERTIFICATE_EXPIRED; most commands ask for none."""
    feature = feature_of(work.envelope.command)
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
