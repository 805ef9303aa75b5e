"""Settings of the call centre: which line is whose (S9, S10, S12, S13, S17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.rules.basis.bounds import Positive

LineChannel = Literal["call_centre", "dedicated_line"]


@dataclass(frozen=True, slots=True)
class CallSettings:
    """The channel of each number that can be dialled; within how many minutes to call back.

    ``staff``: who serves which line (S17); after ``keep_days`` a call that is over goes.
    """

    lines: Mapping[str, LineChannel] | None = None
    call_back_minutes: Positive | None = None
    staff: Mapping[LineChannel, tuple[str, ...]] | None = None
    keep_days: Positive | None = None
