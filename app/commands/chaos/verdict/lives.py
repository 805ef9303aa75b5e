"""Life cycles: every state has the commands that led to it, nothing is left without its cause."""

from collections import Counter
from collections.abc import Container

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.hand_overs import Moves, read_moves
from app.commands.chaos.verdict.story import Approval, Story
from app.commands.chaos.verdict.teams.calls import check_calls
from app.commands.chaos.verdict.teams.questions import check_questions
from models.lives.approval import ApprovalState, Verdict
from models.wire.commands import AcknowledgeAlert, FinishTask, WithdrawInstruction
from models.wire.service.approvals import ActivateMandate, DecideApproval, WithdrawApproval
from models.wire.service.clients import EditContact
from models.wire.service.plans import (
    ChangeSegment,
    DeleteSegment,
    DismissAgenda,
    RestoreAgenda,
    SaveSegment,
    SnoozeAgenda,
)
from models.wire.service.products import (
    RequestRateException,
    RevokeRateException,
    SignApplication,
    SubmitApplication,
    WithdrawApplication,
)
from models.wire.service.tasks import MoveTask
from models.wire.service.teams.campaigns import (
    CancelCampaign,
    ChangeCampaign,
    FinishFollowUp,
    HoldCampaign,
    InviteClients,
    SubmitCampaign,
)
from models.wire.service.training import SubmitExam

_S = ApprovalState

