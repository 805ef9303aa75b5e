"""Commands straight into the inbox, and a worker that answers them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from sqlalchemy.ext.asyncio import AsyncEngine

from models.trading.order import Fill, Order, OrderState, Side
from models.wire.codec import encode
from models.wire.commands import Command, Envelope, RecordOrder
from services.central.session import Actor, acting
from services.central.sync.inbox import Sealed, put_commands
from services.worker.worker import Worker
from tests.support.postgres import FixedClock

BRANCH, MANAGER = "B001", "M001"
_ids = count(1)
_ROLES = {
    "BM01": "branch_manager",
    "BM02": "branch_manager",
    "BM09": "branch_manager",
    "CO01": "compliance",
    "HQ01": "adviser",
    **{f"CC0{n}": "call_centre" for n in range(1, 6)},
}


def envelope(command: Command, key: str, **changed: object) -> Envelope:
    """A command of M001's desk."""
    number = next(_ids)
    plain: dict[str, object] = {
        "command_id": f"cmd-{number}",
        "branch_id": BRANCH,
        "manager_id": MANAGER,
        "author": MANAGER,
        "desk": "desk-1",
        "sequence": number,
        "key": key,
        "expected_version": 0,
        "created_at": "2023-02-01T10:00:00.000+08:00",
        "command": command,
    }
    return Envelope(**(plain | changed))  # type: ignore[arg-type]


async def put(engine: AsyncEngine, commands: Sequence[Envelope]) -> None:
    """Lay commands in as the hub does."""
    for command in commands:
        role = _ROLES.get(command.author, "manager")
        actor = Actor(command.branch_id, command.author, role)
        async with acting(engine, actor) as connection:
            await put_commands(connection, [Sealed(command, encode(command))], FixedClock().now())


async def answer_all(engine: AsyncEngine) -> None:
    """Answer everything that waits."""
    worker = Worker(engine, FixedClock())
    while await worker.work_once():
        continue


async def apply(engine: AsyncEngine, *commands: Envelope) -> None:
    """Lay in and answer."""
    await put(engine, commands)
    await answer_all(engine)


@dataclass(frozen=True, slots=True)
class TradedOrder:
    """An order of 600519 at 1,850.00 and the ledger steps that its trades make."""

    client_id: str
    account: str
    side: Side = Side.BUY
    quantity: int = 300
    price_units: int = 18_500_000
    symbol: str = "600519.SH"
    name: str = "O1"
    ledger: str = "J1"

    def step(self, number: int, state: OrderState, filled: int = 0) -> Order:
        """The order after some of it was traded."""
        return Order(
            client_order_id=self.name,
            client_id=self.client_id,
            account=self.account,
            symbol=self.symbol,
            side=self.side,
            quantity=self.quantity,
            price_units=self.price_units,
            instruction_id="I20230201-001",
            entered_by=MANAGER,
            entered_at="2023-02-01T10:00:00.000+08:00",
            state=state,
            filled=filled,
            filled_units=filled * self.price_units,
            updated_at=f"2023-02-01T10:00:{number:02d}.000+08:00",
        )

    def steps(self, *fills: int) -> list[RecordOrder]:
        """Working, then one step a trade; the last one completes the order."""
        made = [RecordOrder(self.ledger, 1, self.step(1, OrderState.WORKING))]
        done = 0
        for number, quantity in enumerate(fills, 2):
            done += quantity
            full = done == self.quantity
            state = OrderState.FILLED if full else OrderState.PARTLY_FILLED
            fill = Fill(
                f"{self.name}-F{number}",
                self.name,
                self.price_units,
                quantity,
                f"2023-02-01T10:00:{number:02d}.000+08:00",
            )
            made.append(RecordOrder(self.ledger, number, self.step(number, state, done), fill))
        return made

    def named(self, name: str, **changed: object) -> "TradedOrder":
        """The same with another order id."""
        return replace(self, name=name, **changed)  # type: ignore[arg-type]
