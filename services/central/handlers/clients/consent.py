"""RecordConsent: one more entry of the register; a withdrawal counts at once (§ 2.11)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from models.dates import moment_of
from models.lives.consent import CONSENT_CHANNELS, ConsentEntry, ConsentForm
from models.rules.messages.send_gate import Purpose
from models.tables.service import CONSENT
from models.wire.service.clients import RecordConsent
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, refusal, require_client

_WORDS = {
    ConsentForm.EXPLICIT: "明示同意",
    ConsentForm.IMPLIED: "默示同意",
    ConsentForm.WITHDRAWN: "退订",
}


async def record_consent(work: Work, command: RecordConsent) -> None:
    """Add the entry, with its proof unless the client refuses: a refusal needs none."""
    await require_client(work, command.client_id)
    if command.channel not in CONSENT_CHANNELS:
        raise Refused("CHANNEL_UNKNOWN", f"没有渠道 {command.channel}")
    if command.form is not ConsentForm.WITHDRAWN and not command.proof_ref:
        raise Refused("PROOF_MISSING", "没有同意的证明编号")
    at = moment_of(command.at)
    if at > work.now:
        raise Refused("CONSENT_IN_FUTURE", "同意或退订的时间晚于现在")
    row = work.owner | {
        "consent_id": command.consent_id,
        "client_id": command.client_id,
        "purpose": command.purpose.value,
        "channel": command.channel,
        "form": command.form.value,
        "proof_ref": command.proof_ref,
        "at": at.isoformat(timespec="milliseconds"),
        "recorded_by": work.actor.staff_id,
    }
    added = await work.connection.execute(
        insert(CONSENT).values(row).on_conflict_do_nothing().returning(CONSENT.c.consent_id)
    )
    if added.one_or_none() is None:
        raise refusal("DUPLICATE")
    title = f"{_WORDS[command.form]}:{command.purpose}/{command.channel}"
    await tell(work, command.client_id, "consent", title)


async def read_consents(work: Work, client_ids: Sequence[str]) -> dict[str, list[ConsentEntry]]:
    """Return the entries of the register of each client who has any."""
    table = CONSENT.c
    query = select(table.client_id, table.purpose, table.channel, table.form, table.at).where(
        table.branch_id == work.branch_id, table.client_id.in_(client_ids)
    )
    entries: dict[str, list[ConsentEntry]] = {}
    for client_id, purpose, channel, form, at in await work.connection.execute(query):
        entry = ConsentEntry(
            Purpose(purpose), channel, ConsentForm(form), datetime.fromisoformat(at)
        )
        entries.setdefault(client_id, []).append(entry)
    return entries
