"""Whether an alert may be sent to the client himself, or is for his manager only (S22, S25)."""

from models.rules.basis.settings.words import Sms
from services.desk.storage.queries.entries import ClientEntry

SMS2, SMS3 = "SMS2", "SMS3"


def gets_sms(entry: ClientEntry, sms: str, day: str, bundle: tuple[Sms, ...]) -> bool:
    """Whether SMS2 or SMS3 is his on an ISO ``day``: subscribed, or in the ``bundle`` of A-E."""
    is_his = any(one.product == sms and one.runs_on(day) for one in entry.subscriptions)
    return is_his or (sms in bundle and bool(entry.products_on(day)))
