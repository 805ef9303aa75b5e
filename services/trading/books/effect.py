"""What one order does to its account, computed from nothing but the order itself.

Because an effect is a pure function of the order, an account is the sum over its orders: taking
the old effect off and laying the new one on after each step can neither lose nor double money.
"""

from dataclasses import dataclass
from datetime import date

from models.market.instrument import SecurityKind
from models.money import amount_cents
from models.trading.order import FINAL_STATES, Order, Side
from services.trading.books.charge import charge_cents
from services.trading.journal.records import OrderTerms

# Bonds may be sold on the day they were bought (market-rules § 2.7); T+0 funds are not known to us
# and so count as T+1.
_SAME_DAY_KINDS = frozenset({SecurityKind.CONVERTIBLE})


@dataclass(frozen=True, slots=True)
class Effect:
    """Cash in cents, the rest in shares; ``frozen_*`` is reserved for what may still trade."""

    cash_cents: int = 0
    frozen_cents: int = 0
    shares: int = 0
    sellable: int = 0
    frozen_shares: int = 0


def effect_of(order: Order, terms: OrderTerms, day: date) -> Effect:
    """Return what ``order`` has done and still reserves."""
    done = _net_cents(order.side, order.filled_units, terms, day)
    if order.side is Side.BUY:
        bought = order.filled if terms.kind in _SAME_DAY_KINDS else 0
        return Effect(done, _reserve(order, terms, day, done), order.filled, bought)
    frozen = order.left if is_live(order) else 0
    return Effect(
        done, _reserve(order, terms, day, done), -order.filled, -order.filled, frozen_shares=frozen
    )


def cost_cents(
    side: Side, price_units: int, quantity: int, terms: OrderTerms, day: date
) -> int:
    """Return the cash that must be free for a new order at its limit price, fees included."""
    return max(0, -_net_cents(side, price_units * quantity, terms, day))


def is_live(order: Order) -> bool:
    """Whether anything of the order may still trade (unknown ones may)."""
    return order.state not in FINAL_STATES


def _reserve(order: Order, terms: OrderTerms, day: date, done_cents: int) -> int:
    if not is_live(order):
        return 0
    all_units = order.filled_units + order.left * order.price_units
    return max(0, done_cents - _net_cents(order.side, all_units, terms, day))


def _net_cents(side: Side, traded_units: int, terms: OrderTerms, day: date) -> int:
    amount = amount_cents(traded_units, 1)
    charge = charge_cents(side, terms.kind, amount, terms.rate_units, day)
    return -amount - charge if side is Side.BUY else amount - charge
