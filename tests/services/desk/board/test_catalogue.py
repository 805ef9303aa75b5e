"""A quote of A-E shows its way and its bounds, on the client's own turnover (F8, D4, D6, D7)."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from models.errors import ExpectedFailure
from models.rules.basis.settings.words import Product
from models.wire.hub import SignedIn
from services.desk.board.catalogue import ProductCatalogue, ProductOffer
from services.desk.storage.person import keep_person
from services.desk.storage.rows import Row
from services.rules.loader import load_profile
from tests.support.desk_data import Desk, a_client, a_row, open_desk

PERSON = SignedIn("B1", "M001", "林晓岚", "manager", ("M001", "*"), "postgresql", "18")


def gold(client_id: str, rate_units: int = 0, tier: str = "gold") -> tuple[str, Row]:
    """A client of 8 million and 8,000 yuan of commission a year."""
    return "client", a_client(
        client_id,
        tier=tier,
        risk_class="C3",
        risk_tested_on="2022-12-01",
        average_assets_cents=800_000_000,
        year_commission_cents=800_000,
        rate_units=rate_units,
    )


def setting(name: str, value: object) -> tuple[str, Row]:
    text = msgspec.json.encode(value).decode()
    row = a_row("firm_setting", name=name, value=text, effective_from="2020-01-01")
    return "firm_setting", row | {"branch_id": "*", "manager_id": "*"}


def rate(client_id: str, units: int) -> tuple[str, Row]:
    row = a_row("client_rate", client_id=client_id, starts_on="2020-01-01", rate_units=units)
    return "client_rate", row


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """C1 gold at 0.8 permille, C2 gold at 1.2, C3 silver, C4 gold with product A, C5 no rate."""
    settings = [setting(name, value) for name, value in load_profile(None).document.items()]
    async with open_desk(tmp_path) as opened:
        await opened.receive(
            gold("C1", 8_000),
            gold("C2", 12_000),
            gold("C3", 8_000, "silver"),
            gold("C4", 18_000),
            gold("C5"),
            *(rate(client_id, 8_000) for client_id in ("C1", "C3", "C4")),
            rate("C2", 12_000),
            (
                "subscription",
                a_row("subscription", subscription_id="S1", client_id="C4", product="A",
                      state="active", starts_on="2023-01-03", ends_on=""),
            ),
        )  # fmt: skip
        await opened.receive(*settings, stream="*")
        await opened.store.write(lambda c: keep_person(c, PERSON))
        yield opened


async def offers(desk: Desk, client_id: str) -> dict[Product, ProductOffer]:
    catalogue = ProductCatalogue(store=desk.store, clock=desk.clock)
    return {offer.product: offer for offer in await catalogue.offers(client_id)}


async def test_a_quote_shows_x_uplift_result_bounds_and_costs(desk: Desk) -> None:
    a = (await offers(desk, "C1"))[Product.A]
    assert (a.reason, a.x_permille, a.uplift_permille) == ("", Decimal("0.8"), Decimal("1.0"))
    assert a.quote is not None and a.bounds is not None
    assert (a.quote.rate_permille, a.quote.below_permille) == (Decimal("1.8"), Decimal("2.0"))
    assert a.bounds.cap == Decimal("3.0") and a.bounds.fees > 0
    assert a.turnover == Decimal(10_000_000)  # 8,000 yuan at 0.8 permille
    assert (a.quote.yearly_cost, a.quote.extra_cost) == (Decimal(18_000), Decimal(10_000))
    assert "strategy" in a.terms.content


async def test_a_refused_quote_names_what_fits(desk: Desk) -> None:
    told = await offers(desk, "C2")
    assert told[Product.A].reason == "RATE_CEILING"
    quoted = told[Product.A].quote
    assert quoted is not None
    assert (quoted.rate_permille, quoted.computed_permille) == (None, Decimal("2.2"))
    assert told[Product.C].reason == "SUITABILITY_LEVEL"  # R4 is above C3: staff proposes nothing
    assert quoted.refused[Product.C] == "SUITABILITY_LEVEL"


async def test_d_has_an_annual_fee_on_his_own_assets_and_no_rate(desk: Desk) -> None:
    d = (await offers(desk, "C1"))[Product.D]
    assert d.annual_fee is not None
    assert d.annual_fee.average == Decimal(8_000_000)
    assert d.annual_fee.annual_fee == Decimal("111000.00")
    assert d.quote is not None and d.quote.rate_permille is None


async def test_tier_comes_first_and_who_holds_one_keeps_it(desk: Desk) -> None:
    assert {offer.reason for offer in (await offers(desk, "C3")).values()} == {"TIER_NOT_ELIGIBLE"}
    told = await offers(desk, "C4")
    assert (told[Product.A].is_held, told[Product.A].reason) == (True, "")
    assert told[Product.B].reason == "PRODUCT_CONFLICT"


async def test_without_a_base_rate_nothing_is_quoted(desk: Desk) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        await offers(desk, "C5")
    assert failure.value.code == "BASE_RATE_UNKNOWN"


async def test_what_the_firm_has_not_set_is_told(desk: Desk) -> None:
    document = dict(load_profile(None).document)
    products = document["products"]
    assert isinstance(products, dict)
    without = {name: value for name, value in products.items() if name != "eligible_tiers"}
    row = setting("products", without)[1] | {"effective_from": "2023-01-01"}
    await desk.receive(("firm_setting", row), stream="*", after=len(document))
    told = await offers(desk, "C1")
    assert told[Product.A].reason == "ELIGIBLE_TIERS_NOT_CONFIGURED"
    assert told[Product.A].quote is None
