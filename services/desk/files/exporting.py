"""The desk's exports: asked for through the outbox, fetched from central once they are approved."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from models.clients.tier import Tier
from models.files.kinds import ExportContent
from models.wire.hub import ExportedCopy, WakeUp
from models.wire.service.approvals import RequestExport
from services.desk.service.service_desk import ServiceDesk
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import open_line


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsk:
    """What is asked for; no ``client_ids`` = all, of ``tiers`` where some are named."""

    content: ExportContent
    reason: str
    client_ids: Sequence[str] = ()
    tiers: Sequence[Tier] = ()
    clear: bool = False
    until: str = ""


class Exports:
    """A copy is made at central only, so that each one has its mark and its entry there."""

    def __init__(self, service: ServiceDesk, facts: SignInFacts) -> None:
        self._service = service
        self._facts = facts

    async def ask(self, wanted: ExportAsk) -> str:
        """Queue the request; return the number under which it is approved and fetched."""
        command = RequestExport(
            uuid.uuid4().hex,
            tuple(wanted.client_ids),
            wanted.content,
            wanted.reason.strip(),
            tuple(wanted.tiers),
            wanted.clear,
            wanted.until,
        )
        return await self._service.send(command)

    async def fetch(self, approval_id: str, name: str) -> ExportedCopy:
        """Have a copy made and return it; ExpectedFailure EXPORT_… or HUB_…."""
        async with open_line(self._facts.address(), self._facts.trust, _nobody_listens) as line:
            await line.sign_in(self._facts.ask())
            return await line.export(approval_id, name)


def _nobody_listens(said: WakeUp) -> None:
    """Wake-ups on a line that ends with its one answer."""
