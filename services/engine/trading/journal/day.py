"""Opens the journal of a trade date: an old one is read back, a new one gets an id of its own."""

import logging
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.errors import ExpectedFailure
from models.trading.order import FINAL_STATES, Order
from models.wire.ledger import OrderChanged
from services.engine.trading.journal.file import (
    JournalFile,
    create_journal,
    read_journal,
)
from services.engine.trading.journal.journal import Journal
from services.engine.trading.journal.records import EventStored, JournalOpened, JournalRecord

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedDay:
    """The journal, ready for more, and all that it held already.

    ``unfinished``: orders that the newest earlier journal left open.
    """

    trade_date: date
    journal: Journal
    records: tuple[JournalRecord, ...]
    torn_bytes: int
    unfinished: tuple[Order, ...] = ()


async def open_day(folder: Path, trade_date: date, at: str) -> OpenedDay:
    """Return the journal of ``trade_date`` in ``folder``; ``at`` is the present moment's text.

    Raises ExpectedFailure JOURNAL_DAMAGED or JOURNAL_FAILED.
    """
    file = folder / f"{trade_date.isoformat()}.journal"
    if not file.exists():
        create_journal(file)
    content = read_journal(file)
    if content.torn_bytes:
        _log.warning(
            "journal %s: %d torn bytes cut, kept in %s",
            file.name,
            content.torn_bytes,
            content.torn_file,
        )
    journal = JournalFile(file)
    records = content.records
    if not records:
        opened = JournalOpened(
            f"{trade_date.isoformat()}-{secrets.token_hex(4)}", trade_date.isoformat(), at
        )
        journal.append(opened)
        await journal.sync()
        records = (opened,)
    _check_head(file, records[0], trade_date)
    return OpenedDay(
        trade_date, journal, records, content.torn_bytes, _unfinished_before(folder, trade_date)
    )


def _check_head(file: Path, head: JournalRecord, trade_date: date) -> None:
    if isinstance(head, JournalOpened) and head.trade_date == trade_date.isoformat():
        return
    raise ExpectedFailure(
        f"交易日志不属于 {trade_date}:{file.name}",
        "文件可能被改名。请勿删除,联系支持人员核对",
        "JOURNAL_DAMAGED",
    )


def _unfinished_before(folder: Path, trade_date: date) -> tuple[Order, ...]:
    earlier = [file for file in folder.glob("*.journal") if file.stem < trade_date.isoformat()]
    if not earlier:
        return ()
    newest = max(earlier)
    try:
        content = read_journal(newest)
    except ExpectedFailure as failure:
        _log.error("%s; its orders are over all the same", failure)
        return ()
    orders = {
        record.event.order.client_order_id: record.event.order
        for record in content.records
        if isinstance(record, EventStored) and isinstance(record.event, OrderChanged)
    }
    return tuple(order for order in orders.values() if order.state not in FINAL_STATES)
