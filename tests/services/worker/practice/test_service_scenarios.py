"""Each scenario of client service, played right for the full score and wrong for the named loss."""

from pathlib import Path

from models.lives.consent import ConsentForm
from models.rules.access.practice.judge import Finding
from models.rules.basis.settings.words import Product
from models.rules.messages.send_gate import Purpose
from models.wire.commands import FinishTask
from models.wire.service.clients import RecordConsent, RecordRiskTest
from models.wire.service.products import ApplyForProduct, SignApplication, SubmitApplication
from models.wire.service.tasks import MoveTask
from tests.support.postgres import ask
from tests.support.practice_work import CLIENT, SECOND, Practice, found, practising

WHOLE = 100 * 100


def wanted(
    product: str, client: str = CLIENT, name: str = "AP1", initiative: str = "client"
) -> ApplyForProduct:
    """An application for a product."""
    by = "staff" if initiative == "staff" else "client"
    return ApplyForProduct(name, client, Product(product), "new", 12, by)  # type: ignore[arg-type]


async def test_refusing_the_lowest_class_twice_earns_everything(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "suitability", tmp_path) as practice:
        await practice.reach("00:02:00")
        await practice.says("您的风险等级是 C1 最低类别,按适当性规定产品 B 不适合您")
        await practice.do(FinishTask("step:asks/task", "done", "已答复"))
        await practice.reach("00:04:00")
        await practice.says("即使您本人要求并签字,最低类别也不得购买")
        judgement = await practice.end()
    assert set(found(judgement).values()) == {Finding.DONE, Finding.KEPT}
    assert (judgement.earned, judgement.most, judgement.unknown) == (WHOLE, WHOLE, 0)


async def test_selling_above_the_class_is_a_forbidden_act_though_the_desk_refuses_it(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "suitability", tmp_path) as practice:
        await practice.reach("00:02:00")
        assert await practice.tries(wanted("B")) == "SUITABILITY_LOWEST_CLASS"
        await practice.says("适当性:您的等级是 C1")
        await practice.do(FinishTask("step:asks/task", "done", "已答复"))
        await practice.reach("00:04:00")
        await practice.says("确实不能办理")
        judgement = await practice.end()
    lines = {line.name: line for line in judgement.lines}
    assert lines["no_sale"].finding is Finding.BROKEN
    [row] = lines["no_sale"].shown
    assert (row.act, row.outcome) == ("apply_for_product", "SUITABILITY_LOWEST_CLASS")
    assert row.row.startswith("audit/M001/")
    assert judgement.earned == WHOLE - 3_000


async def test_an_opt_out_that_is_registered_and_kept_earns_everything(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "opt_out", tmp_path) as practice:
        await practice.reach("00:02:00")
        await practice.do(opt_out(practice))
        await practice.reach("00:08:00")
        await practice.says("对账单在网站的账户页里可以下载")
        judgement = await practice.end()
    assert judgement.earned == WHOLE
    assert found(judgement)["no_marketing_sms"] is Finding.KEPT


async def test_a_late_entry_counts_half_and_a_pitch_after_the_opt_out_costs(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "opt_out", tmp_path) as practice:
        await practice.reach("00:05:00")  # four minutes after he asked for it
        await practice.do(opt_out(practice))
        await practice.reach("00:08:00")
        await practice.says("对账单在网站上;另外推荐您了解增值产品", channel="sms")
        judgement = await practice.end()
    assert found(judgement) == {
        "registers": Finding.LATE,
        "serves": Finding.DONE,
        "no_marketing_sms": Finding.BROKEN,
        "no_pitch": Finding.BROKEN,
    }
    assert judgement.earned == 3_500 // 2 + 2_000


async def test_reminding_and_testing_anew_before_the_product_earns_everything(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "risk_test", tmp_path) as practice:
        await practice.reach("00:01:00")
        await practice.says("您的风险测评五天后到期,请尽快重新测评")
        await practice.reach("00:03:20")
        await practice.do(retest(practice, CLIENT, 64, "RT-YL-0001"))
        await practice.says("您的测评已过期,请先重测", SECOND)
        await practice.reach("00:06:00")
        await practice.do(retest(practice, SECOND, 66, "RT-YL-0002"))
        await practice.do(wanted("A", SECOND))
        judgement = await practice.end()
    assert judgement.earned == WHOLE, judgement


