"""The desk's ClientDirectory: found in the store, cards from memory, pages at live prices."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from models.clients.card import CardPage, CardQuery
from models.clients.profile import ClientProfile
from models.errors import ExpectedFailure
from models.money import permille_of_rate
from models.rules.access.suitability import valid_to
from models.rules.basis.missing import NotConfigured
from services.clock.clock import Clock
from services.desk.clients.file_lines import (
    contact_lines,
    fee_lines,
    frozen_cents,
    holding_lines,
    mandate_lines,
    points_lines,
    subscription_lines,
)
from services.desk.clients.finder import CardFinder, Found
from services.desk.clients.masking import mask_birthday, mask_id
from services.desk.clients.prices import Prices
from services.desk.clients.roll import ClientRoll
from services.desk.clients.tiers import TierRules
from services.desk.storage.queries.client_file import ClientFile, read_client_file
from services.desk.storage.queries.entries import ClientEntry
from services.desk.storage.search.find import NO_LIMIT, find_clients
from services.desk.storage.search.words import asks
from services.desk.storage.store import LocalStore
from services.rules.dated import SettingsByDay

AlertCounts = Callable[[], Mapping[str, int]]
MOST_FOUND = 200  # by a text alone; with a filter all are looked through


class Directory:
    """Finds clients by the store's index, shows them from memory, opens one from the store."""

    def __init__(
        self,
        *,
        store: LocalStore,
        roll: ClientRoll,
        prices: Prices,
        clock: Clock,
        settings: SettingsByDay,
        tiers: TierRules,
        alert_counts: AlertCounts,
    ) -> None:
        self._store = store
        self._roll = roll
        self._prices = prices
        self._clock = clock
        self._settings = settings
        self._tiers = tiers
        self._alert_counts = alert_counts
        self._finder = CardFinder(roll, tiers)
        self._found_for: tuple[str, int, int] | None = None
        self._found = Found(())

    async def find(self, query: CardQuery) -> CardPage:
        """Cards that answer ``query``; counts of all clients.

        Platinum first, then by assets; with a text the better answers come first.
        """
        found = await self._search(query) if asks(query.text) else None
        self._roll.revalue()
        return self._finder.find(query, found, self._alert_counts())

    async def profile(self, client_id: str) -> ClientProfile:
        """One client whole; ExpectedFailure CLIENT_NOT_FOUND."""
        file = await self._store.read(lambda connection: read_client_file(connection, client_id))
        entry = self._roll.entry(client_id)
        if file is None or entry is None:
            raise ExpectedFailure(
                "找不到该客户", "他可能已转给其他客户经理;请刷新名单", "CLIENT_NOT_FOUND"
            )
        self._roll.revalue()
        return self._profile(entry, file)

    async def _search(self, query: CardQuery) -> Found:
        """Whom the text finds; the same question again is answered from memory."""
        narrowed = query.tiers or query.only_alerted or query.client_ids
        limit = NO_LIMIT if narrowed else MOST_FOUND + 1
        question = (query.text, limit, self._roll.members)
        if question != self._found_for:
            groups = await self._store.read(lambda c: find_clients(c, query.text, limit))
            self._found_for, self._found = question, _cut(groups, limit)
        return self._found

    def _profile(self, entry: ClientEntry, file: ClientFile) -> ClientProfile:
        card = self._finder.card(entry.client_id, self._alert_counts())
        client = file.client
        tested = str(client["risk_tested_on"])
        lasts_to = self._valid_to(tested)
        return ClientProfile(
            card=card,
            gender=str(client["gender"]),
            birthday_masked=mask_birthday(str(client["birthday"])),
            id_masked=mask_id(str(client["id_no"])),
            opened_on=str(client["opened_on"]),
            risk_tested_on=tested,
            risk_valid_to=lasts_to,
            risk_expired=self._is_expired(tested, lasts_to),
            rate_permille=f"{permille_of_rate(int(client['rate_units'] or 0)):f}",
            cash_cents=entry.cash_cents,
            frozen_cents=frozen_cents(file.orders),
            points_milli=int(client["points_milli"] or 0),
            tier=self._tiers.reason(entry, tuple(_parts(str(client["tier_by"])))),
            holdings=holding_lines(entry, file.orders, self._prices, card.assets_cents),
            points=points_lines(file),
            subscriptions=subscription_lines(file),
            fees=fee_lines(file),
            contacts=contact_lines(file),
            mandates=mandate_lines(file),
            instructions=file.instructions,
            orders=file.orders,
        )

    def _is_expired(self, tested_on: str, lasts_to: str) -> bool:
        """Whether there is no valid test; of one whose end nobody has set that is not known."""
        if not tested_on:
            return True
        return bool(lasts_to) and self._clock.now().date().isoformat() > lasts_to

    def _valid_to(self, tested_on: str) -> str:
        """Last day of the test by the settings of its day; "" where these do not say."""
        if not tested_on:
            return ""
        day = date.fromisoformat(tested_on)
        try:
            return valid_to(self._settings.on(day).suitability, day).isoformat()
        except NotConfigured:
            return ""


def _cut(groups: tuple[tuple[str, ...], ...], limit: int) -> Found:
    if limit == NO_LIMIT or sum(map(len, groups)) < limit:
        return Found(groups)
    return Found((*groups[:-1], groups[-1][:-1]), more=True)


def _parts(text: str) -> Iterator[str]:
    return (part for part in text.split(",") if part)
