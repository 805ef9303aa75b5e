"""The words of an own order's place: never more exact than they are, never a number for unknown."""

import pytest
from msgspec.structs import replace

from models.market.own_place import OwnPlace, PlaceCertainty, QueueDoubt
from models.trading.order import Side
from services.market.queue_position.estimate import MODEL
from widgets.paint.numbers import lots_text, quantity_text
from widgets.trading.own_words import DOUBTS, line_text, mark_texts, time_text, tip_text

EXACT = OwnPlace(
    "O1",
    Side.BUY,
    18_456_400,
    300,
    PlaceCertainty.EXACT,
    ahead=1_200,
    ahead_most=1_200,
    orders_ahead=5,
    orders_ahead_most=5,
    behind=300,
    orders_behind=2,
    better=400,
    expected_ms=41_700,
    filled_permille=(576, 846, 936),
    model=MODEL,
)
RANGE = replace(EXACT, certainty=PlaceCertainty.RANGE, ahead_most=1_500, orders_ahead_most=7)
NOWHERE = OwnPlace(
    "O1", Side.SELL, 18_456_400, 300, PlaceCertainty.NONE, doubt=QueueDoubt.NOT_IN_BOOK
)


@pytest.mark.parametrize(
    ("expected_ms", "words"),
    [
        (0, ""),
        (1, "约1秒"),
        (7_499, "约7秒"),
        (41_700, "约40秒"),
        (43_000, "约45秒"),
        (90_000, "约2分"),
        (190_000, "约3分"),
        (5_399_999, "约90分"),
        (5_400_000, "约2小时"),
    ],
)
def test_times(expected_ms: int, words: str) -> None:
    assert time_text(expected_ms) == words


@pytest.mark.parametrize(
    ("place", "texts"),
    [
        (EXACT, ("前1,200 后300 约40秒", "前1,200 约40秒", "前1,200")),
        (
            RANGE,
            ("前1,200–1,500 后300 约40秒", "前1,200–1,500 约40秒", "前1,200–1,500", "前≤1,500"),
        ),
        (
            replace(EXACT, expected_ms=0, doubt=QueueDoubt.BEYOND_CLOSE),
            ("前1,200 后300 难成", "前1,200 难成", "前1,200"),
        ),
        (
            replace(EXACT, expected_ms=0, doubt=QueueDoubt.PHASE),
            ("前1,200 后300", "前1,200"),
        ),
        (NOWHERE, ("盘口中未见该委托", "未见")),
    ],
)
def test_words_on_a_level_from_long_to_short(place: OwnPlace, texts: tuple[str, ...]) -> None:
    assert mark_texts(place, quantity_text) == texts


def test_a_line_says_what_stands_where_and_when() -> None:
    assert line_text(EXACT, lots_text, 2) == "买 1,845.64 × 3  前12 后3  约40秒"
    assert line_text(NOWHERE, lots_text, 2) == "卖 1,845.64 × 3  盘口中未见该委托"


@pytest.mark.parametrize("doubt", [one for one in QueueDoubt if one])
def test_every_doubt_has_words_and_no_time(doubt: QueueDoubt) -> None:
    place = replace(EXACT, expected_ms=0, filled_permille=(), doubt=doubt)
    assert DOUBTS[doubt]
    assert DOUBTS[doubt] in line_text(place, lots_text, 2)
    assert "约" not in tip_text((replace(place, model=""),), 2)


def test_the_tip_names_the_model_and_what_it_rests_on() -> None:
    tip = tip_text((EXACT,), 2)
    assert "前方 1,200 股(5 笔),后方 300 股(2 笔),更优价位 400 股" in tip
    assert "1 分钟内成交 57.6%,5 分钟内成交 84.6%,15 分钟内成交 93.6%" in tip
    assert "约半数在此之前全部成交" in tip
    assert f"模型 {MODEL}:" in tip
    assert "近 5 分钟成交速率" in tip
    assert "只知范围" in tip_text((RANGE,), 2)
    assert "1,200–1,500 股(5–7 笔)" in tip_text((RANGE,), 2)
