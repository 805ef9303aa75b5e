"""Whether a text of advice may be sent (market-rules § 2.9)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from models.rules.basis.missing import configured
from models.rules.basis.settings.trading import AdviceSettings
from models.rules.decision import Decision


@dataclass(frozen=True, slots=True)
class Citation:
    """A report the advice relies on."""

    title: str | None = None
    publisher: str | None = None
    date: datetime.date | None = None


def check_advice(settings: AdviceSettings, text: str, citations: Sequence[Citation]) -> Decision:
    """Refuse a promise of return, and a report without publisher or date.

    ``numbers``: the ``word`` that promises. Raises NotConfigured PROMISE_WORDS.
    """
    words = configured(settings.promise_words, "PROMISE_WORDS")
    promise = next((word for word in words if word in text), None)
    incomplete = any(not (each.publisher and each.date) for each in citations)
    reason = "CITATION_INCOMPLETE" if incomplete else ""
    if promise is not None:
        reason = "PROMISE_OF_RETURN"
    return Decision(reason, {"word": promise}, "§ 2.9, Securities Law art. 135")
