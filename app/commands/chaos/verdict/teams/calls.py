"""Calls: each was one agent's, each finished one is one contact of its client."""

from collections import Counter

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from models.lives.teams.call import LEFT_TO_MANAGER
from models.wire.service.teams.calls import FinishCall, IdentifyCall, TakeCallBack, TakeNextCall

_ROWS = (
    "SELECT call_id, version, state, abandoned_at, client_id, outcome FROM service_call"
    " WHERE call_id ~ '^CL'"
)
_CONTACTS = (
    "SELECT s.call_id, s.state, k.contact_id FROM service_call s LEFT JOIN contact k ON"
    " k.contact_id = 'call-' || s.call_id AND k.branch_id = s.client_branch AND k.client_id ="
    " s.client_id WHERE s.call_id ~ '^CL' AND (s.state IN ('done', 'called_back')"
    " AND s.client_id IS NOT NULL) <> (k.contact_id IS NOT NULL)"
)
_TASKS = "SELECT task_id FROM task WHERE task_id ~ '^call-CL'"
_NOTICES = (
    "SELECT t.task_id, s.state FROM task t JOIN service_call s ON s.call_id = t.about"
    " WHERE t.kind = 'unknown_caller' AND t.state = 'open' AND (s.client_id IS NOT NULL"
    " OR s.state NOT IN ('done', 'called_back', 'abandoned') OR s.outcome = 'resolved')"
)


async def check_calls(server: Server, story: Story) -> None:
    """Every version is a command, as many calls were taken as commands took one."""
    finished = Counter(one.call_id for _, one in story.applied(FinishCall))
    known = Counter(one.call_id for _, one in story.applied(IdentifyCall))
    backs = Counter(one.call_id for _, one in story.applied(TakeCallBack))
    taken, left = 0, set()
    for call_id, version, state, abandoned_at, client_id, outcome in await server.ask(_ROWS):
        was_next = state != "waiting" and not abandoned_at
        takes = was_next + backs[call_id]
        taken += was_next
        wanted = 1 + takes + known[call_id] + finished[call_id]
        if version != wanted:
            raise Broken(f"来电 {call_id} 应改过 {wanted - 1} 次,中心为 {version - 1} 次")
        follows = _follows(takes, backs[call_id], finished[call_id], bool(abandoned_at))
        if state != follows:
            raise Broken(f"来电 {call_id} 为 {state},按受理的操作应为 {follows}")
        if state in ("done", "called_back") and client_id and outcome in LEFT_TO_MANAGER:
            left.add(f"call-{call_id}")
    asked = len(list(story.applied(TakeNextCall)))
    if taken != asked:
        raise Broken(f"受理接听 {asked} 次,而有坐席的来电 {taken} 个")
    over = await server.ask(_NOTICES)
    if over:
        raise Broken(f"已回电而待办未了:{tuple(over[0])}(共 {len(over)} 处)")
    found = {row[0] for row in await server.ask(_TASKS)}
    if found != left:
        raise Broken(f"来电的待办与办结不符:{sorted(found ^ left)[:3]}")
    contacts = await server.ask(_CONTACTS)
    if contacts:
        raise Broken(f"来电与联系记录不符:{tuple(contacts[0])}(共 {len(contacts)} 处)")


def _follows(takes: int, backs: int, finished: int, was_abandoned: bool) -> str:
    """Each taking is followed by one finishing; the last one may be still to come."""
    if not takes:
        return "abandoned" if was_abandoned else "waiting"
    if finished < takes:
        return "calling_back" if backs else "taken"
    return "called_back" if backs else "done"
