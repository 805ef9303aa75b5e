"""No certificate, no feature: asked of the person before a command is queued (features F25)."""

from models.rules.access.training import check_certified
from models.wire.service.features import feature_of
from services.desk.service.case import Case, require
from services.desk.storage.queries.firm_settings import read_certificates


def require_certified(case: Case, command: object) -> None:
    """Refuse CERTIFICATE_MISSING or CERTIFICATE_EXPIRED; most commands ask for none."""
    feature = feature_of(command)
    if feature is None:
        return
    held = read_certificates(case.connection, case.person)
    require(check_certified(case.settings.training, feature, held, case.day))
