"""The firm's synced tables: one definition for central PostgreSQL and the desk's local store.

Every table leads with ``branch_id`` (distribution key) and carries ``manager_id``: the stream on
which its changes travel and the row-level security boundary. Units as in models.money; moments are
ISO 8601 text with +08:00, days ISO dates. ``version`` counts changes (optimistic concurrency).
"""

from sqlalchemy import Column, Table, Text

from models.tables.alerts import ALERTS
from models.tables.campaigns import CAMPAIGNS
from models.tables.columns import FIRM as FIRM
from models.tables.columns import flag_column as _flag
from models.tables.columns import text_column as _text
from models.tables.columns import to_client as _to_client
from models.tables.columns import version_column as _version
from models.tables.columns import whole_column as _whole
from models.tables.files import FILES
from models.tables.grounds import GROUNDS
from models.tables.pricing import PRICING
from models.tables.service import SERVICE
from models.tables.staff.assessment import ASSESSMENT
from models.tables.staff.calls import CALLS
from models.tables.staff.plans import PLANS
from models.tables.staff.questions import QUESTIONS
from models.tables.staff.training import TRAINING

CLIENT = Table(
    "client",
    FIRM,
    _text("branch_id", key=True),
    _text("client_id", key=True),
    _text("manager_id"),
    _text("name"),
    _text("pinyin"),  # full pinyin, lower case, one word a reading: "zhang san"
    _text("initials"),  # pinyin initials: "zs"
    _text("mobile"),
    _text("id_no"),
    _text("gender"),
    _text("birthday"),
    _text("opened_on"),
    _text("tier"),
    _text("tier_by"),  # assets, commission, both ("assets,commission"), grant, ""
    _whole("average_assets_cents"),  # 20-trading-day mean (D2)
    _whole("year_commission_cents"),  # trailing 12 months (D2)
    _text("risk_class"),
    _text("risk_tested_on"),
    _whole("rate_units"),  # present all-in commission rate, 0.0001 permille
    _whole("points_milli"),  # sum of points_entry, kept by central
    _text("last_contact_at"),
    _version(),
)

# Columns of CLIENT that central's handlers neither see nor need: workstation_app may not read them.
PERSONAL = frozenset({"name", "pinyin", "initials", "mobile", "id_no", "birthday"})

ACCOUNT = Table(
    "account",
    FIRM,
    _text("branch_id", key=True),
    _text("account", key=True),
    _text("manager_id"),
    _text("client_id"),
    _whole("cash_cents"),
    _text("permissions"),  # boards the account may trade: "main,chinext"
    _version(),
    _to_client(),
)

HOLDING = Table(
    "holding",
    FIRM,
    _text("branch_id", key=True),
    _text("account", key=True),
    _text("symbol", key=True),
    _text("manager_id"),
    _text("client_id"),
    _whole("quantity"),
    _whole("sellable"),  # bought today is in quantity, not here (T+1)
    _whole("cost_cents"),  # total cost of the position
    _version(),
    _to_client(),
)

POINTS_ENTRY = Table(
    "points_entry",
    FIRM,
    _text("branch_id", key=True),
    _text("entry_id", key=True),  # source event: idempotent
    _text("manager_id"),
    _text("client_id"),
    _text("kind"),  # commission, referral, loyalty, suggestion, redemption, reversal, opening
    _whole("points_milli"),
    _text("note"),
    _text("posted_at"),
    _whole("amount_cents"),  # commission it was earned with
    _text("factor"),  # points a yuan at that time, as text; "" = no commission or held
    _text("about"),  # entry that is corrected
    _version(),
    _to_client(),
)

SUBSCRIPTION = Table(
    "subscription",
    FIRM,
    _text("branch_id", key=True),
    _text("subscription_id", key=True),
    _text("manager_id"),
    _text("client_id"),
    _text("product"),  # SMS1 SMS2 SMS3 A B C D E
    _text("state"),  # active, bundled, paused, ended
    _text("starts_on"),
    _text("ends_on"),  # "" = open
    _text("paid_by"),  # cash, points, bundle, commission, annual_fee
    _whole("amount_cents"),  # paid in cash
    _whole("days_left"),  # paid days that wait while it is paused
    _text("about"),  # payment, redemption or application it rests on
    _version(),
    _to_client(),
)

CONTACT = Table(
    "contact",
    FIRM,
    _text("branch_id", key=True),
    _text("contact_id", key=True),
    _text("manager_id"),
    _text("client_id"),
    _text("channel"),  # phone, im, sms, counter, network, meeting
    _text("direction"),  # in, out
    _text("summary"),
    _text("by_staff"),
    _text("happened_at"),
    _version(),
    _to_client(),
)

