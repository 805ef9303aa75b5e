"""What central charged on an order, and the points that it brought."""

import msgspec

from models.clients.tier import Tier


class OrderCharges(msgspec.Struct, frozen=True):
    """Booked on all trades of one order so far; ``fees_cents`` = stamp and transfer.

    ``points_milli`` in thousandths of a point; ``tier`` of the client.
    """

    commission_cents: int
    fees_cents: int
    points_milli: int
    tier: Tier

    @property
    def multiple_milli(self) -> int:
        """Points for each yuan of commission, in thousandths, half-up; 0 without a commission."""
        if self.commission_cents <= 0:
            return 0
        return (200 * self.points_milli + self.commission_cents) // (2 * self.commission_cents)