# Rows that have lost their cause, or contradict it.
_NOTHING_BUT = {
    "积分冻结与复核不符": "SELECT h.hold_id, h.state, a.state FROM points_hold h"
    " LEFT JOIN approval a ON a.approval_id = h.hold_id WHERE h.state IS DISTINCT FROM CASE a.state"
    " WHEN 'pending' THEN 'held' WHEN 'approved' THEN 'burned' WHEN 'refused' THEN 'released'"
    " WHEN 'expired' THEN 'released' WHEN 'withdrawn' THEN 'released' END",
    "冻结积分与扣减不符": "SELECT h.hold_id, h.points_milli, e.points_milli FROM points_hold h"
    " LEFT JOIN points_entry e ON e.entry_id IN ('redemption-' || h.hold_id, 'upgrade-' ||"
    " h.hold_id) WHERE (h.state = 'burned') <> (e.entry_id IS NOT NULL)"
    " OR h.points_milli <> -e.points_milli",
    "冻结超过余额": "SELECT c.client_id, c.points_milli FROM client c JOIN points_hold h USING"
    " (branch_id, client_id) WHERE h.state = 'held' GROUP BY c.branch_id, c.client_id"
    " HAVING sum(h.points_milli) > c.points_milli AND c.points_milli >= 0",
    "申请与复核不符": "SELECT p.application_id, p.state, a.state FROM application p"
    " LEFT JOIN approval a USING (approval_id) WHERE p.state IS DISTINCT FROM CASE a.state"
    " WHEN 'pending' THEN 'submitted' WHEN 'approved' THEN 'approved' WHEN 'refused' THEN 'refused'"
    " WHEN 'expired' THEN 'refused' WHEN 'withdrawn' THEN 'withdrawn' END"
    " AND (p.approval_id <> '' OR p.state NOT IN ('applied', 'signed', 'withdrawn'))",
    "赠送短信与产品不符": "SELECT s.subscription_id, s.ends_on, p.ends_on FROM subscription s"
    " LEFT JOIN subscription p ON p.subscription_id = s.about AND p.client_id = s.client_id"
    " WHERE s.state = 'bundled' AND s.ends_on IS DISTINCT FROM p.ends_on",
    "暂停的短信没有产品": "SELECT s.subscription_id, s.about FROM subscription s"
    " WHERE s.state = 'paused' AND NOT EXISTS"
    " (SELECT FROM subscription p WHERE p.subscription_id = s.about)",
    "产品费率没有产品": "SELECT r.client_id, r.product FROM client_rate r"
    " WHERE r.product <> '' AND r.ends_on = '' AND NOT EXISTS"
    " (SELECT FROM subscription s WHERE s.client_id = r.client_id"
    " AND s.product = r.product AND s.state = 'active' AND s.ends_on = '')",
    "费率例外与复核不符": "SELECT e.exception_id, e.state, a.state FROM rate_exception e"
    " LEFT JOIN approval a USING (approval_id) WHERE e.state IS DISTINCT FROM CASE a.state"
    " WHEN 'pending' THEN 'submitted' WHEN 'approved' THEN 'approved' WHEN 'refused' THEN 'refused'"
    " WHEN 'expired' THEN 'refused' WHEN 'withdrawn' THEN 'withdrawn' END"
    " AND (e.state <> 'ended' OR a.state <> 'approved')",
    "提前结束的例外没有复核": "SELECT e.exception_id, e.revoked_by FROM rate_exception e LEFT JOIN"
    " approval a ON a.branch_id = e.branch_id AND a.approval_id = e.revoked_by WHERE e.revoked_by"
    " <> '' AND (a.kind, a.state) IS DISTINCT FROM ('rate_exception', 'approved')",
    "产品费率达到上限": "SELECT client_id, product, rate_units FROM client_rate"
    " WHERE product = 'A' AND rate_units >= 20000 OR product = 'B' AND rate_units >= 25000",
    "例外费率长于例外": "SELECT r.client_id, r.ends_on, e.ends_on FROM client_rate r"
    " JOIN approval a USING (approval_id) JOIN rate_exception e ON e.exception_id = a.after::json"
    " ->> 'exception_id' WHERE r.rate_units <> e.rate_units OR r.ends_on = ''"
    " OR r.ends_on > e.ends_on OR e.state NOT IN ('approved', 'ended')",
    "年费更正与复核不符": "SELECT f.fee_id, a.state FROM product_fee f LEFT JOIN approval a"
    " USING (approval_id) WHERE f.kind IN ('correction', 'reversal')"
    " AND a.state IS DISTINCT FROM 'approved'",
    "年费不足零": "SELECT min(fee_id) FROM product_fee GROUP BY coalesce(nullif(about, ''), fee_id)"
    " HAVING sum(amount_cents) < 0",
    "证书与考试不符": "SELECT c.staff_id, c.attempt_id, a.state FROM staff_certificate c"
    " LEFT JOIN exam_attempt a USING (branch_id, attempt_id, staff_id, certificate)"
    " WHERE c.attempt_id <> '' AND a.state IS DISTINCT FROM 'passed'",
    "考试通过而没有证书": "SELECT a.attempt_id FROM exam_attempt a WHERE a.state = 'passed'"
    " AND NOT EXISTS (SELECT FROM staff_certificate c WHERE c.staff_id = a.staff_id"
    " AND c.certificate = a.certificate AND c.attempt_id <> '')",
    "客户同时属于两个家庭": "SELECT client_id FROM household_member WHERE left_by = '' GROUP BY 1"
    " HAVING count(*) > 1",
    "关系只有一边": "SELECT relation_id FROM relation GROUP BY 1 HAVING count(*) <> 2"
    " OR count(DISTINCT ended_at) <> 1",
    "座位数与邀请不符": "SELECT c.campaign_id, c.seats_taken, c.capacity FROM campaign c"
    " LEFT JOIN campaign_invitation i ON i.branch_id = c.branch_id AND i.campaign_id ="
    " c.campaign_id AND i.state NOT IN ('declined', 'withdrawn') GROUP BY c.branch_id,"
    " c.campaign_id HAVING c.seats_taken <> count(i.client_id) OR c.seats_taken > c.capacity",
    "到场与回访任务、会面记录不符": "SELECT i.campaign_id, i.client_id, i.state FROM"
    " campaign_invitation i LEFT JOIN task t ON t.task_id = 'follow-up-' || i.campaign_id || '-' ||"
    " i.client_id LEFT JOIN contact k ON k.contact_id = 'campaign-' || i.campaign_id || '-' ||"
    " i.client_id WHERE i.campaign_id ~ '^C[PX][0-9]' AND ((i.state IN ('attended', 'absent')) <>"
    " (t.task_id IS NOT NULL) OR (i.state = 'attended') <> (k.contact_id IS NOT NULL))",
    "活动与邀请的状态不符": "SELECT c.campaign_id, c.state, i.state FROM campaign c JOIN"
    " campaign_invitation i USING (branch_id, campaign_id) WHERE c.state IN ('draft', 'in_review',"
    " 'approved') OR (c.state = 'cancelled') <> (i.state = 'withdrawn') AND i.state <> 'declined'"
    " AND NOT (i.state = 'withdrawn' AND EXISTS (SELECT FROM client_hand_over h WHERE"
    " h.from_branch = i.branch_id AND h.client_id = i.client_id AND h.branch_id <> h.from_branch))",
    "活动与复核不符": "SELECT c.campaign_id, c.state, a.state FROM campaign c LEFT JOIN approval a"
    " USING (approval_id) WHERE c.campaign_id ~ '^CP[0-9]' AND (c.approval_id <> '' OR c.state NOT"
    " IN ('draft', 'cancelled')) AND a.state IS DISTINCT FROM CASE c.state WHEN 'in_review' THEN"
    " 'pending' ELSE 'approved' END",
    "咨询与总部、营业部的待答队列不符": "SELECT coalesce(s.question_id, k.question_id), s.state,"
    " k.state FROM question_seats() s FULL JOIN question_queue k ON k.branch_id = s.branch_id AND"
    " k.question_branch = s.question_branch AND k.question_id = s.question_id AND k.adviser ="
    " s.adviser WHERE (s.state, s.desk, s.taken_by, s.due_at) IS DISTINCT FROM"
    " (k.state, k.desk, k.taken_by, k.due_at)",
    "已转告的答复没有联系记录": "SELECT q.question_id, q.contact_id FROM advisory_question q"
    " LEFT JOIN contact k ON k.branch_id = q.branch_id AND k.contact_id = q.contact_id AND"
    " k.client_id = q.client_id AND k.summary <> '' WHERE q.state = 'relayed'"
    " AND k.contact_id IS NULL",
    "家庭成员离开没有缘由": "SELECT client_id, left_by FROM household_member m WHERE left_by <> ''"
    " AND NOT EXISTS (SELECT FROM household_member j WHERE j.joined_by = m.left_by)"
    " AND left_by NOT LIKE 'undo-%'",
}
_OVER = (
    "SELECT t.task_id, 'done' FROM task t JOIN loaded_file f ON f.load_id = t.about AND f.state ="
    " 'undone' WHERE t.kind = 'reconcile' AND t.note = '结算文件已撤销' UNION ALL SELECT task_id,"
    " state FROM task WHERE state <> 'open' AND kind IN ('question_waiting', 'question_answered',"
    " 'unknown_caller', 'fee_unset')"
)
_VERSIONS = {
    "task": "SELECT task_id, version, state, client_id FROM task",
    "contact": "SELECT contact_id, version, '', client_id FROM contact",
    "application": "SELECT application_id, version, state, client_id FROM application",
    "instruction": "SELECT instruction_id, version, withdrawn_at, client_id FROM instruction",
    "mandate": "SELECT mandate_id, version, state, client_id FROM mandate",
    "rate_exception": "SELECT exception_id, version, state, client_id FROM rate_exception"
    " WHERE state <> 'ended'",
    "campaign": "SELECT campaign_id, version, state, '' FROM campaign"
    " WHERE campaign_id ~ '^C[PX][0-9]'",
    "segment": "SELECT segment_id, version, deleted_at, '' FROM segment",
    "agenda_mark": "SELECT row_id, version, dismissed_at, client_id FROM agenda_mark",
}


