"""An agent's calls: who waits, whom he speaks to, whom to call back (S8-S10, S17)."""

from models.wire.service.teams.screen import Screen
from services.desk.service.teams.screen_pop import ScreenPops
from services.desk.storage.queries.teams.calls import (
    read_call_backs,
    read_call_queue,
    read_calls_in_hand,
)
from services.desk.storage.rows import Row
from services.desk.storage.store import LocalStore


class CallBoard:
    """Reads the store when it is asked; the screen pop is central's."""

    def __init__(self, *, store: LocalStore, staff_id: str, screens: ScreenPops) -> None:
        self._store = store
        self._staff_id = staff_id
        self._screens = screens

    async def queue(self, channel: str = "") -> tuple[Row, ...]:
        """Return who waits, at one line ("" = all), in the order of being served."""
        return await self._store.read(lambda connection: read_call_queue(connection, channel))

    async def in_hand(self) -> tuple[Row, ...]:
        """Return the calls that he speaks in or has to finish, the newest first."""
        return await self._store.read(lambda c: read_calls_in_hand(c, self._staff_id))

    async def call_backs(self) -> tuple[Row, ...]:
        """Return who is nobody's client and waits to be called back, the longest first."""
        return await self._store.read(read_call_backs)

    async def screen(self, call_id: str) -> Screen:
        """Return what comes up with a call in his hand.

        Raises ExpectedFailure CALL_NOT_FOUND, or HUB_… where central cannot be reached.
        """
        return await self._screens.of_call(call_id)
