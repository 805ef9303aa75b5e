"""A second person: what he is asked for, and what he or the wrong one says."""

from app.commands.chaos.acts.turn import Draft, Turn
from models.clients.tier import TIERS
from models.files.kinds import ExportContent
from models.lives.approval import Verdict
from models.wire.service.approvals import (
    DecideApproval,
    GrantTier,
    ProposeSetting,
    RequestExport,
    RequestUnmask,
    WithdrawApproval,
)

_AGAIN = 0.08


def grant_tier(turn: Turn) -> Draft:
    """Ask for a tier from a day to a day."""
    client_id, tier = turn.client.client_id, turn.rng.choice(TIERS[1:])
    asked = GrantTier(
        turn.name("GT"), client_id, tier, turn.day(-1, 5), turn.day(6, 90), "重点客户"
    )
    return Draft(asked, client_id, turn.version())


def export(turn: Turn) -> Draft:
    """Ask to take some clients' data out; without a reason it is refused."""
    client_ids = tuple(one.client_id for one in turn.others(4))
    reason = turn.rng.choice(("年度回访", "年度回访", " "))
    content = turn.rng.choice(tuple(ExportContent))
    return Draft(RequestExport(turn.name("EX"), client_ids, content, reason), client_ids[0])


def unmask(turn: Turn) -> Draft:
    """Ask to see a field of some clients in clear."""
    client_ids = tuple(one.client_id for one in turn.others(4))
    field = turn.rng.choice(("mobile", "mobile", "id_no", "shoe_size"))
    asked = RequestUnmask(turn.name("UM"), client_ids, field, turn.day(-1, 9), "活动通知")
    return Draft(asked, client_ids[0])


def propose_setting(turn: Turn) -> Draft | None:
    """Ask for a section of the settings from a later day on: as it is, or none at all."""
    section = turn.one_of(turn.memory.settings)
    if section is None:
        return None
    value = turn.rng.choice((*section.words, *section.words, "null", "{", '{"no": "such"}'))
    return Draft(ProposeSetting(section.name, value, turn.day(0, 60)), "")


def decide(turn: Turn) -> Draft | None:
    """Answer what was asked for, approved more often than not; at times what was answered."""
    again = turn.rng.random() < _AGAIN
    asked = turn.one_of(turn.memory.decided if again else turn.memory.asked)
    if asked is None:
        return None
    if asked in turn.memory.asked:
        turn.memory.asked.remove(asked)
        turn.memory.decided.append(asked)
    verdict = turn.rng.choices(list(Verdict), (3, 1))[0]
    return Draft(DecideApproval(asked.name, verdict, "试验"), asked.client_id, turn.version())


def take_back(turn: Turn) -> Draft | None:
    """Withdraw what was asked for, at times by somebody who did not ask."""
    asked = turn.one_of(turn.memory.asked)
    if asked is None:
        return None
    return Draft(WithdrawApproval(asked.name, "不需要了"), asked.client_id, turn.version())
