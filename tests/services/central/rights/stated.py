"""What each kind of person may see of every table, and who may write it: stated, table by table.

A table that is not stated here fails the tests: whoever adds one says who sees it.
"""

from collections.abc import Mapping

OWN, COLLEAGUE, STRANGER, SERVED = "own", "colleague", "stranger", "served"
NOBODYS: frozenset[str] = frozenset()
EVERYBODYS = frozenset({OWN, COLLEAGUE, STRANGER, SERVED})

Seen = Mapping[str, frozenset[str]]  # by role: whose planted rows


def _seen(  # noqa: PLR0913 - one word a kind of person
    *,
    manager: frozenset[str] = NOBODYS,
    branch_manager: frozenset[str] = NOBODYS,
    adviser: frozenset[str] = NOBODYS,
    call_centre: frozenset[str] = NOBODYS,
    compliance: frozenset[str] = NOBODYS,
) -> Seen:
    return {
        "manager": manager,
        "branch_manager": branch_manager,
        "adviser": adviser,
        "call_centre": call_centre,
        "compliance": compliance,
        "hub": NOBODYS,
        "worker": NOBODYS,
        "night": NOBODYS,
        "king": NOBODYS,
        "": NOBODYS,
    }


_MINE, _BRANCH = frozenset({OWN}), frozenset({OWN, COLLEAGUE})
_CARD = _seen(
    manager=_MINE,
    branch_manager=_BRANCH,
    adviser=frozenset({SERVED}),
    call_centre=EVERYBODYS,
    compliance=EVERYBODYS,
)
_TRADING = {**_CARD, "call_centre": NOBODYS}
_STAFF = {**_TRADING, "adviser": NOBODYS}  # of staff, answers, places: no client is named
_FIRM = _seen(
    manager=EVERYBODYS,
    branch_manager=EVERYBODYS,
    adviser=EVERYBODYS,
    call_centre=EVERYBODYS,
    compliance=EVERYBODYS,
)
_COMPLIANCE = _seen(compliance=EVERYBODYS)
_NOBODY = _seen()

SEEN: dict[str, Seen] = {
    **dict.fromkeys(
        (
            "client", "account", "holding", "points_entry", "subscription", "contact", "task",
            "client_tier", "approval", "application", "client_rate", "points_hold", "tier_grant",
            "risk_test", "consent", "contact_revision", "timeline", "household_member", "relation",
            "asset_day", "tier_rating", "tier_review", "ipo_ballot", "client_alert",
            "campaign_invitation",
        ),
        _CARD,
    ),
    **dict.fromkeys(
        (
            "instruction", "mandate", "trade_order", "trade_fill", "commission_entry",
            "commission_baseline", "commission_increment", "product_fee", "product_fee_row",
            "rate_exception", "advisory_question",
        ),
        _TRADING,
    ),
    **dict.fromkeys(
        (
            "order_step", "command_answer", "commission_credit", "staff_certificate",
            "unmask_grant", "course_read", "exam_attempt", "practice_record", "assessment_figure",
            "assessment_row", "assessment_score", "client_manager", "client_hand_over",
        ),
        _STAFF,
    ),
    "household": {**_CARD, "adviser": NOBODYS},
    "held_command": _STAFF,
    "unmask_grant": {**_STAFF, "manager": _MINE},
    **dict.fromkeys(("security_event", "security_close", "corporate_action", "ipo_event"), _FIRM),
    **dict.fromkeys(("staff", "firm_setting", "life_step", "field_rule"), _FIRM),
    **dict.fromkeys(("audit_entry", "audit_head", "unmasking"), _COMPLIANCE),
    **dict.fromkeys(("night_run", "rejected_line"), _COMPLIANCE),
    "service_call": {**_COMPLIANCE, "call_centre": NOBODYS},  # agents see those of their own centre
    "course": _FIRM,
    "question": {**_COMPLIANCE, "adviser": EVERYBODYS},
    "question_key": _COMPLIANCE,  # what is right: of people, compliance alone
    "loaded_file": {**_COMPLIANCE, "branch_manager": EVERYBODYS},
    **dict.fromkeys(("import_batch", "import_row", "export_grant"), _STAFF),
    **dict.fromkeys(("segment", "agenda_mark"), _STAFF),
    "export_copy": {**_COMPLIANCE, "manager": _MINE},
    "import_rule": _FIRM,
    **dict.fromkeys(("campaign", "campaign_effect"), {**_FIRM, "manager": _BRANCH,
        "branch_manager": _BRANCH}),
    "inbox": {**_NOBODY, "manager": _MINE},
    **dict.fromkeys(("approval_queue", "question_queue"), {**_NOBODY, "manager": _MINE}),
    **dict.fromkeys(("change_counter", "change_log"), {**_NOBODY, "manager": _MINE,
        "branch_manager": _BRANCH}),
    **dict.fromkeys(
        ("applied_command", "staff_credential", "central_identity", "stream_mark", "night_figure",
         "staff_login", "import_part", "loaded_event"),
        _NOBODY,
    ),
}  # fmt: skip
# Tables that go by no person: some see all rows without any name.
ALWAYS_SEEN = frozenset({"life_step", "field_rule", "import_rule"})
FIRM_TO_PROCESSES = frozenset({"staff", "security_event", "firm_setting"})  # to hub and worker too