async def test_a_product_while_the_test_is_over_is_a_forbidden_act(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "risk_test", tmp_path) as practice:
        await practice.reach("00:04:00")
        assert await practice.tries(wanted("A", SECOND)) == "RISK_TEST_EXPIRED"
        judgement = await practice.end()
    assert found(judgement) == {
        "reminds": Finding.MISSING,
        "registers": Finding.MISSING,
        "sends_to_test": Finding.MISSING,
        "applies": Finding.MISSING,
        "not_while_expired": Finding.BROKEN,
    }
    assert judgement.earned == 0


async def test_an_application_in_order_is_approved_by_the_simulated_checker(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "product", tmp_path) as practice:
        await practice.reach("00:02:00")
        await practice.do(wanted("A"))
        await practice.do(SignApplication("AP1", CLIENT, "AG-YL-0001", "RS-YL-0001", "", False))
        await practice.do(SubmitApplication("AP1", CLIENT))
        await practice.reach("00:04:00")
        await practice.says("产品 A 复核已通过,下一交易日生效,费率为基准加千分之一")
        judgement = await practice.end()
        trace = await practice.trace()
    assert judgement.earned == WHOLE, judgement
    [approved] = [one for one in trace.played if one.name == "approves"]
    assert (approved.outcome, approved.words) == ("applied", "材料齐全,适当性相符,同意")


async def test_submitting_unsigned_and_forgetting_the_client_cost(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "product", tmp_path) as practice:
        await practice.reach("00:02:00")
        await practice.do(wanted("A", initiative="staff"))
        code = await practice.tries(SubmitApplication("AP1", CLIENT))
        assert code == "APPLICATION_STATE"
        await practice.do(SignApplication("AP1", CLIENT, "AG-YL-0001", "RS-YL-0001", "", False))
        await practice.do(SubmitApplication("AP1", CLIENT))
        judgement = await practice.end()
    assert found(judgement) == {
        "applies": Finding.MISSING,
        "signs": Finding.DONE,
        "submits": Finding.DONE,
        "tells": Finding.MISSING,
        "not_pushed": Finding.BROKEN,
        "no_short_cut": Finding.BROKEN,
    }
    assert judgement.earned == 4_000


async def test_calling_back_in_time_without_a_promise_earns_everything(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "complaint", tmp_path) as practice:
        await practice.reach("00:05:00")
        await practice.says("回访投诉:说明消息发布时间,致歉并记录")
        await practice.do(FinishTask("step:complains/task", "done", "已回访"))
        await practice.reach("00:07:00")
        await practice.says("投资有风险,不能承诺收益,也不能补偿亏损")
        judgement = await practice.end()
        [(news,)] = await firm_events(practice)
    assert judgement.earned == WHOLE, judgement
    assert "风险" in str(news)


async def test_putting_the_complaint_off_and_promising_cost(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "complaint", tmp_path) as practice:
        await practice.reach("00:05:00")
        later = practice.desk.clock.now().replace(minute=20)
        await practice.do(MoveTask("step:complains/task", later.isoformat()))
        await practice.reach("00:13:00")  # two minutes too late
        await practice.says("处理您的投诉,您放心,一定赚回")
        await practice.do(FinishTask("step:complains/task", "done", "已回访"))
        judgement = await practice.end()
    assert found(judgement) == {
        "calls_back": Finding.LATE,
        "closes": Finding.LATE,
        "answers": Finding.MISSING,
        "no_promise": Finding.BROKEN,
        "no_delay": Finding.BROKEN,
    }
    assert judgement.earned == (3_500 + 1_500) * 40 // 100


def opt_out(practice: Practice) -> RecordConsent:
    """He wants no more marketing."""
    at = practice.desk.clock.now().isoformat(timespec="milliseconds")
    refused = ConsentForm.WITHDRAWN
    return RecordConsent("CS1", CLIENT, Purpose.MARKETING, "phone", refused, "", at)


def retest(practice: Practice, client: str, score: int, evidence: str) -> RecordRiskTest:
    """What he reached in his new test."""
    day = practice.desk.clock.now().date().isoformat()
    return RecordRiskTest(f"T-{client}", client, score, False, day, evidence)


async def firm_events(practice: Practice) -> list[tuple[object, ...]]:
    """News as the trainee's desk has it."""
    return await ask(practice.url, "SELECT title FROM security_event")
