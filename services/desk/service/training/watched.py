"""The service desk of a practice firm: what the desk refuses goes up too, as an attempt (F25)."""

from models.errors import ExpectedFailure
from models.wire.acts import client_of, fields_of, tag_of
from models.wire.commands import ServiceCommand
from models.wire.service.training import RecordAttempt
from services.desk.service.service_desk import ServiceDesk


class WatchedServiceDesk(ServiceDesk):
    """Judges and sends as any desk does; who practises is told the refusal all the same."""

    async def send(self, command: ServiceCommand, expected_version: int = 0) -> str:
        """Send the command, or send that it was tried and refuse it as ServiceDesk does."""
        try:
            return await super().send(command, expected_version)
        except ExpectedFailure as refusal:
            client, act = client_of(command), tag_of(command)
            await super().send(RecordAttempt(client, act, refusal.code, fields_of(command)))
            raise
