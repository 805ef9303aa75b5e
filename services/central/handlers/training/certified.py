"""No certificate, no feature: asked before a command is applied, of its author (features F25)."""

from datetime import date

from sqlalchemy import select

from models.rules.access.exams.attempt import Held
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
    require(check_certified(settings, feature, await certificates_of(work), work.day))


async def certificates_of(work: Work) -> dict[str, Held]:
    """Return what the author has passed, and until when it holds."""
    table = STAFF_CERTIFICATE.c
    query = select(table.certificate, table.valid_to, table.revoked_on).where(
        table.branch_id == work.branch_id, table.staff_id == work.actor.staff_id
    )
    return {
        certificate: Held(_day(valid_to), _day(revoked_on))
        for certificate, valid_to, revoked_on in await work.connection.execute(query)
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
