"""How a client may be reached, and who is served first (service-system S8-S17, S27-S31)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.clients.tier import TIERS, Tier
from models.rules.basis.missing import configured, known
from models.rules.basis.settings.products import ProductsSettings
from models.rules.basis.settings.words import Product
from models.rules.decision import Decision


class Channel(StrEnum):
    """Ways of contact and of delivery."""

    COUNTER = "counter"
    CALL_CENTRE = "call_centre"
    NETWORK = "network"
    DEDICATED_LINE = "dedicated_line"
    IM = "im"
    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    ONE_TO_ONE = "one_to_one"


_SHARED = (Channel.COUNTER, Channel.CALL_CENTRE, Channel.NETWORK)
_PERSONAL = (
    Channel.DEDICATED_LINE,
    Channel.IM,
    Channel.PHONE,
    Channel.NETWORK,
    Channel.SMS,
    Channel.COUNTER,
)
_CONTACT: dict[Tier, tuple[Channel, ...]] = {
    Tier.ORDINARY: _SHARED,
    Tier.SILVER: _SHARED,
    Tier.GOLD: _PERSONAL,
    Tier.PLATINUM: _PERSONAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCase:
    """A channel for contact with a tier, or for delivery of a product's content."""

    channel: Channel
    tier: Tier | None = None
    product: Product | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A client who waits."""

    id: str
    tier: Tier


def check_channel(settings: ProductsSettings, case: ChannelCase) -> Decision:
    """Tell whether the channel may be used; ``numbers``: all that are allowed."""
    if case.product is not None:
        allowed: tuple[str, ...] = configured(settings.of(case.product).delivery, "DELIVERY")
        missing, source = "CHANNEL_NOT_IN_PRODUCT", "S27-S31"
    else:
        allowed = _CONTACT[known(case.tier, "tier")]
        missing, source = "CHANNEL_NOT_ENTITLED", "S12, S13"
    return Decision("" if case.channel in allowed else missing, {"allowed": allowed}, source)


def serve(waiting: Sequence[Waiting]) -> tuple[str, ...]:
    """Return the ids highest tier first, inside a tier in order of arrival (S8, S10)."""
    ordered = sorted(waiting, key=lambda client: -TIERS.index(client.tier))
    return tuple(client.id for client in ordered)


def serve_two_lines(waiting: Sequence[Waiting]) -> dict[str, tuple[str, ...]]:
    """Return the same for a main line and one dedicated to gold and platinum (S9, S10, S17)."""
    return {
        "main": serve([client for client in waiting if not _has_own_line(client)]),
        "dedicated": serve([client for client in waiting if _has_own_line(client)]),
    }


def _has_own_line(client: Waiting) -> bool:
    return Channel.DEDICATED_LINE in _CONTACT[client.tier]
