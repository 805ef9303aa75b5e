"""Certificates: granted by a passed exam, taken away by compliance (F25)."""

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from models.rules.access.exams.attempt import Held, valid_to
from models.rules.access.exams.score import Score
from models.rules.basis.settings.service import ExamSettings
from models.tables.grounds import STAFF_CERTIFICATE
from models.wire.service.training import RevokeCertificate
from services.central.audit import AuditLine, add_audit
from services.central.handlers.tasks.opening import NewTask, open_task_of
from services.central.handlers.work import Refused, Work, now_text

_KEY = ("branch_id", "staff_id", "certificate")


async def grant_certificate(
    work: Work, exam: ExamSettings, attempt_id: str, certificate: str, held: Held | None
) -> str:
    """Write it for the author, who has passed; the transaction acts as a worker. Its last day."""
    last = valid_to(exam, work.day, held).isoformat()
    told = {
        "title": exam.title,
        "passed_on": work.day.isoformat(),
        "valid_to": last,
        "attempt_id": attempt_id,
        "revoked_on": "",
        "revoked_for": "",
    }
    taker = {"staff_id": work.actor.staff_id, "manager_id": work.actor.staff_id}
    row = {"branch_id": work.branch_id, "certificate": certificate} | taker | told
    await work.connection.execute(
        upsert(STAFF_CERTIFICATE)
        .values(row)
        .on_conflict_do_update(
            index_elements=[STAFF_CERTIFICATE.c[name] for name in _KEY],
            set_=told | {"version": STAFF_CERTIFICATE.c.version + 1},
        )
    )
    return last


async def audit_result(
    work: Work, attempt_id: str, certificate: str, told: Score, last: str
) -> None:
    """Say in the audit trail what an exam came to, and the certificate that it earned."""
    detail = {
        "attempt_id": attempt_id,
        "certificate": certificate,
        "points": told.points,
        "most": told.most,
        "valid_to": last,
    }
    line = AuditLine(
        branch_id=work.branch_id,
        chain=work.envelope.manager_id,
        at=now_text(work),
        author=work.actor.staff_id,
        action="certificate.granted" if told.is_passed else "exam.failed",
        subject=attempt_id,
        command_id="",
        outcome="passed" if told.is_passed else "failed",
        detail=msgspec.json.encode(detail).decode(),
    )
    await add_audit(work.connection, line)


async def revoke_certificate(work: Work, command: RevokeCertificate) -> None:
    """Take it away and tell its holder why; its features are locked from now on."""
    if work.actor.role != "compliance":
        raise Refused("NOT_COMPLIANCE", "只有合规可以撤销证书")
    if not command.reason.strip():
        raise Refused("REASON_MISSING", "须写明理由")
    table = STAFF_CERTIFICATE.c
    of_holder = (
        table.branch_id == command.holder_branch,
        table.staff_id == command.staff_id,
        table.certificate == command.certificate,
    )
    query = select(table.title, table.revoked_on).where(*of_holder)
    found = (await work.connection.execute(query)).one_or_none()
    if found is None:
        raise Refused("CERTIFICATE_NOT_FOUND", f"{command.staff_id} 没有证书 {command.certificate}")
    if found.revoked_on:
        raise Refused("CERTIFICATE_REVOKED", f"该证书已于 {found.revoked_on} 撤销")
    told = {"revoked_on": work.day.isoformat(), "revoked_for": command.reason}
    changed = update(STAFF_CERTIFICATE).where(*of_holder, table.revoked_on == "")
    await work.connection.execute(changed.values(told | {"version": table.version + 1}))
    await _tell_holder(work, command, found.title)


async def _tell_holder(work: Work, command: RevokeCertificate, title: str) -> None:
    task = NewTask(
        task_id=f"revoked-{work.envelope.command_id}",
        kind="certificate_revoked",
        title=f"{title}证书已被撤销",
        body=f"{command.reason};相应功能已锁定,重新考试后恢复",
        about=work.envelope.command_id,
    )
    await open_task_of(work, command.holder_branch, command.staff_id, task)
