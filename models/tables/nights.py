"""Central's tables of the nightly runs: what they read, what they remember, what they decide.

As in models.tables.firm every table leads with ``branch_id`` (``*`` = the whole firm); units of
models.money, days ISO dates, moments ISO 8601 text with +08:00. None of them is sent to desks.
"""

from sqlalchemy import JSON, BigInteger, Column, Integer, MetaData, Table, text

from models.tables.columns import NAMING, flag_column, text_column, whole_column

NIGHTS = MetaData(naming_convention=NAMING)

# One row a step and day; a step is done once, and may be done again without changing anything.
NIGHT_RUN = Table(
    "night_run",
    NIGHTS,
    text_column("branch_id", key=True),  # "*"
    text_column("day", key=True),
    text_column("step", key=True),
    text_column("state"),  # running, done, skipped, failed
    text_column("started_at"),
    text_column("finished_at"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("counts", JSON, nullable=False, server_default=text("'{}'")),
    text_column("trouble"),  # why it was skipped, or what the last attempt said
)

# What the whole firm loads from files; a file is told by the hash of its bytes.
LOADED_FILE = Table(
    "loaded_file",
    NIGHTS,
    text_column("branch_id", key=True),  # "*"
    text_column("kind", key=True),
    text_column("load_id", key=True),  # rows that it wrote name it
    whole_column("number"),  # in the order of loading
    text_column("file_id"),
    text_column("name"),
    text_column("loaded_at"),
    text_column("state"),  # models.lives.imports.LoadState
    text_column("approval_id"),  # that may take it back; "" = nobody asked
    text_column("undone_on"),  # the day whose night counts it
    whole_column("nights_begun"),  # steps of nights that had begun until then
    whole_column("read"),
    whole_column("added"),
    whole_column("known"),
    whole_column("rejected"),
)

REJECTED_LINE = Table(
    "rejected_line",
    NIGHTS,
    text_column("branch_id", key=True),  # "*"
    text_column("kind", key=True),
    text_column("load_id", key=True),
    whole_column("line", key=True),
    text_column("reason"),
    text_column("content"),
)

# Net assets of a client at the close of a trading day; taken once.
ASSET_DAY = Table(
    "asset_day",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("day", key=True),
    text_column("client_id", key=True),
    text_column("manager_id"),
    whole_column("assets_cents"),
    Column("cash_cents", BigInteger),  # of them; NULL = not told apart
    text_column("load_id"),  # "" = a night took it
    text_column("cash_load_id"),  # which load told the cash apart of what was there
    text_column("booked_on"),  # the first day whose night counts it; "" = its own
)

# Commission by source event: an order's trades of one day, or the change of an earlier one.
COMMISSION_ENTRY = Table(
    "commission_entry",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("entry_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("credited_branch"),  # where who looked after the client on the trade date was
    text_column("credited_to"),  # who that was
    text_column("kind"),  # commission, correction, reversal
    text_column("about"),  # entry that is corrected
    text_column("trade_date"),  # of the trade itself, also for a correction
    text_column("booked_on"),  # the day whose night counts it
    whole_column("turnover_cents"),
    whole_column("amount_cents"),  # of a correction: the change
    flag_column("evidence"),
    flag_column("churn"),
    text_column("source"),  # load it came from, "fill" = our own engine's trade, "undo-" and load
    text_column("event_id"),  # that it is booked anew for; "" = the entry's own number
)

# Who looks after a client from a day on; the first row comes with the client himself.
CLIENT_MANAGER = Table(
    "client_manager",
    NIGHTS,
    text_column("branch_id", key=True),  # of the manager
    text_column("client_branch", key=True),  # where the client is now
    text_column("client_id", key=True),
    text_column("from_on", key=True),
    text_column("manager_id"),
)

# Each hand-over of a client, once an approval: who had him, who has him since.
CLIENT_HAND_OVER = Table(
    "client_hand_over",
    NIGHTS,
    text_column("branch_id", key=True),  # of who took him
    text_column("approval_id", key=True),
    text_column("client_id", key=True),
    text_column("manager_id"),  # who took him
    text_column("client_branch"),  # where the client is now
    text_column("from_branch"),
    text_column("from_manager"),
    text_column("from_on"),  # credited to the new manager from this day
    text_column("reason"),
    text_column("handed_at"),
)

# What the rating of a night is judged by; kept for a week.
NIGHT_FIGURE = Table(
    "night_figure",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("day", key=True),
    text_column("manager_id", key=True),
    text_column("client_id", key=True),
    whole_column("average_assets_cents"),
    whole_column("year_commission_cents"),
    whole_column("rule_rank"),  # tier that the bounds give, 1 = ordinary
    whole_column("held_rank"),  # tier by rule before this night
    text_column("tier_by"),
)

# The tier by rule from a day on; grants come on top (CLIENT_TIER holds what results).
TIER_RATING = Table(
    "tier_rating",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("client_id", key=True),
    text_column("starts_on", key=True),
    text_column("manager_id"),
    text_column("rated_on"),  # "" = what was there before the first rating
    text_column("tier"),
    text_column("tier_by"),
    text_column("cause"),  # carried, upgrade, review
    whole_column("average_assets_cents"),
    whole_column("year_commission_cents"),
)

# Month-end reviews that failed, and the one that ended such a run (D3).
TIER_REVIEW = Table(
    "tier_review",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("client_id", key=True),
    text_column("day", key=True),
    text_column("manager_id"),
    text_column("tier"),  # held on that day
    text_column("result"),  # what the bounds gave
    whole_column("fails"),  # in a row, this one counted; 0 = passed, or lowered by it
    text_column("best_failing"),  # highest result of the failing run
    text_column("lowered_to"),
)

# A year's baseline of incremental commission: written once, never changed (S41).
COMMISSION_BASELINE = Table(
    "commission_baseline",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("client_id", key=True),
    text_column("year", key=True),
    text_column("manager_id"),
    whole_column("amount_cents"),
    text_column("frozen_on"),
)

COMMISSION_INCREMENT = Table(
    "commission_increment",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("client_id", key=True),
    text_column("period_to", key=True),
    text_column("period_from"),
    text_column("manager_id"),
    whole_column("credited_cents"),
    whole_column("baseline_cents"),  # the year's
    whole_column("increment_cents"),
    text_column("restated_on"),  # the night that counted what was booked late, "" = as first told
)

COMMISSION_CREDIT = Table(
    "commission_credit",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("manager_id", key=True),
    text_column("period_to", key=True),
    text_column("period_from"),
    whole_column("credited_cents"),
    text_column("restated_on"),
)

SECURITY_CLOSE = Table(
    "security_close",
    NIGHTS,
    text_column("branch_id", key=True),  # "*"
    text_column("symbol", key=True),
    text_column("day", key=True),
    text_column("name"),
    whole_column("close_units"),
    whole_column("previous_close_units"),
    text_column("status"),  # normal, st, delisting, suspended
    text_column("load_id"),
)

CORPORATE_ACTION = Table(
    "corporate_action",
    NIGHTS,
    text_column("branch_id", key=True),  # "*"
    text_column("action_id", key=True),
    text_column("symbol"),
    text_column("kind"),  # follow_on, rights, call_notice, warrant_listing, warrant_expiry
    text_column("announced_on"),
    text_column("title"),
    whole_column("per_ten_milli"),  # rights: thousandths of a new share for ten held
    whole_column("price_units"),  # rights: price; call: price of the call
    text_column("last_day"),  # rights: last day to pay; call: last trading day; warrant: its day
    text_column("load_id"),
)

IPO_EVENT = Table(
    "ipo_event",
    NIGHTS,
    text_column("branch_id", key=True),  # "*"
    text_column("event_id", key=True),
    text_column("symbol"),
    text_column("name"),
    text_column("kind"),  # ipo_issue, ipo_listing, ipo_price_range, ipo_strategy
    text_column("day"),
    text_column("title"),
    whole_column("low_units"),
    whole_column("high_units"),
    text_column("source"),
    text_column("load_id"),
)

IPO_BALLOT = Table(
    "ipo_ballot",
    NIGHTS,
    text_column("branch_id", key=True),
    text_column("client_id", key=True),
    text_column("symbol", key=True),
    text_column("manager_id"),
    text_column("name"),
    text_column("drawn_on"),
    whole_column("won_shares"),
    whole_column("price_units"),
    text_column("load_id"),
)

# Which load brought an event of SECURITY_EVENT, for taking it back.
LOADED_EVENT = Table(
    "loaded_event",
    NIGHTS,
    text_column("branch_id", key=True),  # "*"
    text_column("event_id", key=True),
    text_column("load_id"),
)
