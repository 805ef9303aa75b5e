"""What a manager records about a client himself: risk test, consent, household, relations."""

from app.commands.chaos.acts.turn import Draft, Thing, Turn
from models.lives.consent import ConsentForm
from models.lives.relation import RelationKind
from models.rules.messages.send_gate import Purpose
from models.wire.service.clients import (
    EndRelation,
    FormHousehold,
    HandOverClients,
    MergeHouseholds,
    RecordConsent,
    RecordReport,
    RecordRiskTest,
    RelateClients,
    SplitHousehold,
    UndoHouseholdChange,
)
from services.central.demo.cast import BRANCH, NEW_BRANCH

_SCORES = 105  # above a hundred there is no class


def take_risk_test(turn: Turn) -> Draft:
    """Let the client take the risk test; a low class asks about the products he holds."""
    client_id, score = turn.client.client_id, turn.rng.randint(0, _SCORES)
    if turn.rng.random() < 0.5:
        score = 100 - score % 20  # who may hold nothing makes a dull trial
    test = RecordRiskTest(
        turn.name("T"), client_id, score, score == 0, turn.day(-3, 1), turn.name("E")
    )
    return Draft(test, client_id, turn.version())


def consent(turn: Turn) -> Draft:
    """Record what he agrees to or refuses; an agreement without a proof is refused."""
    client_id, form = turn.client.client_id, turn.rng.choice(list(ConsentForm))
    proof = turn.rng.choice((turn.name("P"), turn.name("P"), ""))
    channel = turn.rng.choice(("sms", "phone", "*", "pigeon"))
    purpose = turn.rng.choice(list(Purpose))
    entry = RecordConsent(turn.name("S"), client_id, purpose, channel, form, proof, turn.moment())
    return Draft(entry, client_id)


def form_household(turn: Turn) -> Draft:
    """Bring clients together; who has a household already is refused."""
    members = tuple(one.client_id for one in turn.others(2))
    name = turn.name("H")
    turn.memory.households.append(Thing(name, members[0], members))
    return Draft(FormHousehold(name, "一家", members), members[0])


def merge_households(turn: Turn) -> Draft | None:
    """Bring two households together."""
    left, right = (turn.one_of(turn.memory.households) for _ in range(2))
    if left is None or right is None:
        return None
    change = turn.name("HM")
    turn.memory.changes.append(Thing(change, left.client_id))
    return Draft(MergeHouseholds(change, left.name, right.name), left.client_id)


def split_household(turn: Turn) -> Draft | None:
    """Let one member leave."""
    household = turn.one_of(turn.memory.households)
    if household is None:
        return None
    change, fresh = turn.name("HS"), turn.name("H")
    leaving = household.words[-1:]
    turn.memory.changes.append(Thing(change, household.client_id))
    turn.memory.households.append(Thing(fresh, leaving[0], leaving))
    split = SplitHousehold(change, household.name, fresh, "分家", leaving)
    return Draft(split, household.client_id)


def undo_change(turn: Turn) -> Draft | None:
    """Take a merge or split back."""
    change = turn.one_of(turn.memory.changes)
    if change is None:
        return None
    return Draft(UndoHouseholdChange(change.name), change.client_id)


def relate(turn: Turn) -> Draft:
    """Tell what two clients are to each other, at times one to himself."""
    first, second = turn.others(1)[0], turn.others(1)[-1]
    name, kind = turn.name("L"), turn.rng.choice(list(RelationKind))
    turn.memory.relations.append(Thing(name, first.client_id))
    other = turn.rng.choice((second, second, second, first))
    return Draft(RelateClients(name, first.client_id, other.client_id, kind), first.client_id)


def end_relation(turn: Turn) -> Draft | None:
    """End one."""
    relation = turn.one_of(turn.memory.relations)
    if relation is None:
        return None
    return Draft(EndRelation(relation.name, relation.client_id), relation.client_id)


def hand_over(turn: Turn) -> Draft:
    """Give a client, or a household whole or in part, to another manager; at times to nobody."""
    household = turn.one_of(turn.memory.households)
    members = household.words if household else ()
    client_ids = turn.rng.choice(
        (
            members or (turn.client.client_id,),
            (turn.client.client_id,),
            (_any(turn),),
            (_any(turn),),
        )
    )
    to = turn.rng.choice(("M002", "M002", "M002", "M003", "M009"))
    return _handing(turn, client_ids, to)


def hand_to_branch(turn: Turn) -> Draft:
    """Give a client, or a whole household, to the other branch; at times head office asks."""
    household = turn.one_of(turn.memory.households) if turn.rng.random() < 0.3 else None
    client_ids = household.words if household else (_any(turn),)
    asked_by = turn.rng.choice(("", "", BRANCH))
    to = turn.rng.choice(("M011", "M011", "M011", "BM02", "M002"))
    return _handing(turn, client_ids, to, (asked_by, NEW_BRANCH))


def hand_back(turn: Turn) -> Draft | None:
    """Give one who was handed over back to his former manager, from wherever he is."""
    client = turn.one_of(turn.memory.handed)
    if client is None:
        return None
    former, where = client.words
    to_branch = BRANCH if where == NEW_BRANCH else ""
    return _handing(turn, (client.client_id,), former, ("", to_branch))


def _handing(
    turn: Turn, client_ids: tuple[str, ...], to: str, branches: tuple[str, str] = ("", "")
) -> Draft:
    reason = turn.rng.choice((*5 * ("区域调整",), " "))
    given = HandOverClients(client_ids, to, turn.day(0, 0), reason, *branches)
    return Draft(given, client_ids[0])


def _any(turn: Turn) -> str:
    return turn.rng.choice(turn.own).client_id


def report(turn: Turn) -> Draft:
    """Make a report for him to take home; one in clear without a reason, or of a household whose
    members have not all agreed, is refused."""
    household = turn.one_of(turn.memory.households) if turn.rng.random() < 0.3 else None
    members = household.words if household else (turn.client.client_id,)
    made = RecordReport(
        report_id=turn.name("RP"),
        client_ids=members,
        household_id=household.name if household else "",
        period_from=turn.day(-90, -30),
        period_to=turn.day(-31, 0),
        form=turn.rng.choice(("pdf", "xlsx")),
        mark=f"{turn.number:016X}",
        file_hash=f"{turn.rng.getrandbits(256):064x}",
        clear=turn.rng.random() < 0.4,
        reason=turn.rng.choice(("客户索取", "")),
        made_at=turn.moment(),
    )
    return Draft(made, min(members))
