"""Points: redeemed, spent on an upgrade, awarded, corrected."""

from app.commands.chaos.acts.turn import Draft, Turn
from models.rules.basis.settings.words import Sms
from models.wire.service.points import (
    AwardLoyalty,
    AwardSuggestion,
    CorrectCommission,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)


def redeem(turn: Turn) -> Draft:
    """Ask for months of SMS for points."""
    client_id, product = turn.client.client_id, turn.rng.choice(list(Sms))
    wanted = RedeemPoints(turn.name("Q"), client_id, product, turn.rng.choice((1, 1, 2, 99)))
    return Draft(wanted, client_id, turn.version())


def upgrade(turn: Turn) -> Draft:
    """Ask for the next tier for points."""
    client_id = turn.client.client_id
    return Draft(UpgradeTier(turn.name("UP"), client_id), client_id, turn.version())


def refer(turn: Turn) -> Draft:
    """A client brought another, who was new then or not; himself at times."""
    new = turn.others(1)[-1] if turn.rng.random() < 0.9 else turn.client
    recommended = turn.rng.choice((new.opened_on, new.opened_on, turn.today.isoformat()))
    referred = RecordReferral(turn.client.client_id, new.client_id, recommended)
    return Draft(referred, new.client_id)


def stay(turn: Turn) -> Draft:
    """Post an anniversary: a past one that may be posted, or a day that is none."""
    opened = turn.client.opened_on
    year = max(turn.today.year - turn.rng.randint(0, 1), int(opened[:4]))
    day = turn.rng.choice((f"{year}{opened[4:]}", f"{year}{opened[4:]}", turn.day(-9, 9)))
    return Draft(AwardLoyalty(turn.client.client_id, day), turn.client.client_id)


def suggest(turn: Turn) -> Draft:
    """A suggestion won an award; the same one is named twice at times."""
    name, client_id = f"SG{turn.rng.randint(1, 40)}", turn.client.client_id
    return Draft(AwardSuggestion(name, client_id, "夜市委托"), client_id, turn.version())


def correct(turn: Turn) -> Draft | None:
    """Settlement charged a trade otherwise, or not at all."""
    fill = turn.one_of(turn.memory.fills)
    if fill is None:
        return None
    cents = turn.rng.choice((0, 500, *(turn.rng.randint(0, 90_000) for _ in range(4)), -1))
    source = "结算" if turn.rng.random() < 0.9 else ""
    corrected = CorrectCommission(turn.name("K"), fill.client_id, fill.name, cents, source)
    return Draft(corrected, fill.client_id)
