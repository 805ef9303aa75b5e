"""Makes the card of a client from his entry and his live worth."""

from collections.abc import Callable
from dataclasses import dataclass

from models.clients.card import ClientCard
from services.clients.masking import mask_mobile
from services.storage.queries.entries import ClientEntry

NextTier = Callable[[ClientEntry], int]
_BP = 10_000


@dataclass(frozen=True, slots=True)
class LiveWorth:
    """One client's worth now, in cents, with his open alerts."""

    assets_cents: int
    day_change_cents: int
    live: bool
    alerts: int


def make_card(entry: ClientEntry, worth: LiveWorth, next_tier_permille: int) -> ClientCard:
    """Return the card; personal data masked."""
    return ClientCard(
        client_id=entry.client_id,
        name=entry.name,
        tier=entry.tier,
        account=entry.accounts[0] if entry.accounts else "",
        mobile_masked=mask_mobile(entry.mobile),
        risk_class=entry.risk_class,
        assets_cents=worth.assets_cents,
        day_change_cents=worth.day_change_cents,
        day_change_bp=_change_bp(worth),
        alert_count=worth.alerts,
        last_contact_at=entry.last_contact_at,
        next_tier_permille=next_tier_permille,
        open_orders=entry.open_orders,
        live=worth.live,
    )


def _change_bp(worth: LiveWorth) -> int:
    before = worth.assets_cents - worth.day_change_cents
    if before <= 0:
        return 0
    size = (2 * abs(worth.day_change_cents) * _BP + before) // (2 * before)
    return size if worth.day_change_cents >= 0 else -size
