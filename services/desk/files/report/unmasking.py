"""Personal fields in clear: one logged look a field and client, at central, online only (F28)."""

from collections.abc import Sequence

from models.clients.tier import Role
from models.errors import ExpectedFailure
from models.rules.access.fields import FIELD_RULES, Field
from models.wire.hub import SignedIn, WakeUp
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import Look, open_line


class Unmasking:
    """Asks central, which writes the reason down before it gives the value out."""

    def __init__(self, facts: SignInFacts, person: SignedIn) -> None:
        self._facts = facts
        self._person = person

    async def fields(self, client_ids: Sequence[str], reason: str) -> dict[str, dict[Field, str]]:
        """Return what this person may unmask, by client.

        Raises ExpectedFailure REPORT_REASON, HUB_… where central cannot be reached, or its refusal.
        """
        if not reason.strip():
            raise ExpectedFailure("明文报告须写明理由", "理由会登记在案", "REPORT_REASON")
        rules = FIELD_RULES[Role(self._person.role)]
        asked = [field for field, rule in rules.items() if rule.may_unmask]
        found: dict[str, dict[Field, str]] = {}
        address = self._facts.address()
        async with open_line(address, self._facts.trust, _nobody_listens) as line:
            await line.sign_in(self._facts.ask())
            for client_id in client_ids:
                looks = {f: Look(self._person.branch_id, client_id, f, reason) for f in asked}
                found[client_id] = {f: await line.unmask(look) for f, look in looks.items()}
        return found


def _nobody_listens(said: WakeUp) -> None:
    """Wake-ups on a line that ends with its one answer."""
