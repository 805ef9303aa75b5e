"""Whether the account can bear the ticket: it is known, it has the shares or the cash."""

from models.rules.ticket import words
from models.rules.ticket.facts import TicketAccount, TicketFacts
from models.rules.ticket.tariff import Cost
from models.trading.ticket import CheckLine, Ticket


def account_line(facts: TicketFacts, ticket: Ticket) -> CheckLine:
    """Whether the account is open today and belongs to the client."""
    account = facts.account
    if account is None:
        text = f"账户 {ticket.account[-4:]} 的当日资金与持仓尚未载入"
        return CheckLine("ACCOUNT_NOT_OPEN", False, text, "T17")
    if (account.account, account.client_id) != (ticket.account, ticket.client_id):
        return CheckLine("ACCOUNT_MISMATCH", False, "账户不属于该客户", "T17")
    return CheckLine("ACCOUNT", True, f"账户 {ticket.account[-4:]} 当日已载入", "T17")


def sellable_line(account: TicketAccount, ticket: Ticket) -> CheckLine:
    """Whether so many shares may be sold: T+1, less what other orders hold frozen."""
    short = ticket.quantity > account.sellable
    text = f"可卖 {words.shares(account.sellable)}(T+1,已扣冻结),本笔 {ticket.quantity:,} 股"
    return CheckLine("INSUFFICIENT_SELLABLE", not short, text, "§ 2.7")


def cash_line(account: TicketAccount, need_cents: int, cost: Cost) -> CheckLine:
    """Whether the free cash bears the amount with all charges."""
    short = need_cents > account.available_cents
    text = (
        f"可用 {words.money(account.available_cents)},需 {words.money(need_cents)}"
        f"(含费用 {words.money(cost.charges_cents)})"
    )
    return CheckLine("INSUFFICIENT_CASH", not short, text, "§ 2.5")
