"""What the demo firm teaches and asks: courses, what its people have read, the question bank."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files

import msgspec

from services.central.demo.cast import CAST, FIRM, HEAD_OFFICE
from services.central.demo.tables.row import Row, moment

_IN_FORCE_FROM = "2020-01-01"
_DAYS_AGO, _HOUR = 40, 19
_UNREAD = ("M003", "program")  # one course that is still to be read


def course_rows() -> Iterator[Row]:
    """Rows of ``course``."""
    for line in _lines("courses"):
        yield {"branch_id": FIRM, "manager_id": FIRM, "from_day": _IN_FORCE_FROM, **line}


def read_rows(today: date) -> Iterator[Row]:
    """Rows of ``course_read``: the branches have read everything but one course of one person."""
    for member in (one for one in CAST if one.branch_id != HEAD_OFFICE):
        for course in _lines("courses"):
            if (member.staff_id, course["course_id"]) != _UNREAD:
                yield {
                    "branch_id": member.branch_id,
                    "staff_id": member.staff_id,
                    "course_id": course["course_id"],
                    "manager_id": member.staff_id,
                    "completed_at": moment(today - timedelta(days=_DAYS_AGO), _HOUR, 0),
                }


def question_rows() -> Iterator[Row]:
    """Rows of ``question``."""
    for line in _lines("questions"):
        yield {
            "branch_id": FIRM,
            "question_id": line["question_id"],
            "topic": line["topic"],
            "kind": line["kind"],
            "text": line["text"],
            "options": _json(line["options"].split("|")),
            "source": line["source"],
            "from_day": _IN_FORCE_FROM,
        }


def key_rows() -> Iterator[Row]:
    """Rows of ``question_key``: what is right."""
    for line in _lines("questions"):
        right = _json(list(line["right"]))
        yield {"branch_id": FIRM, "question_id": line["question_id"], "answers": right}


def _lines(name: str) -> list[dict[str, str]]:
    text = files("resources").joinpath(f"demo/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _json(told: list[str]) -> str:
    return msgspec.json.encode(told).decode()
