"""Worth of clients against plain arithmetic, client by client."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from models.clients.tier import RiskClass, Tier
from services.desk.clients.valuation import Valuation
from services.desk.storage.queries.entries import ClientEntry, HeldSecurity
from tests.support.desk_data import FakePrices

SYMBOLS = ("600519.SH", "000001.SZ", "510300.SH")
prices_of = st.dictionaries(
    st.sampled_from(SYMBOLS),
    st.tuples(st.integers(0, 30_000_000), st.integers(1, 30_000_000)),
)
lots = st.dictionaries(
    st.sampled_from(SYMBOLS),
    st.tuples(st.integers(1, 10**9), st.integers(0, 10**12)),
)


def entry(number: int, cash: int, held: dict[str, tuple[int, int]]) -> ClientEntry:
    """A client with cash and lots."""
    holdings = tuple(HeldSecurity(s, quantity, 0, cost) for s, (quantity, cost) in held.items())
    return ClientEntry(
        f"C{number}", "张三", "", "", "", Tier.GOLD, RiskClass.C3, 0, 0, "", (), cash,
        holdings, (), 0,
    )  # fmt: skip


def cents(units: int) -> int:
    """Price units times shares in cents, half-up by size."""
    return int((Decimal(units) / 100).quantize(Decimal(1), ROUND_HALF_UP))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**9), 10**12), lots), max_size=6), prices_of, prices_of)
def test_worth_is_cash_and_each_holding_at_its_price(
    clients: list[tuple[int, dict[str, tuple[int, int]]]],
    first: dict[str, tuple[int, int]],
    later: dict[str, tuple[int, int]],
) -> None:
    entries = [entry(number, cash, held) for number, (cash, held) in enumerate(clients)]
    prices = FakePrices()
    valuation = Valuation(entries)
    for quotes in (first, later):
        for symbol, (last, previous) in quotes.items():
            prices.set(symbol, last, previous)
        valuation.take(prices)
    known = first | later
    worth = valuation.worth
    for row, (cash, held) in enumerate(clients):
        assets, change, live = cash, 0, True
        for symbol, (quantity, cost) in held.items():
            if symbol not in known:
                assets, live = assets + cost, False
                continue
            last, previous = known[symbol]
            price = last or previous
            assets += cents(price * quantity)
            change += cents((price - previous) * quantity)
        assert (worth.assets_cents[row], worth.day_change_cents[row]) == (assets, change)
        assert bool(worth.live[row]) is live


def test_taking_the_same_prices_again_changes_nothing() -> None:
    prices = FakePrices()
    prices.set("600519.SH", 18_000_000, 17_000_000)
    valuation = Valuation([entry(1, 0, {"600519.SH": (100, 0), "000001.SZ": (100, 0)})])
    assert [valuation.take(prices), valuation.take(prices)] == [True, False]
    prices.set("600519.SH", 18_000_100, 17_000_000)
    assert valuation.take(prices)


clients_of = st.lists(st.tuples(st.integers(0, 10**12), lots), min_size=3, max_size=3)


@settings(deadline=None)
@given(
    clients_of,
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10**12), lots), max_size=12),
    prices_of,
)
def test_changing_clients_one_by_one_equals_making_all_anew(
    clients: list[tuple[int, dict[str, tuple[int, int]]]],
    steps: list[tuple[int, int, dict[str, tuple[int, int]]]],
    quotes: dict[str, tuple[int, int]],
) -> None:
    prices = FakePrices()
    for symbol, (last, previous) in quotes.items():
        prices.set(symbol, last, previous)
    entries = [entry(number, cash, held) for number, (cash, held) in enumerate(clients)]
    patched = Valuation(entries)
    for row, cash, held in steps:
        entries[row] = entry(row, cash, held)
        patched.change(row, entries[row])
        patched.take(prices)
    anew = Valuation(entries)
    for valuation in (patched, anew):
        valuation.take(prices)
    assert patched.worth.assets_cents.tolist() == anew.worth.assets_cents.tolist()
    assert patched.worth.day_change_cents.tolist() == anew.worth.day_change_cents.tolist()
    assert patched.worth.live.tolist() == anew.worth.live.tolist()
