"""Words that settings and rules share."""

from enum import StrEnum


class Product(StrEnum):
    """Commission value-added products (service-system S27-S31)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Sms(StrEnum):
    """Paid SMS products (service-system S21-S23)."""

    SMS1 = "SMS1"
    SMS2 = "SMS2"
    SMS3 = "SMS3"


class RiskLevel(StrEnum):
    """Risk level of a product (market-rules § 2.10)."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"


class OrderType(StrEnum):
    """Kind of order that a size cap is set for."""

    LIMIT = "limit"
    MARKET = "market"
    AFTER_HOURS = "after_hours"


class ApprovalKind(StrEnum):
    """What a second person has to agree to (features F27)."""

    PRODUCT = "product"
    POINTS = "points"
    TIER = "tier"
    SETTING = "setting"
    EXPORT = "export"
    UNMASK = "unmask"
    IMPORT = "import"
    LOAD = "load"  # taking back a file that was loaded for the whole firm
    MANDATE = "mandate"
    CAMPAIGN = "campaign"


class Feature(StrEnum):
    """What a member of the staff may have to be certified for (features F25)."""

    PRODUCTS = "products"  # applications for products A-E
    RISK_TEST = "risk_test"  # recording a client's risk test
    PROGRAM = "program"  # starting a program mandate
