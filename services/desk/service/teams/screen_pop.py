"""An agent's screen pop: asked of central with the call in hand, online only (S8-S10)."""

from models.wire.hub import WakeUp
from models.wire.service.teams.screen import Screen
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import open_line


class ScreenPops:
    """Asks central, which masks what an agent does not see; nothing of it is stored here."""

    def __init__(self, facts: SignInFacts) -> None:
        self._facts = facts

    async def of_call(self, call_id: str) -> Screen:
        """Return what comes up with the agent's own call.

        Raises ExpectedFailure CALL_NOT_FOUND, or HUB_… where central cannot be reached.
        """
        async with open_line(self._facts.address(), self._facts.trust, _nobody_listens) as line:
            await line.sign_in(self._facts.ask())
            return await line.screen_pop(call_id)


def _nobody_listens(said: WakeUp) -> None:
    """Wake-ups on a line that ends with its one answer."""
