"""What the order path needs of a journal."""

from typing import Protocol

from services.engine.trading.journal.records import JournalRecord


class Journal(Protocol):
    """An append-only memory."""

    def append(self, record: JournalRecord) -> None:
        """Add a record to what the next ``sync`` makes last."""
        ...

    async def sync(self) -> None:
        """Return when everything appended so far will outlive the process."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...
