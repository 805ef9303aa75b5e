"""The desk's ClientDirectory: found in the store, cards from memory, pages at live prices."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from models.clients.card import CardPage, CardQuery
from models.clients.profile import ClientProfile
from models.dates import years_later
from models.errors import ExpectedFailure
from models.money import permille_of_rate
from models.wire.commands import LogContact
from services.clock.clock import Clock
from services.desk.clients import words
from services.desk.clients.file_lines import (
    contact_lines,
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
from services.desk.sync.outbox import Outbox

AlertCounts = Callable[[], Mapping[str, int]]
MOST_FOUND = 200  # by a text alone; with a filter all are looked through
RISK_TEST_YEARS = 2  # market-rules § 2.10: valid up to and including the same day


class Directory:
    """Finds clients by the store's index, shows them from memory, opens one from the store."""

    def __init__(
        self,
        *,
        store: LocalStore,
        roll: ClientRoll,
        prices: Prices,
        outbox: Outbox,
        clock: Clock,
        tiers: TierRules,
        alert_counts: AlertCounts,
    ) -> None:
        self._store = store
        self._roll = roll
        self._prices = prices
        self._outbox = outbox
        self._clock = clock
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

    async def log_contact(self, client_id: str, channel: str, direction: str, summary: str) -> None:
        """Add to the timeline, pending until central applied it; words or codes as in ``words``."""
        if not summary.strip():
            raise ExpectedFailure("联系记录没有内容", "请写一句说了什么", "CONTACT_EMPTY")
        now = self._clock.now().isoformat(timespec="milliseconds")
        contact = LogContact(
            uuid.uuid4().hex,
            client_id,
            words.code(words.CHANNELS, channel),
            words.code(words.DIRECTIONS, direction),
            summary.strip(),
            now,
        )
        await self._outbox.add(contact, client_id)

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
        tested, valid_to = str(client["risk_tested_on"]), _valid_to(str(client["risk_tested_on"]))
        return ClientProfile(
            card=card,
            gender=str(client["gender"]),
            birthday_masked=mask_birthday(str(client["birthday"])),
            id_masked=mask_id(str(client["id_no"])),
            opened_on=str(client["opened_on"]),
            risk_tested_on=tested,
            risk_valid_to=valid_to,
            risk_expired=self._clock.now().date().isoformat() > valid_to,
            rate_permille=f"{permille_of_rate(int(client['rate_units'] or 0)):f}",
            cash_cents=entry.cash_cents,
            frozen_cents=frozen_cents(file.orders),
            points_milli=int(client["points_milli"] or 0),
            tier=self._tiers.reason(entry, tuple(_parts(str(client["tier_by"])))),
            holdings=holding_lines(entry, file.orders, self._prices, card.assets_cents),
            points=points_lines(file),
            subscriptions=subscription_lines(file),
            contacts=contact_lines(file),
            mandates=mandate_lines(file),
            instructions=file.instructions,
            orders=file.orders,
        )


def _cut(groups: tuple[tuple[str, ...], ...], limit: int) -> Found:
    if limit == NO_LIMIT or sum(map(len, groups)) < limit:
        return Found(groups)
    return Found((*groups[:-1], groups[-1][:-1]), more=True)


def _valid_to(tested_on: str) -> str:
    if not tested_on:
        return ""
    return years_later(date.fromisoformat(tested_on), RISK_TEST_YEARS).isoformat()


def _parts(text: str) -> Iterator[str]:
    return (part for part in text.split(",") if part)
