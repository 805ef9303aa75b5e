"""Tables: sorted by value, aligned as their header, rows stay put when values change."""

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from tests.support.clipping import clipped_texts
from widgets.basic.columns import Column
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable
from widgets.paint.look import Look
from widgets.paint.numbers import money_change_text


@dataclass(frozen=True, slots=True)
class Line:
    """A record."""

    code: str
    name: str
    profit: int


LINES = (
    Line("600519", "贵州茅台", 900_00),
    Line("000858", "五粮液", -1_500_00),
    Line("1", "平", 0),
)


@pytest.fixture
def rows(qtbot: QtBot) -> TableRows[Line]:
    columns = (
        Column[Line]("代码", lambda line: line.code, "600519"),
        Column[Line]("名称", lambda line: line.name, "贵州茅台", stretch=True),
        Column[Line](
            "浮动盈亏",
            lambda line: money_change_text(line.profit),
            "+9,999,999",
            value=lambda line: line.profit,
            tone=lambda line: "rise" if line.profit > 0 else "fall",
            is_number=True,
        ),
    )
    made = TableRows(columns, key=lambda line: line.code)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.show(LINES)
    return made


@pytest.fixture
def table(qtbot: QtBot, look: Look, rows: TableRows[Line]) -> DataTable[Line]:
    made = DataTable(look, rows)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    return made


def shown(table: DataTable[Line]) -> list[str]:
    model = table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_numbers_are_sorted_by_value_not_by_text(table: DataTable[Line]) -> None:
    table.show_sorted(2, Qt.SortOrder.AscendingOrder)
    assert shown(table) == ["000858", "1", "600519"]
    table.show_sorted(2, Qt.SortOrder.DescendingOrder)
    assert shown(table) == ["600519", "1", "000858"]


def test_header_stands_as_its_column(rows: TableRows[Line]) -> None:
    role = Qt.ItemDataRole.TextAlignmentRole
    for column in range(rows.columnCount()):
        header = rows.headerData(column, Qt.Orientation.Horizontal, role)
        assert header == rows.data(rows.index(0, column), role)


def test_same_keys_change_cells_only(qtbot: QtBot, rows: TableRows[Line]) -> None:
    changed: list[int] = []
    rows.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    with qtbot.assertNotEmitted(rows.layoutChanged):
        rows.show((LINES[0], replace(LINES[1], profit=5), LINES[2]))
    assert changed == [1]


def test_selection_follows_its_record(table: DataTable[Line], rows: TableRows[Line]) -> None:
    table.select_key("000858")
    rows.show((Line("300750", "宁德时代", 1), *reversed(LINES)))
    assert table.current_record() == LINES[1]
    rows.show((LINES[0],))
    assert table.current_record() != LINES[1]


def test_enter_tells_the_record(qtbot: QtBot, table: DataTable[Line]) -> None:
    table.select_key("600519")
    with qtbot.waitSignal(table.activated_record) as told:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert told.args == [LINES[0]]


@pytest.mark.parametrize("width", [280, 420, 900])
def test_cells_hold_their_texts_and_spare_width_is_used(table: DataTable[Line], width: int) -> None:
    table.resize(width, 300)
    assert clipped_texts(table) == []
    used = table.horizontalHeader().length()
    assert used >= table.viewport().width() - 3
