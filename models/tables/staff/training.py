"""Courses, reading, attempts at exams, practice (synced); the bank is central's own."""

from sqlalchemy import Table

from models.tables.columns import FIRM, text_column, version_column, whole_column

# What everybody may learn, from a day on (stream "*").
COURSE = Table(
    "course",
    FIRM,
    text_column("branch_id", key=True),  # "*"
    text_column("course_id", key=True),
    text_column("manager_id"),  # "*"
    text_column("title"),
    text_column("body"),
    text_column("from_day"),
    text_column("approval_id"),  # "" = there when central was built
    version_column(),
)

COURSE_READ = Table(
    "course_read",
    FIRM,
    text_column("branch_id", key=True),
    text_column("staff_id", key=True),
    text_column("course_id", key=True),
    text_column("manager_id"),  # stream: the member of staff himself
    text_column("completed_at"),
    version_column(),
)

# One attempt with its paper, without a right answer; what it reached by topic.
EXAM_ATTEMPT = Table(
    "exam_attempt",
    FIRM,
    text_column("branch_id", key=True),
    text_column("attempt_id", key=True),
    text_column("manager_id"),  # stream: the taker himself
    text_column("staff_id"),
    text_column("certificate"),
    text_column("title"),
    text_column("state"),  # models.lives.exam.ExamState; "" = asked for at a desk only
    text_column("begun_at"),
    text_column("due_at"),  # answers given later do not count
    text_column("closes_at"),  # and none arrives after this
    text_column("paper"),  # JSON: models.rules.access.exams.paper.Asked
    text_column("answers"),  # JSON: letters by question
    text_column("submitted_at"),
    text_column("ended_at"),
    whole_column("points"),
    whole_column("most"),
    text_column("topics"),  # JSON: models.rules.access.exams.score.TopicScore by topic
    version_column(),
)

# What somebody did on the practice desk, handed in by himself: no certificate rests on it.
PRACTICE_RECORD = Table(
    "practice_record",
    FIRM,
    text_column("branch_id", key=True),
    text_column("run_id", key=True),
    text_column("manager_id"),  # stream: who practised
    text_column("staff_id"),
    text_column("scenario"),
    text_column("title"),
    text_column("made_at"),  # by the machine's own clock
    whole_column("earned"),  # hundredths of a point
    whole_column("most"),
    whole_column("unknown"),  # of what the trace does not tell
    text_column("lines"),  # JSON: models.rules.access.practice.judge.Line
    text_column("result_hash"),
    text_column("recorded_at"),
    version_column(),
)

TRAINING: tuple[Table, ...] = (COURSE, COURSE_READ, EXAM_ATTEMPT, PRACTICE_RECORD)
