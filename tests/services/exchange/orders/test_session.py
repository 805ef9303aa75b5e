"""Order entry over a real loopback socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from models.wire.codec import decode, encode
from models.wire.exchange import (
    CancelRequest,
    ExchangeAccepted,
    ExchangeCancelled,
    ExchangeFill,
    ExchangeRejected,
    NewOrder,
    OrderReport,
    OrdersHello,
    OrderStatus,
    OrdersWelcome,
    QueryOrder,
)
from tests.support.exchange import DEADLINE_SECONDS, RunningExchange, running_exchange

QUIET = frozenset({"nobody"})
SYMBOL = "600036.SH"  # previous close 41.36: limits 45.50 and 37.22


class Gateway:
    """A gateway's side of one connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.welcome = OrdersWelcome("", "")

    async def send(self, message: msgspec.Struct) -> None:
        await self.socket.send(encode(message))

    async def next(self) -> OrderReport:
        async with asyncio.timeout(DEADLINE_SECONDS):
            raw = await self.socket.recv(decode=False)
        report: OrderReport = decode(raw, OrderReport)  # type: ignore[arg-type]  # a union
        return report

    async def several(self, count: int) -> list[OrderReport]:
        return [await self.next() for _ in range(count)]

    async def order(
        self, ref: str, side: str, price: int, shares: int, symbol: str = SYMBOL
    ) -> None:
        await self.send(NewOrder(ref, "A1", symbol, side, price, shares))


@asynccontextmanager
async def gateway_of(
    exchange: RunningExchange, name: str = "g", session: str = "", after: int = 0
) -> AsyncIterator[Gateway]:
    async with connect(exchange.url("orders")) as socket:
        gateway = Gateway(socket)
        await gateway.send(OrdersHello(name, session, after))
        welcome = await gateway.next()
        assert isinstance(welcome, OrdersWelcome)
        gateway.welcome = welcome
        yield gateway


async def test_order_is_accepted_filled_by_another_and_numbered() -> None:
    async with running_exchange(QUIET) as exchange, gateway_of(exchange) as gateway:
        assert gateway.welcome == OrdersWelcome(exchange.server.welcome.session, "2023-02-01")
        await gateway.order("s", "S", 413_600, 300)
        await gateway.order("b", "B", 413_700, 500)
        accepted, second, fill_s, fill_b = await gateway.several(4)
        assert isinstance(accepted, ExchangeAccepted)
        assert isinstance(second, ExchangeAccepted)
        assert second.exchange_order_id > accepted.exchange_order_id
        fills = {
            fill.order_ref: fill for fill in (fill_s, fill_b) if isinstance(fill, ExchangeFill)
        }
        assert {ref: (one.price_units, one.quantity) for ref, one in fills.items()} == {
            "s": (413_600, 300),
            "b": (413_600, 300),
        }
        assert len({one.trade_id for one in fills.values()}) == 2
        assert sorted(one.report for one in fills.values()) == [3, 4]


async def test_cancel_withdraws_the_rest_and_ends_the_order() -> None:
    async with running_exchange(QUIET) as exchange, gateway_of(exchange) as gateway:
        await gateway.order("b", "B", 413_600, 500)
        await gateway.order("s", "S", 413_600, 200)
        await gateway.several(4)
        await gateway.send(CancelRequest("b"))
        cancelled = await gateway.next()
        assert isinstance(cancelled, ExchangeCancelled)
        assert (cancelled.order_ref, cancelled.quantity) == ("b", 300)
        await gateway.send(QueryOrder("b"))
        assert await gateway.next() == OrderStatus("b", True, "cancelled", 200, 0)
        await gateway.send(CancelRequest("b"))
        refused = await gateway.next()
        assert isinstance(refused, ExchangeRejected)
        assert refused.reason == "ORDER_OVER"


async def test_same_reference_again_repeats_the_answer_and_moves_nothing() -> None:
    async with running_exchange(QUIET) as exchange, gateway_of(exchange) as gateway:
        await gateway.order("b", "B", 413_600, 500)
        first = await gateway.next()
        await gateway.order("b", "B", 413_600, 500)
        assert await gateway.next() == first
        await gateway.send(QueryOrder("b"))
        assert await gateway.next() == OrderStatus("b", True, "working", 0, 500)
        await gateway.send(QueryOrder("never"))
        assert await gateway.next() == OrderStatus("never", False, "", 0, 0)
        assert exchange.market.venues[SYMBOL].book.bids.quantity == 500


