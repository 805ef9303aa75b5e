"""What a group bot may send (market-rules § 2.12)."""

from dataclasses import dataclass

from models.rules.basis.bounds import Count
from models.rules.basis.missing import configured
from models.rules.basis.settings.service import MessageSettings
from models.rules.decision import Decision
from models.rules.messages.segments import fill


@dataclass(frozen=True, slots=True, kw_only=True)
class BotCase:
    """A text, or a number of sends asked for in one minute."""

    text: str | None = None
    sends: Count | None = None
    group: bool = False
    client_data: bool = False


def check_bot(settings: MessageSettings, case: BotCase) -> Decision:
    """Refuse client data in a group; ``numbers``: bytes of each part, sends now and later.

    Raises NotConfigured BOT where a limit is unset.
    """
    if case.group and case.client_data:
        return Decision("CLIENT_DATA_IN_GROUP_BOT", source="§ 2.12")
    numbers: dict[str, object] = {"part_bytes": _parts(settings, case.text)}
    if case.sends is not None:
        now = min(case.sends, configured(settings.bot_per_minute, "BOT"))
        numbers |= {"sent_now": now, "waiting": case.sends - now}
    return Decision(numbers=numbers, source="§ 2.12")


def _parts(settings: MessageSettings, text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    room = configured(settings.bot_max_bytes, "BOT")
    return fill((len(c.encode("utf-8", "surrogatepass")) for c in text), room)
