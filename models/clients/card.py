"""What a client card and the client list show. Personal data is masked already."""

from dataclasses import dataclass, field

from models.clients.tier import RiskClass, Tier


@dataclass(frozen=True, slots=True)
class ClientCard:
    """One card. ``assets_cents`` = cash + holdings at live prices; ``day_change_cents`` against the
    previous closes of what he holds; ``live`` False = no price yet, valued at cost."""

    client_id: str
    name: str
    tier: Tier
    account: str
    mobile_masked: str
    risk_class: RiskClass | None  # None = never tested
    assets_cents: int
    day_change_cents: int
    day_change_bp: int  # hundredths of a percent
    alert_count: int
    last_contact_at: str
    next_tier_permille: int  # way to the next tier's nearer bound, 0..1000; 1000 at platinum
    open_orders: int
    live: bool


@dataclass(frozen=True, slots=True)
class CardQuery:
    """``text``: name, pinyin, initials, account or mobile (any part from the end or start).

    ``client_ids``: only these clients, to re-value what is on the screen; empty = all. The counts
    of the answer are of all clients whatever is asked.
    """

    text: str = ""
    tiers: frozenset[Tier] = frozenset()  # empty = all
    only_alerted: bool = False
    client_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CardPage:
    """The cards that answer a query, and how many there are in all, by tier, with alerts.

    ``more``: the text finds others than these, the best are here.
    """

    cards: tuple[ClientCard, ...]
    total: int
    by_tier: dict[Tier, int] = field(default_factory=dict)
    alerted: int = 0
    more: bool = False
