"""The desk's connections in words for the status strip."""

from PySide6.QtCore import QCoreApplication

from models.market.instrument import Phase
from models.status import DeskStatus, LinkState
from widgets.basic.status_strip import LampState, StatusItem
from widgets.paint.words import word

_LAMPS = {
    LinkState.CONNECTED: LampState.GOOD,
    LinkState.CONNECTING: LampState.WAIT,
    LinkState.DOWN: LampState.BAD,
}


def status_items(status: DeskStatus) -> tuple[StatusItem, ...]:
    """Return the entries of the strip: central, feed, engine, offline queue."""
    return (
        _link("central", _tr("中心库"), status.central, status.central_text),
        _link("feed", _tr("行情"), status.feed, status.feed_text),
        _link("engine", _tr("引擎"), status.engine, status.engine_text),
        _outbox(status.outbox),
    )


def phase_text(status: DeskStatus) -> str:
    """Return the market's phase in words; what is no phase is shown as it is."""
    known = {phase.value: phase for phase in Phase}
    found = known.get(status.phase)
    return word(found) if found else status.phase


def clock_text(status: DeskStatus) -> str:
    """Return trade date and market time."""
    return f"{status.trade_date}  {status.market_time}".strip()


def _link(key: str, title: str, state: LinkState, text: str) -> StatusItem:
    return StatusItem(key, title, _LAMPS[state], text or word(state), tip=word(state))


def _outbox(count: int) -> StatusItem:
    if count:
        return StatusItem("outbox", _tr("离线队列"), LampState.WAIT, _tr("%n 条待同步", count))
    return StatusItem("outbox", _tr("离线队列"), LampState.GOOD, _tr("已全部同步"))


def _tr(text: str, count: int = -1) -> str:
    translated = QCoreApplication.translate("Status", text)
    return translated.replace("%n", f"{count:,}")
