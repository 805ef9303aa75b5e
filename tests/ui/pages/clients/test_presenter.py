"""The card grid asks, filters, counts and says what it hides."""

import pytest

from models.clients.tier import Tier
from models.status import ChangeSet
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.pages.clients.presenter import ALERTED, ALL, ClientsPresenter


@pytest.fixture
def desk() -> FakeDesk:
    """A desk of 60 clients."""
    return fake_desk(60)


@pytest.fixture
def tasks() -> FakeTasks:
    """Work that answers at once."""
    return FakeTasks()


@pytest.fixture
def presenter(desk: FakeDesk, tasks: FakeTasks) -> ClientsPresenter:
    """The presenter, shown."""
    made = ClientsPresenter(desk.ports, tasks)
    made.enter()
    return made


def test_counts_of_all_filters_add_up(presenter: ClientsPresenter) -> None:
    tiers = sum(presenter.count(tier.value) or 0 for tier in Tier)
    assert tiers == presenter.count(ALL) == 60
    assert 0 < (presenter.count(ALERTED) or 0) < 60


@pytest.mark.parametrize("tier", list(Tier))
def test_a_tier_filter_shows_only_that_tier_and_says_how_many(
    presenter: ClientsPresenter, tier: Tier
) -> None:
    presenter.choose_filter(tier.value)
    assert {card.tier for card in presenter.cards} == {tier}
    assert presenter.shown_text() == f"显示 {presenter.count(tier.value)} / 60"


def test_only_the_answer_to_the_newest_question_is_shown(
    presenter: ClientsPresenter, tasks: FakeTasks
) -> None:
    tasks.is_held = True
    presenter.search("王")
    presenter.search("王建国")
    tasks.release(newest_first=True)
    assert presenter.cards
    assert {card.name for card in presenter.cards} == {"王建国"}


def test_no_match_says_how_to_widen_and_widening_shows_all(presenter: ClientsPresenter) -> None:
    presenter.search("没有这个人")
    words = presenter.empty()
    assert words is not None and words.can_widen
    assert "没有这个人" in words.title and "60" in words.advice
    presenter.widen()
    assert presenter.empty() is None and len(presenter.cards) == 60


def test_a_firm_without_clients_shows_the_sync_instead() -> None:
    desk = fake_desk(0)
    presenter = ClientsPresenter(desk.ports, FakeTasks())
    presenter.enter()
    words = presenter.empty()
    assert words is not None and not words.can_widen
    assert desk.board.state.central_text in words.advice


def test_a_hidden_page_reads_only_when_it_comes_back(
    desk: FakeDesk, presenter: ClientsPresenter
) -> None:
    presenter.leave()
    asked = len(desk.clients.queries)
    desk.changes.emit(ChangeSet(clients=frozenset({"C00001"})))
    assert len(desk.clients.queries) == asked and presenter.is_stale
    presenter.enter()
    assert len(desk.clients.queries) == asked + 1 and not presenter.is_stale


def test_new_prices_move_only_the_visible_cards(
    desk: FakeDesk, presenter: ClientsPresenter
) -> None:
    moved: list[object] = []
    presenter.moved.connect(moved.extend)
    presenter.value_visible(frozenset({presenter.cards[0].client_id}))
    card = presenter.cards[0]
    held = desk.clients.clients[0].lots[0][0]
    owner = next(c for c in desk.clients.clients if c.client_id == card.client_id)
    held = owner.lots[0][0]
    quote = desk.market.quote(held)
    assert quote is not None
    desk.market.set_last(held, quote.last_units + 500)
    presenter.value_visible(frozenset({card.client_id}))
    assert desk.clients.queries[-1].client_ids == {card.client_id}
    assert moved == [presenter.cards[0]]
    assert presenter.cards[0].assets_cents > card.assets_cents


def test_standing_prices_ask_nothing(desk: FakeDesk, presenter: ClientsPresenter) -> None:
    shown = frozenset({presenter.cards[0].client_id})
    presenter.value_visible(shown)
    asked = len(desk.clients.queries)
    presenter.value_visible(shown)
    assert len(desk.clients.queries) == asked
