"""The register of consent: per purpose and channel, the newest entry counts (§ 2.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from models.rules.messages.send_gate import OptOut, Purpose, SendCase


class ConsentForm(StrEnum):
    """What the client said; ``WITHDRAWN`` is his refusal from that moment on."""

    EXPLICIT = "explicit"
    IMPLIED = "implied"
    WITHDRAWN = "withdrawn"


ANY_CHANNEL = "*"
CONSENT_CHANNELS = frozenset({"sms", "phone", "im", "email", ANY_CHANNEL})


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One entry of the register; ``channel`` ``*`` speaks for every channel."""

    purpose: Purpose
    channel: str
    form: ConsentForm
    at: datetime

    def speaks_of(self, purpose: Purpose, channel: str) -> bool:
        """Tell whether the entry is about such a message."""
        return self.purpose is purpose and self.channel in (channel, ANY_CHANNEL)


def standing(
    entries: Sequence[ConsentEntry], purpose: Purpose, channel: str, now: datetime
) -> ConsentForm | None:
    """Return what holds at ``now``; of two entries of one moment the refusal holds."""
    told = [each for each in entries if each.speaks_of(purpose, channel) and each.at <= now]
    newest = max(told, key=lambda each: (each.at, each.form is ConsentForm.WITHDRAWN), default=None)
    return newest.form if newest else None


def may_share(entries: Sequence[ConsentEntry], now: datetime) -> bool:
    """Tell whether the others of his household may see what he has: only by his express word."""
    return standing(entries, Purpose.HOUSEHOLD, ANY_CHANNEL, now) is ConsentForm.EXPLICIT


def send_case(
    entries: Sequence[ConsentEntry], purpose: Purpose, channel: str, now: datetime
) -> SendCase:
    """Return what the send gate judges for a message on ``channel`` by a port of its purpose."""
    form = standing(entries, purpose, channel, now)
    refused = (OptOut(purpose, now),) if form is ConsentForm.WITHDRAWN else ()
    consent: Literal["explicit", "implied"] | None = None
    if form in (ConsentForm.EXPLICIT, ConsentForm.IMPLIED):
        consent = "explicit" if form is ConsentForm.EXPLICIT else "implied"
    return SendCase(purpose=purpose, port=purpose, consent=consent, opt_outs=refused)
