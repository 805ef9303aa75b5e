"""Writes an alert in words and numbers of this moment."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from models.clients.alert import HoldingAlert, SecurityHolder, Severity
from models.market.instrument import Instrument
from models.market.picture import Quote
from models.money import amount_cents
from models.rules.basis.settings.words import Sms
from services.desk.alerts import words
from services.desk.alerts.conditions import Place
from services.desk.alerts.entitlement import gets_sms
from services.desk.alerts.facts import Fact
from services.desk.clients.prices import Prices, price_of
from services.desk.clients.roll import ClientRoll
from services.desk.storage.queries.entries import ClientEntry
from services.rules.dated import SettingsByDay

_Basis: TypeAlias = tuple[
    ClientEntry, Quote | None, Instrument | None, Fact | None, str, tuple[Sms, ...], bool
]  # all that an alert tells


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert of the list; ``fact`` is set where it does not change with prices."""

    alert_id: str
    place: Place
    raised_at: str
    fact: Fact | None


class AlertWriter:
    """Remembers what it wrote last of each alert, for when the condition has passed."""

    def __init__(self, roll: ClientRoll, prices: Prices, settings: SettingsByDay) -> None:
        self._roll = roll
        self._prices = prices
        self._settings = settings
        self._last: dict[str, Fact] = {}
        self._written: dict[str, tuple[_Basis, HoldingAlert]] = {}

    def write(
        self, standing: Standing, fact: Fact | None, day: str, acknowledged: bool
    ) -> HoldingAlert | None:
        """Return the alert; ``fact`` None = what raised it no longer holds.

        None when the client has just left. The same as before unless something it tells changed.
        """
        place = standing.place
        entry = self._roll.entry(place.client_id)
        if entry is None:
            return None
        quote, instrument = self._prices.quote(place.symbol), self._prices.instrument(place.symbol)
        bundle = self._settings.on(date.fromisoformat(day)).products.bundle or ()
        basis: _Basis = (entry, quote, instrument, fact, day, bundle, acknowledged)
        before = self._written.get(standing.alert_id)
        if before and all(old is new for old, new in zip(before[0], basis, strict=True)):
            return before[1]
        alert = self._write(standing, basis)
        self._written[standing.alert_id] = (basis, alert)
        return alert

    def _write(self, standing: Standing, basis: "_Basis") -> HoldingAlert:
        entry, quote, instrument, fact, day, bundle, acknowledged = basis
        place = standing.place
        told = self._told(standing.alert_id, place.kind, fact)
        name = instrument.name if instrument else place.symbol
        quantity, value = held_value(entry, place.symbol, quote)
        return HoldingAlert(
            alert_id=standing.alert_id,
            client_id=place.client_id,
            client_name=entry.name,
            tier=entry.tier,
            symbol=place.symbol,
            security_name=name,
            kind=place.kind,
            severity=told.severity,
            raised_at=standing.raised_at,
            title=words.headline(told.title, name),
            reason=_reason(told, quantity, value),
            advice=told.advice,
            value_cents=value,
            entitled=told.mandatory or gets_sms(entry, told.product, day, bundle),
            acknowledged=acknowledged,
        )

    def _told(self, alert_id: str, kind: str, fact: Fact | None) -> Fact:
        if fact is not None:
            self._last[alert_id] = fact
            return fact
        last = self._last.get(alert_id)
        if last is None:
            return words_of_earlier(kind)
        return replace(last, numbers=f"{last.numbers}{words.PASSED}")


def _reason(told: Fact, quantity: int, value_cents: int) -> str:
    if told.tells_holding:
        return told.numbers
    return f"{told.numbers},{words.held(quantity, value_cents)}"


def held_value(entry: ClientEntry, symbol: str, quote: Quote | None) -> tuple[int, int]:
    """Return shares and their value in cents: at the price, or at cost where there is none."""
    price = price_of(quote) if quote else 0
    for held in entry.holdings:
        if held.symbol == symbol:
            value = amount_cents(price, held.quantity) if price else held.cost_cents
            return held.quantity, value
    return 0, 0


def holder_of(entry: ClientEntry, symbol: str, quote: Quote | None) -> SecurityHolder:
    """Return the client as a holder of the security at its price."""
    quantity, value = held_value(entry, symbol, quote)
    return SecurityHolder(entry.client_id, entry.name, entry.tier, quantity, value)


def words_of_earlier(kind: str) -> Fact:
    """Return what can still be said of an alert raised before this desk was started."""
    title = words.EARLIER.get(kind, words.EARLIER_OTHER)
    advice = words.ADVICE.get(kind, words.ADVICE_OF_OTHERS)
    return Fact(kind, Severity.NOTICE, title, words.PASSED_EARLIER, advice)
