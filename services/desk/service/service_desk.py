"""Sends a command of client service: judged, stored and shown as provisional in one transaction."""

import uuid

from sqlalchemy import Connection

from models.clients.tier import Role
from models.errors import ExpectedFailure
from models.rules.basis.profile import Profile
from models.status import ChangeSet
from services.clock.clock import Clock
from services.desk.service.case import Case, ServiceCommand
from services.desk.service.judge import judge, subject_of
from services.desk.service.points import priced
from services.desk.storage.person import read_person
from services.desk.storage.store import LocalStore
from services.desk.sync.outbox import Outbox


class ServiceDesk:
    """What a manager does for a client, beside trading.

    What is refused here never leaves the desk; central judges once more by its own rows, and its
    refusal comes back as a task with the reason.
    """

    def __init__(
        self, *, store: LocalStore, outbox: Outbox, clock: Clock, profile: Profile
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._profile = profile

    async def send(self, command: ServiceCommand, expected_version: int = 0) -> str:
        """Queue the command and return its id; what asks for approval is known by the same id.

        Raises ExpectedFailure with the rule's reason, in words, or NotConfigured.
        """
        command_id, changed = await self._store.write(
            lambda connection: self._judge_and_store(connection, command, expected_version)
        )
        await self._outbox.tell(changed)
        return command_id

    def _judge_and_store(
        self, connection: Connection, command: ServiceCommand, expected_version: int
    ) -> tuple[str, ChangeSet]:
        person = read_person(connection)
        if person is None:
            raise ExpectedFailure("尚未登录过总部", "请先联机登录一次", "NEVER_SIGNED_IN")
        now = self._clock.now()
        settings = self._profile.on(now.date())
        case = Case(connection, settings, now, person.staff_id, Role(person.role))
        judge(case, command)
        return self._outbox.enclose(
            connection, priced(case, command), subject_of(case, command), expected_version
        )


def new_id() -> str:
    """Return an id for what a command makes."""
    return uuid.uuid4().hex
