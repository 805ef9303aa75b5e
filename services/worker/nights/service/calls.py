"""Calls that are over and were kept as long as the firm says go; nobody is called back any more.

What concerns a client stands in his contacts; the trail keeps that the call came.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from models.lives.teams.call import OVER
from models.rules.basis.missing import configured
from services.central.handlers.clients.teams.calls.back import NOTICE_KIND
from services.worker.nights.step import Night, Step, Values, statement


async def _values(_: AsyncConnection, night: Night) -> Values:
    """NotConfigured CALL_KEEPING where the firm has not said how long: then nothing goes."""
    days = configured(night.settings.calls.keep_days, "CALL_KEEPING")
    return {
        "before": (night.day - timedelta(days=days)).isoformat(),
        "over": [state.value for state in OVER],
        "kind": NOTICE_KIND,
    }


_NOTICES = """
UPDATE task t SET state = 'dismissed', closed_at = :now, note = '来电记录已过保存期',
    version = t.version + 1
FROM service_call s
WHERE t.kind = :kind AND t.about = s.call_id AND t.state = 'open'
  AND s.state = ANY (CAST(:over AS text[])) AND left(s.offered_at, 10) < :before
"""
_FORGET = """
DELETE FROM service_call
WHERE state = ANY (CAST(:over AS text[])) AND left(offered_at, 10) < :before
"""

CALLS = Step(
    "calls",
    "来电清理",
    _values,
    (statement("", _NOTICES), statement("forgotten", _FORGET)),
    is_firm_wide=True,
)
