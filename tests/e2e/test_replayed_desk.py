"""The whole desk on a recorded day: it moves, it says so, and no order leaves it."""

from app.frame.places import Places
from app.frame.readiness import find_ready
from models.clients.card import CardQuery, ClientCard
from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus
from models.status import DeskStatus, LinkState
from models.trading.order import Order, OrderState, Side
from models.trading.ticket import Ticket
from models.wire.exchange import FeedInstrument, FeedWelcome
from services.market.heart import MarketHeart
from services.market.recording.recorder import Recorder
from services.market.recording.writer import BlockWriter
from tests.e2e.desk_work import CODE, LOT, Manager, at_desk, open_desk
from tests.e2e.home import fresh_home, processes_of
from tests.services.market.support import CHANNEL, SHANGHAI, Tape

_REPLAY = '\n[exchange]\nreplay = "2023-02-01"\nstart = "10:00:00"\nspeed = 50\n'
_BID = 18_500_000


def _recorded_day(places: Places) -> None:
    """Record four hours of one stock: a bid of 100 shares more each forty seconds."""
    listed = FeedInstrument(
        index=SHANGHAI,
        symbol=CODE,
        name="贵州茅台",
        exchange=Exchange.SSE,
        board=Board.MAIN,
        kind=SecurityKind.STOCK,
        status=SecurityStatus.NORMAL,
        industry="",
        channel=CHANNEL,
        previous_close_units=18_457_600,
        limit_up_units=20_303_400,
        limit_down_units=16_611_800,
    )
    tape, heart = Tape(), MarketHeart(lambda: 0.0)
    writer = BlockWriter(lambda _: places.recordings / "2023-02-01-00000001.rec")
    recorder = Recorder(heart, writer.take, lambda: 0.0)
    tape.sell(SHANGHAI, 1, _BID + 10_000, LOT)
    for number in range(2, 360):
        tape.time_ms += 40_000
        tape.buy(SHANGHAI, number, _BID, LOT)
    heart.on_welcome(FeedWelcome("one", "2023-02-01", 1.0, (listed,)))
    heart.on_frame(tape.frame(1, len(tape.records)))
    recorder.finish()
    writer.close()


def test_a_replayed_day_moves_and_takes_no_orders() -> None:
    with fresh_home(_REPLAY) as places:
        _recorded_day(places)
        status, refused, faults = at_desk(places, _at_the_replay(places))
        assert status.speed == "回放 50×"
        assert (status.engine, status.engine_text) == (LinkState.DOWN, "行情回放,不能委托")
        assert any("行情回放中,没有可成交的市场" in text for text in faults)
        assert refused.state is OrderState.REFUSED
        assert not list(places.engine.glob("*.journal"))
        assert processes_of(places) == []


async def _at_the_replay(places: Places) -> tuple[DeskStatus, Order, list[str]]:
    async with open_desk(places) as manager:
        assert find_ready(places, "replay") and not find_ready(places, "exchange")
        await manager.see("买盘", lambda: _bid_total(manager) > 0)
        before = _bid_total(manager)
        await manager.see("回放在走", lambda: _bid_total(manager) > before)
        card = await manager.find("客户", lambda: _somebody(manager))
        await manager.ports.orders.prepare(card.client_id)
        ticket = Ticket(card.client_id, card.account, CODE, Side.BUY, LOT, _BID, "")
        check = manager.ports.orders.check(ticket)
        name = await manager.ports.orders.place(ticket)
        refused = await manager.see_order(name, OrderState.REFUSED)
        texts = [line.text for line in check.lines if not line.ok]
        return manager.ports.board.status(), refused, texts


async def _somebody(manager: Manager) -> ClientCard | None:
    cards = (await manager.ports.clients.find(CardQuery())).cards
    return cards[0] if cards else None


def _bid_total(manager: Manager) -> int:
    depth = manager.ports.books.depth(CODE, "")
    return depth.bid_total if depth is not None else 0
