"""LogContact: one more line of the client's timeline."""

from sqlalchemy import update

from models.tables.firm import CLIENT, CONTACT
from models.wire.commands import LogContact
from services.central.handlers.work import Refused, Work, add_new, require_client, require_version


async def log_contact(work: Work, command: LogContact) -> None:
    """Store the contact and move the client's last contact on; an older one moves nothing."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    await _add(work, command, client["last_contact_at"])


async def add_contact(work: Work, contact: LogContact) -> None:
    """Store a contact that another command brings with it."""
    client = await require_client(work, contact.client_id)
    await _add(work, contact, client["last_contact_at"])


async def _add(work: Work, command: LogContact, last_contact_at: str) -> None:
    row = work.owner | {
        "contact_id": command.contact_id,
        "client_id": command.client_id,
        "channel": command.channel,
        "direction": command.direction,
        "summary": command.summary,
        "by_staff": work.envelope.author,
        "happened_at": command.happened_at,
    }
    if not await add_new(work, CONTACT, row):
        raise Refused("CONTACT_EXISTS", f"联系记录 {command.contact_id} 已经存在")
    if command.happened_at > last_contact_at:
        await _move_last_contact(work, command)


async def _move_last_contact(work: Work, command: LogContact) -> None:
    await work.connection.execute(
        update(CLIENT)
        .where(CLIENT.c.branch_id == work.branch_id, CLIENT.c.client_id == command.client_id)
        .values(last_contact_at=command.happened_at, version=CLIENT.c.version + 1)
    )
