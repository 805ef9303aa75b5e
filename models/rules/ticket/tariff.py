"""What an order costs in cents: the fee rules of one day with their answers remembered."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from models.market.instrument import Exchange, SecurityKind
from models.money import cents, permille_of_rate, yuan_of_cents
from models.rules.basis.profile import Settings
from models.rules.market.fees import TradedOrder, fees
from models.rules.market.records.rulebook import MarketRules
from models.trading.order import Side

_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class CostBasis:
    """What decides the rates of an order."""

    exchange: Exchange
    kind: SecurityKind
    side: Side
    rate_units: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Cents: commission all-in once an order, stamp and transfer in ``fees_cents``."""

    amount_cents: int
    commission_cents: int
    fees_cents: int

    @property
    def charges_cents(self) -> int:
        """All that is added to a buy and taken from a sell."""
        return self.commission_cents + self.fees_cents


_NOTHING = Cost(0, 0, 0)


class Tariff:
    """Prices whole orders by market-rules § 2.5 on ``day``."""

    def __init__(self, rules: MarketRules, settings: Settings, day: date) -> None:
        self._rules = rules
        self._settings = settings
        self._day = day
        self._price = lru_cache(_REMEMBERED)(self._reckon)

    def cost(self, basis: CostBasis, amount_cents: int) -> Cost:
        """Return the cost of an order that traded ``amount_cents`` in all.

        Raises NotConfigured where a rate of that day is not known.
        """
        return self._price(basis, amount_cents) if amount_cents else _NOTHING

    def net_cents(self, basis: CostBasis, amount_cents: int) -> int:
        """Return what the account gains (a sell) or loses (a buy, negative), charges included."""
        cost = self.cost(basis, amount_cents)
        if basis.side is Side.BUY:
            return -amount_cents - cost.charges_cents
        return amount_cents - cost.charges_cents

    def _reckon(self, basis: CostBasis, amount_cents: int) -> Cost:
        traded = TradedOrder(
            basis.kind,
            basis.side,
            permille_of_rate(basis.rate_units),
            (Decimal(yuan_of_cents(amount_cents)),),
            basis.exchange,
        )
        bill = fees(self._rules, self._settings.fees, traded, self._day)
        return Cost(amount_cents, cents(bill.commission), cents(bill.transfer + bill.stamp))
