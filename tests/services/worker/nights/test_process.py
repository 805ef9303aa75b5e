"""Stage 1 at a month's end: figures of rows, the score the rule gives, what stays (S40)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from models.rules.assessment.score import Reached, score
from models.rules.basis.rounding import half_up
from models.tables.central import CLIENT_TIER
from models.tables.firm import CLIENT, CONTACT, SUBSCRIPTION, TASK
from models.tables.nights import ASSET_DAY, CLIENT_MANAGER
from services.rules.loader import load_profile
from tests.support.night_firm import NightFirm, changed, open_night_firm, owner, state_of

END = date(2023, 3, 31)
Row = dict[str, object]
SETTINGS: Mapping[str, object] = {
    "crm_fields": ["mobile", "id_no"],
    "contact_days": {"gold": 30},
    "callback_kinds": ["reminder"],
    "goals": {"manager": {"new_clients": 2, "subscriptions_sold": 1, "new_assets": 1000}},
}
FIGURES = (
    "SELECT item, reached, due, code FROM assessment_figure WHERE manager_id = $1"
    " AND period_to = $2 ORDER BY item"
)
SCORES = "SELECT stage, score, code FROM assessment_score WHERE manager_id = $1 AND period_to = $2"


async def settings(firm: NightFirm, patch: Mapping[str, object]) -> None:
    document = changed(load_profile(None).document, "assessment", patch)
    await firm.set(date(2021, 1, 1), document)


async def fill(firm: NightFirm) -> None:
    """M001 has C0000, C0002, C0004; M002 has C0001, C0003. C0004 came in March."""
    await firm.ask("UPDATE staff SET manager_id = '*', role = 'manager'")
    for number, day in ((4, "2023-03-02"),):
        client = {**owner(number), "tier": "gold", "opened_on": day, "mobile": "142", "id_no": "1"}
        await firm.add(CLIENT, [client])
    await firm.ask("UPDATE client SET mobile = '142' WHERE client_id = 'C0000'")
    tiers = ((0, "gold"), (1, "gold"), (2, "gold"), (3, "ordinary"), (4, "gold"))
    await firm.add(
        CLIENT_TIER, (owner(n) | {"starts_on": "2022-01-01", "tier": t} for n, t in tiers)
    )
    await firm.add(ASSET_DAY, [owner(4) | {"day": "2023-03-30", "assets_cents": 150_000}])
    await _contacts(firm)
    await _tasks(firm)
    sold = {"product": "SMS1", "state": "active", "starts_on": "2023-03-05"}
    bought = ("cash", "bundle", "points")
    await firm.add(
        SUBSCRIPTION,
        (owner(0) | sold | {"subscription_id": paid, "paid_by": paid} for paid in bought),
    )


async def _contacts(firm: NightFirm) -> None:
    told = ((0, "2023-03-15"), (2, "2023-03-01"), (1, "2023-04-01"))  # 2: 30 days before, too old
    await firm.add(
        CONTACT,
        (owner(n) | {"contact_id": f"K{n}", "happened_at": f"{day}T10:00:00"} for n, day in told),
    )


async def _tasks(firm: NightFirm) -> None:
    at = "2023-03-10T10:00:00.000+08:00"
    told: tuple[Row, ...] = (
        {"task_id": "in-time", "state": "done", "closed_at": "2023-03-10T09:00:00.000+08:00"},
        {"task_id": "late", "state": "done", "closed_at": "2023-03-10T11:00:00.000+08:00"},
        {"task_id": "open", "state": "open"},
        {"task_id": "before-kept", "state": "done"},
        {"task_id": "dismissed", "state": "open"},
        {"task_id": "dismissed-late", "state": "open"},
        {"task_id": "other", "state": "open", "kind": "reconcile"},
        {"task_id": "april", "state": "open", "due_at": "2023-04-01T10:00:00.000+08:00"},
    )
    plain: Row = {"kind": "reminder", "due_at": at, "closed_at": ""}
    await firm.add(TASK, (owner(0) | plain | row for row in told))
    for name, hour in (("dismissed", "08"), ("dismissed-late", "12")):
        dismiss = "UPDATE task SET state = 'dismissed', closed_at = $2 WHERE task_id = $1"
        await firm.ask(dismiss, name, f"2023-03-10T{hour}:00:00.000+08:00")


MONTH = [
    ("callbacks", 1, 4, ""),
    ("contacts", 1, 2, ""),  # the new one was not due for thirty days
    ("crm_entry", 3, 6, ""),
    ("goals.new_assets", 150_000, 100_000, ""),
    ("goals.new_clients", 1, 2, ""),
    ("goals.subscriptions_sold", 2, 1, ""),
]


async def test_figures_are_sums_of_rows_and_the_score_is_the_rules(empty_central: str) -> None:
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, SETTINGS)
        await fill(firm)
        await firm.night(END, "process")
        assert await firm.ask(FIGURES, "M001", END.isoformat()) == MONTH
        reached = Reached(
            goals=Decimal(100 + 50 + 100) / 3,
            crm_entry=Decimal(50),
            contacts=Decimal(50),
            callbacks=Decimal(25),
        )
        told = score(firm.settings(END).assessment, reached).score
        assert told is not None
        [(stage, text, code)] = await firm.ask(SCORES, "M001", END.isoformat())
        assert (stage, Decimal(str(text)), code) == (1, half_up(told), "")


async def test_every_figure_is_the_sum_of_the_rows_that_are_kept(empty_central: str) -> None:
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, SETTINGS)
        await fill(firm)
        await firm.night(END, "process")
        unequal = await firm.ask(
            "SELECT f.item FROM assessment_figure f LEFT JOIN (SELECT manager_id, item,"
            " sum(reached) AS reached, sum(due) AS due FROM assessment_row GROUP BY 1, 2) r"
            " USING (manager_id, item) WHERE f.reached <> coalesce(r.reached, 0)"
            " OR (f.item NOT LIKE 'goals.%' AND f.due <> coalesce(r.due, 0))"
        )
        assert unequal == []
        missed = "SELECT row_id FROM assessment_row WHERE item = 'callbacks' AND reached = 0"
        assert sorted(await firm.ask(missed)) == [("dismissed-late",), ("late",), ("open",)]


async def test_what_is_not_set_is_told_and_gives_no_score(empty_central: str) -> None:
    nothing = dict.fromkeys(SETTINGS)
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, nothing)
        await fill(firm)
        await firm.night(END, "process")
        assert await firm.ask(FIGURES, "M001", END.isoformat()) == [
            ("callbacks", 0, 0, "CALLBACK_KINDS_NOT_CONFIGURED"),
            ("contacts", 0, 0, "CONTACT_DAYS_NOT_CONFIGURED"),
            ("crm_entry", 0, 0, "CRM_FIELDS_NOT_CONFIGURED"),
            ("goals", 0, 0, "GOALS_NOT_CONFIGURED"),
        ]
        assert await firm.ask(SCORES, "M001", END.isoformat()) == [
            (1, "", "CALLBACK_KINDS_NOT_CONFIGURED")
        ]


async def test_nothing_due_is_neither_zero_nor_a_hundred(empty_central: str) -> None:
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, SETTINGS)
        await fill(firm)
        await firm.night(END, "process")
        figures = await firm.ask(FIGURES, "M002", END.isoformat())
        assert ("callbacks", 0, 0, "NOTHING_DUE") in figures
        assert await firm.ask(SCORES, "M002", END.isoformat()) == [(1, "", "NOTHING_DUE")]


async def test_results_alone_count_at_stage_2(empty_central: str) -> None:
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, {**SETTINGS, "stage": 2})
        await fill(firm)
        await firm.night(END, "process")
        assert await firm.ask(SCORES, "M001", END.isoformat()) == [(2, "", "")]


async def test_without_a_stage_the_step_says_so_and_within_a_month_there_is_none(
    empty_central: str,
) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        report = await firm.night(date(2023, 3, 30), "process")
        assert state_of(report, "process") == ("skipped", "NO_MONTH_END")
        await settings(firm, {"stage": None})
        report = await firm.night(END, "process")
        assert state_of(report, "process") == ("skipped", "ASSESSMENT_NOT_CONFIGURED")


async def test_a_month_stays_as_it_was_told(empty_central: str) -> None:
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, SETTINGS)
        await fill(firm)
        await firm.night(END, "process")
        everything = "SELECT to_json(r)::text FROM {} r ORDER BY 1"
        tables = ("assessment_figure", "assessment_row", "assessment_score")
        before = [await firm.ask(everything.format(table)) for table in tables]
        await _change_all(firm)
        await firm.night(END, "process", again=True)
        assert [await firm.ask(everything.format(table)) for table in tables] == before


async def _change_all(firm: NightFirm) -> None:
    """What figures were made of: records, tiers, tasks, and whose client it is."""
    await firm.ask("UPDATE client SET mobile = '', manager_id = 'M002' WHERE client_id = 'C0000'")
    await firm.ask("UPDATE task SET due_at = '2023-03-31T23:00:00.000+08:00'")
    since = {"client_branch": "B001", "manager_id": "M002", "from_on": "2023-03-20"}
    row = owner(0) | since
    await firm.add(CLIENT_MANAGER, [row])


_GONE = """
DO $$ BEGIN
    SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO staff VALUES ('B002', 'M101', '*', '', 'manager');
    INSERT INTO client_hand_over (branch_id, approval_id, client_branch, client_id, manager_id,
        from_branch, from_manager) VALUES ('B002', 'A1', 'B002', 'C0000', 'M101', 'B001', 'M001');
    INSERT INTO client_manager (branch_id, client_branch, client_id, from_on, manager_id)
    VALUES ('B002', 'B002', 'C0000', '2023-04-01', 'M101');
    PERFORM move_clients('B001', 'B002', 'A1');
    SET CONSTRAINTS ALL IMMEDIATE;
