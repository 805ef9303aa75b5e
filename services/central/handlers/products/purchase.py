"""SubscribeSms: paid months of SMS1-3; each purchase is a row of its own (S19, S20)."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.clients.tier import Tier
from models.lives.subscription import SubscriptionState
from models.money import cents
from models.rules.basis.missing import configured
from models.rules.basis.settings.words import Sms
from models.rules.points.redeem import last_day
from models.rules.products.eligibility import AnyProduct, EligibilityCase, check_eligibility
from models.rules.products.sms import subscribe
from models.tables.firm import SUBSCRIPTION
from models.wire.service.products import SubscribeSms
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.facts import held_products, paid_to
from services.central.handlers.timeline import tell
from services.central.handlers.work import Work, add_once, refusal, require, require_client


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Months of an SMS product that were paid for; ``about`` = what proves it."""

    subscription_id: str
    client_id: str
    product: Sms
    ends_on: date
    paid_by: str
    about: str
    amount_cents: int = 0


async def subscribe_sms(work: Work, command: SubscribeSms) -> None:
    """Begin, or extend from its last day, a subscription that was paid in cash."""
    client = await require_client(work, command.client_id)
    settings = await settings_on(work, work.day)
    wanted = EligibilityCase(apply=AnyProduct(command.product.value), tier=Tier(client["tier"]))
    require(check_eligibility(settings, wanted))
    bundle = configured(settings.products.bundle, "BUNDLE")
    if command.product in bundle and await held_products(work, command.client_id, work.day):
        raise refusal("ALREADY_BUNDLED")
    price = subscribe(settings.sms, command.product, command.months, work.day)
    runs_to = (await paid_to(work, command.client_id)).get(command.product)
    purchase = Purchase(
        subscription_id=command.subscription_id,
        client_id=command.client_id,
        product=command.product,
        ends_on=last_day(runs_to, command.months, work.day),
        paid_by="cash",
        about=command.payment_ref,
        amount_cents=cents(price.amount),
    )
    await add_purchase(work, purchase)
    title = f"订阅 {command.product} 至 {purchase.ends_on},{price.amount} 元"
    await tell(work, command.client_id, "subscription", title)


async def add_purchase(work: Work, purchase: Purchase) -> None:
    """Add the row; it begins today, or on the day after what is paid already."""
    runs_to = (await paid_to(work, purchase.client_id)).get(purchase.product)
    starts = work.day if runs_to is None else runs_to + timedelta(days=1)
    row = work.owner | {
        "subscription_id": purchase.subscription_id,
        "client_id": purchase.client_id,
        "product": purchase.product.value,
        "state": SubscriptionState.ACTIVE.value,
        "starts_on": starts.isoformat(),
        "ends_on": purchase.ends_on.isoformat(),
        "paid_by": purchase.paid_by,
        "amount_cents": purchase.amount_cents,
        "about": purchase.about,
    }
    await add_once(work, SUBSCRIPTION, row)
