"""What a manager's months were assessed at, each figure with its rows (features F24)."""

from services.desk.storage.queries.assessment import (
    AssessedMonth,
    FigureRow,
    read_figure_rows,
    read_months,
)
from services.desk.storage.store import LocalStore


class AssessmentBoard:
    """Reads the store when it is asked; a branch manager's desk has his managers' months too."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    async def months(self) -> tuple[AssessedMonth, ...]:
        """Return all assessed months, the newest first."""
        return await self._store.read(read_months)

    async def rows(self, month: AssessedMonth, item: str) -> tuple[FigureRow, ...]:
        """Return the rows of one figure, what is missing first."""
        return await self._store.read(lambda c: read_figure_rows(c, month, item))
