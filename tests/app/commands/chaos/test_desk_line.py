"""What a desk stored before it was killed counts, whether or not it could still say so."""

from pathlib import Path

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Child
from app.commands.chaos.talk import Done
from models.trading.order import OrderState
from models.wire.ledger import OrderChanged
from tests.support.central_work import TradedOrder

AT = "2023-02-01T10:00:00.000+08:00"


def test_an_event_whose_answer_died_with_the_desk_is_stored(tmp_path: Path) -> None:
    line = DeskLine(Child("desk-1", tmp_path, ()), "M001", "L-desk", tmp_path)
    order = TradedOrder("C1", "A1").step(9, OrderState.WORKING)
    for number in (1, 2, 3):
        line.add_event(OrderChanged(number, AT, order))
    line.take(Done(0, last_event=2))
    assert (line.told, line.stored_events) == (2, {1, 2})
