"""The whole check of a ticket; the first line that does not hold is the engine's refusal."""

from collections.abc import Callable, Iterable

from models.money import amount_cents
from models.rules.basis.missing import MissingFact, NotConfigured
from models.rules.market.quantity import SizedOrder, lot_of, max_quantity
from models.rules.ticket.account_lines import account_line, cash_line, sellable_line
from models.rules.ticket.authority import SOURCE, authority_line
from models.rules.ticket.facts import Security, TicketAccount, TicketFacts, TicketRules
from models.rules.ticket.market_lines import price_lines, session_line, size_line
from models.rules.ticket.tariff import Cost, CostBasis, Tariff
from models.trading.order import Side
from models.trading.ticket import CheckLine, Ticket, TicketCheck


def check_ticket(
    rules: TicketRules, tariff: Tariff, facts: TicketFacts, ticket: Ticket
) -> TicketCheck:
    """Return every check with its numbers and source, and what the ticket costs (for a person)."""
    lines, cost = judge_ticket(rules, tariff, facts, ticket)
    account = facts.account
    return TicketCheck(
        lines=lines,
        amount_cents=cost.amount_cents,
        commission_cents=cost.commission_cents,
        fees_cents=cost.fees_cents,
        total_cents=abs(_net_cents(ticket.side, cost)),
        sellable=account.sellable if account else 0,
        available_cash_cents=account.available_cents if account else 0,
        max_quantity=_most(rules, tariff, facts, ticket),
    )


def judge_ticket(
    rules: TicketRules, tariff: Tariff, facts: TicketFacts, ticket: Ticket
) -> tuple[tuple[CheckLine, ...], Cost]:
    """Return every check and the cost: all that the engine needs.

    Order: instruction, account, security, session, price, cage, size, then sellable or cash.
    """
    amount = amount_cents(ticket.price_units, ticket.quantity)
    basis = _basis(facts, ticket)
    cost, unpriced = Cost(amount, 0, 0), tuple[CheckLine, ...]()
    try:
        if basis is not None:
            cost = tariff.cost(basis, amount)
    except NotConfigured as failure:
        unpriced = (_missing_rule(failure, "§ 2.5"),)
    return (*_lines(rules, facts, ticket, cost), *unpriced), cost


def first_refusal(lines: Iterable[CheckLine]) -> CheckLine | None:
    """Return the first line that is not known to hold."""
    return next((line for line in lines if not line.ok), None)


def _lines(
    rules: TicketRules, facts: TicketFacts, ticket: Ticket, cost: Cost
) -> tuple[CheckLine, ...]:
    lines = [
        *_guarded(lambda: (authority_line(rules, facts, ticket),), SOURCE),
        account_line(facts, ticket),
    ]
    security = facts.security
    if security is None:
        text = f"证券 {ticket.symbol or '(未填)'} 不在今日证券列表中"
        return (*lines, CheckLine("UNKNOWN_SECURITY", False, text, "T17"))
    lines += _guarded(lambda: (session_line(rules, facts, security),), "§ 2.1")
    lines += _typed_lines(rules, facts, security, ticket)
    if facts.account is not None and ticket.quantity > 0 and ticket.price_units > 0:
        lines += _means_lines(facts, ticket, cost)
    return tuple(lines)


def _typed_lines(
    rules: TicketRules, facts: TicketFacts, security: Security, ticket: Ticket
) -> tuple[CheckLine, ...]:
    price: tuple[CheckLine, ...] = (CheckLine("PRICE_LIMIT", None, "请填写价格", "§ 2.3"),)
    size: tuple[CheckLine, ...] = (CheckLine("LOT_SIZE", None, "请填写数量", "§ 2.6"),)
    if ticket.price_units > 0:
        price = _guarded(lambda: price_lines(rules, facts, security, ticket), "§ 2.3")
    if ticket.quantity > 0:
        size = _guarded(lambda: (size_line(rules, facts, security, ticket),), "§ 2.6")
    return (*price, *size)


def _means_lines(facts: TicketFacts, ticket: Ticket, cost: Cost) -> tuple[CheckLine, ...]:
    account = facts.account
    assert account is not None
    need = max(0, -_net_cents(ticket.side, cost))
    if ticket.side is Side.BUY:
        return (cash_line(account, need, cost),)
    sellable = sellable_line(account, ticket)
    return (sellable, cash_line(account, need, cost)) if need else (sellable,)


def _guarded(judge: Callable[[], tuple[CheckLine, ...]], source: str) -> tuple[CheckLine, ...]:
    """What lacks a rule or a fact is refused: unknown means stop."""
    try:
        return judge()
    except NotConfigured as failure:
        return (_missing_rule(failure, source),)
    except MissingFact as fault:
        return (CheckLine("FACT_MISSING", False, f"缺少判断依据:{fault.name}", source),)


def _missing_rule(failure: NotConfigured, source: str) -> CheckLine:
    return CheckLine(failure.code, False, f"{failure.title},不能委托", source)


def _basis(facts: TicketFacts, ticket: Ticket) -> CostBasis | None:
    if facts.security is None or facts.account is None:
        return None
    security = facts.security
    return CostBasis(security.exchange, security.kind, ticket.side, facts.account.rate_units)


def _net_cents(side: Side, cost: Cost) -> int:
    sign = -1 if side is Side.BUY else 1
    return sign * cost.amount_cents - cost.charges_cents


def _most(rules: TicketRules, tariff: Tariff, facts: TicketFacts, ticket: Ticket) -> int:
    """The largest quantity that cash or shares, lots and caps allow at this price; 0 = none."""
    security, account, basis = facts.security, facts.account, _basis(facts, ticket)
    if security is None or account is None or basis is None or ticket.price_units <= 0:
        return 0
    sized = SizedOrder(ticket.side, 0, security.board, security.kind, security.status)
    cap = max_quantity(rules.settings.max_quantity, sized) or 0
    if ticket.side is Side.SELL:
        return max(0, min(account.sellable, cap))
    try:
        lot = lot_of(rules.market, sized.subject, facts.day)
        lots = _most_lots(tariff, basis, ticket.price_units * lot.step, account, cap // lot.step)
    except NotConfigured:
        return 0  # the lines say which rule is missing
    return lots * lot.step if lots * lot.step >= lot.minimum else 0


def _most_lots(
    tariff: Tariff, basis: CostBasis, lot_units: int, account: TicketAccount, most: int
) -> int:
    """``lot_units``: price units times the shares of one lot."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if -tariff.net_cents(basis, amount_cents(lot_units, middle)) <= account.available_cents:
            low = middle
        else:
            high = middle - 1
    return low
