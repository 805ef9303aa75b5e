"""What comes up on an agent's screen with the call in his hand, masked as his post asks."""

import msgspec


class CallOnScreen(msgspec.Struct, frozen=True):
    """The call itself; ``caller`` is masked."""

    call_id: str
    caller: str
    match: str
    line: str
    channel: str
    tier: str
    state: str
    offered_at: str
    waited_ms: int


class CardOnScreen(msgspec.Struct, frozen=True):
    """The client's card."""

    branch_id: str
    client_id: str
    manager_id: str
    name: str
    mobile: str
    tier: str
    opened_on: str
    risk_class: str
    last_contact_at: str
    points_milli: int


class AlertOnScreen(msgspec.Struct, frozen=True):
    """One of his newest alerts."""

    kind: str
    symbol: str
    title: str
    raised_at: str


class QuestionOnScreen(msgspec.Struct, frozen=True):
    """A question of his to the advisory network that is not over."""

    title: str
    state: str
    desk: str
    due_at: str


class ContactOnScreen(msgspec.Struct, frozen=True):
    """One of his newest contacts."""

    channel: str
    direction: str
    summary: str
    happened_at: str


class Screen(msgspec.Struct, frozen=True):
    """All of it, of one moment; ``card`` None = the caller is not known.

    ``services``: what he may use (models.rules.access.entitlement.Use).
    """

    call: CallOnScreen
    card: CardOnScreen | None
    products: tuple[str, ...] = ()
    alerts: tuple[AlertOnScreen, ...] = ()
    questions: tuple[QuestionOnScreen, ...] = ()
    contacts: tuple[ContactOnScreen, ...] = ()
    services: tuple[str, ...] = ()
