"""Loads taken back: values are as before, entries stay, the same file comes anew once."""

from datetime import date, datetime, timedelta

import pytest

from models.dates import BEIJING
from models.lives.approval import Verdict
from models.wire.commands import Envelope
from models.wire.service.approvals import DecideApproval
from models.wire.service.files import UndoLoad
from services.central.audit import prove_audit
from services.worker.loads.load import LoadReport, load_file, try_file
from services.worker.nights.run import Nights
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm

NOW = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
DAY = NOW.date()
HEAD = "entry_id,account,kind,about,trade_date,turnover,commission,evidence,churn"
CLOSES = "symbol,day,name,close,previous_close,status"
EVERYTHING = (
    "SELECT (SELECT jsonb_agg(to_jsonb(x)) FROM commission_entry x)::text,"
    " (SELECT jsonb_agg(to_jsonb(x)) FROM loaded_file x)::text,"
    " (SELECT jsonb_agg(to_jsonb(x)) FROM rejected_line x)::text,"
    " (SELECT count(*) FROM task), (SELECT count(*) FROM audit_entry)"
)
NET = (
    "SELECT coalesce(sum(amount_cents), 0)::bigint FROM commission_entry WHERE client_id = $1"
    " AND trade_date = '2023-02-01'"
)


async def net_of(firm: Firm) -> int:
    """Commission that stands for the day's trades of the client."""
    [(cents,)] = await firm.ask(NET, CLIENT)
    return int(str(cents))


async def points_of(firm: Firm) -> int:
    """The balance, which is the sum of its entries."""
    balance, _, entries = await firm.balance()
    assert balance == entries
    return int(str(balance))


async def account_of(firm: Firm) -> str:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    return str(account)


async def load(firm: Firm, *lines: str, kind: str = "settlement", head: str = HEAD) -> LoadReport:
    raw = "\n".join((head, *lines)).encode()
    return await load_file(firm.engine, NOW, kind, "file.csv", raw)


async def ask_undo(firm: Firm, load_id: str, **changed: object) -> Envelope:
    return await firm.do(UndoLoad(load_id, "载错文件"), "BM01", key=load_id, **changed)


async def undo(firm: Firm, load_id: str) -> None:
    asked = await ask_undo(firm, load_id)
    assert await firm.code(asked) == "applied"
    assert await firm.code(await firm.decide(asked, by="CO01")) == "applied"


async def night(firm: Firm, day: date) -> None:
    evening = datetime(day.year, day.month, day.day, 18, 30, tzinfo=BEIJING)
    await Nights(firm.engine, FixedClock(evening)).run(day)


async def test_a_dry_run_judges_every_line_and_writes_nothing(firm: Firm) -> None:
    account = await account_of(firm)
    lines = (
        f"T1,{account},commission,,2023-02-01,100.00,8.50,1,0",
        "T2,NOBODY,commission,,x,1,1,,",
    )
    before = await firm.ask(EVERYTHING)
    raw = "\n".join((HEAD, *lines)).encode()
    tried = await try_file(firm.engine, NOW, "settlement", "file.csv", raw)
    assert await firm.ask(EVERYTHING) == before
    assert (tried.read, tried.added, tried.rejected, tried.load_id) == (2, 1, 1, "")
    assert [(one.line, one.reason) for one in tried.faults] == [(3, "DATE_INVALID")]
    done = await load(firm, *lines)
    assert (done.read, done.added, done.rejected) == (tried.read, tried.added, tried.rejected)
    again = await try_file(firm.engine, NOW, "settlement", "file.csv", raw)
    assert again.again and again.load_id == done.load_id


@pytest.mark.parametrize("nights_between", [0, 1])
async def test_commission_and_points_come_back_and_the_file_counts_once_more(
    firm: Firm, nights_between: int
) -> None:
    account = await account_of(firm)
    await firm.ask("UPDATE client SET opened_on = '2015-05-05' WHERE client_id = $1", CLIENT)
    await night(firm, DAY - timedelta(days=1))
    net, points = await net_of(firm), await points_of(firm)
    lines = (
        f"T1,{account},commission,,2023-02-01,100.00,800.00,1,0",
        f"C1,{account},correction,T1,2023-02-01,0,900.00,1,0",
    )
    first = await load(firm, *lines)
    for _ in range(nights_between):
        await night(firm, DAY)
        assert await points_of(firm) > points
    count = "SELECT count(*)::int FROM commission_entry"
    [(entries,)] = await firm.ask(count)
    await undo(firm, first.load_id)
    assert await net_of(firm) == net
    assert await firm.ask(count) == [(int(str(entries)) + 1,)], "entries stay, one says otherwise"
    await night(firm, DAY + timedelta(days=1))
    assert await points_of(firm) == points
    assert await firm.code(await ask_undo(firm, first.load_id)) == "LOAD_STATE"
    anew = await load(firm, *lines)
    assert (anew.added, anew.known, anew.again) == (2, 0, False)
    assert (await load(firm, *lines)).again
    assert await net_of(firm) == net + 90_000
    await night(firm, DAY + timedelta(days=2))
    assert await points_of(firm) > points
    await undo(firm, anew.load_id)
    third = await load(firm, f"T1,{account},commission,,2023-02-01,100.00,7.00,1,0")
    assert (third.added, third.rejected) == (1, 0)
    assert await net_of(firm) == net + 700
    assert (await prove_audit(firm.engine)).is_whole
    assert await firm.ask(
        "SELECT count(*) FROM audit_entry WHERE action = 'load.undo' AND author = 'BM01'"
    ) == [(2,)]


