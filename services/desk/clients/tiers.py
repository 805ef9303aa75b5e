"""What the directory asks the tier rules: why this tier, how far to the next."""

from typing import Protocol

from models.clients.profile import TierReason
from services.desk.storage.queries.entries import ClientEntry


class TierRules(Protocol):
    """What the directory asks of the tiers."""

    def basis(self) -> object:
        """What the answers rest on: another object once they may be others."""
        ...

    def next_permille(self, entry: ClientEntry) -> int:
        """Way to the nearer bound of the next tier, 0..1000; 1000 at the top."""
        ...

    def reason(self, entry: ClientEntry, by: tuple[str, ...]) -> TierReason:
        """Why he has his tier (``by`` as central stored it) and what is missing to the next."""
        ...
