"""Judges rows of account statements, holdings and cash, against what is booked (features F29)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.files.judged import Judged, Line, Outcome, Value, Values, rejected
from models.files.kinds import ImportKind

_FIELDS = {
    ImportKind.HOLDINGS: ("quantity", "sellable", "cost_cents"),
    ImportKind.CASH: ("cash_cents",),
}


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that the importer may see; ``last_traded`` "" = never here."""

    client_id: str
    manager_id: str
    cash_cents: int
    last_traded: str = ""


@dataclass(frozen=True, slots=True)
class AccountBook:
    """The accounts named by a file, and what they hold by account and security."""

    accounts: Mapping[str, KnownAccount]
    holdings: Mapping[tuple[str, str], Values] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatementDays:
    """Of the statement, where a row does not tell its own, and of now."""

    of_file: str
    today: str


def judge_statements(
    kind: ImportKind, lines: Sequence[Line], book: AccountBook, days: StatementDays
) -> Iterator[Judged]:
    """Yield what becomes of each line, in order."""
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (str(line.values["account"]), str(line.values.get("symbol", "")))
        earlier = seen.setdefault(key, line.row)
        if earlier != line.row:
            yield rejected(line.row, "TWICE_IN_FILE", "account", str(earlier))
        else:
            yield _judge(kind, line, book, days)


def _judge(kind: ImportKind, line: Line, book: AccountBook, days: StatementDays) -> Judged:
    day = str(line.values.get("day", days.of_file))
    account, symbol = str(line.values["account"]), str(line.values.get("symbol", ""))
    held = book.accounts.get(account)
    if held is None:
        return rejected(line.row, "ACCOUNT_UNKNOWN", "account")
    if day > days.today:
        return rejected(line.row, "DATE_FUTURE", "day")
    if held.last_traded > day:
        return rejected(line.row, "STATEMENT_OLD", "day", held.last_traded)
    told = _told(kind, line.values)
    if int(told.get("sellable", 0)) > int(told.get("quantity", 0)):
        return rejected(line.row, "SELLABLE_OVER_QUANTITY", "sellable")
    before = _before(kind, held, book.holdings.get((account, symbol)))
    after = _after(before, told)
    return Judged(
        row=line.row,
        outcome=_outcome(before, after),
        owner=held.manager_id,
        client_id=held.client_id,
        account=account,
        symbol=symbol,
        before={} if before is None else {name: before[name] for name in after},
        after=after,
    )


def _told(kind: ImportKind, values: Values) -> dict[str, Value]:
    told = {name: values[name] for name in _FIELDS[kind] if name in values}
    if kind is ImportKind.HOLDINGS:
        told.setdefault("sellable", told["quantity"])
    return told


def _before(kind: ImportKind, held: KnownAccount, holding: Values | None) -> Values | None:
    return {"cash_cents": held.cash_cents} if kind is ImportKind.CASH else holding


def _after(before: Values | None, told: Values) -> Values:
    """What changes; a position of nothing that is not there stays so."""
    if before is None:
        return told if any(told.values()) else {}
    return {name: value for name, value in told.items() if before[name] != value}


def _outcome(before: Values | None, after: Values) -> Outcome:
    if not after:
        return Outcome.KNOWN
    return Outcome.NEW if before is None else Outcome.CHANGED
