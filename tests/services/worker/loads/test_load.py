"""Files for the nights: every line is added, known, or rejected with its reason."""

from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest

from models.dates import BEIJING
from models.errors import ExpectedFailure
from models.market.instrument import SecurityKind
from models.money import cents, permille_of_rate, yuan_of_cents
from models.rules.market.fees import TradedOrder, commission_due
from models.rules.products.rate_spans import RateSpan, rate_span_on
from models.tables.service import CLIENT_RATE
from models.trading.order import Side
from services.rules.loader import load_profile
from services.worker.loads.load import LoadReport, load_file
from tests.support.night_firm import NightFirm, counts_of, open_night_firm, owner, pairs

NOW = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
DAY = NOW.date()
HEAD = "entry_id,account,kind,about,trade_date,turnover,commission,evidence,churn"


async def load(firm: NightFirm, kind: str, *lines: str) -> LoadReport:
    return await load_file(firm.engine, NOW, kind, "file.csv", "\n".join(lines).encode())


async def test_a_settlement_line_is_counted_once(empty_central: str) -> None:
    async with open_night_firm(empty_central, 2) as firm:
        lines = (
            HEAD,
            "T1,A0000,commission,,2023-02-01,10000.00,8.50,1,0",
            "T2,A0001,commission,,2023-01-31,20000.00,9.00,,",
        )
        first = await load(firm, "settlement", *lines)
        assert (first.read, first.added, first.known, first.rejected) == (2, 2, 0, 0)
        same = await load(firm, "settlement", *lines)
        assert same.again and same.added == 2
        more = await load(firm, "settlement", *lines, "T3,A0001,commission,,2023-02-01,1.00,5.00,,")
        assert (more.read, more.added, more.known) == (3, 1, 2)
        report = await firm.night(DAY, "commission")
        assert counts_of(report, "commission")["posted"] == 3


