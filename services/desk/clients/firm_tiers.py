"""The firm's dated tier rules as the desk shows them: why this tier, how far to the next."""

from decimal import Decimal

from models.clients.profile import TierReason
from models.clients.tier import TIERS, Tier
from models.money import cents
from models.rules.basis.settings.clients import TierBounds
from services.clock.clock import Clock
from services.desk.storage.queries.entries import ClientEntry
from services.rules.dated import SettingsByDay

_WHOLE = 1_000


class FirmTiers:
    """TierRules by the settings in force on the clock's day (S1, S2, D1).

    What is missing counts to the tier above the one he has, also where that one was granted.
    """

    def __init__(self, *, settings: SettingsByDay, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def basis(self) -> object:
        """The settings of the clock's day."""
        return self._settings.on(self._clock.now().date())

    def next_permille(self, entry: ClientEntry) -> int:
        """Way to the nearer bound of the next tier, 0..999; 1000 at the top."""
        following = _above(entry.tier)
        if following is None:
            return _WHOLE
        bounds = self._bounds(following)
        assets = _share(entry.average_assets_cents, bounds.assets)
        return max(assets, _share(entry.year_commission_cents, bounds.commission))

    def reason(self, entry: ClientEntry, by: tuple[str, ...]) -> TierReason:
        """Why he has his tier and what is missing to the next."""
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
        return self._settings.on(self._clock.now().date()).tier.bounds(tier)


def _above(tier: Tier) -> Tier | None:
    place = TIERS.index(tier) + 1
    return TIERS[place] if place < len(TIERS) else None


def _share(amount_cents: int, bound: Decimal | None) -> int:
    if not bound:
        return 0
    return min(max(amount_cents, 0) * _WHOLE // cents(bound), _WHOLE - 1)


def _gap(amount_cents: int, bound: Decimal | None) -> int | None:
    return None if bound is None else max(cents(bound) - amount_cents, 0)
