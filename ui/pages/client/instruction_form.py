"""The form of a client's instruction: what is typed, and what is still missing, with the reason."""

from dataclasses import dataclass

from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Side

NO_DISCRETION = "证券、方向、数量必须由客户决定,不能由员工代定(DISCRETION_NOT_ALLOWED)"
NO_EVIDENCE = "没有证据就不能记录指令(INSTRUCTION_INCOMPLETE)"


@dataclass(frozen=True, slots=True)
class InstructionForm:
    """As typed; 0, "" or None where nothing was typed or chosen yet."""

    symbol: str = ""
    side: Side | None = None
    quantity: int = 0
    price_units: int = 0
    price_type: PriceType = PriceType.LIMIT
    channel: InstructionChannel = InstructionChannel.RECORDED_CALL
    evidence_ref: str = ""
    read_back: bool = False
    identity_checked: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that keeps the form from being recorded, and why (market-rules § 2.9)."""

    field: str
    reason: str


def missing_in(form: InstructionForm) -> tuple[Missing, ...]:
    """Return what is missing, in the order of the form."""
    checks = (
        (form.symbol, "symbol", f"缺证券:{NO_DISCRETION}"),
        (form.side, "side", f"缺方向:{NO_DISCRETION}"),
        (form.quantity > 0, "quantity", f"缺数量:{NO_DISCRETION}"),
        (form.price_units > 0, "price", "缺价格:请填客户说定的价格"),
        (form.evidence_ref.strip(), "evidence", f"缺证据编号:{NO_EVIDENCE}"),
        (form.read_back, "read_back", f"未复述:须向客户复述指令并得到确认;{NO_EVIDENCE}"),
        (form.identity_checked, "identity", f"未核对身份:须先核对客户身份;{NO_EVIDENCE}"),
    )
    return tuple(Missing(field, reason) for ok, field, reason in checks if not ok)


def draft_of(form: InstructionForm, client_id: str, account: str, day: str) -> Instruction:
    """Return the record to store; id, author and time are filled in by the service."""
    return Instruction(
        instruction_id="",
        client_id=client_id,
        account=account,
        day=day,
        symbol=form.symbol,
        side=form.side or Side.BUY,
        quantity=form.quantity,
        price_units=form.price_units,
        price_type=form.price_type,
        channel=form.channel,
        evidence_ref=form.evidence_ref.strip(),
        read_back=form.read_back,
        identity_checked=form.identity_checked,
        recorded_by="",
        recorded_at="",
    )
