"""AwardSuggestion: points for a suggestion that won an award, under approval (S35)."""

from models.money import POINTS_MILLI_PER_POINT
from models.rules.basis.settings.words import ApprovalKind
from models.rules.points.events import SuggestionEvent
from models.wire.service.points import AwardSuggestion
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.points.bonus import judge_bonus, post_bonus
from services.central.handlers.work import Work, require_client, require_version


async def award_suggestion(work: Work, command: AwardSuggestion) -> None:
    """Ask for the points."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    points = await judge_bonus(work, _event(command), work.day)
    proposal = Proposal(
        kind=ApprovalKind.POINTS,
        client_id=command.client_id,
        title=f"合理化建议获奖:{command.title}",
        before={"points": client["points_milli"] / POINTS_MILLI_PER_POINT},
        after={"points": (client["points_milli"] + points) / POINTS_MILLI_PER_POINT},
    )
    await ask_approval(work, proposal)


async def post_suggestion(held: Work, command: AwardSuggestion) -> None:
    """Post them, once a suggestion."""
    await require_client(held, command.client_id)
    note = f"合理化建议获奖:{command.title}"
    await post_bonus(held, command.client_id, _event(command), held.day, note)


def _event(command: AwardSuggestion) -> SuggestionEvent:
    return SuggestionEvent(
        kind="suggestion",
        id=f"suggestion-{command.suggestion_id}",
        suggestion=command.suggestion_id,
        state="awarded",
    )