REFUSALS = (
    ("600999.SH", "B", 413_600, 100, "UNKNOWN_SYMBOL"),
    (SYMBOL, "B", 413_600, 150, "LOT_SIZE"),
    (SYMBOL, "B", 413_600, 1_000_100, "MAX_SIZE"),
    (SYMBOL, "B", 413_650, 100, "TICK_SIZE"),
    (SYMBOL, "B", 455_100, 100, "PRICE_LIMIT"),
    (SYMBOL, "S", 372_100, 100, "PRICE_LIMIT"),
    ("688036.SH", "B", 850_000, 200, "PRICE_CAGE"),  # the main board had no cage yet
    ("688036.SH", "B", 815_000, 100, "LOT_SIZE"),
    (SYMBOL, "X", 413_600, 100, "BAD_ORDER"),
    (SYMBOL, "B", 413_600, 0, "BAD_ORDER"),
    (SYMBOL, "B", -1, 100, "BAD_ORDER"),
    (SYMBOL, "B", 1 << 40, 100, "BAD_ORDER"),
)


@pytest.mark.parametrize(("symbol", "side", "price", "shares", "reason"), REFUSALS)
async def test_refusals_carry_the_rules_code_and_words(
    symbol: str, side: str, price: int, shares: int, reason: str
) -> None:
    async with running_exchange(QUIET) as exchange, gateway_of(exchange) as gateway:
        await gateway.order("r", side, price, shares, symbol)
        refused = await gateway.next()
        assert isinstance(refused, ExchangeRejected)
        assert (refused.order_ref, refused.reason, refused.report) == ("r", reason, 1)
        assert refused.text
        await gateway.send(QueryOrder("r"))
        assert await gateway.next() == OrderStatus("r", True, "rejected", 0, 0)


SESSIONS = (
    (32_400_000, "NOT_IN_SESSION", "NOT_IN_SESSION"),  # 09:00
    (33_660_000, "", "CANCEL_NOT_ALLOWED"),  # 09:21, locked
    (34_000_000, "NOT_IN_SESSION", "NOT_IN_SESSION"),  # 09:26, Shanghai
    (42_000_000, "NOT_IN_SESSION", "NOT_IN_SESSION"),  # 11:40
    (53_880_000, "", "CANCEL_NOT_ALLOWED"),  # 14:58
    (54_060_000, "NOT_IN_SESSION", "ORDER_OVER"),  # 15:01, the day is over
)


@pytest.mark.parametrize(("at_ms", "order_reason", "cancel_reason"), SESSIONS)
async def test_phases_decide_what_may_be_asked(
    at_ms: int, order_reason: str, cancel_reason: str
) -> None:
    async with running_exchange(QUIET, 33_500_000) as exchange, gateway_of(exchange) as gateway:
        await gateway.order("early", "B", 400_000, 100)
        assert isinstance(await gateway.next(), ExchangeAccepted)
    before = 33_500_000 if at_ms > 33_500_000 else at_ms
    async with running_exchange(QUIET, before) as exchange, gateway_of(exchange) as gateway:
        await gateway.order("early", "B", 400_000, 100)
        first = await gateway.next()
        exchange.clock.time_ms = at_ms
        await gateway.order("late", "B", 400_000, 100)
        answer = await gateway.next()
        if isinstance(answer, ExchangeCancelled):  # the close came in between
            answer = await gateway.next()
        assert getattr(answer, "reason", "") == order_reason
        await gateway.send(CancelRequest("early"))
        refused = await gateway.next()
        assert isinstance(refused, ExchangeRejected)
        known = isinstance(first, ExchangeAccepted)
        assert refused.reason == (cancel_reason if known else "ORDER_UNKNOWN")


async def test_orders_left_at_the_end_of_the_day_are_cancelled_with_a_report() -> None:
    async with running_exchange(QUIET) as exchange, gateway_of(exchange) as gateway:
        await gateway.order("b", "B", 400_000, 700)
        await gateway.next()
        exchange.clock.time_ms = 54_000_001
        over = await gateway.next()
        assert isinstance(over, ExchangeCancelled)
        assert (over.order_ref, over.quantity, over.time_ms) == ("b", 700, 54_000_000)


