"""SMS products, products A-E from application to end, rates and fees, mandates."""

from app.commands.chaos.acts.turn import Application, Draft, Thing, Turn
from models.rules.basis.settings.words import Product, Sms
from models.wire.service.approvals import ActivateMandate
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    CorrectFee,
    RequestRateException,
    SignApplication,
    SubmitApplication,
    SubscribeSms,
    WithdrawApplication,
)

_IN_ORDER = 0.95


def subscribe(turn: Turn) -> Draft:
    """Buy months of an SMS product; none at all, or unpaid, is refused."""
    name, client_id = turn.name("U"), turn.client.client_id
    turn.memory.subscriptions.append(Thing(name, client_id))
    months = turn.rng.choice((1, 3, 12, 0))
    paid = turn.rng.choice((turn.name("PAY"), turn.name("PAY"), ""))
    bought = SubscribeSms(name, client_id, turn.rng.choice(list(Sms)), months, paid)
    return Draft(bought, client_id)


def cancel(turn: Turn) -> Draft | None:
    """End a subscription or a product, today at the earliest."""
    running = turn.one_of(turn.memory.subscriptions)
    if running is None:
        return None
    last_day = turn.day(-1, 40)
    ended = CancelSubscription(running.name, running.client_id, last_day, "客户要求")
    return Draft(ended, running.client_id, turn.version())


def apply_for_product(turn: Turn) -> Draft:
    """Begin an application; one in place of another where he holds one."""
    name, client_id = turn.name("AP"), turn.client.client_id
    product = turn.rng.choices(list(Product), (3, 3, 3, 3, 1))[0]
    leaves = turn.memory.products.get(client_id)
    if turn.rng.random() < 0.3:
        leaves = turn.rng.choice((None, *Product))
    action = "renew" if turn.rng.random() < 0.2 else "new"
    months = turn.rng.choice((0, 6, 12))
    turn.memory.applications.append(Application(name, client_id, product))
    turn.memory.subscriptions.append(Thing(name, client_id))
    initiative = turn.rng.choice(("client", "client", "staff"))
    wanted = ApplyForProduct(
        name, client_id, product, action, months, initiative,  # type: ignore[arg-type]
        switch_from=None if leaves is product else leaves,
    )  # fmt: skip
    return Draft(wanted, client_id)


def go_on(turn: Turn) -> Draft | None:
    """Take an application on: sign it, or ask the second person; at times out of order."""
    application = turn.one_of(turn.memory.applications)
    if application is None:
        return None
    if application.is_signed == (turn.rng.random() < _IN_ORDER):
        submitted = SubmitApplication(application.name, application.client_id)
        return Draft(submitted, application.client_id, turn.version())
    recording = turn.rng.choice((turn.name("V"), turn.name("V"), turn.name("V"), ""))
    signed = SignApplication(
        application.name, application.client_id, turn.name("G"), turn.name("K"), recording, True
    )
    return Draft(signed, application.client_id)


def withdraw_application(turn: Turn) -> Draft | None:
    """The client does not want it any more."""
    application = turn.one_of(turn.memory.applications)
    if application is None:
        return None
    back = WithdrawApplication(application.name, application.client_id, "不办了")
    return Draft(back, application.client_id, turn.version())


def change_rate(turn: Turn) -> Draft:
    """Ask for another base rate; one above the law's ceiling is refused."""
    client_id, units = turn.client.client_id, 100 * turn.rng.randint(10, 310)
    asked = ChangeBaseRate(client_id, units, turn.day(0, 20), "竞争")
    return Draft(asked, client_id, turn.version())


def ask_for_exception(turn: Turn) -> Draft:
    """Ask for a rate below a ceiling that the formula reaches for some clients only."""
    dear = turn.one_of(turn.memory.dear) if turn.rng.random() < _IN_ORDER else None
    name, client_id = turn.name("EX"), dear.client_id if dear else turn.client.client_id
    product = turn.rng.choice((Product.A, Product.A, Product.B, Product.B, Product.C))
    units = turn.rng.choice((14_000, 19_000, 19_500, 26_000))
    reason = turn.rng.choice((*7 * ("挽留",), ""))
    asked = RequestRateException(name, client_id, product, units, turn.day(-1, 60), reason)
    return Draft(asked, client_id, turn.version())


def correct_fee(turn: Turn) -> Draft | None:
    """An annual fee was too high, too low, or should not have been charged."""
    fee = turn.one_of(turn.memory.fees)
    if fee is None:
        return None
    cents = turn.rng.choice((0, 90_000, turn.rng.randint(0, 90_000), -1))
    source = turn.rng.choice(("核对", "核对", "核对", ""))
    corrected = CorrectFee(turn.name("FC"), fee.client_id, fee.name, cents, source)
    return Draft(corrected, fee.client_id)


def activate_mandate(turn: Turn) -> Draft | None:
    """Let a signed mandate begin."""
    mandate = turn.one_of(turn.memory.mandates)
    if mandate is None:
        return None
    return Draft(ActivateMandate(mandate.name, mandate.client_id), mandate.client_id)
