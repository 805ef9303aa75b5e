"""Makes the page of a query from memory: which cards, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.clients.card import CardPage, CardQuery, ClientCard
from services.desk.clients.masking import mask_mobile
from services.desk.clients.roll import ClientRoll
from services.desk.clients.tiers import TierRules
from services.desk.storage.queries.entries import ClientEntry

_BP = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """Ids that a text finds, in groups, best first; ``more`` = there are others."""

    groups: Sequence[Sequence[str]]
    more: bool = False


class CardFinder:
    """Keeps the cards it made: one is made anew only when what it shows changed."""

    def __init__(self, roll: ClientRoll, tiers: TierRules) -> None:
        self._roll = roll
        self._tiers = tiers
        self._made: dict[str, tuple[ClientEntry, ClientCard]] = {}
        self._by_row: list[ClientCard | None] = []
        self._alerts: Mapping[str, int] = {}
        self._alerted = 0
        self._stamp = -1
        self._basis: object = None

    def find(self, query: CardQuery, found: Found | None, alerts: Mapping[str, int]) -> CardPage:
        """Return the cards that answer ``query``; counts are of all clients.

        ``found``: whom its text finds, None = it asks for nobody in particular. ``alerts``: open
        alerts by client id, another mapping whenever they changed.
        """
        self._look(alerts)
        rows = self._filter(self._roll.order if found is None else self._sorted(found), query)
        return CardPage(
            cards=tuple([self._by_row[row] or self._make(row) for row in rows]),
            total=len(self._roll.entries),
            by_tier=dict(self._roll.by_tier),
            alerted=self._alerted,
            more=found is not None and found.more,
        )

    def card(self, client_id: str, alerts: Mapping[str, int]) -> ClientCard:
        """Return one client's card."""
        self._look(alerts)
        row = self._roll.rows[client_id]
        return self._by_row[row] or self._make(row)

    def _look(self, alerts: Mapping[str, int]) -> None:
        basis = self._tiers.basis()
        if basis is not self._basis:
            self._basis, self._stamp = basis, -1
            self._made.clear()
        if self._roll.stamp == self._stamp and alerts is self._alerts:
            return
        self._stamp, self._alerts = self._roll.stamp, alerts
        self._alerted = sum(
            1 for name, count in alerts.items() if count and name in self._roll.rows
        )
        self._by_row = [None] * len(self._roll.entries)

    def _sorted(self, found: Found) -> list[int]:
        row_of, place = self._roll.rows, self._roll.place.__getitem__
        groups = ([row_of[name] for name in group if name in row_of] for group in found.groups)
        return [row for group in groups for row in sorted(group, key=place)]

    def _filter(self, rows: list[int], query: CardQuery) -> list[int]:
        entries, alerts = self._roll.entries, self._alerts
        if query.client_ids:
            rows = [row for row in rows if entries[row].client_id in query.client_ids]
        if query.tiers:
            rows = [row for row in rows if entries[row].tier in query.tiers]
        if query.only_alerted:
            rows = [row for row in rows if alerts.get(entries[row].client_id)]
        return rows

    def _make(self, row: int) -> ClientCard:
        roll = self._roll
        entry = roll.entries[row]
        before = self._made.get(entry.client_id)
        card = before[1] if before and before[0] is entry else None
        if card is None or not self._is_true(card, row):
            card = self._new(entry, row, card)
            self._made[entry.client_id] = (entry, card)
        self._by_row[row] = card
        return card

    def _is_true(self, card: ClientCard, row: int) -> bool:
        roll = self._roll
        return (
            card.assets_cents == roll.assets_cents[row]
            and card.day_change_cents == roll.day_change_cents[row]
            and card.live == roll.live[row]
            and card.alert_count == self._alerts.get(card.client_id, 0)
        )

    def _new(self, entry: ClientEntry, row: int, before: ClientCard | None) -> ClientCard:
        roll = self._roll
        assets, change = roll.assets_cents[row], roll.day_change_cents[row]
        return ClientCard(
            client_id=entry.client_id,
            name=entry.name,
            tier=entry.tier,
            account=entry.accounts[0] if entry.accounts else "",
            mobile_masked=before.mobile_masked if before else mask_mobile(entry.mobile),
            risk_class=entry.risk_class,
            assets_cents=assets,
            day_change_cents=change,
            day_change_bp=_change_bp(assets, change),
            alert_count=self._alerts.get(entry.client_id, 0),
            last_contact_at=entry.last_contact_at,
            next_tier_permille=(
                before.next_tier_permille if before else self._tiers.next_permille(entry)
            ),
            open_orders=entry.open_orders,
            live=roll.live[row],
        )


def _change_bp(assets_cents: int, change_cents: int) -> int:
    before = assets_cents - change_cents
    if before <= 0:
        return 0
    size = (2 * abs(change_cents) * _BP + before) // (2 * before)
    return size if change_cents >= 0 else -size
