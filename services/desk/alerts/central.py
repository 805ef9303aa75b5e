"""Alerts that central wrote at night, beside those that this desk raised itself (S22, S23)."""

from collections.abc import Collection, Iterable

from models.clients.alert import Severity
from services.desk.alerts import words
from services.desk.alerts.conditions import CONCENTRATION, Place
from services.desk.alerts.entitlement import SMS3
from services.desk.alerts.facts import Fact
from services.desk.alerts.writer import Standing
from services.desk.clients.roll import ClientRoll
from services.desk.storage.queries.alerts import ClientAlert

_SCAN = "scan"
# What this desk calls a finding of the portfolio scan when it sees it live.
_LIVE_KINDS = {"CONCENTRATION": CONCENTRATION, "ST": "st", "SUSPENDED": "halt"}
_WARNINGS = frozenset({_SCAN, "call_notice", "ipo_ballot", "rights"})
_FALL = "大跌"


def told_by_central(
    alerts: Iterable[ClientAlert], roll: ClientRoll, live: Collection[str]
) -> dict[str, Standing]:
    """Return those that stand: of clients who still hold the security, or of an issue (SMS3).

    One that this desk raised itself (``live``: ids of client, security, kind and day) speaks for
    both: it moves with the prices.
    """
    return {
        one.alert_id: _standing(one)
        for one in alerts
        if _live_id(one) not in live
        and (one.product == SMS3 or roll.held(one.client_id, one.symbol))
    }


def _live_id(alert: ClientAlert) -> str:
    """The id under which this desk would raise the same."""
    return f"{alert.client_id}:{alert.symbol}:{_live_kind(alert)}:{alert.day}"


def _live_kind(alert: ClientAlert) -> str:
    if alert.kind != _SCAN:
        return alert.kind
    _, _, code = alert.event_id.partition(":")
    return _LIVE_KINDS.get(code.partition(":")[0], _SCAN)


def _standing(alert: ClientAlert) -> Standing:
    place = Place(alert.client_id, alert.symbol, alert.kind)
    fact = Fact(
        kind=alert.kind,
        severity=_severity(alert),
        title=alert.title,
        numbers=alert.reason,
        advice=words.ADVICE.get(_live_kind(alert), words.ADVICE_OF_OTHERS),
        mandatory=not alert.product,
        product=alert.product,
        tells_holding=True,
    )
    return Standing(alert.alert_id, place, alert.raised_at, fact)


def _severity(alert: ClientAlert) -> Severity:
    if not alert.product:
        return Severity.SEVERE
    is_warning = alert.kind in _WARNINGS or _FALL in alert.title
    return Severity.WARNING if is_warning else Severity.NOTICE
