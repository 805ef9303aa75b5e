"""What people see at central now and then: what waits for them, and how far it has come."""

import asyncpg

from app.commands.chaos.acts.turn import Application, Memory, Thing
from app.commands.chaos.stage.server import Server
from models.rules.basis.settings.words import Product

_PENDING = (
    "SELECT approval_id, coalesce(client_id, ''), kind, maker, CASE kind WHEN 'hand_over'"
    " THEN after::json ->> 'to_branch' ELSE '' END FROM approval"
    " WHERE state = 'pending' ORDER BY made_at, approval_id"
)
_OPEN = (
    "SELECT application_id, client_id, product, state FROM application"
    " WHERE state IN ('applied', 'signed') ORDER BY applied_at, application_id"
)
_RUNNING = (
    "SELECT subscription_id, client_id FROM subscription"
    " WHERE state = 'active' AND manager_id = 'M001' ORDER BY starts_on, subscription_id"
)
_TASKS = (
    "SELECT task_id, coalesce(client_id, '') FROM task"
    " WHERE state = 'open' AND manager_id = 'M001' ORDER BY due_at, task_id"
)
_CONTACTS = "SELECT contact_id, client_id FROM contact WHERE contact_id ~ '^X[0-9]' ORDER BY 1"
_RELATED = (
    "SELECT relation_id, min(client_id) FROM relation WHERE ended_at = '' GROUP BY 1 ORDER BY 1"
)
_ANSWERED = "SELECT count(*) FROM audit_entry WHERE command_id <> ''"
_FAMILIES = (
    "SELECT household_id, array_agg(client_id ORDER BY client_id) FROM household_member"
    " WHERE left_by = '' GROUP BY 1 ORDER BY 1"
)


_IMPORTS = (
    "SELECT import_id, '', ARRAY[author] FROM import_batch WHERE state IN ('applied', 'undone')"
    " ORDER BY finished_at, import_id"
)
_EXAMS = (
    "SELECT a.attempt_id, '', ARRAY[a.staff_id, (SELECT json_object_agg(k.question_id,"
    " k.answers::json) FROM json_array_elements(a.paper::json) q JOIN question_key k"
    " ON k.question_id = q->>'question_id')::text]"
    " FROM exam_attempt a WHERE a.state = 'begun' ORDER BY a.begun_at, a.attempt_id"
)
_CAMPAIGNS = (
    "SELECT campaign_id, '' FROM campaign WHERE campaign_id ~ '^C[PX][0-9]'"
    " AND state NOT IN ('cancelled', 'closed') ORDER BY starts_at, campaign_id"
)
_GUESTS = (
    "SELECT campaign_id, client_id FROM campaign_invitation WHERE campaign_id ~ '^C[PX][0-9]'"
    " AND state IN ('invited', 'accepted') ORDER BY invited_at, campaign_id, client_id"
)
_QUESTIONS = (
    "SELECT question_id, coalesce(client_id, ''), ARRAY[desk] FROM advisory_question"
    " WHERE state <> 'withdrawn' ORDER BY asked_at, question_id"
)
_CALLS = (
    "SELECT call_id, coalesce(client_id, '') FROM service_call"
    " WHERE state IN ('taken', 'calling_back') ORDER BY taken_at, call_id"
)
_STRANGERS = (
    "SELECT call_id, '' FROM service_call WHERE client_id IS NULL AND (state = 'abandoned'"
    " OR state IN ('done', 'called_back') AND outcome <> 'resolved') ORDER BY 1"
)
_EXCEPTIONS = (
    "SELECT exception_id, client_id, ARRAY[product, state, approval_id] FROM rate_exception"
    " WHERE state IN ('submitted', 'approved') ORDER BY asked_at, exception_id"
)
_HANDED = (
    "SELECT client_id, client_id, ARRAY[min(h.from_manager), c.branch_id] FROM client_hand_over h"
    " JOIN client c USING (client_id) WHERE h.handed_at = (SELECT min(handed_at)"
    " FROM client_hand_over f WHERE f.client_id = h.client_id)"
    " GROUP BY 1, 2, c.branch_id, c.manager_id HAVING min(h.from_manager) <> c.manager_id"
    " ORDER BY 1"
)
_QUERIES = (
    _TASKS, _CONTACTS, _RELATED, _RUNNING, _IMPORTS, _PENDING, _OPEN, _FAMILIES, _EXAMS,
    _CAMPAIGNS, _GUESTS, _QUESTIONS, _CALLS, _STRANGERS, _EXCEPTIONS, _HANDED, _ANSWERED,
)  # fmt: skip


async def look(server: Server, memory: Memory) -> bool:
    """Bring the memory up to date; False where central cannot be asked just now."""
    found = await server.glance(_QUERIES)
    if found is None:
        return False
    tasks, contacts, related, running, imports, pending, opened, families, *others = found
    exams, campaigns, guests, questions, calls, strangers, exceptions, handed, answered = others
    memory.handed = [Thing(row[0], row[1], tuple(row[2])) for row in handed]
    memory.campaigns, memory.guests = _things(campaigns), _things(guests)
    memory.questions = [Thing(row[0], row[1], tuple(row[2])) for row in questions]
    memory.calls, memory.strangers = _things(calls), _things(strangers)
    memory.exceptions = [Thing(row[0], row[1], tuple(row[2])) for row in exceptions]
    [(memory.answered,)] = answered
    memory.exams = [Thing(row[0], "", tuple(row[2])) for row in exams]
    memory.imports = [Thing(row[0], "", tuple(row[2])) for row in imports]
    memory.tasks, memory.contacts = _things(tasks), _things(contacts)
    memory.relations, memory.subscriptions = _things(related), _things(running)
    asked = [Thing(row[0], row[1], tuple(row[2:])) for row in pending]
    memory.asked = [thing for thing in asked if thing not in memory.decided]
    memory.applications = [
        Application(row[0], row[1], Product(row[2]), row[3] == "signed") for row in opened
    ]
    memory.households = [Thing(row[0], row[1][0], tuple(row[1])) for row in families]
    return True


def _things(rows: list[asyncpg.Record]) -> list[Thing]:
    return [Thing(*row) for row in rows]