_EXAMS = "SELECT attempt_id, version, state FROM exam_attempt"


async def check_lives(server: Server, story: Story) -> None:
    """Run all of them; Broken tells the first difference."""
    for what, query in _NOTHING_BUT.items():
        found = await server.ask(query)
        if found:
            raise Broken(f"{what}:{tuple(found[0])}(共 {len(found)} 处)")
    moves = await read_moves(server)
    _check_approvals(story, moves)
    await _check_finished(server, story)
    await _check_versions(server, story, moves)
    await _check_exams(server, story)
    await _check_invited(server, story)
    await check_questions(server, story, moves)
    await check_calls(server, story)


def _check_approvals(story: Story, moves: Moves) -> None:
    """Each was decided once or not at all, by somebody else, in time or not."""
    ends: dict[str, list[str]] = {}
    for _, decided in story.applied(DecideApproval):
        ends.setdefault(decided.approval_id, []).append(decided.verdict)
    for _, back in story.applied(WithdrawApproval):
        ends.setdefault(back.approval_id, []).append("withdraw")
    for name, approval in story.approvals.items():
        told = ends.pop(name, [])
        if not _follows(approval, told, moves[approval.client_id]):
            raise Broken(f"复核 {name} 为 {approval.state},而受理的决定是 {told or '没有'}")
        if approval.decided_by == approval.maker:
            raise Broken(f"复核 {name} 由申请人 {approval.maker} 自己决定")
    for name in ends:
        raise Broken(f"决定了并不存在的复核 {name}")


