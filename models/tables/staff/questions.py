"""Synced tables of the question desk: questions, and what waits for an adviser (S39, F15).

A question is on the stream of its manager; an adviser follows no manager: what he may answer is on
his own, ``queue:<staff id>``.
"""

from sqlalchemy import Column, Table, Text

from models.tables.columns import FIRM, text_column, to_client, version_column

ADVISORY_QUESTION = Table(
    "advisory_question",
    FIRM,
    text_column("branch_id", key=True),
    text_column("question_id", key=True),
    text_column("manager_id"),  # of the client; of a general question who asked it
    Column("client_id", Text, nullable=True),  # NULL = in general
    text_column("title"),
    text_column("body"),
    text_column("desk"),  # models.lives.teams.question.AdvisoryDesk
    text_column("state"),  # models.lives.teams.question.QuestionState
    text_column("asked_by"),
    text_column("asked_at"),
    text_column("due_at"),  # of its present desk
    text_column("overdue_at"),  # when head office's time was found over; "" = it is not
    text_column("escalated_at"),
    text_column("escalated_by"),  # staff id, "clock", "" = it never was
    text_column("taken_by"),
    text_column("taken_at"),
    text_column("answer"),
    text_column("citations"),  # JSON: event_id, title, publisher, date of each report
    text_column("advice"),  # what the client is told: the answer with its sources
    text_column("answered_by"),
    text_column("answered_at"),
    text_column("contact_id"),  # the contact at which he was told
    text_column("note"),  # the last reason: handed back, escalated, withdrawn, opened again
    version_column(),
    to_client(),
)

# Kept by a trigger of the question: one row an adviser while he may answer it.
QUESTION_QUEUE = Table(
    "question_queue",
    FIRM,
    text_column("branch_id", key=True),  # of the adviser
    text_column("question_branch", key=True),
    text_column("question_id", key=True),
    text_column("adviser", key=True),
    text_column("manager_id"),  # stream: queue:<adviser>
    Column("client_id", Text, nullable=True),
    text_column("tier"),  # of the client, and his products A-E: what may be cited
    text_column("products"),
    text_column("title"),
    text_column("body"),
    text_column("desk"),
    text_column("state"),
    text_column("asked_by"),
    text_column("asked_at"),
    text_column("due_at"),
    text_column("overdue_at"),
    text_column("taken_by"),
    text_column("note"),
    version_column(),
)

QUESTIONS: tuple[Table, ...] = (ADVISORY_QUESTION, QUESTION_QUEUE)
