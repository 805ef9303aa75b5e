"""What stands behind the orders door: the hall of a market, or of a replay that refuses."""

from typing import Protocol

from models.wire.exchange import CancelRequest, NewOrder, OrderReport, QueryOrder
from services.exchange.orders.gateway import Gateway

Request = NewOrder | CancelRequest | QueryOrder


class Hall(Protocol):
    """Takes the requests of all gateways of one session."""

    @property
    def session(self) -> str:
        """Names this run: orders of another one are over."""
        ...

    def gateway(self, name: str) -> Gateway:
        """Return the gateway of that name, a new one at its first sign-in."""
        ...

    def take(self, gateway: Gateway, request: Request) -> list[OrderReport]:
        """Carry out a request; returns what only the asker wants to hear (repeats, answers)."""
        ...
