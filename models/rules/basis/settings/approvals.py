"""Settings of approvals: who may ask, who may decide, how long, who stands in (features F27)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from models.clients.tier import Role
from models.rules.basis.settings.words import ApprovalKind


class OnTimeout(StrEnum):
    """What becomes of an approval that nobody decided in time."""

    REFUSE = "refuse"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class KindSettings:
    """One kind of approval; ``escalate_to`` decides after the time is over."""

    makers: tuple[Role, ...] | None = None
    checkers: tuple[Role, ...] | None = None
    due_hours: int | None = None
    on_timeout: OnTimeout = OnTimeout.REFUSE
    escalate_to: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Delegation:
    """``to`` (a staff id) decides as ``role`` from a day to a day, both included."""

    to: str
    role: Role
    from_: date
    until: date

    def runs_on(self, day: date) -> bool:
        """Tell whether the delegation holds on ``day``."""
        return self.from_ <= day <= self.until


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """All kinds; one that is not there cannot be asked for."""

    kinds: Mapping[ApprovalKind, KindSettings] = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()
