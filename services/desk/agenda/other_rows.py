"""Rows of tasks, approvals and alerts: things that somebody or something has asked for."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from models.clients.agenda.row import AgendaAction, AgendaKind, AgendaRow, row_id
from models.clients.alert import HoldingAlert, Severity
from models.dates import BEIJING, beijing, moment_of, ms_of_day
from models.rules.basis.missing import NotConfigured, configured
from models.rules.basis.profile import Settings
from services.desk.agenda.client_rows import Missing
from services.desk.storage.rows import Row
from services.rules.loader import load_calendar

# What a night reminds of, and the client's own row says with the same numbers.
TOLD_OTHERWISE = frozenset(
    {
        "risk_test_expiry",
        "subscription_expiry",
        "tier_review",
        "alert_follow_up",
        "risk_test",
        "birthday",
    }
)
_REFUSED, _BALLOT = "command_refused", "ipo_ballot"


def task_rows(tasks: Iterable[Row]) -> Iterator[AgendaRow]:
    """Yield open tasks; a refused command presses by itself."""
    for task in tasks:
        if task["kind"] in TOLD_OTHERWISE:
            continue
        kind = AgendaKind.REFUSED if task["kind"] == _REFUSED else AgendaKind.TASK
        client_id = str(task["client_id"] or "")
        body = f":{task['body']}" if task["body"] else ""
        yield AgendaRow(
            row_id=row_id(kind, client_id, str(task["task_id"])),
            kind=kind,
            client_id=client_id,
            reason=f"{task['title']}{body}",
            due=moment_of(str(task["due_at"])).astimezone(BEIJING),
            action=AgendaAction.FINISH_TASK,
            about=str(task["task_id"]),
        )


def approval_rows(approvals: Iterable[Row]) -> Iterator[AgendaRow]:
    """Yield what this person may decide."""
    for approval in approvals:
        client_id = str(approval["client_id"] or "")
        yield AgendaRow(
            row_id=row_id(AgendaKind.APPROVAL, client_id, str(approval["approval_id"])),
            kind=AgendaKind.APPROVAL,
            client_id=client_id,
            reason=f"{approval['title']}等待您复核({approval['maker']} 提出)",
            due=moment_of(str(approval["due_at"])).astimezone(BEIJING),
            action=AgendaAction.DECIDE_APPROVAL,
            about=str(approval["approval_id"]),
        )


def alert_rows(
    alerts: Iterable[HoldingAlert], settings: Settings, missing: Missing
) -> Iterator[AgendaRow]:
    """Yield open alerts that ask for something; a ballot that was won has its own last moment."""
    for alert in alerts:
        if alert.acknowledged:
            continue
        if alert.kind == _BALLOT:
            try:
                yield _ballot(alert, settings)
            except NotConfigured as fault:
                missing.add(fault)
        elif alert.severity is not Severity.NOTICE:
            told = f"{alert.security_name}{alert.title}:{alert.reason}"
            yield _of_alert(alert, AgendaKind.ALERT, told, moment_of(alert.raised_at))


def _ballot(alert: HoldingAlert, settings: Settings) -> AgendaRow:
    days = configured(settings.ipo.pay_within_trading_days, "IPO_PAYMENT")
    until = configured(settings.ipo.pay_until, "IPO_PAYMENT")
    drawn = date.fromisoformat(alert.alert_id.rpartition(":")[2])
    last = load_calendar().moved(drawn, days)
    due = datetime.combine(last, until, BEIJING)
    told = f"{alert.title}:{alert.reason};{last} {until:%H:%M} 前须缴款,请核对资金"
    return _of_alert(alert, AgendaKind.BALLOT, told, due)


def _of_alert(alert: HoldingAlert, kind: AgendaKind, told: str, due: datetime) -> AgendaRow:
    is_ballot = kind is AgendaKind.BALLOT
    return AgendaRow(
        row_id=row_id(kind, alert.client_id, alert.alert_id),
        kind=kind,
        client_id=alert.client_id,
        reason=told,
        due=beijing(due.date(), ms_of_day(due)),
        action=AgendaAction.CALL_TO_PAY if is_ballot else AgendaAction.ACKNOWLEDGE_ALERT,
        about=alert.alert_id,
    )
