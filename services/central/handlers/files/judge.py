"""Judges all rows of an import by what is there now, the same rules as on the desk."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

from models.clients.tier import Role
from models.files.clients import ClientBook, Importer, judge_clients
from models.files.judged import Judged, Line, Outcome, Values
from models.files.kinds import ImportKind
from models.files.statements import StatementDays, judge_statements
from models.wire.service.files import RequestImport
from services.central.handlers.files.look_up import account_book, client_book, managers_of
from services.central.handlers.work import Work
from services.files.forms import FORMS
from services.files.picking import PickedRow, read_rows

_MOST_READINGS = 8
_KEPT = 20_000  # characters whose readings are remembered
_SIGNS = re.compile(r"[a-zA-Z0-9]+|\w")


async def judge_rows(work: Work, command: RequestImport, rows: Sequence[PickedRow]) -> list[Judged]:
    """Return what becomes of each row, by its number. Acts as importer."""
    lines, faulty = read_rows(FORMS[command.kind], rows)
    judged = await _judged(work, command, lines)
    return sorted([*faulty, *judged], key=lambda one: one.row)


async def _judged(work: Work, command: RequestImport, lines: Sequence[Line]) -> Iterable[Judged]:
    today = work.day.isoformat()
    if command.kind is ImportKind.CLIENTS:
        importer = Importer(work.actor.staff_id, today, await _managers(work))
        book = await client_book(work.connection, work.branch_id, lines)
        return _spelled(judge_clients(lines, book, importer), book)
    accounts = await account_book(work.connection, work.branch_id, lines)
    days = StatementDays(command.day, today)
    return judge_statements(command.kind, lines, accounts, days)


async def _managers(work: Work) -> frozenset[str]:
    if work.actor.role != Role.BRANCH_MANAGER:
        return frozenset()
    return await managers_of(work.connection, work.branch_id)


def _spelled(judged: Iterable[Judged], book: ClientBook) -> Iterator[Judged]:
    """Names come with their readings, by which they are found."""
    for one in judged:
        if "name" not in one.after:
            yield one
            continue
        after = {**one.after, **spelling(str(one.after["name"]))}
        before: Values = one.before
        if one.outcome is Outcome.CHANGED:
            known = book.clients[one.client_id].values
            before = {**before, "pinyin": known["pinyin"], "initials": known["initials"]}
        yield replace(one, before=before, after=after)


def spelling(name: str) -> dict[str, str]:
    """Return the readings and the initials of a name, as the client's row holds them."""
    syllables = [each for sign in _SIGNS.findall(name) for each in _syllables(sign)]
    readings = islice(product(*syllables), _MOST_READINGS)
    spelled = (" ".join(one) for one in readings)
    return {"pinyin": ",".join(spelled), "initials": "".join(one[0][0] for one in syllables)}


@lru_cache(_KEPT)
def _syllables(sign: str) -> tuple[tuple[str, ...], ...]:
    """The readings of one character; a word of other letters is read as it stands."""
    return tuple(
        tuple(dict.fromkeys(one.lower() for one in heard))
        for heard in pinyin(sign, style=Style.NORMAL, heteronym=True)
    )
