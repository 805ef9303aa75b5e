"""Whether the one who looks at a book may see level 2 of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuoteAccess:
    """``reason`` and ``way_out`` are words for the screen, "" where level 2 is shown.

    ``via`` says what gives it: "product" (the client's) or "staff" (the firm's licence).
    """

    is_level2: bool
    via: str = ""
    reason: str = ""
    way_out: str = ""