INSTRUCTION = Table(
    "instruction",
    FIRM,
    _text("branch_id", key=True),
    _text("instruction_id", key=True),
    _text("manager_id"),
    _text("client_id"),
    _text("account"),
    _text("day"),
    _text("symbol"),
    _text("side"),
    _whole("quantity"),
    _whole("price_units"),
    _text("price_type"),
    _text("channel"),
    _text("evidence_ref"),
    _flag("read_back"),
    _flag("identity_checked"),
    _text("recorded_by"),
    _text("recorded_at"),
    _text("withdrawn_at"),
    _version(),
    _to_client(),
)

MANDATE = Table(
    "mandate",
    FIRM,
    _text("branch_id", key=True),
    _text("mandate_id", key=True),
    _text("manager_id"),
    _text("client_id"),
    _text("strategy"),
    _text("symbols"),
    _whole("capital_cents"),
    _whole("max_orders_per_second"),
    _whole("loss_limit_cents"),
    _text("starts_on"),
    _text("ends_on"),
    _text("report_state"),  # models.rules.instructions.program.gate.ReportState
    _text("state"),  # models.lives.mandate.MandateState
    _version(),
    _to_client(),
)

TRADE_ORDER = Table(
    "trade_order",
    FIRM,
    _text("branch_id", key=True),
    _text("client_order_id", key=True),
    _text("manager_id"),
    _text("client_id"),
    _text("account"),
    _text("symbol"),
    _text("side"),
    _whole("quantity"),
    _whole("price_units"),
    _text("instruction_id"),
    _text("entered_by"),
    _text("entered_at"),
    _text("state"),
    _whole("filled"),
    _whole("filled_units"),
    _whole("cancelled"),
    _text("reason"),
    _text("reason_text"),
    _text("updated_at"),
    _whole("commission_cents"),  # charged so far, all-in, once an order
    _whole("fees_cents"),  # stamp and transfer
    _version(),
    _to_client(),
)

TRADE_FILL = Table(
    "trade_fill",
    FIRM,
    _text("branch_id", key=True),
    _text("fill_id", key=True),
    _text("manager_id"),
    _text("client_id"),
    _text("client_order_id"),
    _text("symbol"),
    _text("side"),
    _whole("price_units"),
    _whole("quantity"),
    _text("filled_at"),
    _version(),
    _to_client(),
)

TASK = Table(
    "task",
    FIRM,
    _text("branch_id", key=True),
    _text("task_id", key=True),
    _text("manager_id"),
    Column("client_id", Text, nullable=True),
    _text("kind"),  # command_refused, reminder, alert_follow_up …
    _text("title"),
    _text("body"),
    _text("due_at"),
    _text("state"),  # open, done, dismissed
    _text("note"),
    _text("about"),  # id of the command, alert or order it speaks of
    _text("closed_at"),  # when the desk closed it; "" = it did not, or before this was kept
    _version(),
)

COMMAND_ANSWER = Table(
    "command_answer",
    FIRM,
    _text("branch_id", key=True),
    _text("command_id", key=True),
    _text("manager_id"),
    _text("outcome"),  # applied, refused
    _text("code"),
    _text("message"),
    _text("answered_at"),
    _version(),
)

# Facts of securities that alerts speak of; the same for every manager (stream "*").
SECURITY_EVENT = Table(
    "security_event",
    FIRM,
    _text("branch_id", key=True),  # "*": the whole firm
    _text("event_id", key=True),
    _text("manager_id"),  # "*"
    _text("symbol"),
    _text("kind"),  # research, rating, risk, follow_on, rights, call_notice … (S22)
    _text("happened_at"),
    _text("title"),
    _text("body"),
    _text("source"),
    _flag("mandatory"),
    _version(),
)

STAFF = Table(
    "staff",
    FIRM,
    _text("branch_id", key=True),
    _text("staff_id", key=True),
    _text("manager_id"),  # stream: "*"
    _text("name"),
    _text("role"),
    _version(),
)

# Parents first; what commands are judged by before all else.
_OTHERS = (
    *GROUNDS, *SERVICE, *ALERTS, *FILES, *TRAINING, *ASSESSMENT, *CAMPAIGNS, *PLANS, *PRICING,
    *QUESTIONS, *CALLS,
)  # fmt: skip
SYNCED: tuple[Table, ...] = (
    *GROUNDS,
    *(table for table in FIRM.tables.values() if table not in _OTHERS),
    *SERVICE,
    *ALERTS,
    *FILES,
    *TRAINING,
    *ASSESSMENT,
    *CAMPAIGNS,
    *PLANS,
    *PRICING,
    *QUESTIONS,
    *CALLS,
)
