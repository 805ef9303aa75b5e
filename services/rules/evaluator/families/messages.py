"""Messages and masking (rules_eval § 10)."""

from dataclasses import dataclass

from models.rules.messages.bot import BotCase, check_bot
from models.rules.messages.mask import MaskKind, mask
from models.rules.messages.receipt import Receipt, Submit, standing
from models.rules.messages.segments import segments
from models.rules.messages.send_gate import SendCase, check_send
from services.rules.evaluator.world import Judge, family


@dataclass(frozen=True, slots=True)
class _SegmentsGiven:
    text: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class _ReceiptGiven:
    submit: Submit
    receipt: Receipt | None = None
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class _MaskGiven:
    kind: MaskKind
    value: str


MESSAGES: dict[str, Judge] = {
    "message.segments": family(
        _SegmentsGiven, lambda given, _: segments(given.text, given.signature)
    ),
    "message.bot": family(BotCase, lambda given, world: check_bot(world.settings.messages, given)),
    "message.send_gate": family(
        SendCase, lambda given, world: check_send(world.settings.messages, given, world.moment)
    ),
    "message.receipt": family(
        _ReceiptGiven, lambda given, _: standing(given.submit, given.receipt, given.timed_out)
    ),
    "mask": family(_MaskGiven, lambda given, _: {"masked": mask(given.kind, given.value)}),
}