APP, SYNC, WORK, NIGHT, FILES = (
    "workstation_app", "workstation_sync", "workstation_work", "workstation_night",
    "workstation_files",
)  # fmt: skip

# Whose rights a role has beside its own.
ABOVE = {SYNC: (APP,), WORK: (APP,), FILES: (WORK, APP)}

# What a person's role may do beside reading; "table.column" is a right on a column.
APP_WRITES = {"inbox": {"INSERT of columns"}}

# Rows that a command in hand adds and changes; the columns where not all of them.
WORK_WRITES: dict[str, set[str]] = {
    **dict.fromkeys(
        (
            "holding", "points_entry", "subscription", "contact", "instruction", "mandate",
            "trade_order", "trade_fill", "task", "command_answer", "client_tier", "order_step",
        ),
        {"INSERT", "UPDATE"},
    ),
    **dict.fromkeys(
        (
            "approval", "application", "client_rate", "points_hold", "household",
            "household_member", "relation", "question", "exam_attempt", "staff_certificate",
            "campaign", "campaign_invitation", "segment", "agenda_mark", "rate_exception",
            "advisory_question", "service_call",
        ),
        {"INSERT", "UPDATE of columns"},
    ),
    **dict.fromkeys(
        (
            "tier_grant", "risk_test", "consent", "contact_revision", "timeline", "held_command",
            "firm_setting", "unmask_grant", "applied_command", "audit_entry", "commission_entry",
            "export_grant", "course", "course_read", "question_key", "practice_record",
            "product_fee",
        ),
        {"INSERT"},
    ),
    "client": {"UPDATE of columns"},
    **dict.fromkeys(("account", "inbox"), {"UPDATE"}),
    "approval_queue": {"INSERT", "DELETE"},
}  # fmt: skip

NIGHT_WRITES: dict[str, set[str]] = {
    **dict.fromkeys(
        (
            "points_entry", "timeline", "loaded_file", "rejected_line",
            "commission_entry", "tier_rating", "tier_review", "commission_baseline",
            "security_close", "corporate_action", "ipo_event", "ipo_ballot", "client_alert",
            "security_event", "loaded_event", "audit_entry", "assessment_figure",
            "assessment_row", "assessment_score", "campaign_effect", "product_fee",
            "product_fee_row",
        ),
        {"INSERT"},
    ),
    **dict.fromkeys(
        ("holding", "client", "subscription", "campaign", "rate_exception"), {"UPDATE of columns"}
    ),
    **dict.fromkeys(
        (
            "client_tier", "night_run", "staff_certificate", "commission_increment",
            "commission_credit", "task", "asset_day",
        ),
        {"INSERT", "UPDATE of columns"},
    ),
    "night_figure": {"INSERT", "DELETE"},
    "service_call": {"DELETE"},
}  # fmt: skip

# Beside what any command in hand may: an import that was approved.
FILES_WRITES: dict[str, set[str]] = {
    "client": {"INSERT", "UPDATE"},
    "account": {"INSERT"},
    "holding": {"DELETE"},
    "import_batch": {"INSERT", "UPDATE of columns"},
    "import_part": {"INSERT", "DELETE"},
    "import_row": {"INSERT"},
}

WRITES = {
    APP: APP_WRITES, SYNC: {}, WORK: WORK_WRITES, NIGHT: NIGHT_WRITES, FILES: FILES_WRITES,
}  # fmt: skip

# Views by the column that names whose row it is, and the table that they show no more than.
VIEWS = {
    "client_masked": ("client_id", "client"),
    "points_unequal": ("client_id", "client"),
    "household_total": ("household_id", "household_member"),
}

# Functions by who may call them; all others are the owner's, triggers above all.
CALLS: dict[str, frozenset[str]] = {
    APP: frozenset({
        "app_may_act", "app_login", "app_role", "app_person", "app_branch", "app_is_person",
        "app_writes", "app_branches",
        "app_managers", "app_streams", "app_advises", "is_visible", "is_approved", "hide_middle",
        "queue_of", "app_queue", "mask_field", "shown_as", "show_field", "ask_unmask",
        "ask_unmask_granted",
        "app_board", "app_practice", "reveal", "begin_export", "exported_clients", "finish_export",
        "take_export", "ask_birthdays", "birthdays_within", "is_taken_over", "screen_pop",
        "is_head_office", "asks_himself", "as_set", "app_advised", "app_received",
    }),
    SYNC: frozenset(),
    WORK: frozenset({
        "take_command", "mark_streams", "give_up_changes", "drop_changes", "drop_commands",
        "keeper_on", "taken_there",
        "standing_on_load", "await_load_undo", "undo_load", "drop_answers", "drop_parts",
        "empty_import_rows", "lock_campaign", "open_follow_ups", "withdraw_invitations",
        "hand_over", "handed_over", "is_client", "post_referral", "known_client", "lay_questions",
        "match_caller", "end_long_transactions", "end_relation",
    }),
    FILES: frozenset({
        "is_import_approved", "was_let_in", "taken_elsewhere", "standing_on_import",
        "take_back_clients",
    }),
    NIGHT: frozenset({"in_yuan", "as_price", "as_shares", "as_move", "tier_rank", "tier_of",
        "nights_begun", "keeper_on", "filled_fields"}),
}  # fmt: skip
