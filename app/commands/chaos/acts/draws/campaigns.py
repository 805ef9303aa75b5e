"""A branch's campaigns: planned, agreed to, filled, held or cancelled, followed up."""

from app.commands.chaos.acts.turn import Draft, Thing, Turn
from models.rules.messages.campaigns.kinds import CampaignKind
from models.wire.service.teams.campaigns import (
    AnswerInvitation,
    CampaignCommand,
    CancelCampaign,
    ChangeCampaign,
    FinishFollowUp,
    HoldCampaign,
    InviteClients,
    PlanCampaign,
    RecordAttendance,
    SubmitCampaign,
)

_SEATS = (1, 2, 3, 3, 30, 0)  # a hall for nobody is refused
_CHANNELS = ("phone", "sms", "phone", "pigeon")


def plan(turn: Turn) -> Draft:
    """Draft a campaign for this evening, or a later day."""
    kind = turn.rng.choice((*3 * (CampaignKind.REPORT_MEETING,), *CampaignKind))
    name = turn.name("CP")
    turn.memory.campaigns.append(Thing(name, ""))
    planned = PlanCampaign(
        name, kind, "报告会", "三楼", _channel(turn), _evening(turn), turn.rng.choice(_SEATS)
    )
    return _draft(planned)


def change(turn: Turn) -> Draft | None:
    """Put a draft right; what is no draft any more is refused."""
    campaign = _one(turn)
    if campaign is None:
        return None
    seats = turn.rng.choice(_SEATS)
    changed = ChangeCampaign(campaign, "报告会", "四楼", _channel(turn), _evening(turn), seats)
    return _draft(changed, turn.version())


def submit(turn: Turn) -> Draft | None:
    """Ask for agreement."""
    campaign = _one(turn)
    return None if campaign is None else _draft(SubmitCampaign(campaign))


def invite(turn: Turn) -> Draft | None:
    """Invite some clients; desks compete for the seats."""
    campaign = _one(turn)
    if campaign is None:
        return None
    client_ids = tuple(one.client_id for one in turn.others(4))
    return _draft(InviteClients(campaign, client_ids))


def answer(turn: Turn) -> Draft | None:
    """A client says that he will come, or not."""
    guest = turn.one_of(turn.memory.guests)
    if guest is None:
        return None
    channel = turn.rng.choice(("phone", "im", "pigeon"))
    if turn.rng.random() < 0.7:
        return _draft(AnswerInvitation(guest.name, guest.client_id, "accepted", channel))
    return _draft(AnswerInvitation(guest.name, guest.client_id, "declined", channel))


def hold(turn: Turn) -> Draft | None:
    """It takes place."""
    campaign = _one(turn)
    return None if campaign is None else _draft(HoldCampaign(campaign))


def attend(turn: Turn) -> Draft | None:
    """One who was invited came, or stayed away."""
    guest = turn.one_of(turn.memory.guests)
    if guest is None:
        return None
    if turn.rng.random() < 0.7:
        return _draft(RecordAttendance(guest.name, (guest.client_id,), ()))
    return _draft(RecordAttendance(guest.name, (), (guest.client_id,)))


def cancel(turn: Turn) -> Draft | None:
    """Call it off; without a reason that is refused."""
    campaign = _one(turn)
    if campaign is None:
        return None
    return _draft(CancelCampaign(campaign, turn.rng.choice(("讲师生病", " "))))


def finish(turn: Turn) -> Draft | None:
    """Say that everybody was called."""
    campaign = _one(turn)
    return None if campaign is None else _draft(FinishFollowUp(campaign))


def _one(turn: Turn) -> str | None:
    campaign = turn.one_of(turn.memory.campaigns)
    return None if campaign is None else campaign.name


def _draft(command: CampaignCommand, version: int = 0) -> Draft:
    return Draft(command, command.campaign_id, version)


def _channel(turn: Turn) -> str:
    return turn.rng.choice(_CHANNELS)


def _evening(turn: Turn) -> str:
    day = turn.day(0, 0) if turn.rng.random() < 0.8 else turn.day(-1, 3)
    return f"{day}T20:00:00.000+08:00"
