"""Every column that names a row has a key, or it is said why not; the list is the catalogue's."""

import asyncpg
import pytest

from models.tables.central import CENTRAL
from models.tables.firm import FIRM
from models.tables.nights import NIGHTS
from tests.support.postgres import ask

COLUMNS = """
    SELECT c.relname::text, a.attname::text,
           EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f'
               AND a.attnum = ANY (f.conkey)),
           EXISTS (SELECT FROM pg_constraint p WHERE p.conrelid = c.oid AND p.contype = 'p'
               AND a.attnum = p.conkey[2] AND cardinality(p.conkey) = 2)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND a.atttypid = 'text'::regtype AND NOT a.attisdropped AND a.attname <> 'branch_id'
"""
KEYS = """
    SELECT f.conrelid::regclass::text, f.confrelid::regclass::text, f.confdeltype::text,
           f.condeferrable, f.condeferred, f.convalidated, (SELECT array_agg(a.attname::text
               ORDER BY k.place) FROM unnest(f.conkey) WITH ORDINALITY AS k (number, place)
               JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number),
           EXISTS (SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indpred IS NULL
               AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)
    FROM pg_constraint f WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace
"""
# Words, numbers, days and states: what names no row of this database.
VALUES = frozenset({
    "abandoned_at", "action", "advice", "after", "agreement_ref", "allowed", "announced_on",
    "answer", "answered_at", "answered_over", "answers", "applied_at", "as_role", "asked_at", "at",
    "before", "began_at", "begun_at", "best_failing", "birthday", "body", "booked_on", "brackets",
    "caller", "cause", "certificate", "channel", "citations", "closed_at", "closes_at", "code",
    "columns", "completed_at", "content", "day", "decided_at", "deleted_at", "desk", "detail",
    "digest", "direction", "dismissed_at", "drawn_on", "due_at", "edited_at", "effective_from",
    "ended_at", "ends_on", "entered_at", "entrusted", "escalated_at", "evidence_ref", "factor",
    "faults", "field", "file_hash", "filled_at", "finished_at", "form", "formed_at", "from_day",
    "from_on",
    "frozen_on", "gender", "handed_at", "happened_at", "hash", "held_at", "id_no", "initials",
    "initiative", "invited_at", "item", "key", "kind", "last_contact_at", "last_day", "ledger",
    "life", "line", "lines", "loaded_at", "login", "lowered_to", "made_at", "mark", "marked_at",
    "match", "message", "mobile", "name", "note", "number", "offered_at", "opened_at",
    "opened_on", "options", "outcome", "overdue_at", "paid_by", "paper", "passed_on",
    "passphrase_hash", "period_from", "period_to", "permissions", "pinyin", "place", "posted_at",
    "previous_hash", "price_type", "product", "products", "proof_ref", "purpose", "raised_at",
    "rated_on", "reason", "reason_text", "received_at", "reckoned_on", "recorded_at",
    "recording_ref", "report_state", "restated_on", "result", "result_hash", "revoked_for",
    "revoked_on", "risk_class", "risk_statement_ref", "risk_tested_on", "role", "rule",
    "saved_at", "scenario", "score", "shown", "side", "since", "snoozed_until", "staged_at",
    "started_at", "starts_at", "starts_on", "state", "status", "step", "strategy", "submitted_at",
    "summary", "switch_from", "symbols", "table_name", "taken_at", "tested_on", "text", "tier",
    "tier_by", "title", "to_on", "topic", "topics", "trade_date", "transaction", "treated",
    "trouble", "undone_on", "unmask", "until", "until_day", "updated_at", "valid_to", "value",
    "withdrawn_at", "year",
})  # fmt: skip
# What names a row by a word that says why there is no key, wherever it stands.
_PERSON = "a person, who did it then; a staff number is one person's in the whole firm"
_COMMAND = "a command, forgotten when it is answered; some rows were there before any"
BY_WORD = {
    "manager_id": "the stream of its client's manager, a person's queue, a branch's board or '*'",
    "adviser": _PERSON, "answered_by": _PERSON, "approved_by": _PERSON, "asked_by": _PERSON,
    "author": _PERSON, "escalated_by": _PERSON, "taken_by": _PERSON, "by_staff": _PERSON,
    "checker": _PERSON,
    "decided_by": _PERSON, "edited_by": _PERSON, "entered_by": _PERSON, "invited_by": _PERSON,
    "maker": _PERSON, "marked_by": _PERSON, "owner": _PERSON, "person": _PERSON,
    "recorded_by": _PERSON, "credited_to": _PERSON, "from_manager": _PERSON, "keeper": _PERSON,
    "trainee": _PERSON, "joined_by": _COMMAND, "left_by": _COMMAND, "command_id": _COMMAND,
    "from_branch": "of who handed over; branches have no table",
    "credited_branch": "of whom it is credited to; branches have no table",
    "symbol": "a security of the market, of which the firm keeps closes and no list",
    "about": "'' or what a kind of row is about: a row of one of several tables",
    "subject": "the trail tells of what may be gone", "stream": "a stream begins with its row",
    "source": "'fill', a load, an undoing or a publisher", "run_id": "a practice firm's own name",
    "approval_id": "'' until it is asked for, or asked for in the branch of who asked",
    "retired_by": "'' until it is retired: an approval of the branch of who asked",
    "load_id": "'' = there before loads had numbers; a load is named with its kind",
    "cash_load_id": "'' = its cash came with the row; a load is named with its kind",
    "file_id": "the hash of a file's bytes", "action_id": "the source's number",
}  # fmt: skip
BY_COLUMN = {
    "advisory_question.contact_id": "'' until the answer is told to the client",
    "rate_exception.revoked_by": "'' until it is revoked: an approval",
    "assessment_row.client_id": "'' = a row about nobody",
    "assessment_row.row_id": "of a client, a task or a trade, by the item",
    "agenda_mark.row_id": "a row of the agenda, which is reckoned and not kept",
    "client_alert.event_id": "an event, a corporate action or an issue, by its kind",
    "commission_entry.event_id": "the source's number of the event",
    "course_read.course_id": "a course is the whole firm's, on branch '*'",
    "import_part.import_id": "parts come before their import",
    "import_row.client_id": "what the file said: refused rows name nobody",
    "import_row.account": "what the file said",
    "relation.other_id": "may be a client of another branch, with a row of his own about it",
    "staff_certificate.attempt_id": "'' = passed outside",
    "trade_order.instruction_id": "'' = under a mandate",
    "central_identity.central_id": "its own name",
    "relation.relation_id": "its own name, with a row on each side",
}

