"""One level-2 record as a value; its fields stand in the order of the wire."""

from typing import NamedTuple


class FeedRecord(NamedTuple):
    """A record of models.wire.feed, field by field (units and meaning there)."""

    kind: int
    side: int
    order: int
    flags: int
    instrument: int
    order_id: int
    other_id: int
    quantity: int
    sequence: int
    price: int
    time_ms: int
