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


def test_all_holders_of_one_security_are_listed_once_largest_first(
    desk: FakeDesk, presenter: AlertsPresenter
) -> None:
    presenter.choose_state(ALL)
    symbol = presenter.shown()[0].symbol
    lines = presenter.holders(symbol)
    everyone = [c.client_id for c in desk.clients.clients if symbol in {lot[0] for lot in c.lots}]
    assert sorted(line.holder.client_id for line in lines) == sorted(everyone)
    values = [line.holder.value_cents for line in lines]
    assert values == sorted(values, reverse=True)
    alerted = {a.client_id for a in presenter.shown() if a.symbol == symbol}
    assert {line.holder.client_id for line in lines if line.alert} == alerted
