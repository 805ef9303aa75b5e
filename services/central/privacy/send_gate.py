"""Asks the send gate about one message, by the register of consent as it is now (§ 2.11)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import BEIJING
from models.lives.consent import send_case
from models.lives.subscription import RUNNING
from models.rules.basis.profile import Settings
from models.rules.decision import Decision
from models.rules.messages.send_gate import Purpose, check_send
from models.tables.firm import SUBSCRIPTION
from services.central.privacy.consents import read_consents


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message ready to go; ``product`` = the SMS product it belongs to, "" = none."""

    branch_id: str
    client_id: str
    purpose: Purpose
    port: Purpose
    channel: str
    product: str = ""


async def may_send(
    connection: AsyncConnection, settings: Settings, message: Message, now: datetime
) -> Decision:
    """Judge a message at the moment of sending: a refusal that came a moment ago counts."""
    consents = await read_consents(connection, message.branch_id, [message.client_id])
    entries = consents.get(message.client_id, ())
    case = replace(send_case(entries, message.purpose, message.channel, now), port=message.port)
    if message.product:
        case = replace(case, subscribed=await _is_subscribed(connection, message, now))
    return check_send(settings.messages, case, now)


async def _is_subscribed(connection: AsyncConnection, message: Message, now: datetime) -> bool:
    day = now.astimezone(BEIJING).date().isoformat()
    table = SUBSCRIPTION.c
    query = (
        select(table.subscription_id)
        .where(table.branch_id == message.branch_id, table.client_id == message.client_id)
        .where(table.product == message.product, table.state.in_([s.value for s in RUNNING]))
        .where(table.starts_on <= day, (table.ends_on == "") | (table.ends_on >= day))
    )
    return (await connection.execute(query)).first() is not None
