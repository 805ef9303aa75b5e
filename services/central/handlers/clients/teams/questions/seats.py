"""Who answers at a desk, and until when (S39)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import Role
from models.dates import BEIJING, moment_text
from models.lives.teams.question import ASKERS, AdvisoryDesk, works_at
from models.rules.instructions.questions.due import due_at
from models.tables.firm import STAFF
from services.central.handlers.firm_rules import read_settings
from services.rules.loader import load_calendar


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at a desk."""

    branch_id: str
    staff_id: str


async def seats_of(
    connection: AsyncConnection, branch_id: str, desk: AdvisoryDesk
) -> tuple[Seat, ...]:
    """Return who answers at ``desk`` what ``branch_id`` asks.

    Head office is where nobody looks after clients: an adviser of another branch is not of it.
    """
    columns = STAFF.c.branch_id, STAFF.c.staff_id, STAFF.c.role
    staff = (await connection.execute(select(*columns).order_by(*columns))).all()
    branches = {at for at, _, role in staff if Role(role) in ASKERS}
    return tuple(
        Seat(at, person)
        for at, person, role in staff
        if works_at(desk, branch_id, Role(role), at)
        and (desk is AdvisoryDesk.BRANCH or at not in branches)
    )


async def due_text(connection: AsyncConnection, desk: AdvisoryDesk, came_at: datetime) -> str:
    """Return when a question that comes to the desk now is overdue; raises NotConfigured."""
    settings = await read_settings(connection, came_at.astimezone(BEIJING).date())
    return moment_text(due_at(settings.questions, load_calendar(), desk, came_at))
