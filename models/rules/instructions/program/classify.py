"""Which accounts trade at high frequency (market-rules § 2.9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from models.dates import MS_PER_MINUTE, MS_PER_SECOND
from models.rules.basis.bounds import Count
from models.rules.basis.missing import configured
from models.rules.basis.settings.trading import HftSettings

_MINUTES = 60


class ActionKind(StrEnum):
    """What an account sent."""

    ORDER = "order"
    CANCEL = "cancel"
    MODIFY = "modify"
    EXCHANGE_REFUSED = "exchange_refused"
    LOCAL_REFUSED = "local_refused"


# There is no amend on A shares: a modification is a cancel and a new order.
_WEIGHT = {
    ActionKind.ORDER: 1,
    ActionKind.CANCEL: 1,
    ActionKind.MODIFY: 2,
    ActionKind.EXCHANGE_REFUSED: 1,
    ActionKind.LOCAL_REFUSED: 0,
}


@dataclass(frozen=True, slots=True)
class AccountCounter:
    """One day of an account as counted elsewhere."""

    account: str
    peak_second: Count
    orders: Count
    cancels: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAction:
    """``count`` actions of an account at one time of the day, of whichever strategy."""

    account: str
    at: time
    kind: ActionKind
    count: Count = 1
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class AccountClass:
    """An account's busiest window and day, and which of the two makes it high frequency."""

    account: str
    peak: int
    day: int
    hft: bool
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    """Accounts by name. ``group_peak`` = all together; its alarm makes no account HFT."""

    accounts: tuple[AccountClass, ...]
    group_peak: int | None
    group_alarm: bool
    task: str | None
    source: str = "§ 2.9 HFT"


def classify_counters(
    settings: HftSettings, counters: Sequence[AccountCounter], reported_hft: bool | None
) -> Classification:
    """Classify accounts by their counters; a group's peak is then unknown."""
    names = sorted({counter.account for counter in counters})
    accounts = tuple(_of_counters(settings, name, counters) for name in names)
    return Classification(accounts, None, False, _task(accounts, reported_hft))


def classify_events(
    settings: HftSettings, events: Sequence[AccountAction], reported_hft: bool | None
) -> Classification:
    """Classify accounts by what they sent."""
    names = sorted({event.account for event in events})
    accounts = tuple(_of_events(settings, name, events) for name in names)
    peak = peak_in_window(settings, events)
    alarm = peak >= configured(settings.per_second, "HFT")
    return Classification(accounts, peak, alarm, _task(accounts, reported_hft))


def peak_in_window(settings: HftSettings, events: Iterable[AccountAction]) -> int:
    """Return the most actions in any window (t - window, t], never by clock second."""
    window_ms = configured(settings.window_ms, "HFT")
    ordered = sorted((_ms(event.at), _weight(event)) for event in events)
    peak = running = oldest = 0
    for at, weight in ordered:
        running += weight
        while ordered[oldest][0] <= at - window_ms:
            running -= ordered[oldest][1]
            oldest += 1
        peak = max(peak, running)
    return peak


def _of_counters(
    settings: HftSettings, name: str, counters: Sequence[AccountCounter]
) -> AccountClass:
    own = [counter for counter in counters if counter.account == name]
    day = sum(counter.orders + counter.cancels for counter in own)
    return _classified(settings, name, max(counter.peak_second for counter in own), day)


def _of_events(settings: HftSettings, name: str, events: Sequence[AccountAction]) -> AccountClass:
    own = [event for event in events if event.account == name]
    day = sum(_weight(event) for event in own)
    return _classified(settings, name, peak_in_window(settings, own), day)


def _classified(settings: HftSettings, name: str, peak: int, day: int) -> AccountClass:
    tests = (
        ("second", peak >= configured(settings.per_second, "HFT")),
        ("day", day >= configured(settings.per_day, "HFT")),
    )
    by = tuple(word for word, reached in tests if reached)
    return AccountClass(name, peak, day, bool(by), by)


def _task(accounts: Sequence[AccountClass], reported_hft: bool | None) -> str | None:
    unreported = reported_hft is False and any(account.hft for account in accounts)
    return "FILE_HFT_EXTRAS" if unreported else None


def _weight(event: AccountAction) -> int:
    return _WEIGHT[event.kind] * event.count


def _ms(at: time) -> int:
    minutes = at.hour * _MINUTES + at.minute
    return minutes * MS_PER_MINUTE + at.second * MS_PER_SECOND + at.microsecond // 1_000
