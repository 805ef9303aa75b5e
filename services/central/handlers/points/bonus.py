"""Posts the points of a bonus event as the rule says, once an event (S33-S35)."""

from datetime import date

from models.rules.points.accrue import accrue
from models.rules.points.events import BonusEvent
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.points.entries import Entry, has_entry, milli, post_entry
from services.central.handlers.timeline import tell
from services.central.handlers.work import Work, refusal


async def post_bonus(work: Work, client_id: str, event: BonusEvent, day: date, note: str) -> None:
    """Post the event by the settings of ``day``; ``event.id`` names the entry.

    Refused with the rule's reason, or DUPLICATE.
    """
    points = await judge_bonus(work, event, day)
    entry = Entry(
        entry_id=event.id, client_id=client_id, kind=event.kind, points_milli=points, note=note
    )
    if not await post_entry(work, entry):
        raise refusal("DUPLICATE")
    await tell(work, client_id, "points", f"{note},积分 {points / 1000:,.0f}")


async def judge_bonus(work: Work, event: BonusEvent, day: date) -> int:
    """Return the event's points in thousandths; Refused with the rule's reason, or DUPLICATE."""
    if await has_entry(work, event.id):
        raise refusal("DUPLICATE")
    settings = await settings_on(work, day)
    [entry] = accrue(settings.points, (), (event,), day).entries
    if entry.reason or entry.points is None:
        raise refusal(entry.reason)
    return milli(entry.points)
