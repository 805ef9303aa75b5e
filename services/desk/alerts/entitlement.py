"""Whether an alert may be sent to the client himself, or is for his manager only (S22, S25)."""

from services.desk.storage.queries.entries import ClientEntry, Subscription

SMS2 = "SMS2"
_WITH_SMS = frozenset("ABCDE")  # S25: any of them brings SMS1 to SMS3


def gets_account_sms(entry: ClientEntry, day: str) -> bool:
    """Whether SMS2 is his on an ISO ``day``: subscribed, or bundled with a product."""
    return any(one.runs_on(day) and _brings_sms2(one) for one in entry.subscriptions)


def _brings_sms2(subscription: Subscription) -> bool:
    return subscription.product == SMS2 or subscription.product in _WITH_SMS
