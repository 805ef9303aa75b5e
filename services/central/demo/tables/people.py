"""Rows of clients, their tiers, accounts and holdings."""

from collections.abc import Iterator
from datetime import date
from random import Random

from models.dates import months_later
from services.central.demo.cast import BRANCH
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, owned

# Ranges that no operator gives to people, and a region no identity card carries.
_MOBILE_HEADS = ("142", "143", "154")
_REGION = "319900"
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def client_row(rng: Random, plan: ClientPlan, points_milli: int, last_contact_at: str) -> Row:
    """The row of ``client``."""
    name = plan.name
    return owned(plan) | {
        "name": name.name,
        "pinyin": name.pinyin,
        "initials": name.initials,
        "mobile": rng.choice(_MOBILE_HEADS) + f"{rng.randrange(10**8):08d}",
        "id_no": _identity_number(rng, plan),
        "gender": name.gender,
        "birthday": plan.birthday.isoformat(),
        "opened_on": plan.opened_on.isoformat(),
        "tier": plan.tier.value,
        "tier_by": plan.tier_by,
        "average_assets_cents": plan.average_assets_cents,
        "year_commission_cents": plan.year_commission_cents,
        "risk_class": plan.risk_class.value,
        "risk_tested_on": plan.risk_tested_on.isoformat(),
        "rate_units": plan.rate_units,
        "points_milli": points_milli,
        "last_contact_at": last_contact_at,
    }


def manager_row(plan: ClientPlan) -> Row:
    """The row of ``client_manager``: his manager from his first day."""
    return owned(plan) | {"client_branch": BRANCH, "from_on": plan.opened_on.isoformat()}


def tier_row(plan: ClientPlan, today: date) -> Row:
    """The row of ``client_tier``: his tier for the past year."""
    since = max(plan.opened_on, months_later(today, -12))
    return owned(plan) | {
        "starts_on": since.isoformat(),
        "tier": plan.tier.value,
        "tier_by": plan.tier_by,
    }


def account_row(plan: ClientPlan) -> Row:
    """The row of ``account``."""
    boards = {position.security.board.value for position in plan.portfolio.positions}
    return owned(plan) | {
        "account": plan.account,
        "cash_cents": plan.portfolio.cash_cents,
        "permissions": ",".join(sorted(boards | {"main"} - {"unknown"})),
    }


def holding_rows(plan: ClientPlan) -> Iterator[Row]:
    """Rows of ``holding``."""
    for position in plan.portfolio.positions:
        yield owned(plan) | {
            "account": plan.account,
            "symbol": position.security.symbol,
            "quantity": position.quantity,
            "sellable": position.sellable,
            "cost_cents": position.cost_cents,
        }


def _identity_number(rng: Random, plan: ClientPlan) -> str:
    order = 2 * rng.randrange(500) + (plan.name.gender == "男")
    body = f"{_REGION}{plan.birthday:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _CHECK_WEIGHTS, strict=True))
    return body + _CHECK_DIGITS[total % 11]
