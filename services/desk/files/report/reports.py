"""Makes reports for clients to take home, offline too: gathered, built, written, recorded (F29).

The record (mark, hash, period, reason) is in the outbox before the file is given out, so that every
copy can be traced.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from models.clients.tier import Role
from models.dates import moment_text
from models.errors import ExpectedFailure
from models.files.report.document import Document
from models.files.report.period import Period
from models.files.report.record import FORMS
from models.rules.access.fields import Field
from models.tables.firm import STAFF
from models.tables.grounds import FIRM_SETTING
from models.tables.service import HOUSEHOLD, HOUSEHOLD_MEMBER
from models.wire.hub import SignedIn
from models.wire.service.clients import RecordReport
from services.clock.clock import Clock
from services.desk.files.report.build import Copy, build
from services.desk.files.report.facts import ClientFacts, Told
from services.desk.files.report.gather import Tiers, Wanted, gather
from services.desk.files.report.unmasking import Unmasking
from services.desk.service.service_desk import ServiceDesk, new_id
from services.desk.storage.store import LocalStore
from services.files.writing.marks import mark_text
from services.files.writing.report.pdf import report_pdf
from services.files.writing.report.workbook import report_workbook
from services.rules.dated import SettingsByDay

Progress = Callable[[int, int], None]
KeepMarks = Callable[[], Awaitable[None]]
_MARK_BYTES = 8
_BRANCH = "branch"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsk:
    """``household``: of all members of the client's household; ``clear`` needs a ``reason``."""

    client_id: str
    period: Period
    form: str  # pdf, xlsx
    household: bool = False
    clear: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportCopy:
    """A copy that is recorded; ``mark`` stands on every page, ``file_hash`` is its SHA-256."""

    report_id: str
    mark: str
    file_hash: str
    raw: bytes


class _Branch(msgspec.Struct, frozen=True):
    """The section of the firm's settings that a branch has of its own."""

    name: str


_branch = msgspec.json.Decoder(_Branch)


_NO_COPY = ReportCopy("", "0" * (2 * _MARK_BYTES), "0" * 64, b"")  # in place of the one to come


@dataclass(frozen=True, slots=True)
class _Group:
    """Whom a report speaks of; ``household_id`` "" = one client."""

    household_id: str
    name: str
    client_ids: tuple[str, ...]


def _nobody_watches(_done: int, _all: int) -> None:
    """Progress that is not shown."""


async def _nothing_to_keep() -> None:
    """No engine is near: what was seen last stands in the store."""


class Reports:
    """Cancel the task that ``make`` runs in to give up: nothing is recorded then."""

    def __init__(
        self,
        *,
        store: LocalStore,
        service: ServiceDesk,
        clock: Clock,
        rules: SettingsByDay,
        tiers: Tiers,
        person: SignedIn,
        unmasking: Unmasking,
        keep_marks: KeepMarks = _nothing_to_keep,
    ) -> None:
        self._store = store
        self._service = service
        self._clock = clock
        self._rules = rules
        self._tiers = tiers
        self._person = person
        self._unmasking = unmasking
        self._keep_marks = keep_marks

    async def make(self, ask: ReportAsk, progress: Progress = _nobody_watches) -> ReportCopy:
        """Return the file of a copy that is recorded; ``progress``: members done and in all.

        Raises ExpectedFailure CLIENT_NOT_FOUND, HOUSEHOLD_NOT_FOUND, REPORT_… or HUB_…, and
        NotConfigured.
        """
        _require_form(ask.form)
        await self._keep_marks()
        group = await self._store.read(lambda connection: _group(connection, ask))
        at = moment_text(self._clock.now())
        await self._service.check(_record(ask, group, _NO_COPY, at))  # before anything is unmasked
        clear: Mapping[str, Mapping[Field, str]] = {}
        if ask.clear:
            clear = await self._unmasking.fields(group.client_ids, ask.reason)
        facts = await self._gathered(ask, group, clear, progress)
        mark = secrets.token_hex(_MARK_BYTES).upper()
        document = await self._built(ask, group, facts, mark)
        write = report_pdf if ask.form == "pdf" else report_workbook
        raw = await asyncio.to_thread(write, document)
        copy = ReportCopy(new_id(), mark, hashlib.sha256(raw).hexdigest(), raw)
        await self._service.send(_record(ask, group, copy, document.made_at))
        return copy

    async def _gathered(
        self,
        ask: ReportAsk,
        group: _Group,
        clear: Mapping[str, Mapping[Field, str]],
        progress: Progress,
    ) -> list[ClientFacts]:
        role, facts = Role(self._person.role), list[ClientFacts]()
        for client_id in group.client_ids:
            wanted = Wanted(client_id, ask.period, role, clear.get(client_id, {}))
            progress(len(facts), len(group.client_ids))
            facts.append(await self._store.read(partial(gather, wanted=wanted, tiers=self._tiers)))
        progress(len(facts), len(group.client_ids))
        return facts

    async def _built(
        self, ask: ReportAsk, group: _Group, facts: Sequence[ClientFacts], mark: str
    ) -> Document:
        now, person = self._clock.now(), self._person
        names = await self._store.read(partial(_names, person=person, day=now.date().isoformat()))
        maker = f"{names.staff}({person.staff_id})"
        told = Told(
            period=ask.period,
            today=now.date(),
            made_at=moment_text(now),
            branch=names.branch,
            maker=maker,
            rules=self._rules,
        )
        copy = Copy(mark_text(mark), maker, ask.clear)
        return await asyncio.to_thread(build, facts, told, copy, group.name)


