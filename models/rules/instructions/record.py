"""Brings a stored instruction into the form the rule judges (market-rules § 2.9)."""

from datetime import date, datetime

from models.money import yuan_of_price
from models.rules.instructions.match import ClientInstruction
from models.trading.instruction import Instruction


def instruction_of(record: Instruction) -> ClientInstruction:
    """Return the instruction of a record that travels between processes (price units, texts)."""
    return ClientInstruction(
        id=record.instruction_id,
        day=date.fromisoformat(record.day),
        security=record.symbol,
        side=record.side,
        qty=record.quantity,
        price=yuan_of_price(record.price_units),
        price_type=record.price_type,
        evidence_ref=record.evidence_ref,
        read_back=record.read_back,
        identity_checked=record.identity_checked,
        withdrawn_at=datetime.fromisoformat(record.withdrawn_at) if record.withdrawn_at else None,
    )
