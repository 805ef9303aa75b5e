"""Assets of days that no night took: loaded once, told apart, counted from then on, taken back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

import pytest

from models.dates import BEIJING
from models.tables.firm import SUBSCRIPTION
from models.tables.nights import ASSET_DAY
from services.worker.loads.load import LoadReport, load_file, try_file
from tests.services.worker.loads.test_undo import EVERYTHING, ask_undo, night, undo
from tests.services.worker.nights.test_fees import (
    GONE,
    LAST,
    LATER,
    assets,
    closes,
    term,
    unknown_fee,
    with_settings,
)
from tests.support.night_firm import NightFirm, counts_of, open_night_firm, owner
from tests.support.service_work import CLIENT, Firm

NOW = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
DAY = NOW.date()
HEAD = "account,day,assets,cash"
ROWS = "SELECT client_id, day, assets_cents, cash_cents FROM asset_day ORDER BY 1, 2"


async def load(firm: NightFirm | Firm, *lines: str, now: datetime = NOW) -> LoadReport:
    raw = "\n".join((HEAD, *lines)).encode()
    return await load_file(firm.engine, now, "assets", "file.csv", raw)


def counts(report: LoadReport) -> Sequence[int]:
    return report.read, report.added, report.known, report.rejected


async def test_a_day_is_loaded_once_and_another_amount_is_wrong(empty_central: str) -> None:
    async with open_night_firm(empty_central, 2) as firm:
        first = await load(firm, "A0000,2023-01-30,1000.00,250.50", "A0001,2023-01-30,7,")
        assert counts(first) == (2, 2, 0, 0)
        stored = [("C0000", "2023-01-30", 100_000, 25_050), ("C0001", "2023-01-30", 700, None)]
        assert await firm.ask(ROWS) == stored
        more = await load(
            firm,
            "A0000,2023-01-30,1000.00,250.50",
            "A0000,2023-01-31,1000.00,0",
            "A0001,2023-01-30,8,",
        )
        assert (counts(more), more.reasons) == ((3, 1, 1, 1), {"ASSETS_CONFLICT": 1})
        assert await firm.ask("SELECT DISTINCT booked_on FROM asset_day") == [("2023-02-01",)]


async def test_wrong_lines_say_why(empty_central: str) -> None:
    async with open_night_firm(empty_central, 2, opened=("2023-01-10", "2015-02-01")) as firm:
        await firm.ask(
            "INSERT INTO account (branch_id, account, client_id, manager_id)"
            " VALUES ('B001', 'A0001-2', 'C0001', 'M002')"
        )
        report = await load(
            firm,
            "NOBODY,2023-01-30,1,1",
            "A0000,2023-02-01,1,1",
            "A0000,2023-01-21,1,1",
            "A0000,2023-01-09,1,1",
            "A0000,2023-01-30,1,1.01",
            "A0001,2023-01-30,1,1",
            "A0000,2023-01-31,-1,",
            "A0000,2023-01-31,,1",
            "A0000,2023-01-12,5,5",
            "A0000,2023-01-12,5,5",
        )
        assert report.reasons == {
            "ACCOUNT_MISSING": 1,
            "ACCOUNT_UNKNOWN": 1,
            "CASH_ABOVE_ASSETS": 1,
            "DAY_BEFORE_OPENING": 1,
            "DAY_NOT_OVER": 1,
            "NO_TRADING_DAY": 1,
            "NUMBER_INVALID": 1,
            "NUMBER_NEGATIVE": 1,
            "TWICE_IN_FILE": 1,
        }
        assert await firm.ask(ROWS) == [("C0000", "2023-01-12", 500, 500)]
        both = await load(firm, "A0001,2023-01-30,3,1", "A0001-2,2023-01-30,4,2")
        assert counts(both) == (2, 2, 0, 0)
        part = await load(firm, "A0001,2023-01-31,3,1", "A0001-2,2023-01-31,4,")
        assert counts(part) == (2, 2, 0, 0)
        assert (await firm.ask(ROWS))[1:] == [
            ("C0001", "2023-01-30", 700, 300),
            ("C0001", "2023-01-31", 700, None),  # of one account it is not known
        ]


async def test_cash_is_told_apart_of_what_a_night_took_and_nothing_else_changes(
    empty_central: str,
) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.add(ASSET_DAY, [owner(0) | {"day": "2023-01-30", "assets_cents": 500}])
        wrong = await load(firm, "A0000,2023-01-30,6,1")
        assert wrong.reasons == {"ASSETS_CONFLICT": 1}
        assert counts(await load(firm, "A0000,2023-01-30,5,")) == (1, 0, 1, 0)
        told = await load(firm, "A0000,2023-01-30,5,1")
        assert counts(told) == (1, 1, 0, 0)
        kept = "SELECT assets_cents, cash_cents, load_id, cash_load_id FROM asset_day"
        assert await firm.ask(kept) == [(500, 100, "", told.load_id)]


async def test_product_ds_unknown_fee_is_charged_after_its_day_was_loaded(
    empty_central: str,
) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        known = await unknown_fee(firm)
        evening = datetime(2023, 2, 1, 20, tzinfo=BEIJING)
        line = f"A0000,{GONE},{known[GONE] / 100:.2f},"
        assert counts(await load(firm, line, now=evening)) == (1, 1, 0, 0)
        report = await firm.night(LATER, "fees", "fees_again")
        assert counts_of(report, "fees_again")["charged"] == 1
        [(amount,)] = await firm.ask("SELECT amount_cents FROM product_fee WHERE kind <> 'fee'")
        assert int(str(amount)) > 0


async def test_product_ds_fee_of_cash_alone_is_charged_once_cash_was_told(
    empty_central: str,
) -> None:
    known = dict.fromkeys(closes_of_january(), 10**9)
    async with open_night_firm(empty_central, 1) as firm:
        await with_settings(firm, date(2022, 12, 1), entrusted=["cash"])
        await firm.add(ASSET_DAY, assets(0, known))
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
        await firm.night(LAST, "fees", "fees_again")
        lines = [f"A0000,{day},10000000.00,4000000.00" for day in sorted(known)]
        report = await load(firm, *lines, now=datetime(2023, 2, 1, 20, tzinfo=BEIJING))
        assert report.added == len(lines)
        await firm.night(LATER, "fees", "fees_again")
        charged = "SELECT average_cents, amount_cents > 0 FROM product_fee WHERE kind <> 'fee'"
        assert await firm.ask(charged) == [(400_000_000, True)]


def closes_of_january() -> Sequence[date]:
    return sorted(closes(Random(1)))


async def test_a_past_night_run_again_does_not_see_what_came_later(empty_central: str) -> None:
    figure = "SELECT average_assets_cents FROM night_figure WHERE day = '2023-01-31'"
    async with open_night_firm(empty_central, 1) as firm:
        await firm.add(ASSET_DAY, [owner(0) | {"day": "2023-01-30", "assets_cents": 500}])
        await firm.night(date(2023, 1, 31), "assets", "figures")
        before = await firm.ask(figure)
        await load(firm, "A0000,2023-01-20,900000.00,")
        await firm.night(date(2023, 1, 31), "figures", again=True)
        assert await firm.ask(figure) == before != []
        await firm.night(DAY, "figures")
        later = "SELECT average_assets_cents > 10000000 FROM night_figure WHERE day = '2023-02-01'"
        assert await firm.ask(later) == [(True,)]


@pytest.mark.parametrize("told_apart", [False, True])
async def test_a_load_is_tried_taken_back_and_comes_again(firm: Firm, told_apart: bool) -> None:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    now = NOW + timedelta(days=5)
    await firm.ask("DELETE FROM asset_day WHERE client_id = $1", CLIENT)
    if told_apart:
        await firm.ask(
            "INSERT INTO asset_day (branch_id, day, client_id, manager_id, assets_cents)"
            " VALUES ('B001', '2023-02-03', $1, 'M001', 500)",
            CLIENT,
        )
    state = "SELECT jsonb_agg(to_jsonb(a) ORDER BY day)::text FROM asset_day a WHERE client_id = $1"
    before, all_before = await firm.ask(state, CLIENT), await firm.ask(EVERYTHING)
    raw = f"{HEAD}\n{account},2023-02-03,5.00,2.00\n".encode()
    tried = await try_file(firm.engine, now, "assets", "file.csv", raw)
    assert (counts(tried), tried.load_id) == ((1, 1, 0, 0), "")
    assert (await firm.ask(state, CLIENT), await firm.ask(EVERYTHING)) == (before, all_before)
    done = await load_file(firm.engine, now, "assets", "file.csv", raw)
    loaded = "SELECT assets_cents, cash_cents FROM asset_day WHERE client_id = $1"
    assert await firm.ask(loaded, CLIENT) == [(500, 200)]
    await undo(firm, done.load_id)
    assert await firm.ask(state, CLIENT) == before
    again = await load_file(firm.engine, now, "assets", "file.csv", raw)
    assert (again.again, again.added) == (False, 1)
    await night(firm, now.date())
    assert await firm.code(await ask_undo(firm, again.load_id)) == "LOAD_NIGHT_BEGUN"


async def test_days_whose_cash_a_later_load_told_stay_while_it_does(firm: Firm) -> None:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    now = NOW + timedelta(days=5)
    await firm.ask("DELETE FROM asset_day WHERE client_id = $1", CLIENT)
    first = await load(firm, f"{account},2023-02-03,5.00,", now=now)
    told = await load(firm, f"{account},2023-02-03,5.00,2.00", now=now)
    assert (first.added, told.added) == (1, 1)
    assert await firm.code(await ask_undo(firm, first.load_id)) == "LOAD_CHANGED_SINCE"
    await undo(firm, told.load_id)
    stored = "SELECT assets_cents, cash_cents FROM asset_day WHERE client_id = $1"
    assert await firm.ask(stored, CLIENT) == [(500, None)]
    await undo(firm, first.load_id)
    assert await firm.ask(stored, CLIENT) == []
