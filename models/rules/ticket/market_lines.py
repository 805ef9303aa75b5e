"""Whether the exchange would take the ticket now: session, price, cage, size (§ 2.1–2.6)."""

from datetime import datetime
from decimal import Decimal

from models.market.instrument import Phase, SecurityKind
from models.market.picture import Quote
from models.money import yuan_of_price
from models.rules.decision import Decision
from models.rules.market.order_price import PricedOrder, check_price
from models.rules.market.price_cage import Touch
from models.rules.market.price_limit import SecurityFacts, tick_of
from models.rules.market.quantity import SizedOrder, check_quantity
from models.rules.market.session import Moment, order_session
from models.rules.ticket import words
from models.rules.ticket.facts import Security, TicketFacts, TicketRules
from models.trading.order import Side
from models.trading.ticket import CheckLine, Ticket


def session_line(rules: TicketRules, facts: TicketFacts, security: Security) -> CheckLine:
    """Whether orders are taken at this moment."""
    decision = session_at(rules, facts.now, security)
    phase = decision.numbers["phase"]
    word = words.PHASE_WORDS[phase] if isinstance(phase, Phase) else str(phase)
    at = facts.now.strftime("%H:%M:%S")
    if decision.ok:
        return CheckLine("SESSION", True, f"{at} {word},接受委托", decision.source)
    if decision.reason == "NOT_TRADING_DAY":
        following = decision.numbers["next_trading_day"]
        text = f"{facts.day} 不是交易日,下一交易日 {following}"
        return CheckLine(decision.reason, False, text, decision.source)
    return CheckLine(decision.reason, False, f"{at} {word},不接受委托", decision.source)


def price_lines(
    rules: TicketRules, facts: TicketFacts, security: Security, ticket: Ticket
) -> tuple[CheckLine, ...]:
    """Tick and price limit, then the cage."""
    phase = session_at(rules, facts.now, security).numbers["phase"]
    order = PricedOrder(
        ticket.side,
        yuan_of_price(ticket.price_units),
        phase if isinstance(phase, Phase) else Phase.CLOSED,
    )
    decision = check_price(
        rules.market, _facts_of(security), touch_of(facts.quote), order, facts.day
    )
    band = _band_line(rules, facts, security, decision)
    if security.kind is not SecurityKind.STOCK or order.phase is not Phase.CONTINUOUS:
        return (band,)
    return band, _cage_line(facts, ticket, decision)


def size_line(
    rules: TicketRules, facts: TicketFacts, security: Security, ticket: Ticket
) -> CheckLine:
    """Whether the quantity is made of whole lots and within the caps."""
    account = facts.account
    sized = SizedOrder(
        ticket.side,
        ticket.quantity,
        security.board,
        security.kind,
        security.status,
        sellable=account.sellable if account else None,
        bought_today=account.bought_today if account else 0,
    )
    decision = check_quantity(rules.market, rules.settings.max_quantity, sized, facts.day)
    if decision.ok or decision.reason == "INSUFFICIENT_SELLABLE":
        text = f"{words.shares(ticket.quantity)},单笔上限 {_cap_text(decision)}"
        return CheckLine("LOT_SIZE", True, text, decision.source)
    return CheckLine(decision.reason, False, _size_text(decision, ticket), decision.source)


def session_at(rules: TicketRules, now: datetime, security: Security) -> Decision:
    """Return whether orders are taken now, and the phase."""
    moment = Moment(security.exchange, now, security.board, security.kind)
    return order_session(rules.market, rules.calendar, moment)


def _facts_of(security: Security) -> SecurityFacts:
    previous = security.previous_close_units
    return SecurityFacts(
        security.board,
        security.kind,
        security.status,
        prev_close=yuan_of_price(previous) if previous else None,
    )


def touch_of(quote: Quote | None) -> Touch:
    """Return the prices that an order meets by this quote."""
    if quote is None:
        return Touch()
    bid, ask, last = (
        yuan_of_price(units) if units else None
        for units in (quote.bid_units, quote.ask_units, quote.last_units)
    )
    return Touch(bid, ask, last)


def _band_line(
    rules: TicketRules, facts: TicketFacts, security: Security, decision: Decision
) -> CheckLine:
    numbers = decision.numbers
    low, high = _range(numbers["limit_down"], numbers["limit_up"])
    match decision.reason:
        case "TICK_SIZE":
            tick = tick_of(rules.market, security.kind, facts.day)
            text = f"价格须为正数且是 {tick} 元的整数倍"
            return CheckLine("TICK_SIZE", False, text, decision.source)
        case "LIMIT_UNKNOWN":
            return CheckLine("LIMIT_UNKNOWN", False, "涨跌幅限制未知,不能委托", decision.source)
        case "PRICE_LIMIT":
            text = f"价格须在跌停 {low} 与涨停 {high} 之间"
            return CheckLine("PRICE_LIMIT", False, text, decision.source)
    return CheckLine("PRICE_LIMIT", True, f"在跌停 {low} 与涨停 {high} 之间", decision.source)


def _cage_line(facts: TicketFacts, ticket: Ticket, decision: Decision) -> CheckLine:
    if facts.quote is None or facts.quote_fault:
        reason = facts.quote_fault or "没有行情"
        return CheckLine("QUOTE_UNKNOWN", False, f"{reason},无法判断有效申报价格范围", "§ 2.4")
    if decision.numbers["ceiling"] is None:
        return CheckLine("PRICE_CAGE", True, "该证券当日无价格笼子", "§ 2.4")
    floor, ceiling = _range(decision.numbers["floor"], decision.numbers["ceiling"])
    bound = f"买入不高于 {ceiling}" if ticket.side is Side.BUY else f"卖出不低于 {floor}"
    broken = decision.reason == "PRICE_CAGE"
    text = f"超出有效申报价格范围:{bound}" if broken else f"有效申报价格范围:{bound}"
    return CheckLine("PRICE_CAGE", not broken, text, "§ 2.4")


def _range(low: object, high: object) -> tuple[str, str]:
    texts = [words.price(value) if isinstance(value, Decimal) else "—" for value in (low, high)]
    return texts[0], texts[1]


def _cap_text(decision: Decision) -> str:
    most = decision.numbers["max_qty"]
    return words.shares(most) if isinstance(most, int) else "未设置"


def _size_text(decision: Decision, ticket: Ticket) -> str:
    numbers = decision.numbers
    match decision.reason:
        case "LOT_SIZE":
            return f"数量至少 {numbers['minimum']} 股,按 {numbers['step']} 股递增"
        case "ODD_LOT":
            return f"卖出须为 {numbers['step']} 股的整数倍,零股只能一次卖出"
        case "MAX_SIZE":
            return f"单笔不超过 {numbers['max_qty']:,} 股"
        case "MAX_QUANTITY_NOT_CONFIGURED":
            return "尚未设置该类证券的单笔上限,不能委托"
        case "ST_DAILY_CAP":
            return f"风险警示股票当日还可买 {numbers['left_today']:,} 股"
    return f"{words.shares(ticket.quantity)} 不符合数量规则"
