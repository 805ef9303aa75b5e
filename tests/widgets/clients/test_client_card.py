"""Cards and alerts: drawn once, chosen and opened by id, columns that fit."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from models.clients.alert import Severity
from tests.support import pictures
from widgets.clients.alert_row import ALERT_ROLE, AlertView, severity_colours
from widgets.clients.card_view import ClientCardView
from widgets.clients.client_card import CARD_ROLE, CARD_SIZE
from widgets.clients.tier_badge import TierBadge
from widgets.clients.timeline import Timeline, TimelineEntry
from widgets.paint.look import Look
from widgets.paint.pixmaps import PixmapCache
from widgets.paint.tokens import dark_tokens, light_tokens, with_green_rise


class Values(QAbstractListModel):
    """Any values as a list."""

    def __init__(self, values: tuple[object, ...], role: int) -> None:
        super().__init__()
        self.values = list(values)
        self._role = role

    def rowCount(  # noqa: N802 - Qt's name
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),
    ) -> int:
        """Number of values."""
        return 0 if parent.isValid() else len(self.values)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The value."""
        return self.values[index.row()] if role == self._role else None


@pytest.fixture
def model() -> Values:
    return Values(pictures.cards(40), CARD_ROLE)


@pytest.fixture
def view(qtbot: QtBot, look: Look, model: Values) -> ClientCardView:
    made = ClientCardView(look)
    qtbot.addWidget(made)
    made.setModel(model)
    made.set_today(date(2023, 2, 1))
    made.resize(1_000, 600)
    made.show()
    return made


def test_choosing_and_opening_tell_the_client(
    qtbot: QtBot, view: ClientCardView, model: Values
) -> None:
    with qtbot.waitSignal(view.chosen) as chosen:
        view.setCurrentIndex(model.index(3, 0))
    with qtbot.waitSignal(view.opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    wanted = pictures.cards(40)[3].client_id
    assert chosen.args == opened.args == [wanted]
    assert view.current_client() == wanted


@pytest.mark.parametrize("width", [300, 640, 1_000, 1_700])
def test_cards_fill_whole_columns(view: ClientCardView, width: int) -> None:
    view.resize(width, 600)
    room, card = view.viewport().width(), view.gridSize().width()
    columns = room // card
    assert card >= min(CARD_SIZE.width(), room - 2)
    assert columns == max(1, (room - 2) // CARD_SIZE.width())
    assert room - columns * card <= columns + 2


def test_theme_rise_colour_and_values_change_the_picture(
    qtbot: QtBot, view: ClientCardView, model: Values, look: Look
) -> None:
    seen = [view.grab().toImage()]
    look.wear(with_green_rise(dark_tokens()))
    seen.append(view.grab().toImage())
    look.wear(light_tokens())
    seen.append(view.grab().toImage())
    model.values[0] = replace(pictures.cards(40)[0], alert_count=99)
    model.dataChanged.emit(model.index(0, 0), model.index(0, 0))
    seen.append(view.grab().toImage())
    assert all(one != other for one, other in zip(seen, seen[1:], strict=False))


def test_pixmap_cache_forgets_the_longest_unused(qtbot: QtBot) -> None:
    cache = PixmapCache(2)
    for key in ("a", "b"):
        cache.put(key, QPixmap(1, 1))
    assert cache.get("a") is not None
    cache.put("c", QPixmap(1, 1))
    assert (cache.get("b"), len(cache)) == (None, 2)
    cache.clear()
    assert len(cache) == 0


def test_alerts_are_chosen_and_opened_as_values(qtbot: QtBot, look: Look) -> None:
    alerts = pictures.alerts()
    view, model = AlertView(look), Values(alerts, ALERT_ROLE)
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(360, 400)
    view.show()
    with qtbot.waitSignal(view.chosen) as chosen:
        view.setCurrentIndex(model.index(1, 0))
    with qtbot.waitSignal(view.opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == opened.args == [alerts[1]]


@pytest.mark.parametrize("tokens", [dark_tokens(), light_tokens()], ids=lambda t: t.name)
def test_no_severity_wears_a_colour_of_prices(tokens: object) -> None:
    dark = dark_tokens() if tokens == dark_tokens() else light_tokens()
    prices = {dark.rise.name(), dark.fall.name(), dark.rise_fill.name(), dark.fall_fill.name()}
    worn = {c.name() for s in Severity for c in severity_colours(dark, s)}
    assert not worn & prices
    assert len({tuple(c.name() for c in severity_colours(dark, s)) for s in Severity}) == 3


def test_badge_is_as_wide_as_its_word(qtbot: QtBot, look: Look) -> None:
    badge = TierBadge(look)
    qtbot.addWidget(badge)
    narrow = badge.sizeHint().width()
    badge.show_tier(pictures.alerts()[0].tier)
    assert badge.sizeHint().width() > narrow


def test_timeline_grows_with_wrapped_text(qtbot: QtBot, look: Look) -> None:
    timeline = Timeline(look)
    qtbot.addWidget(timeline)
    timeline.resize(300, 400)
    timeline.show()
    heights = []
    for text in ("短", "很长的一段联系记录。" * 30):
        timeline.show_entries((TimelineEntry("02-01 14:20", "去电", text, "陈敏"),))
        heights.append(timeline.findChildren(QWidget, "timelinePaper")[0].height())
    assert heights[1] > heights[0] + 100
