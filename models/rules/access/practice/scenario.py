"""A practice scenario: made-up clients, what they do over practice time, what a trainee should do.

Read by ``models.rules.access.practice.reading``, which refuses what does not fit together.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from models.clients.tier import RiskClass, Tier
from models.lives.consent import ConsentForm
from models.rules.messages.send_gate import Purpose
from models.rules.products.eligibility import AnyProduct

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
Duration = Annotated[str, msgspec.Meta(pattern="^[0-9]{2}:[0-5][0-9]:[0-5][0-9]$")]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Digits = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,12}([.][0-9]{1,4})?$")]

PLACE_ORDER = "place_order"  # the one act that is no command of client service
ANY_OUTCOME = "any"


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the file: what it does not know is refused."""


class HeldShares(_Part, frozen=True, kw_only=True):
    """Shares that a client holds, all of them sellable; ``cost`` is yuan a share."""

    symbol: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}[.](SH|SZ)$")]
    quantity: Annotated[int, msgspec.Meta(gt=0)]
    cost: Digits


class GivenConsent(_Part, frozen=True, kw_only=True):
    """What the client has said to a purpose and channel so many days ago."""

    purpose: Purpose
    channel: str
    form: ConsentForm
    days_ago: Annotated[int, msgspec.Meta(ge=0)]


class RunningProduct(_Part, frozen=True, kw_only=True):
    """A subscription or commission product that runs without end."""

    product: AnyProduct
    days_ago: Annotated[int, msgspec.Meta(ge=0)]


class SimulatedClient(_Part, frozen=True, kw_only=True):
    """Who calls: ``mood`` is how he speaks, for the trainee to read.

    ``test_days_left``: so many days until his risk test runs out, negative = it has.
    """

    client_id: Annotated[str, msgspec.Meta(pattern="^P[0-9]{6}$")]
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=12)]
    gender: Literal["男", "女"]
    birthday: str
    tier: Tier
    risk_class: RiskClass
    test_days_left: int
    lowest_class: bool = False
    mood: Words
    cash: Digits
    base_rate_permille: Digits
    average_assets: Digits = "0"
    holdings: tuple[HeldShares, ...] = ()
    consents: tuple[GivenConsent, ...] = ()
    products: tuple[RunningProduct, ...] = ()


class Pattern(_Part, frozen=True, kw_only=True):
    """An act of the trainee: a command by its tag, or ``place_order``.

    ``outcome``: applied, refused, any, or one code of refusal. ``where``: fields of the command and
    their values as text. ``words``: one of these stands in its texts.
    """

    act: Name
    client: str = ""
    outcome: str = ANY_OUTCOME
    where: Mapping[str, str] = {}
    words: tuple[Words, ...] = ()


class PlannedTask(_Part, frozen=True, kw_only=True):
    """A task that comes with a contact, due so long after it."""

    title: Words
    due_in: Duration


class Comes(_Part, frozen=True, kw_only=True, tag_field="does", tag="comes"):
    """The client is heard on a channel, as counter or call centre noted it."""

    client: str
    channel: str
    says: Words
    task: PlannedTask | None = None


class Agrees(_Part, frozen=True, kw_only=True, tag_field="does", tag="consents"):
    """The client answers a message himself: he agrees, or refuses (TD)."""

    client: str
    purpose: Purpose
    channel: str
    form: ConsentForm
    says: Words


class Decides(_Part, frozen=True, kw_only=True, tag_field="does", tag="decides"):
    """The simulated second person answers what the act of ``when`` asked for."""

    verdict: Literal["approve", "refuse"]
    says: Words


class Breaks(_Part, frozen=True, kw_only=True, tag_field="does", tag="breaks"):
    """News of a security."""

    symbol: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}[.](SH|SZ)$")]
    kind: Literal["research", "rating", "risk"]
    says: Words


Deed = Comes | Agrees | Decides | Breaks


class Step(_Part, frozen=True, kw_only=True):
    """One line of the script, played ``after`` the beginning, another step or an act.

    ``since`` names the step, ``when`` the act (the first one after that step). ``unless``: it is
    left out when such an act came before it was due.
    """

    name: Name
    after: Duration
    since: str = ""
    when: Pattern | None = None
    unless: Pattern | None = None
    deed: Deed


class Expectation(_Part, frozen=True, kw_only=True):
    """What a trainee must do within a time, or may never do, and what it weighs.

    Counted from the step ``since`` ("" = the beginning); a ban ends with the step ``until``.
    """

    name: Name
    kind: Literal["must", "never"]
    about: Words
    source: Words
    weight: Annotated[int, msgspec.Meta(gt=0, le=100)]
    pattern: Pattern
    since: str = ""
    within: Duration | None = None
    until: str = ""


class Scenario(_Part, frozen=True, kw_only=True):
    """The whole file; weights add up to 100, ``late_percent`` of one is given to what is late."""

    format: Literal[1]
    name: Name
    title: Words
    about: Words
    begins: Annotated[str, msgspec.Meta(pattern="^(09|1[0-4]):[0-5][0-9]:[0-5][0-9]$")]
    lasts: Duration
    late_percent: Percent
    clients: Annotated[tuple[SimulatedClient, ...], msgspec.Meta(min_length=1, max_length=20)]
    script: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=50)]
    expectations: Annotated[tuple[Expectation, ...], msgspec.Meta(min_length=1, max_length=50)]

    def step(self, name: str) -> Step | None:
        """Return a step of the script."""
        return next((one for one in self.script if one.name == name), None)

    def patterns(self) -> Iterator[Pattern]:
        """Every act that the file speaks of."""
        for step in self.script:
            yield from filter(None, (step.when, step.unless))
        for expected in self.expectations:
            yield expected.pattern


def span_of(text: str | None) -> timedelta:
    """Return a Duration; none is no time."""
    hours, minutes, seconds = (int(part) for part in (text or "00:00:00").split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
