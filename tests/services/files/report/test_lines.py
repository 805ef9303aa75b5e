"""Lines as Chinese is set, figures as they are read."""

from decimal import Decimal

import pytest

from models.files.report.document import Cell, Kind
from services.files.writing.report.lines import broken
from services.files.writing.report.shown import shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("一二三四五六七", ["一二三四五", "六七"]),
        ("一二三四五,六七", ["一二三四", "五,六七"]),
        ("一二三四(五六)", ["一二三四", "(五六)"]),
        ("净值1,234.56元", ["净值1,2", "34.56", "元"]),
        ("abc def gh", ["abc", "def", "gh"]),
    ],
)
def test_marks_and_words_stay_where_they_belong(text: str, lines: list[str]) -> None:
    found = broken(text, 5.0, len)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert found == lines


def test_no_character_is_lost_however_narrow_it_is() -> None:
    text = "与客户通话(约二十分钟):询问“定投”、Statement-of-Account 1,234.56 元。" * 3
    for width in range(1, 40):
        found = broken(text, float(width), len)
        assert "".join(found).replace(" ", "") == text.replace(" ", "")
        assert all(found)


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        (Kind.YUAN, Decimal("-1234567.5"), "−1,234,567.50"),
        (Kind.PRICE, Decimal("3.0050"), "3.005"),
        (Kind.PRICE, Decimal("3"), "3.00"),
        (Kind.PERMILLE, Decimal("0.0854"), "0.0854"),
        (Kind.POINTS, Decimal("12.500"), "12.5"),
        (Kind.POINTS, Decimal("100"), "100"),
        (Kind.WHOLE, 12_300, "12,300"),
        (Kind.DAY, "长期", "长期"),
        (Kind.YUAN, None, "—"),
    ],
)
def test_a_figure_is_read_with_its_places(kind: Kind, cell: Cell, text: str) -> None:
    assert shown(kind, cell) == text
