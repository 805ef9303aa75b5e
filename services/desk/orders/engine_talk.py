"""The desk's talk with the engine: events stored one by one, requests matched with answers."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from models.errors import ExpectedFailure
from models.status import LinkState
from models.trading.instruction import Instruction
from models.wire.ledger import (
    AccountOpened,
    CancelRefused,
    GiveInstruction,
    GiveSettings,
    InstructionHeld,
    LedgerEvent,
    LedgerInput,
    LedgerWelcome,
    OpenAccount,
    OrderChanged,
    SettingsHeld,
    SettingsRefused,
)
from services.desk.orders.answers import Answers, Wanted
from services.desk.orders.memory import OrderMemory
from services.desk.orders.store import AccountState, OrderStore
from services.rules.dated import Sections

_ANSWER_S = 10.0


class EngineLine(Protocol):
    """The ledger lane's client."""

    @property
    def state(self) -> LinkState:
        """How the line stands."""
        ...

    async def send(self, request: LedgerInput) -> None:
        """Send now; ExpectedFailure ENGINE_DOWN."""
        ...


class EngineBoard(Protocol):
    """Who tells the person how the engine stands."""

    def set_engine(self, state: LinkState, words: str) -> None:
        """State and words of the ledger lane."""
        ...


class FirmSections(Protocol):
    """The firm's settings as central told them to this desk."""

    def sections(self, day: date) -> Sections:
        """Return what is in force on ``day``; () = nothing is known."""
        ...


