"""The firm's settings in force on a day, from the dated rows of firm_setting."""

from datetime import date
from functools import lru_cache

import msgspec
from sqlalchemy import String, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.basis.profile import Settings
from models.tables.central import FIRM_SETTING
from services.central.handlers.work import Work
from services.rules.profile import dated_profile

WHOLE_FIRM = "*"  # branch of what the whole firm has decided
_KEPT = 8


async def settings_on(work: Work, day: date) -> Settings:
    """Return the settings of ``day``; what nobody has set is not configured."""
    return await read_settings(work.connection, day)


async def read_settings(connection: AsyncConnection, day: date) -> Settings:
    """Return the settings of ``day``, for whoever may read them."""
    table = FIRM_SETTING.c
    found = await connection.execute(
        select(table.name, cast(table.value, String))
        .where(table.branch_id == WHOLE_FIRM, table.effective_from <= day.isoformat())
        .order_by(table.effective_from)
    )
    newest = {name: value for name, value in found}  # noqa: C416 - Result is no mapping
    return _read_settings(tuple(sorted(newest.items())), day)


@lru_cache(_KEPT)
def _read_settings(sections: tuple[tuple[str, str], ...], day: date) -> Settings:
    document = {name: msgspec.json.decode(value) for name, value in sections}
    return dated_profile(document).on(day)
