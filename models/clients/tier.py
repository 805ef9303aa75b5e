"""The four tiers (service-system S1) and other classes of a client."""

from enum import StrEnum


class Tier(StrEnum):
    """Grade of a client, lowest first."""

    ORDINARY = "ordinary"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


TIERS: tuple[Tier, ...] = tuple(Tier)


class RiskClass(StrEnum):
    """Risk-bearing class of a client (market-rules § 2.10)."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"


class Role(StrEnum):
    """What a member of staff does; decides what he sees."""

    MANAGER = "manager"
    BRANCH_MANAGER = "branch_manager"
    ADVISER = "adviser"
    CALL_CENTRE = "call_centre"
    COMPLIANCE = "compliance"
