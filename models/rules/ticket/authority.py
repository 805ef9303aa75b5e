"""Whether the client himself asked for this ticket (market-rules § 2.9)."""

from models.money import yuan_of_price
from models.rules.decision import Decision
from models.rules.instructions.match import SentTicket, Standing, match_ticket
from models.rules.instructions.record import instruction_of
from models.rules.ticket import words
from models.rules.ticket.facts import TicketFacts, TicketRules
from models.trading.ticket import CheckLine, Ticket

SOURCE = "§ 2.9"


def authority_line(rules: TicketRules, facts: TicketFacts, ticket: Ticket) -> CheckLine:
    """Match the ticket with the recorded instruction it names."""
    foreign = _foreign_field(facts, ticket)
    if foreign:
        text = f"客户指令与委托不符:{words.FIELD_WORDS[foreign]}不同"
        return CheckLine("INSTRUCTION_MISMATCH", False, text, SOURCE)
    decision = match_ticket(_standing(facts), _sent(facts, ticket), rules.settings.orders)
    if decision.ok:
        left = decision.numbers["left"]
        text = f"指令 {ticket.instruction_id} 相符,尚可用 {left} 股"
        return CheckLine("INSTRUCTION_MATCH", True, text, decision.source)
    return CheckLine(
        decision.reason, False, _refusal_text(decision, facts, ticket), decision.source
    )


def _foreign_field(facts: TicketFacts, ticket: Ticket) -> str:
    instruction = facts.instruction
    if instruction is None:
        return ""
    if instruction.client_id != ticket.client_id:
        return "client"
    return "account" if instruction.account != ticket.account else ""


def _standing(facts: TicketFacts) -> Standing:
    held = facts.instruction
    return Standing(instruction_of(held) if held is not None else None, facts.used)


def _sent(facts: TicketFacts, ticket: Ticket) -> SentTicket:
    return SentTicket(
        security=ticket.symbol,
        side=ticket.side,
        qty=ticket.quantity,
        price=yuan_of_price(ticket.price_units),
        sent_at=facts.now,
        entered_by=facts.entered_by,
        confirmed_by=ticket.second_person or None,
    )


def _refusal_text(decision: Decision, facts: TicketFacts, ticket: Ticket) -> str:
    held = facts.instruction
    if held is None:
        return "没有客户指令:请先记录客户的委托指令及凭证"
    match decision.reason:
        case "INSTRUCTION_MISMATCH":
            return _mismatch_text(str(decision.numbers["field"]), facts, ticket)
        case "INSTRUCTION_EXHAUSTED":
            left = decision.numbers["left"]
            return f"指令 {held.quantity} 股,尚可用 {left} 股,本笔 {ticket.quantity} 股"
        case "INSTRUCTION_EXPIRED":
            return f"指令仅 {held.day} 当日有效"
        case "INSTRUCTION_WITHDRAWN":
            return f"客户已于 {held.withdrawn_at} 撤回指令"
        case "SECOND_PERSON_REQUIRED":
            return f"金额 {decision.numbers['amount']:,.2f} 元,须另一人复核"
        case "SECOND_PERSON_NOT_CONFIGURED":
            return "尚未设置须另一人复核的金额,不能委托"
        case "INSTRUCTION_INCOMPLETE":
            return "指令缺少凭证编号、复述确认或身份核对"
        case "DISCRETION_NOT_ALLOWED":
            return "指令未写明证券、方向、数量或价格,不得由员工代为决定"
    return f"指令校验未通过:{decision.reason}"


def _mismatch_text(field: str, facts: TicketFacts, ticket: Ticket) -> str:
    held = facts.instruction
    assert held is not None
    pairs = {
        "security": (held.symbol, ticket.symbol),
        "side": (words.SIDE_WORDS[held.side], words.SIDE_WORDS[ticket.side]),
        "price": (
            words.price_of_units(held.price_units),
            words.price_of_units(ticket.price_units),
        ),
    }
    told, typed = pairs[field]
    return f"客户指令与委托不符:{words.FIELD_WORDS[field]}指令为 {told},委托为 {typed}"
