"""A higher tier for points: applied for, approved by another person (S36, D11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

from models.clients.tier import TIERS, Tier
from models.dates import term_end
from models.rules.basis.settings.clients import UpgradeSettings
from models.rules.points.balance import spendable
from models.rules.tiers.assign import TierGrant, with_grant

_ZERO = Decimal(0)
_SOURCE = "S36, D11"


@dataclass(frozen=True, slots=True)
class ApplyStep:
    """Somebody applies for the client."""

    do: Literal["apply"]
    at: date
    by: str


@dataclass(frozen=True, slots=True)
class ApproveStep:
    """Somebody approves the application."""

    do: Literal["approve"]
    at: date
    by: str


@dataclass(frozen=True, slots=True)
class RefuseStep:
    """Somebody refuses the application."""

    do: Literal["refuse"]
    at: date
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleTierStep:
    """The rule gives the client another tier."""

    do: Literal["rule_tier"]
    at: date
    tier: Tier


UpgradeStep: TypeAlias = ApplyStep | ApproveStep | RefuseStep | RuleTierStep


class UpgradeState(StrEnum):
    """How the last application stands."""

    NONE = "NONE"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class UpgradeAnswer:
    """Whether a step was taken; ``short_by`` in points."""

    ok: bool
    reason: str = ""
    short_by: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeCase:
    """A client's tier by rule and points; ``manager`` = who looks after him."""

    tier: Tier
    balance: Decimal
    manager: str | None = None
    steps: tuple[UpgradeStep, ...]


@dataclass(frozen=True, slots=True)
class UpgradeAccount:
    """Where a client's upgrade stands; ``balance`` counts held points until they are burned.

    ``held`` is all that is held of it, ``asked`` what this application holds.
    """

    rule_tier: Tier
    balance: Decimal
    held: Decimal = _ZERO
    asked: Decimal = _ZERO
    state: UpgradeState = UpgradeState.NONE
    reason: str = ""
    applied_by: str = ""
    grant: TierGrant | None = None

    @property
    def is_pending(self) -> bool:
        """Whether an application waits for a decision."""
        return self.state is UpgradeState.PENDING

    def tier_on(self, day: date) -> Tier:
        """Return the higher of the tier by rule and a grant running on ``day``."""
        return with_grant(self.rule_tier, self.grant, day)


@dataclass(frozen=True, slots=True)
class UpgradeOutcome:
    """The answers in order and where the client stands after them."""

    steps: tuple[UpgradeAnswer, ...]
    state: UpgradeState
    reason: str
    tier: Tier
    grant: TierGrant | None
    balance: Decimal
    held: Decimal
    spendable: int
    source: str = _SOURCE


_OK = UpgradeAnswer(True)
_Moved: TypeAlias = tuple[UpgradeAccount, UpgradeAnswer]


def upgrade(settings: UpgradeSettings, case: UpgradeCase, day: date) -> UpgradeOutcome:
    """Take the steps in order and tell where the client stands on ``day``."""
    account = UpgradeAccount(case.tier, case.balance)
    answers: list[UpgradeAnswer] = []
    for step in case.steps:
        account, answer = take(settings, account, case.manager, step)
        answers.append(answer)
    last = max((day, *(step.at for step in case.steps)))
    return _outcome(account, answers, last)


def take(
    settings: UpgradeSettings, account: UpgradeAccount, manager: str | None, step: UpgradeStep
) -> _Moved:
    """Take one step, or refuse it and change nothing."""
    if isinstance(step, ApplyStep):
        return _apply(settings, account, step)
    if isinstance(step, RuleTierStep):
        return _change_rule_tier(account, step)
    if not account.is_pending:
        return account, UpgradeAnswer(False, "NO_PENDING_APPLICATION")
    if isinstance(step, RefuseStep):
        return replace(_released(account), state=UpgradeState.REFUSED), _OK
    if step.by in (account.applied_by, manager):
        return account, UpgradeAnswer(False, "MAKER_IS_CHECKER")
    return _approve(settings, account, step), _OK


def _apply(settings: UpgradeSettings, account: UpgradeAccount, step: ApplyStep) -> _Moved:
    if settings.cost is None or settings.levels is None or settings.months is None:
        return account, UpgradeAnswer(False, "UPGRADE_NOT_CONFIGURED")
    if account.tier_on(step.at) is TIERS[-1]:
        return account, UpgradeAnswer(False, "ALREADY_TOP_TIER")
    if account.is_pending:
        return account, UpgradeAnswer(False, "APPLICATION_PENDING")
    short_by = settings.cost - spendable(account.balance, account.held)
    if short_by > 0:
        return account, UpgradeAnswer(False, "INSUFFICIENT_POINTS", short_by)
    pending = replace(
        account,
        held=account.held + settings.cost,
        asked=settings.cost,
        state=UpgradeState.PENDING,
        reason="",
        applied_by=step.by,
    )
    return pending, _OK


def _approve(
    settings: UpgradeSettings, account: UpgradeAccount, step: ApproveStep
) -> UpgradeAccount:
    reached = TIERS.index(account.tier_on(step.at)) + (settings.levels or 0)
    tier = TIERS[min(reached, len(TIERS) - 1)]
    last = term_end(step.at, settings.months or 0)
    return replace(
        _released(account),
        balance=account.balance - account.asked,
        state=UpgradeState.APPROVED,
        grant=TierGrant(tier, step.at, last),
    )


def _change_rule_tier(account: UpgradeAccount, step: RuleTierStep) -> _Moved:
    changed = replace(account, rule_tier=step.tier)
    moved = changed.tier_on(step.at) is not account.tier_on(step.at)
    if not (moved and account.is_pending):
        return changed, _OK
    closed = replace(_released(changed), state=UpgradeState.CLOSED, reason="TIER_CHANGED")
    return closed, _OK


def _released(account: UpgradeAccount) -> UpgradeAccount:
    """Points held for something else stay held."""
    return replace(account, held=account.held - account.asked, asked=_ZERO)


def _outcome(
    account: UpgradeAccount, answers: Sequence[UpgradeAnswer], day: date
) -> UpgradeOutcome:
    return UpgradeOutcome(
        steps=tuple(answers),
        state=account.state,
        reason=account.reason,
        tier=account.tier_on(day),
        grant=account.grant,
        balance=account.balance,
        held=account.held,
        spendable=spendable(account.balance, account.held),
    )
