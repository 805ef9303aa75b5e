"""Commands that ask for a second person, and his answer (features F27)."""

import msgspec

from models.clients.tier import Tier
from models.files.kinds import ExportContent
from models.lives.approval import Verdict


class DecideApproval(msgspec.Struct, frozen=True, tag="decide_approval"):
    """The second person's answer; on approval what was asked for is done in the same moment."""

    approval_id: str
    verdict: Verdict
    note: str


class WithdrawApproval(msgspec.Struct, frozen=True, tag="withdraw_approval"):
    """The maker takes back what he asked for; what was held for it is released."""

    approval_id: str
    note: str


class ProposeSetting(msgspec.Struct, frozen=True, tag="propose_setting"):
    """Ask for one section of the firm's settings, whole, from a day on; "null" unsets it."""

    name: str
    value: str  # JSON
    effective_from: str


class GrantTier(msgspec.Struct, frozen=True, tag="grant_tier"):
    """Ask for a tier for a client from a day to a day, both included."""

    grant_id: str
    client_id: str
    tier: Tier
    starts_on: str
    ends_on: str
    reason: str


class RequestExport(msgspec.Struct, frozen=True, tag="request_export"):
    """Ask to take data of clients out of the system until a day, with its reason.

    No ``client_ids`` = all whom the author sees, of ``tiers`` where some are named. Personal data
    stays masked unless it is asked for ``clear``. ``until`` "" = the day on which it is approved.
    """

    export_id: str
    client_ids: tuple[str, ...]
    content: ExportContent
    reason: str
    tiers: tuple[Tier, ...] = ()
    clear: bool = False
    until: str = ""


class RequestUnmask(msgspec.Struct, frozen=True, tag="request_unmask"):
    """Ask to see a field of many clients in clear, until a day."""

    request_id: str
    client_ids: tuple[str, ...]
    field: str
    until: str
    reason: str


class ActivateMandate(msgspec.Struct, frozen=True, tag="activate_mandate"):
    """Ask to let a signed, confirmed program mandate begin."""

    mandate_id: str
    client_id: str


ApprovalCommand = (
    DecideApproval
    | WithdrawApproval
    | ProposeSetting
    | GrantTier
    | RequestExport
    | RequestUnmask
    | ActivateMandate
)
