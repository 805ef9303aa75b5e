"""The firm's dated tier rules as the desk shows them: why this tier, how far to the next."""

from decimal import Decimal

from models.clients.profile import TierReason
from models.clients.tier import TIERS, Tier
from models.money import CENTS_PER_YUAN, yuan_of_cents
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.profile import Profile
from models.rules.basis.settings.clients import TierSettings
from models.rules.tiers.assign import NextTier, TierCase, assign
from services.clock.clock import Clock
from services.storage.queries.entries import ClientEntry

_WHOLE = 1_000


class FirmTiers:
    """services.clients.tiers.TierRules by the profile in force on the clock's day (S1, S2, D1)."""

    def __init__(self, *, profile: Profile, calendar: TradingCalendar, clock: Clock) -> None:
        self._profile = profile
        self._calendar = calendar
        self._clock = clock

    def next_permille(self, entry: ClientEntry) -> int:
        """Way to the nearer bound of the next tier, 0..1000; 1000 at the top."""
        following = self._next(entry)
        if following is None:
            return _WHOLE
        bounds = self._settings().bounds(following.tier)
        assets = _share(entry.average_assets_cents, bounds.assets)
        return max(assets, _share(entry.year_commission_cents, bounds.commission))

    def reason(self, entry: ClientEntry, by: tuple[str, ...]) -> TierReason:
        """Why he has his tier and what is missing to the next."""
        following = self._next(entry)
        return TierReason(
            tier=entry.tier,
            by=by,
            average_assets_cents=entry.average_assets_cents,
            year_commission_cents=entry.year_commission_cents,
            next_tier=following.tier if following else None,
            assets_gap_cents=_gap(following.assets_gap) if following else None,
            commission_gap_cents=_gap(following.commission_gap) if following else None,
        )

    def _next(self, entry: ClientEntry) -> NextTier | None:
        """The tier above the one he has; None at the top and where no tier is configured."""
        if entry.tier is Tier.PLATINUM:
            return None
        case = TierCase(
            commission=yuan_of_cents(entry.year_commission_cents),
            assets=yuan_of_cents(entry.average_assets_cents),
        )
        found = assign(self._settings(), self._calendar, case, self._clock.now().date()).next
        if found is None or TIERS.index(found.tier) > TIERS.index(entry.tier):
            return found
        return None

    def _settings(self) -> TierSettings:
        return self._profile.on(self._clock.now().date()).tier


def _share(amount_cents: int, bound: Decimal | None) -> int:
    if not bound:
        return 0
    part = max(amount_cents, 0) * _WHOLE // int(bound * CENTS_PER_YUAN)
    return min(part, _WHOLE - 1)


def _gap(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * CENTS_PER_YUAN)
