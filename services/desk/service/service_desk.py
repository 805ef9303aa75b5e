"""Sends a command of client service: judged, stored and shown as provisional in one transaction."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection

from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.wire.commands import ServiceCommand
from services.clock.clock import Clock
from services.desk.service.case import Case
from services.desk.service.judge import judge, subject_of
from services.desk.service.points import priced
from services.desk.service.teams.campaigns import reasons_of
from services.desk.storage.person import read_person
from services.desk.storage.store import LocalStore
from services.desk.sync.outbox import Outbox


class ServiceDesk:
    """What a manager does for a client, beside trading.

    What is refused here never leaves the desk; central judges once more by its own rows, and its
    refusal comes back as a task with the reason.
    """

    def __init__(self, *, store: LocalStore, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    async def send(self, command: ServiceCommand, expected_version: int = 0) -> str:
        """Queue the command and return its id; what asks for approval is known by the same id.

        Raises ExpectedFailure with the rule's reason, in words, or NotConfigured.
        """
        command_id, changed = await self._store.write(
            lambda connection: self._judge_and_store(connection, command, expected_version)
        )
        await self._outbox.tell(changed)
        return command_id

    async def check(self, command: ServiceCommand) -> None:
        """Judge a command as ``send`` does, before what leads to it is done; nothing is queued."""
        await self._store.read(lambda connection: judge(self._case(connection), command))

    async def eligible(self, campaign_id: str, client_ids: Sequence[str]) -> dict[str, str]:
        """Return why each client may not be invited to a campaign, "" = he may.

        By the rows of this desk, in the order of asking; raises ExpectedFailure as ``send`` does.
        """
        return await self._store.read(
            lambda connection: reasons_of(self._case(connection), campaign_id, client_ids)
        )

    def _judge_and_store(
        self, connection: Connection, command: ServiceCommand, expected_version: int
    ) -> tuple[str, ChangeSet]:
        case = self._case(connection)
        judge(case, command)
        return self._outbox.enclose(
            connection, priced(case, command), subject_of(case, command), expected_version
        )

    def _case(self, connection: Connection) -> Case:
        person = read_person(connection)
        if person is None:
            raise ExpectedFailure("尚未登录过总部", "请先联机登录一次", "NEVER_SIGNED_IN")
        return Case(connection, self._clock.now(), person)


def new_id() -> str:
    """Return an id for what a command makes."""
    return uuid.uuid4().hex
