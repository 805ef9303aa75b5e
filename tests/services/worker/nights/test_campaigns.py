"""What came of a campaign: the night's SQL as the pure rule, on random firms."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Table

from models.clients.tier import TIERS, Tier
from models.dates import BEIJING
from models.lives.consent import ConsentEntry, ConsentForm, send_case
from models.lives.teams.campaign import InvitationState
from models.rules.basis.profile import Settings
from models.rules.messages.campaigns.effect import TOO_FEW, Figures, reckon, window_of
from models.rules.messages.campaigns.invite import Invitee, check_eligible, is_control
from models.rules.messages.campaigns.kinds import CampaignKind
from models.rules.messages.send_gate import Purpose
from models.tables.campaigns import CAMPAIGN, CAMPAIGN_INVITATION
from models.tables.central import CLIENT_TIER
from models.tables.nights import ASSET_DAY, COMMISSION_ENTRY
from models.tables.service import CONSENT
from services.rules.loader import load_profile
from tests.support.night_firm import (
    NightFirm,
    Row,
    changed,
    counts_of,
    open_night_firm,
    owner,
    state_of,
)

CLIENTS = 120
EVENT = date(2022, 12, 20)
HELD_AT = datetime(2022, 12, 20, 14, tzinfo=BEIJING)
DAYS = 12
NIGHT = EVENT + timedelta(days=DAYS)
KINDS = {"CA": CampaignKind.REPORT_MEETING, "CB": CampaignKind.STRATEGY_SEMINAR}
_PATCH = {"window_days": DAYS, "control_permille": 450, "minimum_group": 4}


class Draw:
    """Random facts of every client, as rows and as the rule takes them."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.rows: dict[Table, list[Row]] = defaultdict(list)
        self.tiers: dict[str, Tier] = {}
        self.consent: dict[str, list[ConsentEntry]] = {}
        self.states: dict[tuple[str, str], InvitationState] = {}
        self.figures: dict[str, Figures] = {}
        for number in range(CLIENTS):
            self._client(owner(number))
        for campaign_id, kind in KINDS.items():
            self._campaign(campaign_id, kind)

    def _client(self, own: Row) -> None:
        client_id, rng = str(own["client_id"]), self.rng
        for days in sorted(rng.sample(range(1, 400), 2), reverse=True):
            tier = rng.choice((*TIERS, Tier.PLATINUM))
            starts = EVENT - timedelta(days=days - 30)
            self.rows[CLIENT_TIER].append(
                own | {"starts_on": starts.isoformat(), "tier": tier.value}
            )
            if starts <= EVENT:
                self.tiers[client_id] = tier
        self.consent[client_id] = [self._consent(own, number) for number in range(3)]
        window = [EVENT + timedelta(days=n) for n in range(-DAYS - 2, DAYS + 1)]
        assets = {day: rng.randint(0, 9_999_999) for day in window if rng.random() < 0.4}
        self.rows[ASSET_DAY] += [
            own | {"day": day.isoformat(), "assets_cents": cents} for day, cents in assets.items()
        ]
        self.figures[client_id] = self._figures(own, assets)

    def _consent(self, own: Row, number: int) -> ConsentEntry:
        rng = self.rng
        entry = ConsentEntry(
            rng.choice((Purpose.MARKETING, Purpose.MARKETING, Purpose.SERVICE)),
            rng.choice(("phone", "*", "sms")),
            rng.choice((*3 * (ConsentForm.EXPLICIT,), *ConsentForm)),
            HELD_AT + timedelta(hours=(-300, -20, rng.choice((-20, 0, 5)))[number], minutes=number),
        )
        told = {"purpose": entry.purpose.value, "channel": entry.channel, "form": entry.form.value}
        at = entry.at.isoformat(timespec="milliseconds")
        named: Row = {"consent_id": f"{own['client_id']}-{number}", "at": at}
        self.rows[CONSENT].append(own | named | told)
        return entry

    def _figures(self, own: Row, assets: dict[date, int]) -> Figures:
        sums = [0, 0]
        for number in range(self.rng.randint(0, 4)):
            day = EVENT + timedelta(days=self.rng.randint(-DAYS - 3, DAYS))
            booked = day + timedelta(days=self.rng.choice((0, 0, 0, 40)))
            cents = self.rng.randint(-3_000, 90_000)
            self.rows[COMMISSION_ENTRY].append(
                own
                | {
                    "entry_id": f"{own['client_id']}-{number}",
                    "kind": "commission",
                    "trade_date": day.isoformat(),
                    "booked_on": booked.isoformat(),
                    "amount_cents": cents,
                }
            )
            if booked <= NIGHT and day != EVENT and abs((day - EVENT).days) <= DAYS:
                sums[day > EVENT] += cents
        near = {day: cents for day, cents in assets.items() if abs((day - EVENT).days) <= DAYS}
        before = tuple(cents for day, cents in near.items() if day < EVENT)
        after = tuple(cents for day, cents in near.items() if day > EVENT)
        return Figures(before, after, *sums)

    def _campaign(self, campaign_id: str, kind: CampaignKind) -> None:
        this: Row = {"branch_id": "B001", "campaign_id": campaign_id}
        at = HELD_AT.isoformat(timespec="milliseconds")
        told: Row = {"kind": kind.value, "channel": "phone", "starts_at": at}
        self.rows[CAMPAIGN].append(
            this | told | {"manager_id": "branch:B001", "capacity": 999, "state": "draft"}
        )
        for number in self.rng.sample(range(CLIENTS), 50):
            own, state = owner(number), self.rng.choice(list(InvitationState))
            self.states[campaign_id, str(own["client_id"])] = state
            stands: Row = {"client_branch": "B001", "state": state.value}
            self.rows[CAMPAIGN_INVITATION].append(this | own | stands)


