"""Writes the demo firm into an empty central database, in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from sqlalchemy import Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.clients.tier import Role
from models.errors import ExpectedFailure
from models.tables import campaigns as campaign_tables
from models.tables import central, firm, grounds, nights, pricing, service
from models.tables.staff import training as training_tables
from models.tables.staff.calls import SERVICE_CALL
from models.tables.staff.plans import SEGMENT
from models.tables.staff.questions import ADVISORY_QUESTION
from services.catalogue.securities import ListedSecurity, read_securities
from services.central.demo import cast
from services.central.demo.grading import Grading
from services.central.demo.loading import copy_rows, lay_copies, open_streams
from services.central.demo.plan import ClientPlan, Scale, plan_clients
from services.central.demo.tables import (
    campaigns,
    contacts,
    desk_work,
    news,
    people,
    points,
    products,
    settings,
    training,
)
from services.central.demo.tables import nights as night_facts
from services.central.demo.tables import plans as saved
from services.central.demo.tables.row import Row
from services.central.handlers.approvals.queue import queue_of

_LOADED: tuple[Table, ...] = (
    grounds.FIRM_SETTING,
    firm.STAFF,
    central.STAFF_CREDENTIAL,
    firm.CLIENT,
    nights.CLIENT_MANAGER,
    central.CLIENT_TIER,
    firm.ACCOUNT,
    firm.HOLDING,
    firm.POINTS_ENTRY,
    firm.SUBSCRIPTION,
    service.CLIENT_RATE,
    firm.CONTACT,
    firm.MANDATE,
    firm.TASK,
    firm.INSTRUCTION,
    SEGMENT,
    firm.SECURITY_EVENT,
    nights.ASSET_DAY,
    nights.COMMISSION_ENTRY,
    nights.SECURITY_CLOSE,
    nights.CORPORATE_ACTION,
    nights.IPO_EVENT,
    nights.IPO_BALLOT,
    grounds.STAFF_CERTIFICATE,
    training_tables.COURSE,
    training_tables.COURSE_READ,
    central.QUESTION,
    central.QUESTION_KEY,
    service.CONSENT,
    *campaign_tables.CAMPAIGNS,
    pricing.PRODUCT_FEE,
    pricing.PRODUCT_FEE_ROW,
    ADVISORY_QUESTION,
    SERVICE_CALL,
)

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what is being done


@dataclass(frozen=True, slots=True)
class Firm:
    """All rows by table, parents first."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """Append one row."""
        self.rows.setdefault(table, []).append(row)


async def seed_demo(
    engine: AsyncEngine,
    *,
    seed: int,
    clients: int,
    manager_clients: int,
    today: date,
    progress: Progress,
) -> None:
    """Make the demo firm of ``seed``; the same arguments give the same rows.

    Raises ExpectedFailure DEMO_NOT_EMPTY when any staff or client is there; nothing is touched.
    """
    scale = Scale(seed, clients, manager_clients, today)
    async with engine.begin() as connection:
        await _require_empty(connection)
        progress(0, 1, "生成演示营业部")
        made = make_firm(scale)
        await _load(connection, made, progress)


def make_firm(scale: Scale) -> Firm:
    """Return every row of the demo firm; the same scale gives the same rows."""
    made = Firm()
    securities = read_securities()
    grading = Grading(scale.today)
    _add_all(made, "staff", cast.staff_rows())
    _add_all(made, "staff_credential", cast.credential_rows(Random(f"{scale.seed}-staff")))
    _add_all(made, "firm_setting", settings.setting_rows())
    rng = Random(f"{scale.seed}-clients")
    plans = plan_clients(rng, scale, securities, grading.assign)
    for plan in plans:
        _add_client(made, Random(f"{scale.seed}-{plan.client_id}"), plan, scale.today, grading)
    _add_all(made, "task", desk_work.task_rows(plans, scale.today))
    _add_all(made, "segment", saved.segment_rows())
    _add_all(made, "instruction", desk_work.instruction_rows(plans, scale.today))
    news_rng = Random(f"{scale.seed}-news")
    _add_all(made, "advisory_question", desk_work.question_rows(plans, scale.today))
    _add_all(made, "service_call", contacts.call_rows(plans, scale.today))
    _add_all(made, "security_event", news.event_rows(news_rng, securities, scale.today))
    _add_facts(made, scale, securities, grading)
    _add_campaigns(made, plans, scale.today)
    return made


def _add_campaigns(made: Firm, plans: Sequence[ClientPlan], today: date) -> None:
    """Who agreed to be asked, and what he was asked to."""
    _add_all(made, "consent", campaigns.consent_rows(plans, today))
    _add_all(made, "campaign", campaigns.campaign_rows(plans, today))
    _add_all(made, "campaign_invitation", campaigns.invitation_rows(plans, today))
    _add_all(made, "campaign_effect", campaigns.effect_rows(today))


def _add_facts(
    made: Firm, scale: Scale, securities: Sequence[ListedSecurity], grading: Grading
) -> None:
    """What the nights read of securities and staff."""
    rng, today = Random(f"{scale.seed}-closes"), scale.today
    closes = night_facts.close_rows(rng, securities, today, grading.calendar)
    _add_all(made, "security_close", closes)
    _add_all(made, "corporate_action", night_facts.action_rows(securities, today))
    _add_all(made, "ipo_event", night_facts.ipo_rows(today))
    _add_all(made, "staff_certificate", night_facts.certificate_rows(today))
    _add_all(made, "course", training.course_rows())
    _add_all(made, "course_read", training.read_rows(today))
    _add_all(made, "question", training.question_rows())
    _add_all(made, "question_key", training.key_rows())


def _add_client(made: Firm, rng: Random, plan: ClientPlan, today: date, grading: Grading) -> None:
    subscribed = list(products.subscription_rows(rng, plan, today))
    earned = list(points.points_rows(rng, plan, today, grading.multipliers))
    earned += [
        points.redemption_row(plan, date.fromisoformat(str(row["starts_on"])), str(row["product"]))
        for row in subscribed
        if row["paid_by"] == "points"
    ]
    talked = list(contacts.contact_rows(rng, plan, today, grading.calendar))
    balance = sum(int(str(row["points_milli"])) for row in earned)
    made.add("client", people.client_row(rng, plan, balance, str(talked[-1]["happened_at"])))
    made.add("client_manager", people.manager_row(plan))
    made.add("client_tier", people.tier_row(plan, today))
    made.add("account", people.account_row(plan))
    _add_all(made, "holding", people.holding_rows(plan))
    _add_all(made, "points_entry", earned)
    _add_all(made, "subscription", subscribed)
    _add_all(made, "client_rate", products.rate_rows(plan, subscribed))
    _add_all(made, "contact", talked)
    _add_all(made, "mandate", products.mandate_rows(rng, plan, today))
    assets = list(night_facts.asset_rows(rng, plan, today, grading.calendar))
    _add_all(made, "asset_day", assets)
    for table, row in products.fee_rows(plan, subscribed, assets, today):
        made.add(table, row)
    _add_all(made, "commission_entry", night_facts.commission_rows(plan, earned))
    _add_all(made, "ipo_ballot", night_facts.ballot_rows(rng, plan, today))


def _add_all(made: Firm, table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        made.add(table, row)


async def _require_empty(connection: AsyncConnection) -> None:
    # A second seeding waits here and then finds the first one's rows.
    await connection.execute(text("LOCK TABLE staff IN SHARE ROW EXCLUSIVE MODE"))
    for table in (firm.STAFF, firm.CLIENT):
        if (await connection.execute(select(table.c.branch_id).limit(1))).first():
            raise ExpectedFailure(
                "数据库里已有数据,不会写入演示数据",
                "演示数据只写入空库;请换一个数据目录或数据库",
                "DEMO_NOT_EMPTY",
            )


async def _load(connection: AsyncConnection, made: Firm, progress: Progress) -> None:
    total, done = sum(map(len, made.rows.values())), 0
    for table in _LOADED:
        rows = made.rows.get(table.name, [])
        progress(done, total, f"写入 {table.name}")
        await copy_rows(connection, table, rows)
        done += len(rows)
    await lay_copies(connection)
    await open_streams(connection, _streams())
    await connection.execute(text("ANALYZE"))  # else the first plans know nothing of the rows
    progress(total, total, "完成")


def _streams() -> list[tuple[str, str]]:
    """Where rows are: of managers, of branch and call centre, of advisers' queues, of the firm."""
    return [
        *((m.branch_id, m.staff_id) for m in cast.CAST if m.role is Role.MANAGER),
        *(
            (team, campaign_tables.branch_stream(team))
            for team in (*cast.BRANCH_NAMES, cast.HEAD_OFFICE)
        ),
        *((m.branch_id, queue_of(m.staff_id)) for m in cast.CAST if m.role is Role.ADVISER),
        (cast.FIRM, cast.FIRM),
    ]
