"""Scenes of the level-2 part: the real trading page over the fakes, in each of its states."""

from collections.abc import Callable

from PySide6.QtWidgets import QSplitter

from models.market.details import Seal
from models.market.instrument import Phase
from models.market.picture import BookHealth, Cage
from models.market.trading_state import TradingState
from services.desk.market.licensed import ordinary
from tests.support import pictures
from tests.support.fake_books import flow
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.bridge.frame_timer import FrameTimer
from ui.pages.parts.kit import PageKit
from ui.pages.trading.book_presenter import BookView
from ui.pages.trading.page import TradingPage
from ui.pages.trading.phases import phase_text
from ui.theme.theme import Theme
from widgets.basic.panel import Panel
from widgets.market.book.flow_panel import FlowPanel
from widgets.market.depth_ladder import DepthLadder
from widgets.paint.look import Look

SYMBOL = "600519.SH"
CLIENT = "C00001"
Setting = Callable[[FakeDesk, TradingPage], None]


def page_of(theme: Theme, client_id: str, setting: Setting) -> TradingPage:
    """A trading page whose data stands still, set as the scene wants it."""
    desk = fake_desk(30)
    if client_id == "":
        desk.books.closed.add(CLIENT)
    made = TradingPage(PageKit(desk.ports, FakeTasks(), FrameTimer(), theme.look))
    made.presenter.enter()
    made.begin(client_id, SYMBOL)
    if not client_id:
        made.presenter.choose_symbol(SYMBOL)
    setting(desk, made)
    made.board.refresh()
    return made


def full(_desk: FakeDesk, page: TradingPage) -> None:
    """All levels, one of them chosen, its queue below."""
    page.turn_book(BookView.FULL)
    depth = page.presenter.book.depth()
    assert depth is not None
    page.presenter.book.choose(("bid", depth.bids[3].price_units))


def chosen(_desk: FakeDesk, page: TradingPage) -> None:
    """Ten levels, one of them chosen, its queue below; single shares."""
    depth = page.presenter.book.depth()
    assert depth is not None
    page.presenter.book.choose(("ask", depth.asks[2].price_units))
    page.turn_unit()


def by_size(_desk: FakeDesk, page: TradingPage) -> None:
    """Flow by size above, the market's statistics below."""
    page.turn_book(BookView.FLOW)
    page.show_statistics()


def closed(desk: FakeDesk, page: TradingPage) -> None:
    """A client without product C."""
    desk.books.closed.add(CLIENT)
    page.presenter.book.refresh()
    page.show_statistics()


def stale(desk: FakeDesk, page: TradingPage) -> None:
    """The exchange's clock has stood still for five seconds, with full depth in front."""
    page.turn_book(BookView.FULL)
    page.board.refresh()
    page.board.book.set_stale("行情已 5 秒未更新")
    page.board.refresh = lambda: None  # type: ignore[method-assign]


def caged(look: Look) -> DepthLadder:
    """Levels beyond the cage are dim, our own orders marked."""
    made = DepthLadder(look)
    made.set_cage(Cage(pictures.LAST + 4_000, pictures.LAST - 3_400))
    made.set_own_orders({pictures.LAST - 600: 300, pictures.LAST + 1_500: 1_200})
    made.set_phase(phase_text(TradingState(Phase.CONTINUOUS, True, True)))
    made.show_depth(pictures.depth())
    made.choose(("bid", pictures.depth().bids[1].price_units))
    return made


def auction(look: Look, phase: Phase) -> DepthLadder:
    """A call auction with its course."""
    made = DepthLadder(look)
    can_cancel = phase is Phase.OPENING_CALL
    made.set_phase(phase_text(TradingState(phase, True, can_cancel)))
    for depth in pictures.auction_course(phase):
        made.show_depth(depth)
    return made


def sealed(look: Look) -> DepthLadder:
    """A book held at the upper limit."""
    made = DepthLadder(look)
    made.set_phase(phase_text(TradingState(Phase.CONTINUOUS, True, True)))
    made.set_remark("封单 12,487手·2.43亿")
    made.show_depth(pictures.limit_up_depth())
    return made


def silent(look: Look) -> DepthLadder:
    """A book whose feed went silent."""
    made = DepthLadder(look)
    made.show_depth(pictures.depth(health=BookHealth.GOOD))
    made.set_stale("行情已 5 秒未更新")
    return made


def snapshot(look: Look) -> DepthLadder:
    """The exchange's own picture in place of a book that may not be believed."""
    made = DepthLadder(look)
    made.show_depth(pictures.snapshot_depth())
    return made


def five(look: Look) -> DepthLadder:
    """A client without product C."""
    made = DepthLadder(look)
    made.set_level2("客户未订产品 C:显示五档", "为他开通产品 C 后显示十档、千档与队列")
    made.show_depth(ordinary(pictures.depth()))
    return made


def flow_panel(look: Look) -> FlowPanel:
    """Flow by size."""
    made = FlowPanel(look)
    made.show_flow(flow(SYMBOL))
    return made


def halves(look: Look) -> QSplitter:
    """Every state of the ladder side by side."""
    row = QSplitter()
    parts = {
        "连续竞价": caged(look),
        "开盘集合竞价": auction(look, Phase.OPENING_CALL),
        "收盘集合竞价": auction(look, Phase.CLOSING_CALL),
        "涨停": sealed(look),
        "行情过期": silent(look),
        "快照": snapshot(look),
        "五档": five(look),
    }
    for title, part in parts.items():
        row.addWidget(Panel(title, part))
    return row


def seal() -> Seal:
    """A seal for the head line."""
    return Seal(SYMBOL, True, 19_457_700, 1_248_700, 900, 571)
