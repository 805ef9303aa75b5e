"""What the demo managers have saved: rules that pick clients."""

from collections.abc import Iterator

from models.clients.segments.rule import (
    AssetsBetween,
    ConsentsTo,
    Every,
    Holds,
    NoContactFor,
    Not,
    Part,
    RiskTestEndsWithin,
    SegmentRule,
    TierIs,
    rule_text,
)
from models.clients.tier import Tier
from models.rules.messages.send_gate import Purpose
from services.central.demo.cast import BRANCH, MANAGERS
from services.central.demo.tables.row import Row

_HIGH = TierIs((Tier.GOLD, Tier.PLATINUM))
_SAVED: tuple[tuple[str, str, Part], ...] = (
    ("quiet", "金卡以上,30 天未联系", Every((_HIGH, NoContactFor(30)))),
    ("moutai", "持有贵州茅台,可发服务短信",
     Every((Holds("600519.SH"), ConsentsTo(Purpose.SERVICE, "sms")))),
    ("tests", "风险测评 30 天内到期", RiskTestEndsWithin(30)),
    ("upgrade", "资产近金卡,尚非金卡", Every((AssetsBetween(80_000_000, None), Not(_HIGH)))),
)  # fmt: skip


def segment_rows() -> Iterator[Row]:
    """Rows of ``segment``: the same few for every manager."""
    for manager in MANAGERS:
        for name, title, part in _SAVED:
            yield {
                "branch_id": BRANCH,
                "segment_id": f"{manager}-{name}",
                "manager_id": manager,
                "name": title,
                "rule": rule_text(SegmentRule(1, part)),
                "saved_at": "2023-01-03T09:00:00.000+08:00",
                "deleted_at": "",
            }
