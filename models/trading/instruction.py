"""What a client told us to do, with its evidence (market-rules § 2.9)."""

from enum import StrEnum

import msgspec

from models.trading.order import Side


class InstructionChannel(StrEnum):
    """How the instruction reached us."""

    RECORDED_CALL = "recorded_call"
    IM = "im"
    COUNTER_SLIP = "counter_slip"
    APP = "app"


class PriceType(StrEnum):
    """``exact``: the ticket must carry this price; ``limit``: it may be better for the client."""

    EXACT = "exact"
    LIMIT = "limit"


class Instruction(msgspec.Struct, frozen=True):
    """One recorded instruction; valid on ``day`` only, until withdrawn or used up."""

    instruction_id: str
    client_id: str
    account: str
    day: str
    symbol: str
    side: Side
    quantity: int
    price_units: int
    price_type: PriceType
    channel: InstructionChannel
    evidence_ref: str
    read_back: bool
    identity_checked: bool
    recorded_by: str
    recorded_at: str
    withdrawn_at: str = ""