async def test_a_correction_taken_back_leaves_the_trade_as_it_was(firm: Firm) -> None:
    account = await account_of(firm)
    net = await net_of(firm)
    await load(firm, f"T1,{account},commission,,2023-02-01,100.00,8.00,1,0")
    reversal = await load(firm, f"R1,{account},reversal,T1,2023-02-01,0,,1,0")
    assert await net_of(firm) == net
    await undo(firm, reversal.load_id)
    assert await net_of(firm) == net + 800
    again = await load(firm, f"R1,{account},reversal,T1,2023-02-01,0,,1,0")
    assert again.added == 1
    assert await net_of(firm) == net


async def test_what_stands_on_a_load_keeps_it(firm: Firm) -> None:
    account = await account_of(firm)
    trades = await load(firm, f"T1,{account},commission,,2023-02-01,100.00,8.00,1,0")
    later = await load(firm, f"C1,{account},correction,T1,2023-02-01,0,9.00,1,0")
    asked = await ask_undo(firm, trades.load_id)
    assert await firm.code(asked) == "LOAD_CHANGED_SINCE"
    [(message,)] = await firm.ask(
        "SELECT message FROM command_answer WHERE command_id = $1", asked.command_id
    )
    assert "T1" in str(message)
    await undo(firm, later.load_id)
    await undo(firm, trades.load_id)


async def test_a_frozen_baseline_keeps_the_year_it_was_made_of(firm: Firm) -> None:
    account = await account_of(firm)
    old = await load(firm, f"T1,{account},commission,,2022-12-30,100.00,8.00,1,0")
    await night(firm, DAY)
    assert await firm.code(await ask_undo(firm, old.load_id)) == "LOAD_YEAR_CLOSED"


async def test_facts_of_securities_go_until_a_night_has_read_them(firm: Firm) -> None:
    lines = ("600519,2023-02-01,x,1.00,1.00,normal",)
    first = await load(firm, *lines, kind="closes", head=CLOSES)
    await undo(firm, first.load_id)
    assert await firm.ask("SELECT count(*) FROM security_close WHERE load_id <> ''") == [(0,)]
    second = await load(firm, *lines, kind="closes", head=CLOSES)
    assert second.added == 1
    await night(firm, DAY)
    assert await firm.code(await ask_undo(firm, second.load_id)) == "LOAD_NIGHT_BEGUN"


async def test_news_taken_back_leaves_the_desks_too(firm: Firm) -> None:
    head = "event_id,symbol,kind,happened_at,title,body,source,mandatory"
    lines = ("N1,600519.SH,rating,2023-02-01 08:30,上调,,研究所,0",)
    first = await load(firm, *lines, kind="news", head=head)
    await undo(firm, first.load_id)
    assert await firm.ask("SELECT 1 FROM security_event WHERE event_id = 'N1'") == []
    gone = "SELECT row IS NULL FROM change_log WHERE row_key ->> 'event_id' = 'N1' ORDER BY number"
    assert await firm.ask(gone) == [(False,), (True,)]
    assert (await load(firm, *lines, kind="news", head=head)).added == 1


async def test_one_request_at_a_time_and_only_by_whom_it_may_be(firm: Firm) -> None:
    account = await account_of(firm)
    loaded = await load(firm, f"T1,{account},commission,,2023-02-01,100.00,8.00,1,0")
    by_manager = await firm.do(UndoLoad(loaded.load_id, "x"), "M001", key=loaded.load_id)
    assert await firm.code(by_manager) == "LOAD_NOT_FOUND"
    first = await ask_undo(firm, loaded.load_id)
    assert await firm.code(await ask_undo(firm, loaded.load_id)) == "UNDO_ASKED"
    own = await firm.do(DecideApproval(first.command_id, Verdict.APPROVE, ""), "BM01")
    assert await firm.code(own) == "MAKER_IS_CHECKER"
    assert await firm.code(await firm.decide(first, "refuse", by="CO01")) == "applied"
    await undo(firm, loaded.load_id)


async def test_nobody_takes_a_load_back_with_sql(firm: Firm) -> None:
    account = await account_of(firm)
    loaded = await load(firm, f"T1,{account},commission,,2023-02-01,100.00,8.00,1,0")
    asked = await ask_undo(firm, loaded.load_id)
    for role, person in (("branch_manager", "BM01"), ("compliance", "CO01")):
        with pytest.raises(Exception, match="LOAD_NOT_UNDONE"):
            await firm.ask(
                "SELECT set_config('app.role', $3, true), set_config('app.manager_id', $4, true),"
                " undo_load('settlement', $1, $2, '2023-02-01T10:00:00.000+08:00')",
                loaded.load_id,
                asked.command_id,
                role,
                person,
            )
