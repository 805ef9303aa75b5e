"""Questions to the advisory network: each has the state that what was done to it makes."""

from collections import Counter
from typing import get_args

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.hand_overs import Moves
from app.commands.chaos.verdict.story import Story
from models.wire.service.teams.questions import (
    AnswerQuestion,
    AskQuestion,
    EscalateQuestion,
    QuestionCommand,
    RelayAnswer,
    ReopenQuestion,
    TakeQuestion,
    WithdrawQuestion,
)

_ROWS = (
    "SELECT question_id, client_id, version, state, desk, escalated_by FROM advisory_question"
    " WHERE question_id ~ '^AQ[0-9]'"
)
_LAPSED = (
    "SELECT (detail::json)->>'question_id', count(*) FROM audit_entry"
    " WHERE action IN ('question.escalated', 'question.overdue') GROUP BY 1"
)
_OVER = (
    "SELECT t.task_id, q.state FROM task t JOIN advisory_question q ON q.question_id = t.about"
    " WHERE t.state = 'open' AND (t.kind = 'question_answered' AND q.state IN ('open', 'taken',"
    " 'relayed') OR t.kind = 'question_waiting' AND (q.state IN ('answered', 'relayed') OR q.state"
    " = 'taken' AND t.title ~ '^(待受理|咨询退回|营业部|咨询重开)'))"
)
_DONE = tuple(kind for kind in get_args(QuestionCommand) if kind is not AskQuestion)


async def check_questions(server: Server, story: Story, moves: Moves) -> None:
    """Every version is a command or a lapse that was audited, every state follows from them."""
    done = Counter(one.question_id for _, one in story.applied(*_DONE))
    lapsed = Counter({row[0]: row[1] for row in await server.ask(_LAPSED)})
    of_kind = {kind: Counter(one.question_id for _, one in story.applied(kind)) for kind in _DONE}
    over = await server.ask(_OVER)
    if over:
        raise Broken(f"咨询已有人办而待办未了:{tuple(over[0])}(共 {len(over)} 处)")
    for name, client_id, version, state, desk, escalated_by in await server.ask(_ROWS):
        wanted = 1 + done[name] + lapsed[name]
        if not wanted <= version <= wanted + moves[client_id]:
            raise Broken(f"咨询 {name} 应改过 {wanted - 1} 次,中心为 {version - 1} 次")
        counted = {kind: of_kind[kind][name] for kind in _DONE}
        if state != _follows(counted, state):
            raise Broken(f"咨询 {name} 为 {state},而受理的操作是 {counted}")
        passed_on = counted[EscalateQuestion] + (escalated_by == "clock")
        came_back = counted[ReopenQuestion] > 0  # to the branch, whom head office serves no more
        if passed_on != (desk == "head_office") and not (passed_on and came_back):
            raise Broken(f"咨询 {name} 在 {desk},而上报过 {passed_on} 次")


def _follows(done: dict[type, int], state: str) -> str:
    """Answers that were not opened again, and what became of the last one."""
    if done[WithdrawQuestion]:
        return "withdrawn"
    if done[AnswerQuestion] > done[ReopenQuestion]:
        told_since = done[RelayAnswer] > 0
        return state if told_since and state in ("answered", "relayed") else "answered"
    taken = done[TakeQuestion] > done[AnswerQuestion]
    return state if state == "open" or (state == "taken" and taken) else "open"
