"""What a trade costs (market-rules § 2.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from models.market.instrument import Exchange, SecurityKind
from models.rules.basis.missing import configured
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.trading import FeeSettings
from models.rules.market.records.charges import Charge, ChargedSide, ChargeRecord
from models.rules.market.records.dated import Subject, required
from models.rules.market.records.rulebook import MarketRules
from models.trading.order import Side

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class TradedOrder:
    """An order's trades: ``fills`` are their amounts in CNY, ``rate_permille`` is all-in."""

    kind: SecurityKind
    side: Side
    rate_permille: Decimal
    fills: tuple[Decimal, ...]
    exchange: Exchange = Exchange.SSE

    @property
    def amount(self) -> Decimal:
        """The whole amount in CNY."""
        return sum(self.fills, _NOTHING)


@dataclass(frozen=True, slots=True)
class FeeBill:
    """CNY. ``commission_steps`` = commission due in all after each fill; the inside fees are parts
    of the commission, None where the security has none."""

    amount: Decimal
    commission: Decimal
    transfer: Decimal
    stamp: Decimal
    total: Decimal
    net_cash: Decimal
    commission_steps: tuple[Decimal, ...]
    handling_inside: Decimal | None
    regulatory_inside: Decimal | None
    source: str = "§ 2.5"


def fees(rules: MarketRules, settings: FeeSettings, order: TradedOrder, day: date) -> FeeBill:
    """Return the bill of one order, each line rounded on its total; no fill, no fee.

    Raises NotConfigured where a rate of that day or a setting is not known.
    """
    unit = configured(settings.line_unit, "FEES")
    commission = commission_due(settings, order, order.amount)
    transfer = _line(rules, order, Charge.TRANSFER, day, unit)
    stamp = _line(rules, order, Charge.STAMP, day, unit)
    total = commission + transfer + stamp
    is_stock = order.kind is SecurityKind.STOCK
    return FeeBill(
        amount=order.amount,
        commission=commission,
        transfer=transfer,
        stamp=stamp,
        total=total,
        net_cash=order.amount + total if order.side is Side.BUY else order.amount - total,
        commission_steps=commission_steps(settings, order),
        handling_inside=_line(rules, order, Charge.HANDLING, day, unit) if is_stock else None,
        regulatory_inside=_line(rules, order, Charge.REGULATORY, day, unit) if is_stock else None,
    )


def commission_due(settings: FeeSettings, order: TradedOrder, amount: Decimal) -> Decimal:
    """Return the commission on ``amount`` of one order; the floor is charged once an order."""
    if not amount:
        return _NOTHING
    due = half_up(amount * order.rate_permille / 1000, configured(settings.line_unit, "FEES"))
    if order.kind is SecurityKind.CONVERTIBLE:
        return due
    return max(due, configured(settings.commission_floor, "FEES"))


def commission_steps(settings: FeeSettings, order: TradedOrder) -> tuple[Decimal, ...]:
    """Return the commission due in all after each fill."""
    return tuple(commission_due(settings, order, so_far) for so_far in accumulate(order.fills))


def charge_permille(
    rules: MarketRules, charges: Sequence[Charge], day: date, exchange: Exchange = Exchange.SSE
) -> Decimal:
    """Return the sum of ``charges`` on a stock in permille."""
    subject = Subject(exchange=exchange, kind=SecurityKind.STOCK)
    return sum((_record(rules, charge, subject, day).permille for charge in charges), Decimal(0))


def _line(
    rules: MarketRules, order: TradedOrder, charge: Charge, day: date, unit: Decimal
) -> Decimal:
    if order.kind is not SecurityKind.STOCK:
        return _NOTHING
    record = _record(rules, charge, Subject(exchange=order.exchange, kind=order.kind), day)
    if record.side is ChargedSide.SELL and order.side is not Side.SELL:
        return _NOTHING
    return half_up(order.amount * record.permille / 1000, unit)


def _record(rules: MarketRules, charge: Charge, subject: Subject, day: date) -> ChargeRecord:
    records = (record for record in rules.charges if record.charge is charge)
    return required(records, day, subject, charge.value.upper())