def _follows(approval: Approval, told: list[str], moved: int) -> bool:
    """A hand-over of its client, of which there were so many, is a change as well."""
    if approval.state is _S.PENDING:
        return not told and 0 <= approval.version - 1 <= moved
    is_late = approval.decided_at > approval.due_at
    if not 0 <= approval.version - 2 <= moved or len(told) > 1:
        return False
    if not told:  # a worker ended it: nobody decided in time
        return approval.state is _S.EXPIRED and is_late and not approval.decided_by
    expected = {Verdict.APPROVE: _S.APPROVED, Verdict.REFUSE: _S.REFUSED}
    if told[0] == "withdraw":
        return approval.state is _S.WITHDRAWN
    return approval.state is (_S.EXPIRED if is_late else expected[Verdict(told[0])])


async def _check_finished(server: Server, story: Story) -> None:
    """A task is closed by one command, or with the load that opened it; else it is open."""
    finished = {one.task_id: one.state for _, one in story.applied(FinishTask)}
    finished |= await _closed_by_others(server, finished)
    for name, _, state, _ in await server.ask(_VERSIONS["task"]):
        wanted = finished.get(name, "done" if name.startswith("alert-") else "open")
        if state != wanted:
            raise Broken(f"任务 {name} 应为 {wanted},中心为 {state}")


async def _closed_by_others(server: Server, finished: Container[str]) -> dict[str, str]:
    """Return the state of tasks that something else closed: what they were about is over.

    A load that was undone, a question or a call that somebody has.
    """
    found = {str(name): str(state) for name, state in await server.ask(_OVER)}
    return {name: state for name, state in found.items() if name not in finished}


async def _check_exams(server: Server, story: Story) -> None:
    """One that was handed in has ended, once; one that was not runs, or its time is over."""
    handed_in = {one.attempt_id for _, one in story.applied(SubmitExam)}
    for name, version, state in await server.ask(_EXAMS):
        fits = state != "begun" if name in handed_in else state in ("begun", "expired")
        if not fits or version != 1 + (state != "begun"):
            told = "已交卷" if name in handed_in else "未交卷"
            raise Broken(f"考试 {name} {told},中心为 {state}(版本 {version})")


