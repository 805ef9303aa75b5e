"""Whether a client may be invited, and who is left out to compare with (features F26)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.clients.tier import Tier
from models.rules.access.entitlement import EntitlementCase, check_entitlement
from models.rules.basis.missing import configured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.campaigns import CampaignSettings
from models.rules.decision import Decision
from models.rules.messages.campaigns.kinds import USES, CampaignKind
from models.rules.messages.send_gate import SendCase, check_send

_SOURCE = "F26, S11, S32"
_PERMILLE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """A client who might be invited; ``message`` = the invitation as the send gate judges it."""

    campaign_id: str
    kind: CampaignKind
    client_id: str
    tier: Tier
    message: SendCase
    is_invited: bool


def is_control(settings: CampaignSettings, campaign_id: str, client_id: str) -> bool:
    """Tell whether he is left out of this campaign; anybody can reckon it again.

    Raises NotConfigured CAMPAIGN.
    """
    share = configured(settings.control_permille, "CAMPAIGN")
    digest = hashlib.sha256(f"{campaign_id}:{client_id}".encode()).digest()
    return int.from_bytes(digest[:4]) % _PERMILLE < share


def check_invitation(settings: Settings, case: Invitee, seats: int, now: datetime) -> Decision:
    """Judge one client with ``seats`` left; the first reason in the order of _refusals.

    Quiet hours refuse nobody: they hold the message, which asks the gate again when it goes.
    """
    is_left_out = is_control(settings.campaigns, case.campaign_id, case.client_id)
    reason = next(_refusals(settings, case, now), "")
    if not reason and is_left_out:
        reason = "CAMPAIGN_CONTROL"
    if not reason and seats < 1:
        reason = "CAMPAIGN_FULL"
    return Decision(reason, source=_SOURCE)


def check_eligible(settings: Settings, case: Invitee, now: datetime) -> Decision:
    """Judge entitlement and consent alone: of such clients some are left out."""
    return Decision(next(_refusals(settings, case, now), ""), source=_SOURCE)


def _refusals(settings: Settings, case: Invitee, now: datetime) -> Iterator[str]:
    if case.is_invited:
        yield "CAMPAIGN_INVITED"
    use = USES[case.kind]
    if use is not None:
        entitled = check_entitlement(settings.products, EntitlementCase(use=use, tier=case.tier))
        if not entitled.ok:
            yield entitled.reason
    gate = check_send(settings.messages, case.message, now)
    if gate.numbers["action"] == "refuse":
        yield gate.reason
