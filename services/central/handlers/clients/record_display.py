"""RecordDisplay: who was shown level 2, by what right; the audit entry of the command is all."""

from models.wire.commands import RecordDisplay
from services.central.handlers.work import Refused, Work, require_client

_RIGHTS = frozenset({"product", "staff"})


async def record_display(work: Work, command: RecordDisplay) -> None:
    """Refuse what names no right or no client of the author; else there is nothing to change."""
    if command.via not in _RIGHTS:
        raise Refused("DISPLAY_INVALID", f"行情权限来源 {command.via} 无法识别")
    if command.client_id:
        await require_client(work, command.client_id)
