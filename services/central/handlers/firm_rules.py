"""The firm's settings in force on a day, from the dated rows of firm_setting."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.rules.basis.profile import Settings
from models.tables.grounds import FIRM_SETTING, WHOLE_FIRM
from services.central.handlers.work import Work
from services.rules.dated import DatedSetting, settings_in_force


async def settings_on(work: Work, day: date) -> Settings:
    """Return the settings of ``day``; what nobody has set is not configured."""
    return await read_settings(work.connection, day)


async def read_settings(connection: AsyncConnection, day: date) -> Settings:
    """Return the settings of ``day``, for whoever may read them."""
    return settings_in_force(await read_dated(connection), day)


async def read_dated(connection: AsyncConnection) -> tuple[DatedSetting, ...]:
    """Return everything that the whole firm has decided, whenever it begins."""
    table = FIRM_SETTING.c
    query = select(table.name, table.effective_from, table.value)
    found = await connection.execute(query.where(table.branch_id == WHOLE_FIRM))
    return tuple(DatedSetting(*row) for row in found)