def form_of_report(name: str) -> str:
    """Return pdf or xlsx by a file's name; ExpectedFailure REPORT_FORM."""
    form = name.rpartition(".")[2].lower()
    _require_form(form)
    return form


def _require_form(form: str) -> None:
    if form not in FORMS:
        raise ExpectedFailure(
            f"不能出具 {form} 报告", "文件名须以 .pdf 或 .xlsx 结尾", "REPORT_FORM"
        )


def _record(ask: ReportAsk, group: _Group, copy: ReportCopy, made_at: str) -> RecordReport:
    return RecordReport(
        report_id=copy.report_id,
        client_ids=group.client_ids,
        household_id=group.household_id,
        period_from=ask.period.first.isoformat(),
        period_to=ask.period.last.isoformat(),
        form=ask.form,
        mark=copy.mark,
        file_hash=copy.file_hash,
        clear=ask.clear,
        reason=ask.reason.strip(),
        made_at=made_at,
    )


def _group(connection: Connection, ask: ReportAsk) -> _Group:
    if not ask.household:
        return _Group("", "", (ask.client_id,))
    member = HOUSEHOLD_MEMBER.c
    found = connection.execute(
        select(member.household_id, HOUSEHOLD.c.name)
        .join(HOUSEHOLD, HOUSEHOLD.c.household_id == member.household_id)
        .where(member.client_id == ask.client_id, member.left_by == "")
    ).first()
    if found is None:
        raise ExpectedFailure(
            f"客户 {ask.client_id} 不属于任何家庭",
            "请先建立家庭,或只出具个人报告",
            "HOUSEHOLD_NOT_FOUND",
        )
    members = connection.execute(
        select(member.client_id)
        .where(member.household_id == found.household_id, member.left_by == "")
        .order_by(member.client_id)
    ).scalars()
    return _Group(found.household_id, found.name, tuple(members))


class _Names(NamedTuple):
    staff: str
    branch: str


def _names(connection: Connection, person: SignedIn, day: str) -> _Names:
    """What maker and branch are called; their ids where the desk was not told."""
    setting = FIRM_SETTING.c
    staff = select(STAFF.c.name).where(STAFF.c.staff_id == person.staff_id)
    branch = (
        select(setting.value)
        .where(setting.branch_id == person.branch_id, setting.name == _BRANCH)
        .where(setting.effective_from <= day)
        .order_by(setting.effective_from.desc())
    )
    told = connection.execute(branch).scalar()
    return _Names(
        str(connection.execute(staff).scalar() or person.name),
        _branch.decode(told).name if told else person.branch_id,
    )
