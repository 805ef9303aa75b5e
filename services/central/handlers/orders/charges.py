"""What an order costs after its trades so far (S27-S30, market-rules § 2.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from models.market.instrument import SecurityKind, exchange_of
from models.money import cents, permille_of_rate, yuan_of_price
from models.rules.basis.profile import Settings
from models.rules.market.fees import TradedOrder, fees
from models.trading.order import Order
from services.catalogue.securities import read_securities
from services.central.handlers.work import Refused
from services.rules.loader import load_market_rules


@dataclass(frozen=True, slots=True)
class Charges:
    """Charged on one order in all, in cents; ``fees_cents`` = stamp and transfer."""

    commission_cents: int
    fees_cents: int


def charges_of(
    settings: Settings, order: Order, rate_units: int, amounts_units: Sequence[int], day: date
) -> Charges:
    """Return the charges on trades of ``amounts_units`` (price units times shares) on ``day``.

    The commission is all-in with its floor once an order. Raises NotConfigured.
    """
    traded = TradedOrder(
        kind=_kind_of(order.symbol),
        side=order.side,
        rate_permille=permille_of_rate(rate_units),
        fills=tuple(yuan_of_price(units) for units in amounts_units),
        exchange=exchange_of(order.symbol),
    )
    bill = fees(load_market_rules(), settings.fees, traded, day)
    return Charges(cents(bill.commission), cents(bill.transfer + bill.stamp))


def _kind_of(symbol: str) -> SecurityKind:
    kind = _kinds().get(symbol)
    if kind is None:
        raise Refused("SECURITY_UNKNOWN", f"证券 {symbol} 不在证券主表,无法计费")
    return kind


@cache
def _kinds() -> dict[str, SecurityKind]:
    return {security.symbol: security.kind for security in read_securities()}
