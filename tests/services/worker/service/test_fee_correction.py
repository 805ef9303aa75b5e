"""A posted annual fee is corrected by an entry about it, under approval (S30)."""

from msgspec.structs import replace

from models.wire.service.products import CorrectFee
from tests.support.service_work import CLIENT, Firm

CORRECT = CorrectFee("FC1", CLIENT, "FEE1", 60_000, "柜台核对资产")
ENTRIES = (
    "SELECT fee_id, kind, amount_cents, about FROM product_fee WHERE client_id = 'C000001'"
    " ORDER BY posted_at, fee_id"
)


async def posted(firm: Firm, amount: int = 100_000, code: str = "") -> None:
    await firm.ask(
        "INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, product, kind,"
        " period_from, period_to, days, average_cents, amount_cents, code, posted_at)"
        " VALUES ('B001', 'FEE1', 'M001', $1, 'D', 'fee', '2023-01-01', '2023-01-31', 31,"
        " 78493150, $2, $3, '2023-01-31T18:30:00.000+08:00')",
        CLIENT,
        amount,
        code,
    )


async def test_a_correction_adds_the_difference_once_it_is_approved(firm: Firm) -> None:
    await posted(firm)
    balance = await firm.balance()
    booked = await firm.ask("SELECT count(*) FROM commission_entry")
    asked = await firm.do(CORRECT)
    assert await firm.ask(ENTRIES) == [("FEE1", "fee", 100_000, "")]
    assert await firm.code(await firm.decide(asked)) == "applied"
    back = replace(CORRECT, correction_id="FC2", amount_cents=0)
    assert await firm.code(await firm.decide(await firm.do(back))) == "applied"
    assert await firm.ask(ENTRIES) == [
        ("FEE1", "fee", 100_000, ""),
        ("correction-FC1", "correction", -40_000, "FEE1"),
        ("correction-FC2", "reversal", -60_000, "FEE1"),
    ]
    told = await firm.ask("SELECT title FROM timeline WHERE kind = 'fee' ORDER BY about")
    assert [row[0] for row in told] == [
        "产品 D 年费 2023-01-01 至 2023-01-31 由 1000.00 元更正为 600.00 元",
        "产品 D 年费 2023-01-01 至 2023-01-31 由 600.00 元更正为 0.00 元",
    ]
    assert await firm.balance() == balance  # no points of it
    assert await firm.ask("SELECT count(*) FROM commission_entry") == booked  # nor commission


async def test_what_was_not_charged_can_be_charged_by_hand(firm: Firm) -> None:
    await posted(firm, 0, "ENTRUSTED_UNKNOWN")
    assert await firm.code(await firm.decide(await firm.do(CORRECT))) == "applied"
    assert (await firm.ask(ENTRIES))[1] == ("correction-FC1", "correction", 60_000, "FEE1")


async def test_a_correction_without_ground_is_refused(firm: Firm) -> None:
    assert await firm.code(await firm.do(CORRECT)) == "FEE_NOT_FOUND"
    await posted(firm)
    for changed, code in (
        ({"amount_cents": 100_000}, "NOTHING_CHANGED"),
        ({"amount_cents": -1}, "FEE_CORRECTION_INVALID"),
        ({"source": " "}, "FEE_CORRECTION_INVALID"),
        ({"client_id": "C000060"}, "CLIENT_NOT_FOUND"),
        ({"client_id": "C000002"}, "FEE_NOT_FOUND"),
    ):
        assert await firm.code(await firm.do(replace(CORRECT, **changed))) == code


async def test_two_corrections_to_one_amount_do_it_once(firm: Firm) -> None:
    await posted(firm)
    first = await firm.do(CORRECT)
    second = await firm.do(replace(CORRECT, correction_id="FC2"))
    assert await firm.code(await firm.decide(first)) == "applied"
    assert await firm.code(await firm.decide(second)) == "APPROVAL_STALE"
    assert len(await firm.ask(ENTRIES)) == 2


async def test_nobody_adds_to_the_ledger_without_an_approval(firm: Firm) -> None:
    await posted(firm)
    asked = await firm.do(CORRECT)
    assert await firm.code(await firm.decide(asked, by="M001")) == "MAKER_IS_CHECKER"
    assert await firm.code(await firm.decide(asked, "refuse")) == "applied"
    assert await firm.ask(ENTRIES) == [("FEE1", "fee", 100_000, "")]
