"""A rate below the ceiling, from the exception to the product and its early end (D4)."""

from app.commands.chaos.acts.turn import Application, Draft, Thing, Turn
from models.lives.approval import Verdict
from models.rules.basis.settings.words import Product
from models.wire.service.approvals import DecideApproval
from models.wire.service.products import (
    ApplyForProduct,
    RequestRateException,
    RevokeRateException,
    SignApplication,
    SubmitApplication,
)

_MANAGER = "M001"  # whose clients the dear ones are
_UNITS = 19_000  # below the ceiling of A, which the formula reaches for dear clients


def carry_on(turn: Turn) -> Draft | None:
    """Take the next step for a client whose own rate is high: ask, have it approved, apply, sign,
    submit, have that approved; each as it should be."""
    if not turn.memory.dear or turn.staff_id != _MANAGER:
        return None
    client_id = turn.memory.dear[0].client_id
    exception = _of_client(turn.memory.exceptions, client_id)
    if exception is None:
        asked = RequestRateException(
            turn.name("EX"), client_id, Product.A, _UNITS, turn.day(30, 60), "挽留"
        )
        return Draft(asked, client_id)
    product, state, approval_id = exception.words
    if state == "submitted":
        return _agree(approval_id, client_id)
    waiting = [one for one in turn.memory.asked if one.words[0] == "product"]
    asked_for = _of_client(waiting, client_id)
    if asked_for is not None:
        return _agree(asked_for.name, client_id)
    return _apply(turn, client_id, Product(product))


def revoke(turn: Turn) -> Draft | None:
    """End an exception earlier, at times too late, too early or for no reason."""
    exception = turn.one_of(turn.memory.exceptions)
    if exception is None:
        return None
    reason = turn.rng.choice(("已不需要", "已不需要", "已不需要", ""))
    ended = RevokeRateException(exception.name, exception.client_id, turn.day(-1, 65), reason)
    return Draft(ended, exception.client_id, turn.version())


def _apply(turn: Turn, client_id: str, product: Product) -> Draft:
    running = [
        one
        for one in turn.memory.applications
        if (one.client_id, one.product) == (client_id, product)
    ]
    if running:
        return _go_on(turn, running[-1])
    name, leaves = turn.name("AP"), turn.memory.products.get(client_id)
    turn.memory.applications.append(Application(name, client_id, product))
    switch = None if leaves is product else leaves
    wanted = ApplyForProduct(name, client_id, product, "new", 6, "client", switch_from=switch)
    return Draft(wanted, client_id)


def _go_on(turn: Turn, application: Application) -> Draft:
    client_id = application.client_id
    if application.is_signed:
        return Draft(SubmitApplication(application.name, client_id), client_id)
    agreement, statement, recording = (turn.name(letter) for letter in "GKV")
    signed = SignApplication(
        application.name, client_id, agreement, statement, recording, warning_signed=True
    )
    return Draft(signed, client_id)


def _agree(approval_id: str, client_id: str) -> Draft:
    return Draft(DecideApproval(approval_id, Verdict.APPROVE, "试验"), client_id)


def _of_client(things: list[Thing], client_id: str) -> Thing | None:
    return next((one for one in things if one.client_id == client_id), None)
