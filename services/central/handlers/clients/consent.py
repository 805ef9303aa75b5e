"""RecordConsent: one more entry of the register; a withdrawal counts at once (§ 2.11)."""

from models.dates import moment_of, moment_text
from models.lives.consent import ConsentForm
from models.tables.service import CONSENT
from models.wire.service.clients import RecordConsent
from services.central.handlers.timeline import tell
from services.central.handlers.work import Work, add_once, require_client

_WORDS = {
    ConsentForm.EXPLICIT: "明示同意",
    ConsentForm.IMPLIED: "默示同意",
    ConsentForm.WITHDRAWN: "退订",
}


async def record_consent(work: Work, command: RecordConsent) -> None:
    """Add the entry."""
    await require_client(work, command.client_id)
    row = work.owner | {
        "consent_id": command.consent_id,
        "client_id": command.client_id,
        "purpose": command.purpose.value,
        "channel": command.channel,
        "form": command.form.value,
        "proof_ref": command.proof_ref,
        "at": moment_text(moment_of(command.at)),
        "recorded_by": work.actor.staff_id,
    }
    await add_once(work, CONSENT, row)
    title = f"{_WORDS[command.form]}:{command.purpose}/{command.channel}"
    await tell(work, command.client_id, "consent", title)
