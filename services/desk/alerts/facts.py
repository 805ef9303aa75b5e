"""What may be worth an alert: of one security by its quote and status, or by an event (S22)."""

from dataclasses import dataclass
from decimal import Decimal

from models.clients.alert import Severity
from models.market.instrument import Instrument, SecurityStatus
from models.market.picture import Quote
from models.rules.basis.profile import Settings
from services.desk.alerts import words
from services.desk.alerts.entitlement import SMS2
from services.desk.storage.queries.alerts import SecurityEvent

MILLION = 1_000_000
_PER_PERCENT = 10_000
_SEVERE_MOVE = 80_000  # millionths: a fall of 8 % presses more than one of the firm's level
_SEVERE_SHARE = 800_000  # millionths of the assets in one security


@dataclass(frozen=True, slots=True)
class Levels:
    """From which move and which share on, in millionths, bounds included; None = not set."""

    move: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about a security with its figures; ``mandatory`` = tell every holder.

    ``product`` is the SMS product that it may be sent by; where ``tells_holding`` the numbers say
    what the client holds.
    """

    kind: str
    severity: Severity
    title: str
    numbers: str
    advice: str
    mandatory: bool = False
    product: str = SMS2
    tells_holding: bool = False


def levels_of(settings: Settings) -> Levels:
    """Return the levels of the firm's settings; what they do not say is not guessed."""
    return Levels(
        move=_millionths(settings.alerts.move_percent),
        share=_millionths(settings.scan.concentration_percent),
    )


def market_facts(
    quote: Quote | None, instrument: Instrument | None, levels: Levels
) -> tuple[Fact, ...]:
    """Return what the quote and the status of a security say just now."""
    found = (_status(instrument), _limit(quote), _move(quote, levels))
    return tuple(fact for fact in found if fact is not None)


def share_fact(share: int) -> Fact:
    """Return the fact that one security makes up ``share`` (millionths) of a client's assets."""
    severity = Severity.SEVERE if share >= _SEVERE_SHARE else Severity.WARNING
    return Fact(
        "concentration",
        severity,
        "单一证券占比过高",
        f"占资产 {words.share(share)}",
        words.ADVICE["concentration"],
    )


def event_fact(events: tuple[SecurityEvent, ...]) -> Fact:
    """Return what the events of one kind and day say; the newest speaks for all."""
    newest = events[-1]
    more = f"(当日共 {len(events)} 则)" if len(events) > 1 else ""
    return Fact(
        kind=newest.kind,
        severity=_event_severity(newest),
        title=newest.title + more,
        numbers=";".join(part for part in (newest.body, newest.source) if part),
        advice=words.ADVICE.get(newest.kind, words.ADVICE_OF_OTHERS),
        mandatory=newest.kind == "risk" and any(event.mandatory for event in events),
    )


def _status(instrument: Instrument | None) -> Fact | None:
    if instrument is None or instrument.status is SecurityStatus.NORMAL:
        return None
    delisting = instrument.status is SecurityStatus.DELISTING
    return Fact(
        "st",
        Severity.SEVERE if delisting else Severity.WARNING,
        "持有退市整理证券" if delisting else "持有风险警示证券",
        "退市整理期" if delisting else "已被实施风险警示",
        words.ADVICE["st"],
    )


def _limit(quote: Quote | None) -> Fact | None:
    if quote is None or not quote.last_units:
        return None
    if quote.limit_up_units and quote.last_units >= quote.limit_up_units:
        sealed = not quote.ask_units
        title = "封涨停板" if sealed else "触及涨停"
        return Fact("limit_up", Severity.NOTICE, title, _moved(quote), words.ADVICE["limit_up"])
    if quote.limit_down_units and quote.last_units <= quote.limit_down_units:
        sealed = not quote.bid_units
        title = "封跌停板" if sealed else "触及跌停"
        return Fact("limit_down", Severity.SEVERE, title, _moved(quote), words.ADVICE["limit_down"])
    return None


def _move(quote: Quote | None, levels: Levels) -> Fact | None:
    if quote is None or not quote.last_units or not quote.previous_close_units:
        return None
    if levels.move is None:
        return None
    move = quote.last_units - quote.previous_close_units
    if abs(move) * MILLION < quote.previous_close_units * levels.move:
        return None
    if move > 0:
        return Fact("move", Severity.NOTICE, "持仓股大涨", _moved(quote), words.ADVICE["rise"])
    severe = -move * MILLION >= quote.previous_close_units * _SEVERE_MOVE
    severity = Severity.SEVERE if severe else Severity.WARNING
    return Fact("move", severity, "持仓股大跌", _moved(quote), words.ADVICE["fall"])


def _moved(quote: Quote) -> str:
    move = quote.last_units - quote.previous_close_units
    return f"较昨收 {words.percent(move, quote.previous_close_units)}"


def _event_severity(event: SecurityEvent) -> Severity:
    if event.kind == "risk":
        return Severity.SEVERE if event.mandatory else Severity.WARNING
    if event.mandatory or (event.kind == "rating" and "下调" in event.title):
        return Severity.WARNING
    return Severity.NOTICE


def _millionths(percent: Decimal | None) -> int | None:
    return None if percent is None else int(percent * _PER_PERCENT)
