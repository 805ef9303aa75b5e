"""Decides who each demo client is: tier, wealth, trading, dates, products."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from models.clients.tier import TIERS, RiskClass, Tier
from services.catalogue.securities import ListedSecurity
from services.central.demo.cast import MANAGERS
from services.central.demo.names import DemoName, draw_name
from services.central.demo.portfolio import MOUTAI, Portfolio, draw_portfolio, with_moutai

# Permille of all clients that are meant to reach each tier.
_SHARES = ((Tier.ORDINARY, 580), (Tier.SILVER, 240), (Tier.GOLD, 130), (Tier.PLATINUM, 50))
# Assets in thousand yuan, well inside the bounds of each tier.
_ASSETS = {
    Tier.ORDINARY: (8, 165),
    Tier.SILVER: (235, 820),
    Tier.GOLD: (1_150, 4_200),
    Tier.PLATINUM: (5_600, 24_000),
}
# Yearly commission in yuan that the tier's own clients pay.
_COMMISSION = {
    Tier.ORDINARY: (20, 1_700),
    Tier.SILVER: (300, 8_600),
    Tier.GOLD: (1_500, 42_000),
    Tier.PLATINUM: (9_000, 180_000),
}
_RATES = {  # base rate, 0.0001 permille
    Tier.ORDINARY: (2_500, 8_000),
    Tier.SILVER: (2_500, 5_000),
    Tier.GOLD: (2_000, 3_500),
    Tier.PLATINUM: (1_500, 2_500),
}
_LINES = {Tier.ORDINARY: 5, Tier.SILVER: 7, Tier.GOLD: 10, Tier.PLATINUM: 13}
_BY_TRADING_PERCENT = 14
_MOUTAI_PERCENT = 33
_UPLIFT = {"A": 10_000, "B": 15_000}
_FLAT_C = 30_000
_SHOWPIECE_CASH_CENTS = 1_200_000_00
_CENTS_PER_YUAN = 100

Assign = Callable[[int, int], tuple[Tier, str]]  # average assets, year commission → tier, by


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the demo firm is, and what day it is there."""

    seed: int
    clients: int
    manager_clients: int
    today: date


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """One client before he becomes rows; ``product`` "" = no commission product."""

    number: int
    manager_id: str
    name: DemoName
    tier: Tier
    tier_by: str
    portfolio: Portfolio
    average_assets_cents: int
    year_commission_cents: int
    base_rate_units: int
    risk_class: RiskClass
    risk_tested_on: date
    birthday: date
    opened_on: date
    product: str

    @property
    def rate_units(self) -> int:
        """What he pays: his base rate, or what his product makes of it."""
        if self.product == "C":
            return _FLAT_C
        return self.base_rate_units + _UPLIFT.get(self.product, 0)

    @property
    def client_id(self) -> str:
        """Number of the client at the firm."""
        return f"C{self.number:06d}"

    @property
    def account(self) -> str:
        """Number of his capital account."""
        return f"3100{self.number * 7 + 20_000_003:08d}"


def plan_clients(
    rng: Random, scale: Scale, securities: Sequence[ListedSecurity], assign: Assign
) -> list[ClientPlan]:
    """Plan every client of the branch; the first ``manager_clients`` are M001's."""
    own = min(scale.manager_clients, scale.clients)
    tiers = _tiers(rng, own) + _tiers(rng, scale.clients - own)
    moutai = next(security for security in securities if security.symbol == MOUTAI)
    plans, first_platinum = [], True
    for number, tier in enumerate(tiers, 1):
        portfolio = _portfolio(rng, securities, tier)
        if tier is Tier.PLATINUM and first_platinum:
            portfolio = _showpiece(portfolio, moutai)
            first_platinum = False
        elif tier is not Tier.ORDINARY and rng.randrange(100) < _MOUTAI_PERCENT:
            portfolio = with_moutai(portfolio, moutai, _moutai_lots(rng, tier))
        manager = MANAGERS[0] if number <= own else MANAGERS[1 + number % 2]
        plans.append(_plan(rng, scale.today, number, manager, portfolio, tier, assign))
    return plans


