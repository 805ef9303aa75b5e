"""Made-up clients, accounts and holdings for measuring; nobody real is among them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

from models.clients.tier import TIERS
from models.tables.firm import FIRM
from services.desk.storage.rows import Row, complete

_TIER_WEIGHTS = (800, 140, 50, 10)  # ordinary … platinum
_HEADS = ("130", "135", "138", "139", "150", "158", "177", "186", "189", "199")
_ASSETS_CENTS = (200_000_00, 800_000_00, 3_000_000_00, 10_000_000_00)  # usual, by tier
HOLDINGS = 4
ENTRIES = 3


class Name(Protocol):
    """A name with its readings."""

    @property
    def name(self) -> str:
        """As it is written."""
        ...

    @property
    def pinyin(self) -> str:
        """Readings one after the other, parted by commas."""
        ...

    @property
    def initials(self) -> str:
        """Of the first reading."""
        ...


DrawName = Callable[[Random], Name]


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Rows of one table, in the order in which they come."""

    table: str
    rows: list[Row]


def make_clients(count: int, draw: DrawName, seed: int = 1) -> tuple[MadeUp, MadeUp]:
    """Return clients and accounts, one account each and now and then a second."""
    rng = Random(seed)
    clients = [_client(number, draw(rng), rng) for number in range(count)]
    accounts = [
        _row("account", account=f"{8_800_000_000 + number * 7}", client_id=f"C{number % count:06d}")
        for number in range(count + count // 10)
    ]
    return MadeUp("client", clients), MadeUp("account", accounts)


def make_rest(count: int, seed: int = 1) -> Iterator[MadeUp]:
    """Return what else is stored of so many clients: holdings, points, contacts."""
    rng = Random(seed)
    yield MadeUp("holding", [_holding(number, rng) for number in range(count * HOLDINGS)])
    yield MadeUp("points_entry", [_points(number, rng) for number in range(count * ENTRIES)])
    yield MadeUp("contact", [_contact(number, rng) for number in range(count)])


def _row(table: str, **values: str | int) -> Row:
    owned: Row = {"branch_id": "B1", "manager_id": "M001", "version": 1}
    return complete(FIRM.tables[table], owned | values)


def _client(number: int, name: Name, rng: Random) -> Row:
    rank = rng.choices(range(len(TIERS)), _TIER_WEIGHTS)[0]
    return _row(
        "client",
        client_id=f"C{number:06d}",
        name=name.name,
        pinyin=name.pinyin,
        initials=name.initials,
        mobile=f"{rng.choice(_HEADS)}{rng.randrange(10**8):08d}",
        id_no=f"{rng.randrange(10**17):017d}X",
        birthday=f"{rng.randrange(1945, 2005)}-03-04",
        opened_on="2015-03-02",
        tier=TIERS[rank].value,
        average_assets_cents=int(_ASSETS_CENTS[rank] * rng.lognormvariate(0, 0.8)),
        risk_class="C3",
        risk_tested_on="2022-03-01",
        rate_units=2_500,
        last_contact_at="2023-01-31T15:00:00.000+08:00",
    )


def _holding(number: int, rng: Random) -> Row:
    client = number // HOLDINGS
    return _row(
        "holding",
        account=f"{8_800_000_000 + client * 7}",
        symbol=f"{600_000 + 37 * (number % HOLDINGS) + client % 37:06d}.SH",
        client_id=f"C{client:06d}",
        quantity=rng.randrange(1, 100) * 100,
        sellable=0,
        cost_cents=rng.randrange(10**8),
    )


def _points(number: int, rng: Random) -> Row:
    return _row(
        "points_entry",
        entry_id=f"P{number:08d}",
        client_id=f"C{number // ENTRIES:06d}",
        kind="commission",
        points_milli=rng.randrange(10**6),
        note="佣金积分",
    )


def _contact(number: int, rng: Random) -> Row:
    return _row(
        "contact",
        contact_id=f"K{number:08d}",
        client_id=f"C{number:06d}",
        channel="phone",
        direction="out",
        summary=f"谈了第 {rng.randrange(10**4)} 号方案,客户愿意考虑",
        by_staff="M001",
        happened_at="2023-01-31T15:00:00.000+08:00",
    )
