"""Brings an application's row and the client's facts before the rules (features F8-F10)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from sqlalchemy import RowMapping, select

from models.clients.tier import RiskClass, Tier
from models.money import RATE_UNITS_PER_PERMILLE, permille_of_rate
from models.rules.basis.settings.words import Product
from models.rules.products.application import (
    ApplicationCase,
    Judgement,
    Papers,
    judge_application,
)
from models.rules.products.eligibility import Action, AnyProduct, Mandate
from models.rules.products.quote import CAPPED, Quote
from models.tables.service import APPLICATION, RISK_TEST
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.facts import (
    base_rate_units,
    held_products,
    rate_exceptions,
)
from services.central.handlers.work import Refused, Work, refusal
from services.rules.loader import load_market_rules

Facts = Mapping[str, object] | RowMapping


async def application_of(work: Work, application_id: str, client_id: str) -> RowMapping:
    """Return an application of the client, locked; Refused APPLICATION_NOT_FOUND."""
    query = (
        select(APPLICATION)
        .where(APPLICATION.c.branch_id == work.branch_id)
        .where(APPLICATION.c.application_id == application_id)
        .where(APPLICATION.c.client_id == client_id)
        .where(APPLICATION.c.manager_id == work.envelope.manager_id)
        .with_for_update()
    )
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("APPLICATION_NOT_FOUND", f"没有申请 {application_id}")
    return found


async def judge(
    work: Work, client: RowMapping, application: Facts, papers: Papers | None
) -> Judgement:
    """Ask all rules by the settings of today; Refused with the first reason."""
    settings = await settings_on(work, work.day)
    case = await _case(work, client, application, papers)
    judgement = judge_application(load_market_rules(), settings, case, work.day)
    if judgement.reason:
        quoted = judgement.quote
        numbers = {"可选": judgement.offers, "测算费率‰": quoted.computed_permille}
        raise refusal(judgement.reason, numbers)
    return judgement


def papers_of(application: Facts) -> Papers:
    """Return what was signed."""
    return Papers(
        agreement_ref=str(application["agreement_ref"]),
        risk_statement_ref=str(application["risk_statement_ref"]),
        recording_ref=str(application["recording_ref"]),
        warning_signed=bool(application["warning_signed"]),
        signed_x_permille=permille_of_rate(_whole(application["x_units"])),
    )


async def exception_of(work: Work, application: Facts, quoted: Quote) -> RowMapping | None:
    """Return the exception that the quote rests on; None where its rate is the formula's."""
    if CAPPED not in quoted.remarks:
        return None
    held = await rate_exceptions(work, str(application["client_id"]))
    return held[Product(str(application["product"]))]


def rate_units_of(rate_permille: Decimal | None) -> int:
    """Return a rate in units, 0 where the product has none; Refused RATE_TOO_FINE."""
    units = (rate_permille or Decimal(0)) * RATE_UNITS_PER_PERMILLE
    if units != int(units):
        raise Refused("RATE_TOO_FINE", f"费率 {rate_permille}‰ 细于万分之一千分点")
    return int(units)


async def _case(
    work: Work, client: RowMapping, application: Facts, papers: Papers | None
) -> ApplicationCase:
    client_id, leaves = str(client["client_id"]), str(application["switch_from"])
    held = await held_products(work, client_id, work.day)
    exceptions = await rate_exceptions(work, client_id)
    return ApplicationCase(
        product=Product(str(application["product"])),
        action=Action(str(application["action"])),
        tier=Tier(client["tier"]),
        x_permille=permille_of_rate(await base_rate_units(work, client_id)),
        risk_class=RiskClass(client["risk_class"]) if client["risk_class"] else None,
        tested_on=_day(client["risk_tested_on"]),
        lowest_class=await _is_lowest(work, client),
        holds=tuple(AnyProduct(product.value) for product in held),
        switch_from=AnyProduct(leaves) if leaves else None,
        mandate=Mandate.DISCRETIONARY if application["discretionary"] else Mandate.ADVICE,
        initiative=cast(Literal["client", "staff"], application["initiative"]),
        on_site=bool(application["on_site"]),
        papers=papers,
        capped={one: permille_of_rate(row["rate_units"]) for one, row in exceptions.items()},
    )


async def _is_lowest(work: Work, client: RowMapping) -> bool:
    table = RISK_TEST.c
    query = (
        select(table.lowest_class)
        .where(table.branch_id == work.branch_id, table.client_id == client["client_id"])
        .where(table.tested_on == client["risk_tested_on"])
        .order_by(table.test_id.desc())
        .limit(1)
    )
    return bool(await work.connection.scalar(query))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _whole(value: object) -> int:
    return int(str(value))
