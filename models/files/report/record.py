"""Whether a report may be made and recorded: the same rule at the desk and at central."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from models.dates import day_of, moment_of
from models.lives.consent import ConsentEntry, may_share
from models.rules.decision import Decision
from models.wire.service.clients import RecordReport

FORMS = ("pdf", "xlsx")
_MARK = re.compile(r"[0-9A-F]{16}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SOURCE = "§ 2.11"


def judge_record(
    command: RecordReport,
    members: Sequence[str],
    consents: Mapping[str, Sequence[ConsentEntry]],
    now: datetime,
) -> Decision:
    """Judge a report; ``members`` are those of its household, with their ``consents``.

    Raises DateInvalid where a day or moment of the command is none.
    """
    reason = _fault(command) or _of_household(command, members)
    if reason:
        return Decision(reason, source=_SOURCE)
    if command.household_id:
        silent = tuple(one for one in members if not may_share(consents.get(one, ()), now))
        if silent:
            return Decision("REPORT_NO_CONSENT", {"clients": "、".join(silent)}, _SOURCE)
    return Decision(source=_SOURCE)


def _fault(command: RecordReport) -> str:
    if command.form not in FORMS or not _MARK.fullmatch(command.mark):
        return "REPORT_INVALID"
    if not _HASH.fullmatch(command.file_hash) or not command.client_ids:
        return "REPORT_INVALID"
    if day_of(command.period_to) < day_of(command.period_from):
        return "REPORT_INVALID"
    moment_of(command.made_at)
    return "REPORT_REASON" if command.clear and not command.reason.strip() else ""


def _of_household(command: RecordReport, members: Sequence[str]) -> str:
    if not command.household_id:
        return "REPORT_INVALID" if len(command.client_ids) != 1 else ""
    same = sorted(command.client_ids) == sorted(members)
    return "" if same else "REPORT_OTHER_MEMBERS"
