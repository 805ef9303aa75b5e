"""What the tour saw, as ``summary.json``."""

from decimal import Decimal
from pathlib import Path

import msgspec

from models.money import POINTS_MILLI_PER_POINT, yuan_of_price
from models.trading.order import Order

_ENCODER = msgspec.json.Encoder(decimal_format="number")


class OrderSeen(msgspec.Struct):
    """An order at its end; the average in yuan."""

    client_order_id: str
    state: str
    filled: int
    average_price: Decimal


class RefusalSeen(msgspec.Struct):
    """A refused order."""

    state: str
    code: str


class Summary(msgspec.Struct, omit_defaults=True):
    """All figures of a tour; ``failed`` names the step that did not do what it should."""

    clients: int = 0
    tiers: dict[str, int] = {}
    alerts: int = 0
    depth_updates: int = 0
    order: OrderSeen | None = None
    refused_order: RefusalSeen | None = None
    points_before: Decimal = Decimal(0)
    points_after: Decimal = Decimal(0)
    central: str = ""
    screens: list[str] = []
    seconds: Decimal = Decimal(0)
    failed: str = ""

    def write(self, folder: Path) -> None:
        """Write ``summary.json`` into the tour's folder."""
        text = msgspec.json.format(_ENCODER.encode(self), indent=2)
        (folder / "summary.json").write_bytes(text + b"\n")


def order_seen(order: Order) -> OrderSeen:
    """Return an order as the summary tells it."""
    average = yuan_of_price(order.average_units)
    return OrderSeen(order.client_order_id, order.state.value, order.filled, average)


def points(points_milli: int) -> Decimal:
    """Return thousandths as points."""
    return Decimal(points_milli) / POINTS_MILLI_PER_POINT
