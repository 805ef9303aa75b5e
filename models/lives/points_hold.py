"""Points held for an application: burned when it is approved, else released (features F12)."""

from enum import StrEnum


class HoldState(StrEnum):
    """What became of held points."""

    HELD = "held"
    BURNED = "burned"
    RELEASED = "released"


HOLD_STEPS: dict[HoldState, frozenset[HoldState]] = {
    HoldState.HELD: frozenset({HoldState.BURNED, HoldState.RELEASED}),
    HoldState.BURNED: frozenset(),
    HoldState.RELEASED: frozenset(),
}
