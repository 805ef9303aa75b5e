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


class FeePeriod(StrEnum):
    """When an annual fee is charged: at the end of each such part of the calendar (S30)."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class AssetKind(StrEnum):
    """What a client's assets consist of, as far as a day's close tells it apart (S30)."""

    CASH = "cash"
    SECURITIES = "securities"


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
    TRAINING = "training"  # courses and questions
    CAMPAIGN = "campaign"
    HAND_OVER = "hand_over"  # clients to another manager
    RATE_EXCEPTION = "rate_exception"  # a rate capped below a product's ceiling (D4)


class Feature(StrEnum):
    """What a member of the staff may have to be certified for (features F25)."""

    PRODUCTS = "products"  # applications for products A-E
    RISK_TEST = "risk_test"  # recording a client's risk test
    PROGRAM = "program"  # starting a program mandate


class QuestionKind(StrEnum):
    """How a question is answered; a multiple choice counts only when it is exactly right."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


class CrmField(StrEnum):
    """A field of a client's record whose entry is assessed (service-system S40)."""

    NAME = "name"
    GENDER = "gender"
    BIRTHDAY = "birthday"
    MOBILE = "mobile"
    ID_NO = "id_no"
    RISK_CLASS = "risk_class"


class Goal(StrEnum):
    """What a manager is to reach within a month (service-system S40)."""

    NEW_CLIENTS = "new_clients"
    NEW_ASSETS = "new_assets"  # whole yuan of the clients who came in the month, at its end
    SUBSCRIPTIONS_SOLD = "subscriptions_sold"


class ReportLicence(StrEnum):
    """For whom a publisher's research is: everybody, or who is entitled to third parties' (S11)."""

    BROKER = "broker"
    THIRD_PARTY = "third_party"