# What stays in its own branch, or is a copy for another one, names the branch of the row.
BRANCHES = {
    ("approval_queue", "approval"): "approval_branch",
    ("approval_queue", "client"): "approval_branch",
    ("question_queue", "advisory_question"): "question_branch",
    ("question_queue", "client"): "question_branch",
    ("service_call", "client"): "client_branch",
    ("campaign_invitation", "client"): "client_branch",
    ("client_hand_over", "client"): "client_branch",
    ("client_manager", "client"): "client_branch",
    ("unmask_grant", "client"): "client_branch",
    ("unmasking", "client"): "client_branch",
}


async def test_every_column_that_names_a_row_has_a_key_or_a_reason(empty_central: str) -> None:
    bare, idle = [], set(BY_COLUMN)
    for table, column, is_key, is_own_name in await ask(empty_central, COLUMNS):
        told = f"{table}.{column}"
        if table == "alembic_version" or is_key or is_own_name or column in VALUES:
            continue
        idle.discard(told)
        if column not in BY_WORD and told not in BY_COLUMN:
            bare.append(told)
    assert sorted(bare) == []
    assert sorted(idle) == []


async def test_no_word_is_said_to_name_a_row_and_to_name_none(empty_central: str) -> None:
    columns = {str(column) for _, column, *_ in await ask(empty_central, COLUMNS)}
    assert frozenset(BY_WORD) & VALUES == frozenset()
    assert (VALUES | BY_WORD.keys()) - columns == frozenset()


async def test_keys_lead_with_the_branch_are_indexed_and_wait_only_when_told(
    empty_central: str,
) -> None:
    keys = await ask(empty_central, KEYS)
    assert len(keys) >= 76
    for table, target, deleting, may_wait, waits, is_checked, columns, is_indexed in keys:
        assert isinstance(columns, list)
        told = f"{table} {columns} -> {target}"
        assert columns[0] == BRANCHES.get((str(table), str(target)), "branch_id"), told
        assert (deleting, may_wait, waits, is_checked) == ("r", True, False, True), told
        assert is_indexed or target in {"staff", "audit_head", "change_counter"}, told


async def test_the_keys_that_the_program_states_are_there(empty_central: str) -> None:
    there = {
        (str(table), tuple(columns), str(target))
        for table, target, *_, columns, _ in await ask(empty_central, KEYS)
        if isinstance(columns, list)
    }
    stated = {
        (table.name, tuple(key.column_keys), key.referred_table.name)
        for tables in (FIRM, CENTRAL, NIGHTS)
        for table in tables.tables.values()
        for key in table.foreign_key_constraints
    }
    assert stated and stated <= there


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("asset_day", "day, client_id", "'2023-01-03', 'NOBODY'"),
        ("night_figure", "day, manager_id, client_id", "'2023-01-03', 'M001', 'NOBODY'"),
        ("tier_rating", "client_id, starts_on", "'NOBODY', '2023-01-03'"),
        ("commission_entry", "entry_id, client_id", "'E', 'NOBODY'"),
        ("client_manager", "client_id, from_on", "'NOBODY', ''"),
        ("task", "task_id, client_id, state", "'T', 'NOBODY', 'open'"),
        ("approval", "approval_id, client_id, state", "'A', 'NOBODY', 'pending'"),
        ("held_command", "approval_id, envelope", "'NONE', ''"),
        ("order_step", "client_order_id", "'NONE'"),
        ("household_member", "client_id, joined_by, household_id", "'C000001', 'X', 'NONE'"),
        ("client", "client_id, manager_id", "'NEW', 'NOBODY'"),
    ],
)
async def test_nothing_is_written_about_what_is_not_there(
    demo_central: str, table: str, columns: str, values: str
) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await ask(
            demo_central, f"INSERT INTO {table} (branch_id, {columns}) VALUES ('B001', {values})"
        )
