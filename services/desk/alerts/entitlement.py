"""Whether an alert may be sent to the client himself, or is for his manager only (S22, S25)."""

from services.desk.storage.queries.entries import ClientEntry, Subscription

SMS2, SMS3 = "SMS2", "SMS3"
_WITH_SMS = frozenset("ABCDE")  # S25: any of them brings SMS1 to SMS3


def gets_sms(entry: ClientEntry, sms: str, day: str) -> bool:
    """Whether SMS2 or SMS3 is his on an ISO ``day``: subscribed, or bundled with a product."""
    return any(one.runs_on(day) and _brings(one, sms) for one in entry.subscriptions)


def _brings(subscription: Subscription, sms: str) -> bool:
    return subscription.product == sms or subscription.product in _WITH_SMS