END $$
"""


async def test_one_who_has_left_the_branch_since_counts_for_who_had_him_then(
    empty_central: str,
) -> None:
    """The month's night comes late: he is in another branch by then, with all that is counted."""
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, SETTINGS)
        await fill(firm)
        await firm.ask(_GONE)
        assert await firm.ask("SELECT branch_id FROM client WHERE client_id = 'C0000'") == [
            ("B002",)
        ]
        await firm.night(END, "process")
        assert await firm.ask(FIGURES, "M001", END.isoformat()) == MONTH
        rows = "SELECT DISTINCT branch_id, manager_id FROM assessment_row WHERE client_id = 'C0000'"
        assert await firm.ask(rows) == [("B001", "M001")]


async def test_a_client_counts_for_who_has_him_at_the_months_end(empty_central: str) -> None:
    async with open_night_firm(empty_central, 4) as firm:
        await settings(firm, SETTINGS)
        await fill(firm)
        since = {"client_branch": "B001", "manager_id": "M002", "from_on": "2023-03-20"}
        await firm.add(CLIENT_MANAGER, [owner(2) | since])
        await firm.night(END, "process")
        whose = "SELECT manager_id, item FROM assessment_row WHERE client_id = 'C0002'"
        assert await firm.ask(whose) == [("M002", "crm_entry")]  # no contact is due from her yet
