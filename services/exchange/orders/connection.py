"""One connection on ``/orders``: sign-in, requests in, reports out in order."""

import asyncio
from collections import deque

from websockets.asyncio.server import ServerConnection

from models.wire.codec import decode, encode
from models.wire.exchange import OrderReport, OrderRequest, OrdersHello, OrdersWelcome
from services.exchange.link import (
    HELLO_SECONDS,
    SEND_SECONDS,
    ProtocolFault,
    first_to_end,
    next_message,
)
from services.exchange.orders.door import Hall
from services.exchange.orders.gateway import Gateway

_MOST_WAITING = 100_000


class OrdersConnection:
    """Serves one gateway until either side ends it."""

    def __init__(self, socket: ServerConnection, hall: Hall, trade_date: str) -> None:
        self._socket = socket
        self._hall = hall
        self._trade_date = trade_date
        self._waiting: deque[OrderReport] = deque()
        self._changed = asyncio.Event()
        self._displaced = asyncio.Event()

    async def serve(self) -> None:
        """Sign the gateway in and serve it.

        Raises ProtocolFault, TimeoutError, ExpectedFailure WIRE_BAD_MESSAGE, ConnectionClosed.
        """
        async with asyncio.timeout(HELLO_SECONDS):
            hello = decode(await next_message(self._socket), OrdersHello)
        gateway = self._hall.gateway(hello.gateway)
        self._say(OrdersWelcome(self._hall.session, self._trade_date))
        same_session = hello.session == self._hall.session
        after = hello.after_report if same_session else 0
        leave = gateway.attach(self._say, after, self._displaced.set)
        try:
            await first_to_end(self._send(), self._receive(gateway), self._give_way())
        finally:
            leave()

    async def _give_way(self) -> None:
        await self._displaced.wait()
        raise ProtocolFault("another connection signed in as this gateway")

    async def _receive(self, gateway: Gateway) -> None:
        while True:
            raw = await next_message(self._socket)
            request: OrderRequest = decode(raw, OrderRequest)  # type: ignore[arg-type]  # a union
            if isinstance(request, OrdersHello):
                raise ProtocolFault("orders_hello comes once")
            for answer in self._hall.take(gateway, request):
                self._say(answer)

    async def _send(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if len(self._waiting) > _MOST_WAITING:
                raise ProtocolFault("too slow")
            while self._waiting:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._socket.send(encode(self._waiting.popleft()))

    def _say(self, message: OrderReport) -> None:
        self._waiting.append(message)
        self._changed.set()
