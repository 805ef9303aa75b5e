"""EditContact: a contact's words are put right; what they were stays readable (F5)."""

from sqlalchemy import insert, select, update

from models.tables.firm import CONTACT
from models.tables.service import CONTACT_REVISION
from models.wire.service.clients import EditContact
from services.central.handlers.work import (
    Refused,
    Work,
    now_text,
    require_client,
    require_version,
)

_WORDS = ("channel", "direction", "summary")


async def edit_contact(work: Work, command: EditContact) -> None:
    """Keep the present words as a revision and write the new ones."""
    await require_client(work, command.client_id)
    this = (
        CONTACT.c.branch_id == work.branch_id,
        CONTACT.c.contact_id == command.contact_id,
        CONTACT.c.client_id == command.client_id,
    )
    query = select(CONTACT).where(*this).with_for_update()
    contact = (await work.connection.execute(query)).mappings().one_or_none()
    if contact is None:
        raise Refused("CONTACT_NOT_FOUND", f"没有联系记录 {command.contact_id}")
    require_version(work, contact["version"])
    before = {name: contact[name] for name in _WORDS}
    after = {name: getattr(command, name) for name in _WORDS}
    if before == after:
        raise Refused("NOTHING_CHANGED", "内容没有变化")
    kept = work.owner | before
    kept |= {
        "contact_id": command.contact_id,
        "client_id": command.client_id,
        "number": f"{contact['version']:06d}",
        "edited_by": work.actor.staff_id,
        "edited_at": now_text(work),
    }
    await work.connection.execute(insert(CONTACT_REVISION).values(kept))
    await work.connection.execute(
        update(CONTACT).where(*this).values(version=CONTACT.c.version + 1, **after)
    )
