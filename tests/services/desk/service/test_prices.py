"""Annual fees and capped rates at the desk: judged, shown, asked for; told with the product."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, select

from models.lives.approval import Verdict
from models.rules.basis.settings.words import Product
from models.tables.pricing import RATE_EXCEPTION
from models.tables.service import APPROVAL
from models.wire.hub import SignedIn
from models.wire.service.approvals import DecideApproval
from models.wire.service.products import (
    ApplyForProduct,
    CorrectFee,
    RequestRateException,
    RevokeRateException,
)
from services.desk.clients.file_lines import fee_lines, subscription_lines
from services.desk.storage.person import keep_person
from services.desk.storage.queries.charges import read_fees
from services.desk.storage.queries.client_file import read_client_file
from services.desk.storage.rows import Row
from services.rules.loader import load_profile
from services.worker.nights.plan import STEPS
from services.worker.nights.run import Nights
from tests.services.desk.board.test_catalogue import offers
from tests.services.desk.service.test_service_desk import code, setting
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored, working
from tests.support.desk_data import Desk, a_client, a_row, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, open_firm

PERSON = SignedIn("B1", "M001", "林晓岚", "manager", ("M001", "*"), "postgresql", "18")
REPLACE = msgspec.structs.replace
ASK = RequestRateException("EX1", "C1", Product.A, 19_000, "2023-03-31", "大客户挽留")
CORRECT = CorrectFee("FC1", "C1", "F1", 200_000, "核对资产")
APPLY = ApplyForProduct("AP1", "C1", Product.A, "new", 3, "client")
FEE = a_row(
    "product_fee", fee_id="F1", client_id="C1", product="D", kind="fee", period_from="2023-01-01",
    period_to="2023-01-31", days=31, average_cents=800_000_000, amount_cents=942_740,
)  # fmt: skip
PART = a_row(
    "product_fee_row", fee_id="F1", client_id="C1", from_on="2023-01-01", to_on="2023-01-31",
    days=31, total_cents=24_800_000_000, days_in_year=365, fee_cents=942_740,
)  # fmt: skip
ROWS: tuple[tuple[str, Row], ...] = (
    ("client", a_client("C1", tier="gold", risk_class="C4", risk_tested_on="2022-12-01")),
    ("client", a_client("C2", tier="gold", risk_class="C4", risk_tested_on="2022-12-01")),
    ("client_rate", a_row("client_rate", client_id="C1", starts_on="2020-01-01",
                          rate_units=12_000)),
    ("client_rate", a_row("client_rate", client_id="C2", starts_on="2020-01-01", rate_units=3_000)),
    ("subscription", a_row("subscription", subscription_id="D1", client_id="C1", product="D",
                           state="active", starts_on="2022-05-01", paid_by="annual_fee")),
    ("staff_certificate", a_row("staff_certificate", staff_id="M001", certificate="suitability",
                                valid_to="2024-01-01")),
    ("product_fee", FEE),
    ("product_fee_row", PART),
)  # fmt: skip


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """C1 at 1.2 permille with product D and its fee of January, C2 at 0.3; certified."""
    settings = [setting(name, value) for name, value in load_profile(None).document.items()]
    async with open_desk(tmp_path) as opened:
        await opened.receive(*ROWS)
        await opened.receive(*settings, stream="*")
        await opened.store.write(lambda c: keep_person(c, PERSON))
        yield opened


def approved(**values: str | int) -> tuple[str, Row]:
    usual: dict[str, str | int] = {
        "exception_id": "EX1", "client_id": "C1", "product": "A", "rate_units": 19_000,
        "state": "approved", "starts_on": "2023-01-20", "ends_on": "2023-03-31", "reason": "挽留",
    }  # fmt: skip
    return "rate_exception", a_row("rate_exception", **(usual | values))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (ASK, ""),
        (REPLACE(ASK, product=Product.C), "EXCEPTION_NO_CEILING"),
        (REPLACE(ASK, rate_units=20_000), "RATE_CEILING"),
        (REPLACE(ASK, rate_units=2**70), "NUMBER_INVALID"),
        (REPLACE(ASK, client_id="C2"), "EXCEPTION_NOT_NEEDED"),
        (REPLACE(ASK, client_id="C9"), "CLIENT_NOT_FOUND"),
        (REPLACE(ASK, until="2023-02-01"), "EXCEPTION_OVER"),
        (REPLACE(ASK, reason=" "), "REASON_MISSING"),
        (REPLACE(ASK, reason="挽\0留"), "TEXT_INVALID"),
        (CORRECT, ""),
        (REPLACE(CORRECT, fee_id="F9"), "FEE_NOT_FOUND"),
        (REPLACE(CORRECT, client_id="C2"), "FEE_NOT_FOUND"),
        (REPLACE(CORRECT, amount_cents=942_740), "NOTHING_CHANGED"),
        (REPLACE(CORRECT, amount_cents=-1), "FEE_CORRECTION_INVALID"),
        (APPLY, "RATE_CEILING"),
    ],
)
async def test_a_command_is_judged_before_it_is_queued(
    desk: Desk, command: RequestRateException | CorrectFee, reason: str
) -> None:
    assert await code(desk, command) == reason


async def test_what_was_asked_for_waits_and_cannot_be_asked_for_twice(desk: Desk) -> None:
    assert await code(desk, ASK) == ""
    shown = await desk.store.read(
        lambda c: c.execute(select(RATE_EXCEPTION.c.state, RATE_EXCEPTION.c.rate_units)).all()
    )
    assert [tuple(row) for row in shown] == [("submitted", 19_000)]
    kinds = await desk.store.read(lambda c: c.execute(select(APPROVAL.c.kind)).scalars().all())
    assert list(kinds) == ["rate_exception"]
    assert await code(desk, REPLACE(ASK, exception_id="EX2")) == "EXCEPTION_RUNNING"
    assert await code(desk, APPLY) == "RATE_CEILING"


async def test_a_quote_shows_the_approved_rate_and_its_last_day(desk: Desk) -> None:
    await desk.receive(approved(), after=len(ROWS))
    a = (await offers(desk, "C1"))[Product.A]
    assert a.quote is not None and a.exception is not None
    assert (a.reason, a.quote.rate_permille) == ("", Decimal("1.9"))
    assert a.quote.computed_permille == Decimal("2.2")
    assert "CAPPED_BY_EXCEPTION" in a.quote.remarks
    assert (a.exception.is_used, a.exception.ends_on) == (True, "2023-03-31")
    assert await code(desk, APPLY) == ""


REVOKE = RevokeRateException("EX1", "C1", "2023-02-15", "已不需要")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (REVOKE, ""),
        (REPLACE(REVOKE, last_day="2023-03-31"), "LAST_DAY_LATE"),
        (REPLACE(REVOKE, last_day="2023-01-31"), "LAST_DAY_PAST"),
        (REPLACE(REVOKE, client_id="C2"), "EXCEPTION_NOT_FOUND"),
        (REPLACE(REVOKE, exception_id="EX2"), "EXCEPTION_NOT_FOUND"),  # nobody approved it yet
    ],
)
async def test_only_an_approved_exception_is_revoked(
    desk: Desk, command: RevokeRateException, reason: str
) -> None:
    waiting = approved(exception_id="EX2", product="B", state="submitted", starts_on="")
    await desk.receive(approved(), waiting, after=len(ROWS))
    assert await code(desk, command) == reason
    asked = await desk.store.read(lambda c: c.execute(select(APPROVAL.c.kind)).scalars().all())
    assert list(asked) == ([] if reason else ["rate_exception"])


@pytest.mark.parametrize(
    "values",
    [
        {"ends_on": "2023-01-31"},
        {"starts_on": "2023-02-02"},
        {"state": "submitted", "starts_on": ""},
        {"state": "ended"},
        {"product": "B"},
    ],
)
async def test_an_exception_that_does_not_hold_changes_no_quote(
    desk: Desk, values: dict[str, str | int]
) -> None:
    await desk.receive(approved(**values), after=len(ROWS))
    a = (await offers(desk, "C1"))[Product.A]
    assert (a.reason, a.exception) == ("RATE_CEILING", None)


async def test_an_exception_that_the_formula_does_not_need_is_not_used(desk: Desk) -> None:
    lower = a_row("client_rate", client_id="C1", starts_on="2023-01-15", rate_units=8_000)
    await desk.receive(approved(), ("client_rate", lower), after=len(ROWS))
    a = (await offers(desk, "C1"))[Product.A]
    assert a.quote is not None and a.exception is not None
    assert (a.quote.rate_permille, a.exception.is_used) == (Decimal("1.8"), False)


async def test_a_products_fee_is_told_with_its_rows_and_corrections(desk: Desk) -> None:
    back = FEE | {"fee_id": "correction-FC1", "kind": "correction", "about": "F1",
                  "amount_cents": -42_740}  # fmt: skip
    await desk.receive(("product_fee", back), after=len(ROWS))
    [fee] = (await offers(desk, "C1"))[Product.D].fees
    assert (fee.posted_cents, fee.amount_cents, len(fee.rows)) == (942_740, 900_000, 1)
    file = await desk.store.read(lambda c: read_client_file(c, "C1"))
    assert file is not None
    [line] = fee_lines(file)
    assert (line.product, line.amount_cents, line.reason) == ("产品 D", 900_000, "")
    [product] = subscription_lines(file)
    assert product.paid_by == "年费(至 2023-01-31 9,000.00 元)"
    assert await code(desk, REPLACE(CORRECT, amount_cents=900_000)) == "NOTHING_CHANGED"


async def test_a_fee_that_could_not_be_charged_says_why(desk: Desk) -> None:
    unknown = FEE | {"amount_cents": 0, "code": "ENTRUSTED_UNKNOWN", "version": 2}
    await desk.receive(("product_fee", unknown), after=len(ROWS))
    file = await desk.store.read(lambda c: read_client_file(c, "C1"))
    assert file is not None
    assert fee_lines(file)[0].reason == "部分日期的受托资产未知"
    assert subscription_lines(file)[0].paid_by == "年费(至 2023-01-31 未收取)"


async def test_exception_and_fee_go_round_through_hub_worker_and_night(
    demo_central: str, tmp_path: Path
) -> None:
    """A desk asks, compliance agrees, the night charges: the desk shows both."""
    async with open_desk(tmp_path, branch_id="B001") as desk, open_firm(demo_central) as firm:
        await firm.ask("UPDATE client_rate SET rate_units = 12000 WHERE client_id = $1", CLIENT)
        await firm.ask(
            "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
            " state, starts_on, paid_by) VALUES ('B001', 'D1', 'M001', $1, 'D', 'active',"
            " '2023-01-10', 'annual_fee')",
            CLIENT,
        )
        fees = [step for step in STEPS if step.name == "fees"]
        async with running_hub(demo_central) as port, working(demo_central), linked(desk, port):
            asked = REPLACE(ASK, client_id=CLIENT)
            assert await code(desk, asked) == ""
            await stored(desk, nothing_open)
            [(approval,)] = await firm.ask("SELECT approval_id FROM rate_exception")
            evening = FixedClock().now().replace(month=1, day=31, hour=18, minute=30)
            await Nights(firm.engine, FixedClock(evening), fees).run(date(2023, 1, 31))
            agreed = DecideApproval(str(approval), Verdict.APPROVE, "同意")
            await firm.do(agreed, by="CO01")

            def has_both(connection: Connection) -> bool:
                state = connection.execute(select(RATE_EXCEPTION.c.state)).scalar()
                return state == "approved" and bool(read_fees(connection, CLIENT))

            await stored(desk, has_both)
        [fee] = await desk.store.read(lambda c: read_fees(c, CLIENT))
        assert (fee.period_from, fee.days, fee.code) == ("2023-01-10", 22, "")
        assert fee.amount_cents == sum(row.fee_cents for row in fee.rows) > 0
        a = (await offers(desk, CLIENT))[Product.A]
        assert a.quote is not None and a.quote.rate_permille == Decimal("1.9")


async def test_a_fee_that_was_reckoned_again_shows_what_it_came_to(desk: Desk) -> None:
    again: Row = {"about": "F2", "kind": "recomputed", "amount_cents": 500, "days": 28,
             "average_cents": 7_000, "posted_at": "2023-03-02T18:30:00.000+08:00"}  # fmt: skip
    unknown = a_row(
        "product_fee", fee_id="F2", client_id="C1", product="D", kind="fee", days=28,
        period_to="2023-02-28", code="ENTRUSTED_UNKNOWN",
    )  # fmt: skip
    await desk.receive(
        ("product_fee", unknown),
        ("product_fee", unknown | {"fee_id": "again-F2", "code": ""} | again),
        ("product_fee_row", PART | {"fee_id": "F2", "fee_cents": 0, "unknown_days": 3}),
        ("product_fee_row", PART | {"fee_id": "again-F2", "fee_cents": 500}),
        after=len(ROWS),
    )
    [fee, _] = await desk.store.read(lambda c: read_fees(c, "C1"))
    assert (fee.fee_id, fee.posted_cents, fee.amount_cents) == ("F2", 0, 500)
    assert (fee.code, fee.recomputed_at[:10]) == ("ENTRUSTED_UNKNOWN", "2023-03-02")
    assert [(row.fee_cents, row.unknown_days) for row in fee.rows] == [(500, 0)]
    file = await desk.store.read(lambda c: read_client_file(c, "C1"))
    assert file is not None
    assert [(line.amount_cents, line.reason) for line in fee_lines(file)][0] == (500, "")
