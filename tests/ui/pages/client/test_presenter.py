"""The client page values holdings live, and refuses an instruction without evidence."""

from dataclasses import replace

import pytest

from models.status import ChangeSet
from models.trading.order import Side
from models.wire.commands import LogContact
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.pages.client.instruction_form import InstructionForm, Missing
from ui.pages.client.presenter import ClientPresenter
from ui.pages.parts.valuation import Valuation

WHOLE = InstructionForm(
    symbol="600519.SH",
    side=Side.SELL,
    quantity=100,
    price_units=18_500_000,
    evidence_ref="REC-1",
    read_back=True,
    identity_checked=True,
)


@pytest.fixture
def desk() -> FakeDesk:
    """A desk of 30 clients."""
    return fake_desk(30)


@pytest.fixture
def presenter(desk: FakeDesk) -> ClientPresenter:
    """The presenter, shown, on the first client."""
    made = ClientPresenter(desk.ports, FakeTasks())
    made.enter()
    made.open_client("C00000")
    return made


@pytest.mark.parametrize(
    ("lacking", "field"),
    [
        ({"symbol": ""}, "symbol"),
        ({"side": None}, "side"),
        ({"quantity": 0}, "quantity"),
        ({"price_units": 0}, "price"),
        ({"evidence_ref": "  "}, "evidence"),
        ({"read_back": False}, "read_back"),
        ({"identity_checked": False}, "identity"),
    ],
)
async def test_an_incomplete_instruction_is_refused_with_the_reason(
    desk: FakeDesk, presenter: ClientPresenter, lacking: dict[str, object], field: str
) -> None:
    told: list[Missing] = []
    presenter.missing.connect(told.append)
    before = await desk.orders.instructions("C00000")
    refused = presenter.record_instruction(replace(WHOLE, **lacking))  # type: ignore[arg-type]
    assert [item.field for item in refused] == [field]
    assert [item.field for item in told] == [field] and told[0].reason
    assert await desk.orders.instructions("C00000") == before


async def test_a_whole_instruction_is_recorded_for_this_client_and_day(
    desk: FakeDesk, presenter: ClientPresenter
) -> None:
    assert presenter.record_instruction(WHOLE) == ()
    newest = (await desk.orders.instructions("C00000"))[0]
    assert presenter.profile is not None
    assert newest.account == presenter.profile.card.account
    assert (newest.day, newest.evidence_ref, newest.quantity) == ("2023-02-01", "REC-1", 100)
    assert newest in presenter.profile.instructions


def test_holdings_follow_the_price(desk: FakeDesk, presenter: ClientPresenter) -> None:
    told: list[Valuation] = []
    presenter.valued.connect(told.append)
    before = presenter.valuation()
    assert before is not None
    line = before.holdings[0]
    desk.market.set_last(line.symbol, line.last_units + 1_000)
    presenter.value_now()
    gain = line.quantity * 10
    after = next(item for item in told[0].holdings if item.symbol == line.symbol)
    assert after.value_cents == line.value_cents + gain
    assert after.profit_cents == line.profit_cents + gain
    assert after.day_change_cents == line.day_change_cents + gain
    assert told[0].assets_cents == before.assets_cents + gain
    assert told[0].day_change_cents == before.day_change_cents + gain


def test_a_change_of_another_client_reads_nothing(
    desk: FakeDesk, presenter: ClientPresenter
) -> None:
    read = len(desk.clients.profiles_read)
    desk.changes.emit(ChangeSet(clients=frozenset({"C00009"})))
    assert len(desk.clients.profiles_read) == read
    desk.changes.emit(ChangeSet(clients=frozenset({"C00000"})))
    assert len(desk.clients.profiles_read) == read + 1


def test_a_logged_contact_is_on_the_timeline_as_pending(
    desk: FakeDesk, presenter: ClientPresenter
) -> None:
    assert presenter.log_contact("phone", "out", "  约周五面谈 ")
    assert presenter.profile is not None
    newest = presenter.profile.contacts[0]
    assert (newest.summary, newest.pending) == ("约周五面谈", True)
    [sent] = desk.service.sent
    assert isinstance(sent, LogContact) and sent.client_id == presenter.client_id
    assert (sent.channel, sent.direction) == ("phone", "out")
    assert sent.happened_at == "2023-02-01T14:32:08.000+08:00"


def test_an_empty_contact_is_not_logged(presenter: ClientPresenter) -> None:
    assert not presenter.log_contact("phone", "out", "   ")


def test_the_answer_for_a_client_left_behind_is_dropped(desk: FakeDesk) -> None:
    tasks = FakeTasks()
    presenter = ClientPresenter(desk.ports, tasks)
    tasks.is_held = True
    presenter.open_client("C00001")
    presenter.open_client("C00002")
    tasks.release(newest_first=True)
    assert presenter.profile is not None
    assert presenter.profile.card.client_id == "C00002"
