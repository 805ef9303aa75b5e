"""Alerts are filtered with true counts, acknowledged, and grouped by security."""

import pytest

from models.clients.alert import Severity
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.pages.alerts.presenter import ALL, OPEN, AlertsPresenter


@pytest.fixture
def desk() -> FakeDesk:
    """A desk of 80 clients."""
    return fake_desk(80)


@pytest.fixture
def presenter(desk: FakeDesk) -> AlertsPresenter:
    """The presenter, shown."""
    made = AlertsPresenter(desk.ports, FakeTasks())
    made.enter()
    return made


@pytest.mark.parametrize("key", [ALL, OPEN, *(severity.value for severity in Severity)])
def test_counts_equal_the_rows(presenter: AlertsPresenter, key: str) -> None:
    presenter.choose_state(key)
    assert len(presenter.shown()) == presenter.count(key) > 0


def test_a_kind_narrows_and_its_count_is_told(presenter: AlertsPresenter) -> None:
    kind, title = presenter.kinds()[1]
    presenter.choose_kind(kind)
    assert {alert.kind for alert in presenter.shown()} == {kind}
    assert title.endswith(f" {len(presenter.shown())}")


def test_an_acknowledged_alert_leaves_the_open_ones_but_stays_listed(
    desk: FakeDesk, presenter: AlertsPresenter
) -> None:
    first, before = presenter.shown()[0], len(presenter.shown())
    presenter.acknowledge(first.alert_id, " 已电话告知 ")
    assert desk.alerts.notes == {first.alert_id: "已电话告知"}
    assert len(presenter.shown()) == before - 1
    presenter.choose_state(ALL)
    assert [a.acknowledged for a in presenter.shown() if a.alert_id == first.alert_id] == [True]


def test_all_clients_of_one_security_are_listed_once_largest_first(
    presenter: AlertsPresenter,
) -> None:
    presenter.choose_state(ALL)
    symbol = presenter.shown()[0].symbol
    holders = presenter.same_security(symbol)
    everyone = {a.client_id for a in presenter.shown() if a.symbol == symbol}
    assert {alert.client_id for alert in holders} == everyone
    assert len(holders) == len(everyone)
    values = [alert.value_cents for alert in holders]
    assert values == sorted(values, reverse=True)
