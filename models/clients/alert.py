"""An alert on what a client holds: which client, which holding, why, what to do (S22)."""

from dataclasses import dataclass
from enum import StrEnum

from models.clients.tier import Tier


class Severity(StrEnum):
    """How much an alert presses."""

    SEVERE = "severe"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class HoldingAlert:
    """One alert of one client; ``alert_id`` is stable: client, security, kind and day.

    ``reason`` carries the numbers ("较昨收 −6.21%,持有 2,200 股,市值 45.3 万"), ``advice`` what to
    do. ``entitled`` tells whether the client's subscriptions let it be sent to him (SMS2), or
    whether it is for the manager only.
    """

    alert_id: str
    client_id: str
    client_name: str
    tier: Tier
    symbol: str
    security_name: str
    kind: str
    severity: Severity
    raised_at: str
    title: str
    reason: str
    advice: str
    value_cents: int
    entitled: bool
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class SecurityHolder:
    """A client who holds a security, with or without an alert on it."""

    client_id: str
    client_name: str
    tier: Tier
    quantity: int
    value_cents: int
