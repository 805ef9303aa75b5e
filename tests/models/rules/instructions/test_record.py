"""A stored instruction and a ticket on it, as the engine judges them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from models.dates import BEIJING
from models.rules.basis.settings.trading import OrderSettings
from models.rules.instructions.match import SentTicket, Standing, match_ticket
from models.rules.instructions.record import instruction_of
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Side

SETTINGS = OrderSettings(second_person_from=Decimal(1_000_000))
SENT_AT = datetime(2023, 2, 1, 10, 5, tzinfo=BEIJING)
STORED = Instruction(
    instruction_id="I1",
    client_id="C1",
    account="A1",
    day="2023-02-01",
    symbol="600519.SH",
    side=Side.BUY,
    quantity=1000,
    price_units=123_400,
    price_type=PriceType.LIMIT,
    channel=InstructionChannel.RECORDED_CALL,
    evidence_ref="REC-1",
    read_back=True,
    identity_checked=True,
    recorded_by="M001",
    recorded_at="2023-02-01T10:00:00+08:00",
    withdrawn_at="2023-02-01T10:30:00+08:00",
)
TICKET = SentTicket(
    security="600519.SH", side=Side.BUY, qty=600, price=Decimal("12.34"), sent_at=SENT_AT
)


def test_a_ticket_uses_up_its_instruction() -> None:
    instruction = instruction_of(STORED)
    first = match_ticket(Standing(instruction), TICKET, SETTINGS)
    second = match_ticket(Standing(instruction, used=600), TICKET, SETTINGS)
    assert (first.ok, first.numbers["left"]) == (True, 1000)
    assert (second.reason, second.numbers["left"]) == ("INSTRUCTION_EXHAUSTED", 400)


def test_a_price_worse_than_the_limit_names_its_field() -> None:
    worse = replace(TICKET, price=Decimal("12.35"))
    answer = match_ticket(Standing(instruction_of(STORED)), worse, SETTINGS)
    assert (answer.reason, answer.numbers["field"]) == ("INSTRUCTION_MISMATCH", "price")


def test_a_withdrawn_instruction_ends_at_that_moment() -> None:
    late = replace(TICKET, sent_at=SENT_AT + timedelta(minutes=25))
    answer = match_ticket(Standing(instruction_of(STORED)), late, SETTINGS)
    assert answer.reason == "INSTRUCTION_WITHDRAWN"
