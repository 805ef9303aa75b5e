"""What one order does to its account, computed from nothing but the order itself.

Because an effect is a pure function of the order, an account is the sum over its orders: taking
the old effect off and laying the new one on after each step can neither lose nor double money.
"""

from dataclasses import dataclass

from models.market.instrument import SecurityKind
from models.money import amount_cents
from models.rules.ticket.tariff import CostBasis, Tariff
from models.trading.order import FINAL_STATES, Order, OrderState, Side

# Bonds may be sold on the day they were bought (market-rules § 2.7); which funds may is not in the
# day's instruments, so they count as T+1.
_SAME_DAY_KINDS = frozenset({SecurityKind.CONVERTIBLE})


@dataclass(frozen=True, slots=True)
class Effect:
    """Cash in cents, the rest in shares; ``frozen_*`` is reserved for what may still trade."""

    cash_cents: int = 0
    frozen_cents: int = 0
    shares: int = 0
    sellable: int = 0
    frozen_shares: int = 0
    bought: int = 0


def effect_of(order: Order, basis: CostBasis, tariff: Tariff) -> Effect:
    """Return what ``order`` has done and still reserves.

    The reservation is what the rest would cost at the limit price, on top of what was paid: so
    the commission floor is charged once, whatever the number of fills.
    """
    live_left = order.left if is_live(order) else 0
    done = tariff.net_cents(basis, amount_cents(order.filled_units, 1))
    if live_left:
        all_units = order.filled_units + live_left * order.price_units
        frozen = max(0, done - tariff.net_cents(basis, amount_cents(all_units, 1)))
    else:
        frozen = 0
    if order.side is Side.BUY:
        sellable_at_once = order.filled if basis.kind in _SAME_DAY_KINDS else 0
        return Effect(done, frozen, order.filled, sellable_at_once, 0, order.filled + live_left)
    return Effect(done, frozen, -order.filled, -order.filled, live_left)


def is_live(order: Order) -> bool:
    """Whether anything of the order may still trade (unknown ones may)."""
    return order.state not in FINAL_STATES


def instruction_use(order: Order) -> int:
    """Return the shares of its instruction that an order takes up: traded and still possible."""
    if order.state in (OrderState.REFUSED, OrderState.REJECTED):
        return order.filled
    return order.filled + (order.left if is_live(order) else 0)
