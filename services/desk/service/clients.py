"""Risk test, consent, contacts, households, relations (features F5, F7, market-rules § 2.10)."""

from collections.abc import Sequence
from typing import assert_never

from models.clients.tier import Role
from models.dates import BEIJING, day_of
from models.files.report.record import judge_record
from models.lives.approval import due_at
from models.lives.relation import RelationKind
from models.rules.access.hand_over import HandOverCase, judge_hand_over
from models.rules.access.risk_score import class_of_score
from models.rules.basis.settings.words import ApprovalKind
from models.tables.firm import CLIENT, CONTACT, STAFF, TRADE_ORDER
from models.tables.service import HOUSEHOLD, HOUSEHOLD_MEMBER, RELATION
from models.trading.order import FINAL_STATES
from models.wire.commands import LogContact
from models.wire.service.clients import (
    ClientCommand,
    EditContact,
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
from services.desk.service.case import Case, demand, found, require
from services.desk.service.facts import consents_of
from services.desk.storage.rows import Row

_HOME = HOUSEHOLD.c.household_id
_MEMBER = HOUSEHOLD_MEMBER.c
_ORDER = TRADE_ORDER.c


def judge_client(case: Case, command: ClientCommand | LogContact) -> None:
    """Find the judge of a command of this kind."""
    match command:
        case RecordRiskTest():
            _judge_test(case, command)
        case LogContact() | RecordConsent():
            case.client(command.client_id)
        case EditContact():
            _judge_edit(case, command)
        case RelateClients():
            case.client(command.client_id)
            case.client(command.other_id)
        case EndRelation():
            _judge_end(case, command)
        case HandOverClients():
            _judge_hand_over(case, command)
        case RecordReport():
            _judge_report(case, command)
        case FormHousehold() | MergeHouseholds() | SplitHousehold() | UndoHouseholdChange():
            _judge_household(case, command)
        case _:
            assert_never(command)


def _judge_test(case: Case, command: RecordRiskTest) -> None:
    case.client(command.client_id)
    settings = case.settings_on(day_of(command.tested_on))
    reached = class_of_score(settings.suitability, command.score)
    demand(reached is not None, "SCORE_OUT_OF_RANGE", f"没有 {command.score} 分这一得分")


def _judge_report(case: Case, command: RecordReport) -> None:
    for client_id in command.client_ids:
        case.client(client_id)
    members = sorted(_members(case, command.household_id))
    consents = consents_of(case, members)
    require(judge_record(command, members, consents, case.now))


def _judge_edit(case: Case, command: EditContact) -> None:
    contact = found(
        case.row(
            CONTACT,
            CONTACT.c.contact_id == command.contact_id,
            CONTACT.c.client_id == command.client_id,
        ),
        "CONTACT_NOT_FOUND",
        f"没有联系记录 {command.contact_id}",
    )
    words = ("channel", "direction", "summary")
    is_changed = any(contact[name] != getattr(command, name) for name in words)
    demand(is_changed, "NOTHING_CHANGED", "内容没有变化")


def _judge_end(case: Case, command: EndRelation) -> None:
    relation = found(
        case.row(
            RELATION,
            RELATION.c.relation_id == command.relation_id,
            RELATION.c.client_id == command.client_id,
            RELATION.c.ended_at == "",
        ),
        "RELATION_NOT_FOUND",
        f"没有存续的关系 {command.relation_id}",
    )
    demand(relation["kind"] in set(RelationKind), "RELATION_STAYS", "推荐关系不能终止")


def _judge_hand_over(case: Case, command: HandOverClients) -> None:
    """By the rows of this desk; central knows all orders, and who else belongs to a household.

    Head office has no client at its desk: of those central judges.
    """
    case.require_maker(ApprovalKind.HAND_OVER)
    giver = command.from_branch or case.branch_id
    receiver = command.to_branch or giver
    clients = case.rows(CLIENT, CLIENT.c.client_id.in_(command.client_ids))
    managers = {str(row["client_id"]): str(row["manager_id"]) for row in clients}
    if case.role is Role.COMPLIANCE:
        managers = dict.fromkeys(command.client_ids, "")
    is_taker = STAFF.c.staff_id == command.to_manager
    taker = case.row(STAFF, STAFF.c.branch_id == receiver, is_taker)
    over = [state.value for state in FINAL_STATES]
    working = case.rows(
        TRADE_ORDER, _ORDER.client_id.in_(command.client_ids), _ORDER.state.not_in(over)
    )
    homes = [_home(case, client_id) for client_id in command.client_ids]
    asked = HandOverCase(
        client_ids=command.client_ids,
        maker_role=case.role,
        from_branch=giver,
        to_branch=receiver,
        taker=command.to_manager,
        taker_role=Role(str(taker["role"])) if taker else None,
        from_on=day_of(command.from_on),
        reason=command.reason,
        managers=managers,
        homes=[sorted(_members(case, str(home["household_id"]))) for home in homes if home],
        working=[str(row["client_order_id"]) for row in working],
    )
    last = due_at(case.settings.approvals, ApprovalKind.HAND_OVER, case.now)
    require(judge_hand_over(asked, case.day, last.astimezone(BEIJING).date()))


def _judge_household(
    case: Case, command: FormHousehold | MergeHouseholds | SplitHousehold | UndoHouseholdChange
) -> None:
    match command:
        case FormHousehold():
            _judge_members(case, command.client_ids)
        case MergeHouseholds():
            _judge_merge(case, command)
        case SplitHousehold():
            members, leaving = _members(case, command.household_id), set(command.client_ids)
            told = "须是该家庭的部分成员,且不能全部分出"
            demand(bool(leaving) and leaving < members, "SPLIT_INVALID", told)
        case UndoHouseholdChange():
            _judge_undo(case, command)
        case _:
            assert_never(command)


def _judge_members(case: Case, client_ids: Sequence[str]) -> None:
    rows = case.rows(CLIENT, CLIENT.c.client_id.in_(client_ids))
    is_one_managers = len({row["manager_id"] for row in rows}) == 1
    demand(is_one_managers and len(rows) == len(client_ids), "HOUSEHOLD_ONE_MANAGER")
    taken = [name for name in client_ids if _home(case, name)]
    demand(not taken, "IN_HOUSEHOLD", f"已属于其他家庭:{'、'.join(taken)}")


def _judge_merge(case: Case, command: MergeHouseholds) -> None:
    ids = (command.household_id, command.into)
    known = {row["household_id"]: row for row in case.rows(HOUSEHOLD, _HOME.in_(ids))}
    into = found(known.get(command.into), "HOUSEHOLD_NOT_FOUND", f"没有家庭 {command.into}")
    members = _members(case, command.household_id)
    told = f"家庭 {command.household_id} 没有可并入的成员"
    demand(bool(members) and command.into != command.household_id, "HOUSEHOLD_EMPTY", told)
    owner = known[command.household_id]["manager_id"]
    demand(owner == into["manager_id"], "HOUSEHOLD_ONE_MANAGER")


def _judge_undo(case: Case, command: UndoHouseholdChange) -> None:
    before = case.rows(HOUSEHOLD_MEMBER, _MEMBER.left_by == command.change_id)
    demand(bool(before), "CHANGE_NOT_FOUND", f"没有可撤销的变更 {command.change_id}")
    moved = case.rows(
        HOUSEHOLD_MEMBER, _MEMBER.joined_by == command.change_id, _MEMBER.left_by == ""
    )
    still = {row["client_id"] for row in moved} == {row["client_id"] for row in before}
    demand(still, "HOUSEHOLD_CHANGED", "之后又有变动,不能撤销")


def _home(case: Case, client_id: str) -> Row | None:
    return case.row(HOUSEHOLD_MEMBER, _MEMBER.client_id == client_id, _MEMBER.left_by == "")


def _members(case: Case, household_id: str) -> set[str]:
    rows = case.rows(HOUSEHOLD_MEMBER, _MEMBER.household_id == household_id, _MEMBER.left_by == "")
    return {str(row["client_id"]) for row in rows}
