"""The gateway to the simulated exchange, against a peer whose answers the test decides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from msgspec.msgpack import Decoder
from websockets.asyncio.server import Server, ServerConnection, serve

from models.wire.codec import decode_by, encode
from models.wire.exchange import (
    ExchangeAccepted,
    NewOrder,
    OrderReport,
    OrderRequest,
    OrdersHello,
    OrdersWelcome,
)
from services.engine.gateways.gateway import GatewayReport, GatewayState
from services.engine.gateways.sim import SimGateway
from tests.support.lanes import quick_backoff
from tests.support.waiting import until

_REQUESTS: Decoder[OrderRequest] = Decoder(OrderRequest)
ORDER = NewOrder("O1", "A1", "000001.SZ", "B", 150_000, 100)


@dataclass
class Peer:
    """An exchange that keeps what it hears; ``session`` "" = never answers the hello."""

    session: str = "one"
    heard: list[OrderRequest] = field(default_factory=list)
    lines: list[ServerConnection] = field(default_factory=list)

    async def serve(self, line: ServerConnection) -> None:
        self.lines.append(line)
        async for raw in line:
            request = decode_by(raw if isinstance(raw, bytes) else raw.encode(), _REQUESTS)
            self.heard.append(request)
            if isinstance(request, OrdersHello) and self.session:
                await line.send(encode(OrdersWelcome(self.session, "2023-02-01")))

    async def tell(self, report: OrderReport) -> None:
        await self.lines[-1].send(encode(report))

    def hellos(self) -> list[OrdersHello]:
        return [one for one in self.heard if isinstance(one, OrdersHello)]


@dataclass
class Listener:
    """A ReportListener that keeps everything."""

    sessions: list[str] = field(default_factory=list)
    reports: list[tuple[str, GatewayReport]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    last: tuple[str, int] = ("", 0)

    def session_opened(self, session: str, trade_date: str) -> None:
        assert trade_date == "2023-02-01"
        self.sessions.append(session)
        if session != self.last[0]:
            self.last = (session, 0)

    def report_came(self, session: str, report: GatewayReport) -> None:
        self.reports.append((session, report))
        if isinstance(report, ExchangeAccepted):
            self.last = (session, report.report)

    def line_lost(self, reason: str) -> None:
        assert reason
        self.losses.append(reason)

    def cursor(self) -> tuple[str, int]:
        return self.last


@asynccontextmanager
async def peer_on_port(peer: Peer, port: int = 0) -> AsyncIterator[int]:
    server: Server = await serve(peer.serve, "127.0.0.1", port, compression=None, close_timeout=1)
    async with server:
        yield next(iter(server.sockets)).getsockname()[1]


@asynccontextmanager
async def gateway_to(port: int, listener: Listener) -> AsyncIterator[SimGateway]:
    gateway = SimGateway(f"ws://127.0.0.1:{port}/orders", "engine", quick_backoff())
    work = asyncio.create_task(gateway.run(listener, listener.cursor))
    try:
        yield gateway
        assert not work.done(), work.exception()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def test_orders_pass_and_reports_come_back() -> None:
    peer, listener = Peer(), Listener()
    async with peer_on_port(peer) as port, gateway_to(port, listener) as gateway:
        await until(lambda: gateway.state is GatewayState.LIVE)
        assert gateway.send("one", ORDER)
        await until(lambda: ORDER in peer.heard)
        accepted = ExchangeAccepted(1, "O1", 7, 36_000_000)
        await peer.tell(accepted)
        await until(lambda: listener.reports == [("one", accepted)])


async def test_reconnect_asks_for_everything_after_the_last_report() -> None:
    peer, listener = Peer(), Listener()
    async with peer_on_port(peer) as port, gateway_to(port, listener) as gateway:
        await until(lambda: gateway.state is GatewayState.LIVE)
        await peer.tell(ExchangeAccepted(1, "O1", 7, 36_000_000))
        await until(lambda: listener.reports)
        gateway.resume()
        await until(lambda: len(peer.hellos()) == 2)
        assert peer.hellos()[1] == OrdersHello("engine", "one", 1)
        await until(lambda: gateway.state is GatewayState.LIVE)
        assert len(listener.losses) == 1


async def test_nothing_is_kept_for_later_while_the_line_is_down() -> None:
    peer, listener = Peer(), Listener()
    async with peer_on_port(peer) as port:
        pass
    async with gateway_to(port, listener) as gateway:
        await until(lambda: listener.losses)
        assert not gateway.send("one", ORDER)
        async with peer_on_port(peer, port):
            await until(lambda: gateway.state is GatewayState.LIVE)
            await peer.tell(ExchangeAccepted(1, "O9", 1, 36_000_000))
            await until(lambda: listener.reports)
            assert ORDER not in peer.heard


async def test_order_meant_for_another_session_is_not_sent() -> None:
    peer, listener = Peer(), Listener()
    async with peer_on_port(peer) as port, gateway_to(port, listener) as gateway:
        await until(lambda: gateway.state is GatewayState.LIVE)
        assert not gateway.send("older", ORDER)


async def test_another_session_is_announced() -> None:
    peer, listener = Peer(), Listener()
    async with peer_on_port(peer) as port, gateway_to(port, listener) as gateway:
        await until(lambda: listener.sessions == ["one"])
        peer.session = "two"
        gateway.resume()
        await until(lambda: listener.sessions == ["one", "two"])


async def test_unreadable_report_breaks_the_line_and_the_rest_comes_again() -> None:
    peer, listener = Peer(), Listener()
    async with peer_on_port(peer) as port, gateway_to(port, listener) as gateway:
        await until(lambda: gateway.state is GatewayState.LIVE)
        await peer.lines[-1].send(b"\xc1 nonsense")
        await until(lambda: "无法识别" in "".join(listener.losses))
        await until(lambda: len(peer.hellos()) == 2)
