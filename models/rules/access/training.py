"""Whether a member of the staff is certified for what he does (features F25, S42)."""

from collections.abc import Mapping
from datetime import date

from models.rules.basis.settings.service import TrainingSettings
from models.rules.basis.settings.words import Feature
from models.rules.decision import Decision

_SOURCE = "F25"


def check_certified(
    settings: TrainingSettings, feature: Feature, valid_to: Mapping[str, date | None], day: date
) -> Decision:
    """Judge by the certificates held, each with its last day (None = without end), included.

    ``numbers`` name the certificate that is missing or has run out, and when.
    """
    for certificate in settings.required.get(feature, ()):
        if certificate not in valid_to:
            return Decision(False, "CERTIFICATE_MISSING", {"证书": certificate}, _SOURCE)
        last = valid_to[certificate]
        if last is not None and last < day:
            numbers = {"证书": certificate, "到期日": last}
            return Decision(False, "CERTIFICATE_EXPIRED", numbers, _SOURCE)
    return Decision(True, source=_SOURCE)
