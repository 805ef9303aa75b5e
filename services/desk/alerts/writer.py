"""Writes an alert in words and numbers of this moment."""

from dataclasses import dataclass, replace

from models.clients.alert import HoldingAlert, Severity
from models.money import amount_cents
from services.desk.alerts import words
from services.desk.alerts.conditions import Place
from services.desk.alerts.entitlement import gets_account_sms
from services.desk.alerts.facts import Fact
from services.desk.clients.prices import Prices, price_of
from services.desk.clients.roll import ClientRoll


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert of the list; ``fact`` is set where it does not change with prices."""

    alert_id: str
    place: Place
    raised_at: str
    fact: Fact | None


class AlertWriter:
    """Remembers what it wrote last of each alert, for when the condition has passed."""

    def __init__(self, roll: ClientRoll, prices: Prices) -> None:
        self._roll = roll
        self._prices = prices
        self._last: dict[str, Fact] = {}

    def write(
        self, standing: Standing, fact: Fact | None, day: str, acknowledged: bool
    ) -> HoldingAlert:
        """Return the alert; ``fact`` None = what raised it no longer holds."""
        place = standing.place
        entry = self._roll.entries[self._roll.rows[place.client_id]]
        told = self._told(standing.alert_id, place.kind, fact)
        quantity, value = self._held(place)
        instrument = self._prices.instrument(place.symbol)
        return HoldingAlert(
            alert_id=standing.alert_id,
            client_id=place.client_id,
            client_name=entry.name,
            tier=entry.tier,
            symbol=place.symbol,
            security_name=instrument.name if instrument else place.symbol,
            kind=place.kind,
            severity=told.severity,
            raised_at=standing.raised_at,
            title=told.title,
            reason=f"{told.numbers},{words.held(quantity, value)}",
            advice=told.advice,
            value_cents=value,
            entitled=told.mandatory or gets_account_sms(entry, day),
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

    def _held(self, place: Place) -> tuple[int, int]:
        held = self._roll.held(place.client_id, place.symbol)
        quote = self._prices.quote(place.symbol)
        price = price_of(quote) if quote else 0
        if held is None:
            return 0, 0
        return held.quantity, amount_cents(price, held.quantity) if price else held.cost_cents


def words_of_earlier(kind: str) -> Fact:
    """Return what can still be said of an alert raised before this desk was started."""
    title = words.EARLIER.get(kind, words.EARLIER_OTHER)
    advice = words.ADVICE.get(kind, words.ADVICE_OF_OTHERS)
    return Fact(kind, Severity.NOTICE, title, words.PASSED_EARLIER, advice)
