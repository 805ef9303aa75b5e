"""Where a call belongs: the line by tier, and who calls by his number (S8-S10, S12, S13, S17)."""

from datetime import datetime, timedelta

from models.clients.tier import TIERS, Tier
from models.dates import BEIJING
from models.rules.access.channel import Channel, ChannelCase, check_channel
from models.rules.basis.missing import configured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.calls import CallSettings
from models.rules.decision import Decision

_SOURCE = "S9, S10, S12, S13, S17"
_COUNTRY, _NATIONAL_DIGITS = "86", 11


def plain_number(told: str) -> str:
    """Return the digits of a number as clients' records have it: without +86 and separators."""
    digits = "".join(character for character in told if character in "0123456789")
    if len(digits) == len(_COUNTRY) + _NATIONAL_DIGITS and digits.startswith(_COUNTRY):
        return digits.removeprefix(_COUNTRY)
    return digits


def rank_of(tier: Tier | None) -> int:
    """Return how early he is served, more = earlier; whoever is not known as the lowest tier."""
    return TIERS.index(tier) if tier is not None else 0


def route(settings: Settings, line: str, tier: Tier | None) -> Decision:
    """Tell at which line he waits who dialled ``line``; refuse the wrong channel.

    ``numbers``: the ``channel`` at which he waits, or all that are ``allowed``. Who has the
    dedicated line waits there, whatever he dialled; who is not known waits at the general one.
    Raises NotConfigured CALLS.
    """
    dialled = configured(settings.calls.lines, "CALLS").get(line)
    if dialled is None:
        return Decision("LINE_UNKNOWN", {"line": line}, _SOURCE)
    if tier is None:
        return Decision(numbers={"channel": Channel.CALL_CENTRE}, source=_SOURCE)
    own = ChannelCase(channel=Channel.DEDICATED_LINE, tier=tier)
    if check_channel(settings.products, own).ok:
        return Decision(numbers={"channel": Channel.DEDICATED_LINE}, source=_SOURCE)
    asked = check_channel(settings.products, ChannelCase(channel=Channel(dialled), tier=tier))
    if not asked.ok:
        return asked
    return Decision(numbers={"channel": Channel(dialled)}, source=_SOURCE)


def staff_of(settings: Settings, channel: str) -> tuple[str, ...]:
    """Return who serves a line; () where the firm named nobody."""
    staff = settings.calls.staff or {}
    return next((people for line, people in staff.items() if line == channel), ())


def lines_of(settings: Settings, staff_id: str) -> tuple[str, ...]:
    """Return the lines that he serves; raises NotConfigured CALL_STAFF where nobody is named."""
    staff = configured(settings.calls.staff or None, "CALL_STAFF")
    return tuple(line for line, people in staff.items() if staff_id in people)


def check_line(settings: Settings, staff_id: str, channel: str) -> Decision:
    """Tell whether he may take a call at this line, "" = at any of his.

    ``numbers``: the ``lines`` of his that are meant. Raises NotConfigured CALL_STAFF, also where
    nobody is named for that line.
    """
    own = lines_of(settings, staff_id)
    if channel:
        configured(staff_of(settings, channel) or None, "CALL_STAFF")
    meant = tuple(line for line in own if channel in ("", line))
    return Decision("" if meant else "CALL_LINE_OTHERS", {"lines": meant}, "S17")


def is_forgotten(settings: CallSettings, offered_at: datetime, now: datetime) -> bool:
    """Tell whether a call of that moment would have gone by now: coming again it is not new."""
    if settings.keep_days is None:
        return False
    first = now.astimezone(BEIJING).date() - timedelta(days=settings.keep_days)
    return offered_at.astimezone(BEIJING).date() < first
