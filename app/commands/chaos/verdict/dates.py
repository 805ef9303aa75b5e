"""Dates: whatever clocks were moved, nothing at central was done by a time that was not."""

from datetime import timedelta

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import LATE, Server
from app.commands.chaos.stage.stage import START
from models.dates import moment_text

# A process may start with the replayed day set back by one; a trial takes minutes.
_FIRST, _LAST = START - timedelta(days=2), START + timedelta(hours=2)
_UNTIMELY = {
    "命令按错误的时间处理": "SELECT command_id, action, at FROM audit_entry WHERE command_id <> ''"
    " AND at NOT BETWEEN '{first}' AND '{last}'",
    "复核未到时限而失效": "SELECT approval_id, due_at, decided_at FROM approval"
    " WHERE state = 'expired' AND due_at > '{last}'",
    "考试未到时间而结束": "SELECT attempt_id, due_at FROM exam_attempt"
    " WHERE state = 'expired' AND due_at > '{last}'",
    "咨询超时记在别的时间": "SELECT question_id, overdue_at FROM advisory_question"
    " WHERE overdue_at <> '' AND overdue_at NOT BETWEEN '{first}' AND '{last}'",
    "成交佣金记在别的日子": "SELECT e.entry_id, e.booked_on FROM commission_entry e"
    " JOIN trade_fill f ON f.branch_id = e.branch_id AND f.fill_id = e.entry_id"
    " WHERE e.source = 'fill' AND f.filled_at > '{first}'"
    " AND e.booked_on NOT BETWEEN '{first_day}' AND '{last_day}'",
    "夜间批处理做了没有到的日子": "SELECT day, step FROM night_run WHERE day > '{last_day}'",
    "变更位置记在别的日子": "SELECT stream, day FROM stream_mark"
    " WHERE day NOT BETWEEN '{first_day}' AND '{last_day}' AND day <> '{late}'",
}


async def check_dates(server: Server) -> None:
    """Broken names the first row that a wrong clock made."""
    between = {
        "first": moment_text(_FIRST),
        "last": moment_text(_LAST),
        "first_day": _FIRST.date().isoformat(),
        "last_day": _LAST.date().isoformat(),
        "late": LATE.isoformat(),
    }
    for what, query in _UNTIMELY.items():
        found = await server.ask(query.format(**between))
        if found:
            raise Broken(f"{what}:{tuple(found[0])}(共 {len(found)} 处)")
