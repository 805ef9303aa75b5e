"""One table of what a client may use and through which channel, now (S3-S17, S27-S31, F3)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from models.rules.access.channel import Channel, ChannelCase, check_channel
from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.products import ProductsSettings
from models.rules.basis.settings.words import Product
from models.rules.decision import Decision
from services.clock.clock import Clock
from services.desk.storage.queries.entries import ClientEntry
from services.rules.dated import SettingsByDay

_UNKNOWN = Decision("CLIENT_UNKNOWN", source="F3")


class Clients(Protocol):
    """Where tier and products of a client are known."""

    def entry(self, client_id: str) -> ClientEntry | None:
        """One client of the manager."""
        ...


class ServiceAccess:
    """Answers by the client's tier and running products and the settings of the clock's day.

    A product whose delivery the firm has not set goes through no channel (DELIVERY_NOT_CONFIGURED).
    Nobody is held to be a qualified investor here: that is proved for one opportunity at a time.
    """

    def __init__(self, *, clients: Clients, settings: SettingsByDay, clock: Clock) -> None:
        self._clients = clients
        self._settings = settings
        self._clock = clock

    def uses(self, client_id: str) -> Mapping[Use, Decision]:
        """Return every use with its answer; ``numbers``: ``via`` base, tier or product."""
        return {use: self.may_use(client_id, use) for use in Use}

    def may_use(self, client_id: str, use: Use) -> Decision:
        """Tell whether the client may use it; refuses CLIENT_UNKNOWN and as the rule does."""
        entry = self._clients.entry(client_id)
        return _UNKNOWN if entry is None else self._use(entry, use, self._products(entry))

    def may_reach(self, client_id: str, channel: Channel) -> Decision:
        """Tell whether this is a channel of contact of his tier; ``numbers``: ``allowed``."""
        entry = self._clients.entry(client_id)
        return _UNKNOWN if entry is None else _by_tier(entry, channel, self._rules)

    def may_use_through(self, client_id: str, use: Use, channel: Channel) -> Decision:
        """Tell whether he may use it through the channel; a wrong one shows the ``allowed`` ones.

        What a product brings is delivered as the product says, all else as his tier is contacted.
        """
        entry = self._clients.entry(client_id)
        if entry is None:
            return _UNKNOWN
        decision = self._use(entry, use, self._products(entry))
        if not decision.ok:
            return decision
        if "delivery" in decision.numbers:
            return _one_way(str(decision.numbers["delivery"]), channel, decision.source)
        if decision.numbers["via"] != "product":
            return _by_tier(entry, channel, self._rules)
        return self._by_products(entry, use, channel)

    def _by_products(self, entry: ClientEntry, use: Use, channel: Channel) -> Decision:
        """By any product that brings it; else by the last of them, with the channels of all."""
        bringing = [one for one in self._products(entry) if self._use(entry, use, (one,)).ok]
        answers = [_by_product(one, channel, self._rules) for one in bringing]
        allowed = [way for answer in answers for way in _ways(answer)]
        best = next((answer for answer in answers if answer.ok), answers[-1])
        told = {"allowed": tuple(dict.fromkeys(allowed))}
        return replace(best, numbers=told)

    def _use(self, entry: ClientEntry, use: Use, products: tuple[Product, ...]) -> Decision:
        case = EntitlementCase(use=use, tier=entry.tier, products=products)
        return check_entitlement(self._rules, case)

    def _products(self, entry: ClientEntry) -> tuple[Product, ...]:
        return entry.products_on(self._clock.now().date().isoformat())

    @property
    def _rules(self) -> ProductsSettings:
        return self._settings.on(self._clock.now().date()).products


def _by_tier(entry: ClientEntry, channel: Channel, rules: ProductsSettings) -> Decision:
    return check_channel(rules, ChannelCase(channel=channel, tier=entry.tier))


def _by_product(product: Product, channel: Channel, rules: ProductsSettings) -> Decision:
    try:
        return check_channel(rules, ChannelCase(channel=channel, product=product))
    except NotConfigured as missing:
        return Decision(missing.code, {"allowed": ()}, "S27-S31")


def _one_way(only: str, channel: Channel, source: str) -> Decision:
    reason = "" if channel == only else "CHANNEL_NOT_ENTITLED"
    return Decision(reason, {"allowed": (only,)}, source)


def _ways(answer: Decision) -> tuple[str, ...]:
    allowed = answer.numbers["allowed"]
    return tuple(map(str, allowed)) if isinstance(allowed, tuple) else ()
