"""State of the card grid: what is asked, what is shown, what the numbers and words are."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from models.clients.card import CardPage, CardQuery, ClientCard
from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.status import ChangeSet, LinkState
from ui.pages.parts.presence import PagePresenter, TaskStarter
from ui.ports import DeskPorts

ALL = "all"
ALERTED = "alerted"
FILTERS: dict[str, str] = {
    ALL: "全部",
    Tier.ORDINARY: "普通",
    Tier.SILVER: "银卡",
    Tier.GOLD: "金卡",
    Tier.PLATINUM: "白金卡",
    ALERTED: "有预警",
}


@dataclass(frozen=True, slots=True)
class EmptyWords:
    """Why nothing is shown and what to do; ``can_widen`` = a button lifts search and filter."""

    title: str
    advice: str
    can_widen: bool


class ClientsPresenter(PagePresenter):
    """Asks for cards as the person types and filters, and re-values the visible ones."""

    changed = Signal()  # another set of cards
    moved = Signal(object)  # tuple of ClientCard: the same clients at newer numbers
    widened = Signal()  # search and filter were lifted

    def __init__(self, ports: DeskPorts, tasks: TaskStarter, parent: QObject | None = None) -> None:
        super().__init__(ports, tasks, parent)
        self._query = CardQuery()
        self._filter = ALL
        self._page: CardPage | None = None
        self._asked = 0
        self._revision = -1
        self._is_valuing = False

    @property
    def cards(self) -> tuple[ClientCard, ...]:
        """The cards that answer the question."""
        return self._page.cards if self._page else ()

    @property
    def filter_key(self) -> str:
        """The filter that is on."""
        return self._filter

    def search(self, text: str) -> None:
        """Ask for names, initials, accounts or mobiles like ``text``."""
        if text.strip() == self._query.text:
            return
        self._query = replace(self._query, text=text.strip())
        self.read()

    def choose_filter(self, key: str) -> None:
        """Show one tier, those with alerts, or all."""
        self._filter = key
        tiers = frozenset() if key in (ALL, ALERTED) else frozenset({Tier(key)})
        self._query = replace(self._query, tiers=tiers, only_alerted=key == ALERTED)
        self.read()

    def widen(self) -> None:
        """Lift search and filter."""
        self._query = CardQuery()
        self._filter = ALL
        self.widened.emit()
        self.read()

    def read(self) -> None:
        """Ask anew; only the answer to the newest question is taken."""
        self._asked += 1
        number = self._asked
        self.run(self.ports.clients.find(self._query), lambda page: self._take(number, page))

    def concerns(self, changes: ChangeSet) -> bool:
        """Cards show clients, their open orders and alerts; an empty grid shows the sync."""
        waits = self._page is None or not self._page.total
        return bool(
            changes.clients or changes.alerts or changes.orders or (changes.status and waits)
        )

    def value_visible(self, client_ids: frozenset[str]) -> None:
        """Called by the frame timer: re-value these cards when prices moved."""
        revision = self.ports.market.revision()
        if revision == self._revision or self._is_valuing or not client_ids:
            return
        self._revision = revision
        self._is_valuing = True
        query = replace(self._query, client_ids=client_ids)
        number = self._asked
        self.run(
            self.ports.clients.find(query),
            lambda page: self._take_moved(number, page),
            self._give_up_valuing,
        )

    def count(self, key: str) -> int | None:
        """Return how many clients stand behind a filter; None before the first answer."""
        if self._page is None:
            return None
        if key == ALL:
            return self._page.total
        return self._page.alerted if key == ALERTED else self._page.by_tier.get(Tier(key), 0)

    def shown_text(self) -> str:
        """Say how many of how many are shown; filters never hide rows silently."""
        if self._page is None:
            return "正在读取…"
        shown = f"显示 {len(self._page.cards):,} / {self._page.total:,}"
        return f"{shown},还有更多,请再多输几个字" if self._page.more else shown

    def empty(self) -> EmptyWords | None:
        """Say why nothing is shown; None when something is."""
        if self._page is None or self._page.cards:
            return None
        return self._no_match() if self._page.total else self._no_clients()

    def _no_match(self) -> EmptyWords:
        parts = [f"「{self._query.text}」"] if self._query.text else []
        if self._filter != ALL:
            parts.append(f"“{FILTERS[self._filter]}”")
        total = self._page.total if self._page else 0
        return EmptyWords(
            f"没有符合 {' + '.join(parts)} 的客户",
            f"可按姓名、拼音首字母、账号、手机尾号查找;按 Esc 或下面的按钮查看全部 {total:,} 位",
            can_widen=True,
        )

    def _no_clients(self) -> EmptyWords:
        status = self.ports.board.status()
        if status.central is LinkState.CONNECTED:
            return EmptyWords("还没有客户", f"正在从中心库同步:{status.central_text}", False)
        return EmptyWords(
            "还没有客户", f"中心库未连接({status.central_text}),连接后自动同步", False
        )

    def _take(self, number: int, page: CardPage) -> None:
        if number != self._asked:
            return
        self._page = page
        self.changed.emit()

    def _give_up_valuing(self, failure: ExpectedFailure) -> None:
        self._is_valuing = False
        self.failed.emit(failure)

    def _take_moved(self, number: int, page: CardPage) -> None:
        self._is_valuing = False
        if self._page is None or number != self._asked:
            return
        fresh = {card.client_id: card for card in page.cards}
        cards = tuple(fresh.get(card.client_id, card) for card in self._page.cards)
        moved = tuple(new for old, new in zip(self._page.cards, cards, strict=True) if old != new)
        self._page = replace(self._page, cards=cards)
        if moved:
            self.moved.emit(moved)
