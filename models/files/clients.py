"""Judges rows of clients against those that are there (service-system S40, features F29)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.files.judged import Judged, Line, Outcome, Values, rejected

# Fields of a row that are columns of the client.
CLIENT_FIELDS = ("name", "mobile", "id_no", "gender", "birthday", "opened_on")


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client whom the importer may see."""

    manager_id: str
    values: Values
    accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports: a manager for himself, a branch manager for the ``managers`` of his branch."""

    staff_id: str
    today: str
    managers: frozenset[str] = frozenset()

    @property
    def is_for_branch(self) -> bool:
        """Whether each row has to say whose client he is."""
        return bool(self.managers)


@dataclass(frozen=True, slots=True)
class ClientBook:
    """The clients named by a file, and which of its numbers are taken by others."""

    clients: Mapping[str, KnownClient]
    client_of_account: Mapping[str, str] = field(default_factory=dict)
    taken_numbers: frozenset[str] = frozenset()
    taken_ids: frozenset[str] = frozenset()
    taken_accounts: frozenset[str] = frozenset()


def judge_clients(lines: Sequence[Line], book: ClientBook, importer: Importer) -> Iterator[Judged]:
    """Yield what becomes of each line, in order."""
    seen = _Seen(_people(book))
    for line in lines:
        yield _judge(line, book, importer, seen)


@dataclass(slots=True)
class _Seen:
    """What the file has named so far; ``holders``: the client numbers with an identity number."""

    holders: dict[str, list[str]]
    numbers: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)


def _people(book: ClientBook) -> dict[str, list[str]]:
    """More than one client may have a number since long: it is free when none has it any more."""
    holders: dict[str, list[str]] = {}
    for number, known in book.clients.items():
        if id_no := str(known.values.get("id_no", "")):
            holders.setdefault(id_no, []).append(number)
    return holders


def _judge(line: Line, book: ClientBook, importer: Importer, seen: _Seen) -> Judged:
    number = str(line.values["client_no"])
    if number in seen.numbers:
        return rejected(line.row, "TWICE_IN_FILE", "client_no", str(seen.numbers[number]))
    if str(line.values.get("opened_on", "")) > importer.today:
        return rejected(line.row, "DATE_FUTURE", "opened_on")
    seen.numbers[number] = line.row
    known = book.clients.get(number)
    if known is not None:
        return _judge_known(line, number, known, importer, seen)
    return _judge_new(line, number, book, importer, seen)


def _judge_known(
    line: Line, number: str, known: KnownClient, importer: Importer, seen: _Seen
) -> Judged:
    values = line.values
    id_no, had = str(values.get("id_no", "")), str(known.values.get("id_no", ""))
    if values.get("manager", known.manager_id) != known.manager_id:
        return rejected(line.row, "HANDOVER_NOT_BY_IMPORT", "manager", known.manager_id)
    if "account" in values and values["account"] not in known.accounts:
        return rejected(line.row, "ACCOUNT_NOT_HIS", "account")
    if id_no not in ("", had) and seen.holders.get(id_no):
        return rejected(line.row, "ID_NO_OF_OTHER", "id_no", seen.holders[id_no][0])
    after = {
        name: values[name]
        for name in CLIENT_FIELDS
        if name in values and values[name] != known.values.get(name)
    }
    if "id_no" in after:
        _move_number(seen, number, had, id_no)
    return Judged(
        row=line.row,
        outcome=Outcome.CHANGED if after else Outcome.KNOWN,
        owner=known.manager_id,
        client_id=number,
        before={name: known.values.get(name, "") for name in after},
        after=after,
    )


def _judge_new(
    line: Line, number: str, book: ClientBook, importer: Importer, seen: _Seen
) -> Judged:
    values = line.values
    id_no, account = str(values.get("id_no", "")), str(values.get("account", ""))
    if seen.holders.get(id_no):
        return Judged(
            row=line.row,
            outcome=Outcome.DUPLICATE,
            reason="SAME_PERSON",
            at="id_no",
            about=seen.holders[id_no][0],
        )
    fault = _first(
        ("CLIENT_NO_TAKEN", "client_no", number in book.taken_numbers),
        ("ID_NO_TAKEN", "id_no", id_no in book.taken_ids),
        ("ACCOUNT_TAKEN", "account", account in book.client_of_account),
        ("ACCOUNT_TAKEN", "account", account in book.taken_accounts),
        ("ACCOUNT_TWICE_IN_FILE", "account", account in seen.accounts),
        *_owner_faults(str(values.get("manager", "")), importer),
    )
    if fault:
        return rejected(line.row, *fault)
    _remember(line, number, id_no, account, seen)
    told = {name: values[name] for name in CLIENT_FIELDS if name in values}
    return Judged(
        row=line.row,
        outcome=Outcome.NEW,
        owner=str(values.get("manager", importer.staff_id)),
        client_id=number,
        account=account,
        after={"opened_on": importer.today} | told,
    )


def _remember(line: Line, number: str, id_no: str, account: str, seen: _Seen) -> None:
    _move_number(seen, number, "", id_no)
    if account:
        seen.accounts[account] = line.row


def _move_number(seen: _Seen, number: str, had: str, id_no: str) -> None:
    """A client gets another identity number; "" = none."""
    if had:
        seen.holders[had].remove(number)
    if id_no:
        seen.holders.setdefault(id_no, []).append(number)


def _owner_faults(manager: str, importer: Importer) -> Iterator[tuple[str, str, bool]]:
    if importer.is_for_branch:
        yield "MANAGER_MISSING", "manager", not manager
        yield "MANAGER_UNKNOWN", "manager", manager not in importer.managers
    else:
        yield "MANAGER_OTHER", "manager", manager not in ("", importer.staff_id)


def _first(*faults: tuple[str, str, bool]) -> tuple[str, str] | None:
    return next(((reason, name) for reason, name, holds in faults if holds), None)


def numbers_of(lines: Iterable[Line], name: str) -> list[str]:
    """Return what the lines say in one field, each once."""
    return sorted({str(line.values[name]) for line in lines if line.values.get(name)})
