"""What a client was charged for a product by the year, each fee with its parts (S30)."""

from services.desk.storage.queries.charges import PostedFee, read_fees
from services.desk.storage.store import LocalStore


class FeeBook:
    """Reads the store when it is asked."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    async def of_client(self, client_id: str) -> tuple[PostedFee, ...]:
        """Return the client's annual fees, the newest period first."""
        return await self._store.read(lambda connection: read_fees(connection, client_id))
