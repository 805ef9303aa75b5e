"""A field of many clients: by approval, until a day, every look logged by itself."""

from datetime import timedelta

from models.wire.service.approvals import RequestUnmask
from services.central.privacy.unmask import unmask_granted
from services.central.session import Actor
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, OTHER, Firm

NOW = FixedClock().now()
MANAGER = Actor("B001", "M001", "manager")
ASK = RequestUnmask("Q1", (CLIENT, OTHER), "mobile", "2023-02-02", "短信平台切换核对")


async def test_an_approved_request_opens_these_clients_until_its_day(firm: Firm) -> None:
    asked = await firm.do(ASK)
    assert await unmask_granted(firm.engine, MANAGER, "B001", asked.command_id, NOW) == {}
    await firm.decide(asked)
    seen = await unmask_granted(firm.engine, MANAGER, "B001", asked.command_id, NOW)
    rows = await firm.ask(
        "SELECT client_id, mobile FROM client WHERE client_id IN ($1, $2)", CLIENT, OTHER
    )
    assert sorted(seen.items()) == sorted(rows)
    logged = "SELECT subject FROM audit_entry WHERE action = 'unmask' ORDER BY number"
    assert await firm.ask(logged) == [(CLIENT,), (OTHER,)]
    other = Actor("B001", "BM01", "branch_manager")
    assert await unmask_granted(firm.engine, other, "B001", asked.command_id, NOW) == {}
    last = NOW + timedelta(days=1)
    assert await unmask_granted(firm.engine, MANAGER, "B001", asked.command_id, last) == seen
    late = last + timedelta(days=1)
    assert await unmask_granted(firm.engine, MANAGER, "B001", asked.command_id, late) == {}