def _plan(
    rng: Random,
    today: date,
    number: int,
    manager_id: str,
    portfolio: Portfolio,
    wanted: Tier,
    assign: Assign,
) -> ClientPlan:
    average = portfolio.assets_cents * rng.randint(955, 1_030) // 1_000
    commission = _commission(rng, wanted, portfolio)
    tier, by = assign(average, commission)
    risk_class = _risk_class(rng, tier)
    product = _product(rng, tier, risk_class)
    return ClientPlan(
        number=number,
        manager_id=manager_id,
        name=draw_name(rng),
        tier=tier,
        tier_by=by,
        portfolio=portfolio,
        average_assets_cents=average,
        year_commission_cents=commission,
        base_rate_units=_base_rate(rng, tier),
        risk_class=risk_class,
        risk_tested_on=_risk_tested_on(rng, today, product),
        birthday=_birthday(rng, today),
        opened_on=today - timedelta(days=rng.randint(200, 6_200)),
        product=product,
    )


def _tiers(rng: Random, count: int) -> list[Tier]:
    tiers: list[Tier] = []
    for tier, share in _SHARES[1:]:
        tiers += [tier] * max(round(count * share / 1_000), 1)
    tiers = tiers[:count] + [Tier.ORDINARY] * (count - len(tiers))
    rng.shuffle(tiers)
    return tiers


def _between(rng: Random, low: int, high: int) -> int:
    """Draw from ``low``…``high``, small figures more often."""
    return low + (high - low) * rng.randrange(1_000) ** 2 // 1_000_000


def _portfolio(rng: Random, securities: Sequence[ListedSecurity], tier: Tier) -> Portfolio:
    if tier is not Tier.ORDINARY and rng.randrange(100) < _BY_TRADING_PERCENT:
        tier = TIERS[TIERS.index(tier) - 1]
    low, high = _ASSETS[tier]
    target = _between(rng, low * 1_000, high * 1_000) * _CENTS_PER_YUAN + rng.randrange(100)
    return draw_portfolio(rng, securities, target, rng.randint(2, _LINES[tier]))


def _commission(rng: Random, wanted: Tier, portfolio: Portfolio) -> int:
    """The year's commission in cents; who lacks the assets of his tier trades enough for it."""
    low, high = _COMMISSION[wanted]
    if portfolio.assets_cents < _ASSETS[wanted][0] * 1_000 * _CENTS_PER_YUAN:
        low = high // 3
    return _between(rng, low, high) * _CENTS_PER_YUAN + rng.randrange(100)


def _moutai_lots(rng: Random, tier: Tier) -> int:
    return {Tier.SILVER: 1, Tier.GOLD: rng.randint(1, 3)}.get(tier, rng.randint(3, 10))


def _showpiece(portfolio: Portfolio, moutai: ListedSecurity) -> Portfolio:
    """The client of the guided tour: holds 600519 and has the cash to buy more."""
    rich = with_moutai(portfolio, moutai, 6)
    return Portfolio(rich.positions, rich.cash_cents + _SHOWPIECE_CASH_CENTS)


def _risk_class(rng: Random, tier: Tier) -> RiskClass:
    weights = (6, 18, 40, 26, 10) if tier in (Tier.ORDINARY, Tier.SILVER) else (0, 6, 34, 40, 20)
    return rng.choices(tuple(RiskClass), weights)[0]


def _risk_tested_on(rng: Random, today: date, product: str) -> date:
    """Most tests are valid; some run out within sixty days, some have run out."""
    draw = rng.randrange(100)
    if draw < 5 and not product:
        return today - timedelta(days=rng.randint(732, 900))
    if draw < 14:
        return today - timedelta(days=rng.randint(672, 729))
    return today - timedelta(days=rng.randint(5, 660))


def _birthday(rng: Random, today: date) -> date:
    """Grown-ups; a few have their birthday within the week."""
    born = today - timedelta(days=rng.randint(23 * 365, 78 * 365))
    if rng.randrange(40) == 0:
        near = today + timedelta(days=rng.randint(0, 6))
        return date(born.year, near.month, min(near.day, 28))
    return born


def _product(rng: Random, tier: Tier, risk_class: RiskClass) -> str:
    """A–C for gold and platinum clients whose risk class allows it (S24); E has no fee yet."""
    chance = {Tier.GOLD: 28, Tier.PLATINUM: 65}.get(tier, 0)
    if rng.randrange(100) >= chance or risk_class in (RiskClass.C1, RiskClass.C2):
        return ""
    if risk_class is RiskClass.C3:
        return rng.choice("AAB")
    return rng.choice("ABCCC" if tier is Tier.PLATINUM else "AABBC")


def _base_rate(rng: Random, tier: Tier) -> int:
    low, high = _RATES[tier]
    return rng.randrange(low, high + 1, 100)
