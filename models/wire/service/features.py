"""Which commands belong to a feature that asks for a certificate (features F25)."""

from models.rules.basis.settings.words import Feature
from models.wire.service.approvals import ActivateMandate
from models.wire.service.clients import RecordRiskTest
from models.wire.service.products import (
    ApplyForProduct,
    RequestRateException,
    SignApplication,
    SubmitApplication,
)

_FEATURES: dict[type, Feature] = {
    ApplyForProduct: Feature.PRODUCTS,
    SignApplication: Feature.PRODUCTS,
    SubmitApplication: Feature.PRODUCTS,
    RequestRateException: Feature.PRODUCTS,
    RecordRiskTest: Feature.RISK_TEST,
    ActivateMandate: Feature.PROGRAM,
}


def feature_of(command: object) -> Feature | None:
    """Return the feature that a command belongs to; most belong to none."""
    return _FEATURES.get(type(command))