async def lay_in(firm: NightFirm, draw: Draw, state: str = "followed_up") -> None:
    """Past the triggers: the lives of these rows are over."""
    lives = ("campaign", "campaign_invitation")
    for table in lives:
        await firm.ask(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for rows_of in (
        CLIENT_TIER,
        CONSENT,
        ASSET_DAY,
        COMMISSION_ENTRY,
        CAMPAIGN,
        CAMPAIGN_INVITATION,
    ):
        await firm.add(rows_of, draw.rows[rows_of])
    await firm.ask("UPDATE campaign SET state = $1", state)
    for table in lives:
        await firm.ask(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def expected(draw: Draw, settings: Settings) -> set[tuple[object, ...]]:
    told: set[tuple[object, ...]] = set()
    for campaign_id, kind in KINDS.items():
        control = [
            draw.figures[client_id]
            for client_id in draw.figures
            if is_control(settings.campaigns, campaign_id, client_id)
            and is_eligible(draw, settings, kind, client_id)
        ]
        for treated, states in (
            ("attended", {InvitationState.ATTENDED}),
            ("invited", set(InvitationState) - {InvitationState.WITHDRAWN}),
        ):
            group = [
                draw.figures[client_id]
                for (of, client_id), state in draw.states.items()
                if of == campaign_id and state in states
            ]
            effect = reckon(settings.campaigns, group, control)
            changes = [
                (one.clients, one.assets_cents, one.commission_cents)
                for one in (effect.treated, effect.control)
            ]
            told.add((campaign_id, treated, effect.outcome, *changes[0], *changes[1]))
    return told


def is_eligible(draw: Draw, settings: Settings, kind: CampaignKind, client_id: str) -> bool:
    if client_id not in draw.tiers:
        return False
    case = Invitee(
        campaign_id="",
        kind=kind,
        client_id=client_id,
        tier=draw.tiers[client_id],
        message=send_case(draw.consent[client_id], Purpose.MARKETING, "phone", HELD_AT),
        is_invited=False,
    )
    return check_eligible(settings, case, HELD_AT).ok


_TOLD = (
    "SELECT campaign_id, treated, outcome, treated_clients, treated_assets_cents,"
    " treated_commission_cents, control_clients, control_assets_cents, control_commission_cents"
    " FROM campaign_effect"
)


@pytest.mark.parametrize("seed", range(4))
async def test_the_effect_is_what_the_rule_says(empty_central: str, seed: int) -> None:
    draw = Draw(seed)
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.set(date(2021, 1, 1), changed(load_profile(None).document, "campaigns", _PATCH))
        await lay_in(firm, draw)
        early = await firm.night(NIGHT - timedelta(days=1), "campaigns")
        assert counts_of(early, "campaigns") == {"reckoned": 0, "closed": 0}
        report = await firm.night(NIGHT, "campaigns")
        assert counts_of(report, "campaigns") == {"reckoned": 4, "closed": 2}
        found = set(await firm.ask(_TOLD))
        assert found == expected(draw, firm.settings(NIGHT))
        assert any(row[2] == "" for row in found)
        assert await firm.ask("SELECT DISTINCT state FROM campaign") == [("closed",)]


async def test_too_few_are_no_number_and_a_held_one_stays_open(empty_central: str) -> None:
    async with open_night_firm(empty_central, CLIENTS) as firm:
        few = _PATCH | {"minimum_group": 1_000}
        await firm.set(date(2021, 1, 1), changed(load_profile(None).document, "campaigns", few))
        await lay_in(firm, Draw(1), "held")
        report = await firm.night(NIGHT, "campaigns")
        assert counts_of(report, "campaigns") == {"reckoned": 4, "closed": 0}
        found = await firm.ask(_TOLD)
        assert {(row[2], row[4], row[8]) for row in found} == {(TOO_FEW, 0, 0)}
        assert min(int(str(row[3])) for row in found) > 0
        again = await firm.night(NIGHT, "campaigns", again=True)
        assert counts_of(again, "campaigns")["reckoned"] == 0


async def test_nothing_is_reckoned_without_settings(empty_central: str) -> None:
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.ask("DELETE FROM firm_setting WHERE name = 'campaigns'")
        report = await firm.night(NIGHT, "campaigns")
        assert state_of(report, "campaigns") == ("skipped", "CAMPAIGN_NOT_CONFIGURED")


def test_the_window_leaves_the_day_itself_out() -> None:
    window = window_of(load_profile(None).on(EVENT).campaigns, EVENT)
    days = (window.before_from, window.before_to, window.after_from, window.after_to)
    told = [day.isoformat() for day in days]
    assert told == ["2022-11-20", "2022-12-19", "2022-12-21", "2023-01-19"]
