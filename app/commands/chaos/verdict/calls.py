"""Calls: each was one agent's, each finished one is one contact of its client."""

from collections import Counter

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from models.lives.teams.call import LEFT_TO_MANAGER
from models.wire.service.teams.calls import FinishCall, IdentifyCall, TakeNextCall

_ROWS = (
    "SELECT call_id, version, state, taken_by, client_id FROM service_call WHERE call_id ~ '^CL'"
)
_CONTACTS = (
    "SELECT s.call_id, s.state, k.contact_id FROM service_call s LEFT JOIN contact k ON"
    " k.contact_id = 'call-' || s.call_id AND k.branch_id = s.client_branch AND k.client_id ="
    " s.client_id WHERE s.call_id ~ '^CL' AND (s.state = 'done' AND s.client_id IS NOT NULL) <>"
    " (k.contact_id IS NOT NULL)"
)
_TASKS = "SELECT task_id FROM task WHERE task_id ~ '^call-CL'"


async def check_calls(server: Server, story: Story) -> None:
    """Every version is a command, as many calls were taken as commands took one."""
    finished = {one.call_id: one for _, one in story.applied(FinishCall)}
    known = Counter(one.call_id for _, one in story.applied(IdentifyCall))
    taken, left = 0, set()
    for call_id, version, state, taken_by, client_id in await server.ask(_ROWS):
        taken += bool(taken_by)
        wanted = 1 + bool(taken_by) + known[call_id] + (call_id in finished)
        if version != wanted:
            raise Broken(f"来电 {call_id} 应改过 {wanted - 1} 次,中心为 {version - 1} 次")
        if (state == "done") != (call_id in finished):
            raise Broken(f"来电 {call_id} 为 {state},办结命令 {finished.get(call_id)}")
        if state == "done" and client_id and finished[call_id].outcome in LEFT_TO_MANAGER:
            left.add(f"call-{call_id}")
    asked = len(list(story.applied(TakeNextCall)))
    if taken != asked:
        raise Broken(f"受理接听 {asked} 次,而有坐席的来电 {taken} 个")
    found = {row[0] for row in await server.ask(_TASKS)}
    if found != left:
        raise Broken(f"来电的待办与办结不符:{sorted(found ^ left)[:3]}")
    contacts = await server.ask(_CONTACTS)
    if contacts:
        raise Broken(f"来电与联系记录不符:{tuple(contacts[0])}(共 {len(contacts)} 处)")