class EngineTalk:
    """The LedgerListener of the desk. ``notice`` gets what nobody waits for any more."""

    def __init__(
        self,
        store: OrderStore,
        memory: OrderMemory,
        board: EngineBoard,
        notice: Callable[[ExpectedFailure], None],
        settings: FirmSections,
    ) -> None:
        self._settings = settings
        self._store = store
        self._memory = memory
        self._board = board
        self._notice = notice
        self._answers = Answers()
        self._line: EngineLine | None = None
        self._trade_date = ""
        self._told = 0
        self._to_tell = 0
        self._judges_by = ""  # fingerprint of the settings that the engine told last
        self._opened: set[str] = set()
        self._held: dict[str, Instruction] = {}

    def speak_through(self, line: EngineLine) -> None:
        """Use this client for requests."""
        self._line = line

    @property
    def is_connected(self) -> bool:
        """Whether a request would be sent now."""
        return self._line is not None and self._line.state is LinkState.CONNECTED

    async def ask(self, request: LedgerInput, wanted: Wanted) -> LedgerEvent:
        """Send a request and return the event that answers it.

        Raises ExpectedFailure ENGINE_DOWN (nothing was sent), NOT_RECEIVED (the engine never got
        it) or ORDER_UNCONFIRMED (no answer in time: it may still have been taken).
        """
        async with self._answers.expect(wanted) as answer:
            await self.send(request)
            try:
                return await answer.get(_ANSWER_S)
            except TimeoutError as fault:
                raise ExpectedFailure(
                    "引擎没有及时确认",
                    "请看委托列表:连接恢复后会显示结果;查清之前请勿重复提交",
                    "ORDER_UNCONFIRMED",
                ) from fault

    async def tell_settings(self) -> None:
        """Send the firm's settings of the engine's day unless it judges by them; do not wait.

        Raises ExpectedFailure ENGINE_DOWN.
        """
        given = self._settings_of_day()
        if given is not None:
            await self.send(given)

    async def give_settings(self) -> None:
        """Make sure that the engine has answered to them; it may have refused them.

        A desk that knows none gives none: then the engine judges by what it has, or stops.
        """
        given = self._settings_of_day()
        if given is not None:
            await self.ask(given, lambda event: _settings_in(event) == given.fingerprint)

    async def give_account(self, client_id: str, state: AccountState) -> None:
        """Make sure that the engine knows the account today."""
        if state.account in self._opened:
            return
        opening = OpenAccount(
            state.account,
            client_id,
            self._trade_date,
            state.cash_cents,
            state.rate_units,
            state.holdings,
        )
        await self.ask(
            opening,
            lambda event: isinstance(event, AccountOpened) and event.account == state.account,
        )

    async def give_instruction(self, given: Instruction) -> None:
        """Make sure that the engine holds the instruction in this form.

        Raises ExpectedFailure INSTRUCTION_DIFFERS where it holds another one under its id.
        """
        name = given.instruction_id
        if self._held.get(name) == given:
            return
        await self.ask(
            GiveInstruction(given),
            lambda event: (
                isinstance(event, InstructionHeld) and event.instruction.instruction_id == name
            ),
        )
        if self._held.get(name) != given:
            raise ExpectedFailure(
                "引擎持有的客户指令与本地不同",
                f"请重新记录指令(编号 {name})",
                "INSTRUCTION_DIFFERS",
            )

    async def cursor(self) -> tuple[str, int]:
        """Journal id and number of the last event stored (LedgerListener)."""
        return await self._store.last_event()

    async def welcomed(self, welcome: LedgerWelcome) -> None:
        """The engine answered (LedgerListener)."""
        ledger, number = await self._store.last_event()
        self._trade_date = welcome.trade_date
        self._told = number if ledger == welcome.ledger else 0
        self._to_tell = welcome.last_number
        self._opened.clear()
        self._held.clear()
        self._judges_by = ""
        self._answers.line_is_new()
        self._tell_if_complete()

    async def line_opened(self) -> None:
        """The engine is to judge by the firm's settings before anything else (LedgerListener)."""
        await self.tell_settings()

    async def event_came(self, ledger: str, event: LedgerEvent) -> None:
        """The next event: remembered, stored, then given to who waits (LedgerListener)."""
        if isinstance(event, OrderChanged):
            self._memory.orders[event.order.client_order_id] = event.order
        await self._store.store_event(ledger, event)
        self._told = event.number
        self._heed(event)
        self._tell_if_complete()

    async def event_repeated(self, event: LedgerEvent) -> None:
        """An earlier event again (LedgerListener)."""
        self._heed(event)

    def line_changed(self, state: LinkState, text: str) -> None:
        """The ledger lane stands otherwise than before (LedgerListener)."""
        self._board.set_engine(state, text)

    def must_be_connected(self) -> EngineLine:
        """Return the line. Raises ExpectedFailure ENGINE_DOWN."""
        if self._line is None or not self.is_connected:
            raise ExpectedFailure("交易引擎未连接,没有发出", "连接恢复后请重新提交", "ENGINE_DOWN")
        return self._line

    async def send(self, request: LedgerInput) -> None:
        """Send without waiting for an answer. Raises ExpectedFailure ENGINE_DOWN."""
        await self.must_be_connected().send(request)

    def _heed(self, event: LedgerEvent) -> None:
        if isinstance(event, AccountOpened):
            self._opened.add(event.account)
        if isinstance(event, InstructionHeld):
            self._held[event.instruction.instruction_id] = event.instruction
        if isinstance(event, SettingsHeld):
            self._judges_by = event.fingerprint
        awaited = self._answers.take(event)
        if isinstance(event, CancelRefused) and not awaited:
            self._notice(cancel_failure(event))
        if isinstance(event, SettingsRefused) and self._is_mine(event):
            self._notice(_settings_failure(event))

    def _settings_of_day(self) -> GiveSettings | None:
        """None where nothing is known here, or the engine judges by these already."""
        if not self._trade_date:
            return None
        sections = self._settings.sections(date.fromisoformat(self._trade_date))
        given = GiveSettings(self._trade_date, sections)
        return given if sections and given.fingerprint != self._judges_by else None

    def _is_mine(self, refused: SettingsRefused) -> bool:
        given = self._settings_of_day()
        return given is not None and given.fingerprint == refused.fingerprint

    def _tell_if_complete(self) -> None:
        if self._told >= self._to_tell:
            self._answers.all_is_told()


def _settings_in(event: LedgerEvent) -> str:
    return event.fingerprint if isinstance(event, SettingsHeld | SettingsRefused) else ""


def _settings_failure(refused: SettingsRefused) -> ExpectedFailure:
    return ExpectedFailure(
        "交易引擎没有采用公司的新设置",
        f"{refused.reason_text}。引擎仍按先前的设置检查委托,请联系总部核对",
        refused.reason,
    )


def cancel_failure(refused: CancelRefused) -> ExpectedFailure:
    """Return the engine's reason why a cancel had no effect."""
    return ExpectedFailure("撤单没有生效", refused.reason_text, refused.reason)
