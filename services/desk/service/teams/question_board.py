"""The question desk as its people see it: asked here, waiting here, and what may be cited (F15)."""

from services.desk.storage.queries.teams.questions import (
    AskedQuestion,
    read_citable,
    read_desk_queue,
    read_questions,
)
from services.desk.storage.rows import Row
from services.desk.storage.store import LocalStore


class QuestionBoard:
    """Reads the store when it is asked."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    async def asked(self, client_id: str = "") -> tuple[AskedQuestion, ...]:
        """Return what this desk's people asked, or asked for one client, the newest first."""
        return await self._store.read(lambda connection: read_questions(connection, client_id))

    async def queue(self) -> tuple[Row, ...]:
        """Return what waits for an answer that may be given here, the first due first."""
        return await self._store.read(read_desk_queue)

    async def citable(self, symbol: str = "") -> tuple[Row, ...]:
        """Return the reports that an answer may name, of one security or all, the newest first."""
        return await self._store.read(lambda connection: read_citable(connection, symbol))