async def test_wrong_lines_are_kept_with_their_reasons(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await load(firm, "settlement", HEAD, "T0,A0000,commission,,2023-02-01,1.00,5.00,1,0")
        report = await load(
            firm,
            "settlement",
            HEAD,
            "T1,A0000,commission,,2023-02-30,1.00,5.00,1,0",
            "T2,A0000,commission,,2023-02-01,1.005,5.00,1,0",
            "T3,A0000,commission,,2023-02-01,x,5.00,1,0",
            "T4,A0000,commission,,2023-02-01,-1,5.00,1,0",
            "T5,A0000,gift,,2023-02-01,1,5.00,1,0",
            ",A0000,commission,,2023-02-01,1,5.00,1,0",
            "T7,A0000,commission",
            "T8,NOBODY,commission,,2023-02-01,1,5.00,1,0",
            "T9,A0000,commission,,2023-02-01,1,5.00,1,0",
            "T9,A0000,commission,,2023-02-01,1,6.00,1,0",
            "T0,A0000,commission,,2023-02-01,1,6.00,1,0",
            "R1,A0000,reversal,NONE,2023-02-01,0,,1,0",
            "C1,A0000,correction,T0,2023-02-01,0,,1,0",
            "C2,A0000,correction,T0,2023-02-01,0,5.00,1,0",
            "T10,A0000,commission,,2023-02-01,10,,1,0",
            "T11,A0000,commission,,2023-02-01,1e99,5,1,0",
            "T12,A0000,commission,,2023-02-01,nan,5,1,0",
        )
        assert report.reasons == {
            "ACCOUNT_UNKNOWN": 1,
            "AMOUNT_CONFLICT": 1,
            "AMOUNT_MISSING": 1,
            "COLUMNS": 1,
            "DATE_INVALID": 1,
            "FIELD_MISSING": 1,
            "NOTHING_CHANGED": 1,
            "NUMBER_INVALID": 3,
            "NUMBER_NEGATIVE": 1,
            "NUMBER_TOO_FINE": 1,
            "ORIGINAL_UNKNOWN": 1,
            "RATE_UNKNOWN": 1,
            "TWICE_IN_FILE": 1,
            "WORD_UNKNOWN": 1,
        }
        assert (report.read, report.added, report.rejected) == (17, 1, 16)
        stored = await firm.ask("SELECT line, content FROM rejected_line WHERE reason = 'COLUMNS'")
        assert stored == [(8, "T7,A0000,commission")]


async def test_a_blank_commission_is_charged_at_the_rate_of_its_day(empty_central: str) -> None:
    rng = Random(1)
    settings = load_profile(None).on(DAY).fees
    base = RateSpan("", date(2015, 1, 1), 3_000)
    changed = RateSpan("", date(2023, 1, 13), 2_500)
    product = RateSpan("A", date(2023, 1, 16), 13_000, date(2023, 1, 20))
    lines, expected = [HEAD], {}
    for at in range(60):
        day = date(2023, 1, rng.choice((12, 13, 16, 17, 20, 21)))
        turnover = rng.choice((0, rng.randint(1, 99_999_999)))
        span = rate_span_on((base, changed, product), day)
        assert span is not None
        order = TradedOrder(
            SecurityKind.STOCK, Side.BUY, permille_of_rate(span.rate_units), (Decimal(0),)
        )
        expected[f"T{at}"] = cents(commission_due(settings, order, yuan_of_cents(turnover)))
        lines.append(f"T{at},A0000,commission,,{day},{yuan_of_cents(turnover)},,1,0")
    async with open_night_firm(empty_central, 1) as firm:
        await firm.add(
            CLIENT_RATE,
            (
                owner(0)
                | {
                    "starts_on": span.starts_on.isoformat(),
                    "product": span.product,
                    "rate_units": span.rate_units,
                    "ends_on": span.ends_on.isoformat() if span.ends_on else "",
                }
                for span in (base, changed, product)
            ),
        )
        await load(firm, "settlement", *lines)
        found = await firm.ask("SELECT entry_id, amount_cents FROM commission_entry")
        assert pairs(found) == expected
        await load(firm, "settlement", HEAD, "D,A0000,commission,,2023-01-16,100000,30.00,1,0")
        [(title, body)] = await firm.ask("SELECT title, body FROM task")
        assert title == "结算佣金与约定费率不符"
        assert "30.00" in str(body) and "130.00" in str(body)


async def test_corrections_and_reversals_change_what_stands(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await load(firm, "settlement", HEAD, "T,A0000,commission,,2023-02-01,1,10.00,1,0")
        await load(firm, "settlement", HEAD, "C,A0000,correction,T,2023-02-01,0,12.50,1,0")
        await load(firm, "settlement", HEAD, "R,A0000,reversal,T,2023-02-01,0,,1,0")
        await firm.night(DAY, "commission")
        found = await firm.ask(
            "SELECT entry_id, kind, points_milli, about FROM points_entry ORDER BY 1"
        )
        assert found == [
            ("commission-T", "commission", 10_000, ""),
            ("correction-C", "correction", 2_500, "commission-T"),
            ("correction-R", "reversal", -12_500, "commission-T"),
        ]
        again = await load(firm, "settlement", HEAD, "R2,A0000,reversal,T,2023-02-01,0,,1,0")
        assert again.reasons == {"NOTHING_CHANGED": 1}


async def test_what_comes_after_the_night_is_booked_on_the_next_day(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.night(DAY)
        await load(firm, "settlement", HEAD, "T,A0000,commission,,2023-02-01,1,10.00,1,0")
        assert await firm.ask("SELECT booked_on FROM commission_entry") == [("2023-02-02",)]
        report = await firm.night(date(2023, 2, 2))
        assert counts_of(report, "commission")["posted"] == 1


async def test_the_other_files(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        head = "symbol,day,name,close,previous_close,status"
        closes = (head, "600519.SH,2023-02-01,贵州茅台,1800,1845.76,normal")
        assert (await load(firm, "closes", *closes)).added == 1
        other = (closes[0], closes[1].replace("1800", "1801"))
        assert (await load(firm, "closes", *other)).reasons == {"CLOSE_CONFLICT": 1}
        head = "action_id,symbol,kind,announced_on,title,per_ten,price,last_day"
        right = "A1,600519.SH,rights,2023-02-01,配股公告,3,6.5,2023-02-10"
        short = "A2,600519.SH,rights,2023-02-01,配股公告,,,"
        done = await load(firm, "actions", head, right, short)
        assert (done.added, done.reasons) == (1, {"RIGHTS_INCOMPLETE": 1})
        head = "event_id,symbol,name,kind,day,title,low,high,source"
        issue = "I1,301501.SZ,新材,ipo_price_range,2023-02-01,区间,10,20,研究所"
        assert (await load(firm, "ipos", head, issue)).added == 1
        head = "account,symbol,name,drawn_on,won_shares,price"
        assert (
            await load(firm, "ballots", head, "A0000,301501.SZ,新材,2023-02-01,500,31.25")
        ).added == 1
        chain = await firm.ask("SELECT action FROM audit_entry ORDER BY number")
        assert [action for (action,) in chain] == [
            "load.closes",
            "load.closes",
            "load.actions",
            "load.ipos",
            "load.ballots",
        ]


async def test_news_comes_with_its_source_and_reaches_who_holds_it(empty_central: str) -> None:
    head = "event_id,symbol,kind,happened_at,title,body,source,mandatory"
    async with open_night_firm(empty_central, 1) as firm:
        done = await load(
            firm,
            "news",
            head,
            "E1,600519.SH,risk,2023-02-01 08:30,收到问询函,请关注,交易所公告,1",
            "E2,600519.SH,rating,2023-02-01T08:30:00+08:00,上调,,研究所,",
            "E3,600519.SH,research,2023-02-01,无来源,,,",
            "E4,600519.SH,research,2023-02-01 10:01,将来,,研究所,0",
            "E5,600519.SH,rating,2023-02-01 08:30,必须告知,,研究所,1",
            "E6,600519.SH,rumour,2023-02-01 08:30,传闻,,网络,0",
            "E7,600519.SH,research,昨天,深度报告,,研究所,0",
        )
        assert (done.read, done.added) == (7, 2)
        assert done.reasons == {
            "FIELD_MISSING": 1,
            "TIME_FUTURE": 1,
            "MANDATORY_NOT_RISK": 1,
            "WORD_UNKNOWN": 1,
            "TIME_INVALID": 1,
        }
        query = "SELECT manager_id, happened_at FROM security_event ORDER BY event_id"
        told = ("*", "2023-02-01T08:30:00.000+08:00")
        assert await firm.ask(query) == [told, told]
        assert await firm.ask("SELECT count(*) FROM change_log WHERE stream = '*'") != [(0,)]
        await firm.ask(
            "INSERT INTO holding (branch_id, account, symbol, manager_id, client_id, quantity)"
            " SELECT branch_id, account, '600519.SH', manager_id, client_id, 100 FROM account"
        )
        await firm.night(DAY, "alerts")
        query = "SELECT event_id, product, reason FROM client_alert"
        assert await firm.ask(query) == [("E1", "", "请关注(交易所公告),持有 100 股")]


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("gifts", b"a", "LOAD_KIND"),
        ("closes", b"", "LOAD_COLUMNS"),
        ("closes", b"symbol;day", "LOAD_COLUMNS"),
        ("closes", b"\xff\xfe\x00", "LOAD_ENCODING"),
    ],
)
async def test_a_file_of_another_form_changes_nothing(
    empty_central: str, kind: str, raw: bytes, code: str
) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        with pytest.raises(ExpectedFailure) as failure:
            await load_file(firm.engine, NOW, kind, "x", raw)
        assert failure.value.code == code
        assert await firm.ask("SELECT count(*) FROM loaded_file") == [(0,)]
