"""CorrectFee: what a posted annual fee should have been; one entry, under approval (S30)."""

from dataclasses import dataclass

from sqlalchemy import RowMapping, func, or_, select, text

from models.money import yuan_of_cents
from models.rules.basis.settings.words import ApprovalKind
from models.tables.pricing import PRODUCT_FEE
from models.wire.service.products import CorrectFee
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, add_once, now_text, require_client

# A night that reckons the fee anew at the same moment comes second (worker.nights.service.fees).
_TURNS = text("SELECT pg_advisory_xact_lock(hashtext('fee ' || :fee))")


@dataclass(frozen=True, slots=True)
class _Correction:
    """The fee's own entry, and what it stands at with its corrections so far."""

    fee: RowMapping
    before_cents: int


async def request_fee_correction(work: Work, command: CorrectFee) -> None:
    """Ask for the correction: it changes what a client owes."""
    found = await _judge(work, command)
    proposal = Proposal(
        kind=ApprovalKind.PRODUCT,
        client_id=command.client_id,
        title=_title(found, command),
        before={"amount_cents": found.before_cents, "code": found.fee["code"]},
        after={
            "fee_id": command.fee_id,
            "amount_cents": command.amount_cents,
            "source": command.source,
        },
    )
    await ask_approval(work, proposal)


async def post_fee_correction(held: Work, command: CorrectFee, approval_id: str) -> None:
    """Post the difference to what stands now, also where a night charged it meanwhile."""
    await held.connection.execute(_TURNS, {"fee": command.fee_id})
    found = await _judge(held, command)
    of_fee = ("client_id", "product", "period_from", "period_to")
    row = held.owner | {name: found.fee[name] for name in of_fee}
    row |= {
        "fee_id": f"correction-{command.correction_id}",
        "kind": "correction" if command.amount_cents else "reversal",
        "amount_cents": command.amount_cents - found.before_cents,
        "about": command.fee_id,
        "note": command.source,
        "approval_id": approval_id,
        "posted_at": now_text(held),
    }
    await add_once(held, PRODUCT_FEE, row)
    await tell(held, command.client_id, "fee", _title(found, command))


async def _judge(work: Work, command: CorrectFee) -> _Correction:
    await require_client(work, command.client_id)
    entry = PRODUCT_FEE.c
    of_client = (entry.branch_id == work.branch_id, entry.client_id == command.client_id)
    query = select(PRODUCT_FEE).where(*of_client, entry.fee_id == command.fee_id)
    fee = (await work.connection.execute(query)).mappings().one_or_none()
    if fee is None or fee["about"]:
        raise Refused("FEE_NOT_FOUND", f"没有年费 {command.fee_id}")
    is_part = or_(entry.fee_id == command.fee_id, entry.about == command.fee_id)
    standing = select(func.sum(entry.amount_cents)).where(*of_client, is_part)
    before = int(await work.connection.scalar(standing) or 0)
    if before == command.amount_cents:
        raise Refused("NOTHING_CHANGED", "年费已是该金额")
    return _Correction(fee, before)


def _title(found: _Correction, command: CorrectFee) -> str:
    fee = found.fee
    before, after = (yuan_of_cents(one) for one in (found.before_cents, command.amount_cents))
    return (
        f"产品 {fee['product']} 年费 {fee['period_from']} 至 {fee['period_to']}"
        f" 由 {before:.2f} 元更正为 {after:.2f} 元"
    )
