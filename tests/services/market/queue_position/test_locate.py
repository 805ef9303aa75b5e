"""An order whose number was not told is found by what the feed shows of it."""

from collections.abc import Callable

import pytest

from models.trading.order import Side
from models.wire.feed import RECORD, SIDE_BUY
from services.market.queue_position.locate import MOST, AddLocator, Sought
from tests.services.market.support import CHANNEL, SHANGHAI, SHENZHEN, TEN_O_CLOCK, Tape

PRICE = 99_900


def candidates(
    fill: Callable[[Tape], None],
    *,
    index: int = SHANGHAI,
    accepted_ms: int | None = TEN_O_CLOCK,
    early: bool = False,
) -> tuple[int, ...]:
    """Look for a buy order of 300 shares sent at ten o'clock."""
    locator, tape = AddLocator(), Tape()
    locator.seek("ours", Sought(index, Side.BUY, PRICE, 300, TEN_O_CLOCK - 1_000))
    if accepted_ms is not None and early:
        locator.accepted("ours", accepted_ms)
    fill(tape)
    packed = b"".join(RECORD.pack(*record) for record in tape.records)
    locator.on_records(CHANNEL, memoryview(packed))
    if accepted_ms is not None and not early:
        locator.accepted("ours", accepted_ms)
    return locator.candidates("ours")


def _whole(tape: Tape) -> None:
    tape.buy(SHANGHAI, 7, PRICE, 300)


def _remainder(tape: Tape) -> None:
    tape.sell(SHANGHAI, 1, PRICE, 200)
    tape.trade(SHANGHAI, SIDE_BUY, 7, 1, PRICE, 100)
    tape.trade(SHANGHAI, SIDE_BUY, 7, 1, PRICE, 100)
    tape.buy(SHANGHAI, 7, PRICE, 100)


def _others(tape: Tape) -> None:
    tape.buy(SHANGHAI, 1, PRICE, 200)
    tape.buy(SHANGHAI, 2, PRICE + 100, 300)
    tape.sell(SHANGHAI, 3, PRICE, 300)
    tape.buy(SHENZHEN, 4, PRICE, 300)


def _twins(tape: Tape) -> None:
    tape.buy(SHANGHAI, 7, PRICE, 300)
    tape.buy(SHANGHAI, 8, PRICE, 300)


def _late(tape: Tape) -> None:
    tape.buy(SHANGHAI, 7, PRICE, 300)
    tape.time_ms += 1_001
    tape.buy(SHANGHAI, 8, PRICE, 300)


def _whole_shenzhen(tape: Tape) -> None:
    tape.trade(SHENZHEN, SIDE_BUY, 7, 1, PRICE, 100)
    tape.buy(SHENZHEN, 7, PRICE, 300)


@pytest.mark.parametrize(
    ("fill", "found"),
    [(_whole, (7,)), (_remainder, (7,)), (_others, ()), (_twins, (7, 8)), (_late, (7,))],
)
@pytest.mark.parametrize("early", [False, True], ids=["acceptance after", "acceptance before"])
def test_found_whichever_line_is_first(
    fill: Callable[[Tape], None], found: tuple[int, ...], early: bool
) -> None:
    assert candidates(fill, early=early) == found


def test_shenzhen_shows_the_whole_order_whatever_it_traded() -> None:
    assert candidates(_whole_shenzhen, index=SHENZHEN) == (7,)


def test_until_the_acceptance_every_later_one_may_be_ours() -> None:
    assert candidates(_late, accepted_ms=None) == (7, 8)


def test_what_is_forgotten_or_kept_no_more_is_not_looked_for() -> None:
    locator = AddLocator()
    for name in ("one", "two"):
        locator.seek(name, Sought(SHANGHAI, Side.BUY, PRICE, 300, 0))
    locator.keep({"two"})
    tape = Tape()
    _whole(tape)
    locator.on_records(CHANNEL, memoryview(RECORD.pack(*tape.records[0])))
    assert (locator.candidates("one"), locator.candidates("two")) == ((), (7,))


def test_no_more_than_a_bounded_number_is_remembered() -> None:
    def many(tape: Tape) -> None:
        for number in range(2 * MOST):
            tape.buy(SHANGHAI, number + 1, PRICE, 300)

    assert len(candidates(many)) == MOST
