"""Why a client has his tier, and how far it is to the next one (S1, S2, D1)."""

from decimal import Decimal
from typing import Protocol

from models.clients.profile import TierReason
from models.clients.tier import TIERS, Tier
from models.money import cents
from models.rules.basis.profile import Profile
from models.rules.basis.settings.clients import TierBounds
from services.clock.clock import Clock
from services.storage.queries.entries import ClientEntry

_WHOLE_WAY = 1_000


class TierRules(Protocol):
    """What the directory asks of the tiers."""

    def next_permille(self, entry: ClientEntry) -> int:
        """Way to the nearer bound of the next tier, 0..1000; 1000 at the top."""
        ...

    def reason(self, entry: ClientEntry, by: tuple[str, ...]) -> TierReason:
        """Why he has his tier (``by`` as central stored it) and what is missing to the next."""
        ...


class ProfileTiers:
    """Bounds of the firm's settings in force today."""

    def __init__(self, profile: Profile, clock: Clock) -> None:
        self._profile = profile
        self._clock = clock

    def next_permille(self, entry: ClientEntry) -> int:
        """The better of assets and commission, as either qualifies (D1)."""
        following = _above(entry.tier)
        if following is None:
            return _WHOLE_WAY
        bounds = self._bounds(following)
        ways = (
            _way(entry.average_assets_cents, bounds.assets),
            _way(entry.year_commission_cents, bounds.commission),
        )
        return max(ways)

    def reason(self, entry: ClientEntry, by: tuple[str, ...]) -> TierReason:
        """What is missing counts from the next tier above the present one, never below 0."""
        following = _above(entry.tier)
        bounds = self._bounds(following) if following else TierBounds()
        return TierReason(
            tier=entry.tier,
            by=by,
            average_assets_cents=entry.average_assets_cents,
            year_commission_cents=entry.year_commission_cents,
            next_tier=following,
            assets_gap_cents=_gap(entry.average_assets_cents, bounds.assets),
            commission_gap_cents=_gap(entry.year_commission_cents, bounds.commission),
        )

    def _bounds(self, tier: Tier) -> TierBounds:
        return self._profile.on(self._clock.now().date()).tier.bounds(tier)


def _above(tier: Tier) -> Tier | None:
    place = TIERS.index(tier) + 1
    return TIERS[place] if place < len(TIERS) else None


def _way(reached_cents: int, bound: Decimal | None) -> int:
    if bound is None or bound <= 0:
        return 0
    return min(max(_WHOLE_WAY * reached_cents // cents(bound), 0), _WHOLE_WAY)


def _gap(reached_cents: int, bound: Decimal | None) -> int | None:
    return None if bound is None else max(cents(bound) - reached_cents, 0)