async def _check_versions(server: Server, story: Story, moves: Moves) -> None:
    """A version counts what was done to a row: nothing was done twice, nothing lost.

    A row that was there when its client was handed over counts that too.
    """
    changes = _changes(story)
    finished = {one.task_id for _, one in story.applied(FinishTask)}
    changes["task"] += Counter((await _closed_by_others(server, finished)).keys())
    for table, query in _VERSIONS.items():
        for name, version, _, client_id in await server.ask(query):
            wanted = 1 + changes[table][name]
            if not wanted <= version <= wanted + moves[client_id]:
                raise Broken(f"{table} {name} 应改过 {wanted - 1} 次,中心为 {version - 1} 次")


def _changes(story: Story) -> dict[str, Counter[str]]:
    alerts = Counter(f"alert-{one.alert_id}" for _, one in story.applied(AcknowledgeAlert))
    tasks = Counter(one.task_id for _, one in story.applied(FinishTask))
    tasks += Counter(one.task_id for _, one in story.applied(MoveTask))
    applications = Counter(one.application_id for _, one in story.applied(SignApplication))
    applications += Counter(one.application_id for _, one in story.applied(WithdrawApplication))
    for name, submitted in story.applied(SubmitApplication):
        applications[submitted.application_id] += 1 + story.approvals[name].is_closed
    campaigns = Counter(one.campaign_id for _, one in story.applied(ChangeCampaign))
    campaigns += Counter(one.campaign_id for _, one in story.applied(HoldCampaign))
    campaigns += Counter(one.campaign_id for _, one in story.applied(CancelCampaign))
    campaigns += Counter(one.campaign_id for _, one in story.applied(FinishFollowUp))
    for name, asked in story.applied(SubmitCampaign):
        campaigns[asked.campaign_id] += 1 + story.approvals[name].is_closed
    segments = Counter(one.segment_id for _, one in story.applied(SaveSegment))
    segments += Counter(one.segment_id for _, one in story.applied(ChangeSegment))
    segments += Counter(one.segment_id for _, one in story.applied(DeleteSegment))
    marks = Counter(one.row_id for _, one in story.applied(SnoozeAgenda))
    marks += Counter(one.row_id for _, one in story.applied(DismissAgenda))
    marks += Counter(one.row_id for _, one in story.applied(RestoreAgenda))
    exceptions = Counter(
        one.exception_id
        for name, one in story.applied(RequestRateException)
        if story.approvals[name].is_closed
    )
    exceptions += Counter(one.exception_id for _, one in story.approved(RevokeRateException))
    return {
        "rate_exception": exceptions,
        "campaign": campaigns,
        "segment": segments - Counter(segments.keys()),
        "agenda_mark": marks - Counter(marks.keys()),
        "task": tasks + (alerts - Counter(alerts.keys())),
        "contact": Counter(one.contact_id for _, one in story.applied(EditContact)),
        "application": applications,
        "instruction": Counter(one.instruction_id for _, one in story.applied(WithdrawInstruction)),
        "mandate": Counter(one.mandate_id for _, one in story.approved(ActivateMandate)),
    }


async def _check_invited(server: Server, story: Story) -> None:
    """Everybody who was asked for is invited by that command, or told in its task; never both."""
    rows = await server.ask("SELECT invited_by, client_id FROM campaign_invitation")
    told = await server.ask("SELECT task_id, body FROM task WHERE kind = 'campaign_uninvited'")
    bodies = {row[0]: row[1] for row in told}
    for name, asked in story.applied(InviteClients):
        invited = {row[1] for row in rows if row[0] == name}
        parts = filter(None, bodies.get(f"uninvited-{name}", "").split(";"))
        refused = {part.split()[0] for part in parts}
        if not invited or invited & refused or invited | refused != set(asked.client_ids):
            raise Broken(f"邀请 {name} 问了 {asked.client_ids},邀请了 {invited},告知了 {refused}")