async def test_reports_missed_while_away_are_replayed() -> None:
    async with running_exchange(QUIET) as exchange:
        async with gateway_of(exchange) as gateway:
            session = gateway.welcome.session
            await gateway.order("b", "B", 413_600, 500)
            await gateway.next()
        async with gateway_of(exchange, "other") as other:
            await other.order("s", "S", 413_600, 200)
            assert [one.report for one in await other.several(2)] == [1, 2]  # type: ignore[union-attr]
        async with gateway_of(exchange, session=session, after=1) as gateway:
            missed = await gateway.next()
            assert isinstance(missed, ExchangeFill)
            assert (missed.report, missed.order_ref, missed.quantity) == (2, "b", 200)
            await gateway.order("c", "B", 400_000, 100)
            accepted = await gateway.next()
            assert isinstance(accepted, ExchangeAccepted)
            assert accepted.report == 3
        async with gateway_of(exchange, session="another run", after=2) as gateway:
            assert [one.report for one in await gateway.several(3)] == [1, 2, 3]  # type: ignore[union-attr]


async def test_each_run_is_a_session_of_its_own() -> None:
    async with running_exchange(QUIET) as one, running_exchange(QUIET) as two:
        assert one.server.welcome.session != two.server.welcome.session


async def test_second_connection_of_a_gateway_takes_over() -> None:
    async with (
        running_exchange(QUIET) as exchange,
        gateway_of(exchange) as first,
        gateway_of(exchange) as second,
    ):
        await second.order("b", "B", 413_600, 500)
        assert isinstance(await second.next(), ExchangeAccepted)
        with pytest.raises(ConnectionClosed) as closed:
            await first.next()
        assert closed.value.rcvd is not None
        assert "another connection" in closed.value.rcvd.reason


BROKEN = (
    (b"\xff\xff", 1007, "WIRE_BAD_MESSAGE"),
    (encode(OrdersHello("g", "", 0)), 1008, "comes once"),
    ("text", 1008, "binary"),
    (b"\x00" * 70_000, 1009, ""),
)


@pytest.mark.parametrize(("raw", "code", "reason"), BROKEN)
async def test_bad_frames_end_only_their_own_connection(
    raw: bytes | str, code: int, reason: str
) -> None:
    async with running_exchange(QUIET) as exchange, gateway_of(exchange, "good") as good:
        async with gateway_of(exchange, "bad") as bad:
            await bad.socket.send(raw)
            with pytest.raises(ConnectionClosed) as closed:
                await bad.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code
        assert reason in closed.value.rcvd.reason
        await good.order("b", "B", 413_600, 500)
        assert isinstance(await good.next(), ExchangeAccepted)


async def test_own_order_is_filled_by_what_really_came_on_the_recorded_day() -> None:
    recorded = frozenset({"600519.SH"})
    async with running_exchange(recorded) as exchange, gateway_of(exchange) as gateway:
        book = exchange.market.venues["600519.SH"].book
        best = book.bids.best()
        ahead = book.bids.depth(1)[0][1]
        await gateway.order("b", "B", best, 100, "600519.SH")
        assert isinstance(await gateway.next(), ExchangeAccepted)
        assert book.bids.depth(1)[0] == (best, ahead + 100, book.bids.levels[best].count)
        exchange.clock.time_ms += 600_000
        fill = await gateway.next()
        assert isinstance(fill, ExchangeFill)
        assert (fill.price_units, fill.quantity) == (best, 100)
        assert fill.time_ms > 36_000_000


async def test_no_bytes_harm_the_exchange() -> None:
    rng = Random(7)
    whole = encode(NewOrder("f", "A1", SYMBOL, "B", 413_600, 100))
    async with running_exchange(QUIET) as exchange, gateway_of(exchange, "good") as good:
        for _ in range(60):
            frame = bytearray(whole[: rng.randint(1, len(whole))])
            frame[rng.randrange(len(frame))] = rng.randrange(256)
            async with connect(exchange.url(rng.choice(("orders", "feed")))) as socket:
                if rng.random() < 0.5:
                    await socket.send(encode(OrdersHello("bad", "", 0)))
                await socket.send(bytes(frame))
        await good.order("b", "B", 413_600, 500)
        accepted = await good.next()
        assert isinstance(accepted, ExchangeAccepted)
        assert accepted.order_ref == "b"
