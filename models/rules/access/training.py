"""Whether a member of the staff is certified for what he does (features F25, S42)."""

from collections.abc import Mapping
from datetime import date

from models.rules.access.exams.attempt import Held
from models.rules.basis.settings.service import TrainingSettings
from models.rules.basis.settings.words import Feature
from models.rules.decision import Decision

_SOURCE = "F25"


def check_certified(
    settings: TrainingSettings, feature: Feature, held: Mapping[str, Held], day: date
) -> Decision:
    """Judge by the certificates held, each to its last day, included, unless it was revoked.

    ``numbers`` name the certificate that is missing, was revoked or has run out, and when.
    """
    for certificate in settings.required.get(feature, ()):
        reason, numbers = _fault(held.get(certificate), day)
        if reason:
            return Decision(reason, {"证书": certificate, **numbers}, _SOURCE)
    return Decision(source=_SOURCE)


def _fault(held: Held | None, day: date) -> tuple[str, dict[str, date]]:
    if held is None:
        return "CERTIFICATE_MISSING", {}
    if held.revoked_on is not None:
        return "CERTIFICATE_REVOKED", {"撤销日": held.revoked_on}
    if held.valid_to is not None and held.valid_to < day:
        return "CERTIFICATE_EXPIRED", {"到期日": held.valid_to}
    return "", {}
