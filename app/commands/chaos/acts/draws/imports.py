"""Files that come in: sent up in parts, asked for, taken back; in the wrong order at times."""

from app.commands.chaos.acts.turn import Draft, Staged, Thing, Turn
from models.files.kinds import ImportKind
from models.wire.service.files import RequestImport, StageImport, UndoImport, UndoLoad
from services.files.prepared import prepare_import

# So few that files meet: the same newcomer by several files, under one number or two.
_NEWCOMERS = 9
_HEAD = "客户号,姓名,手机,证件号码"
_CASH_HEAD = "资金账号,资金余额"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def stage(turn: Turn) -> Draft:
    """Send the rows of a file up; the request for it is remembered."""
    name = turn.name("IM")
    kind = turn.rng.choice((ImportKind.CLIENTS, ImportKind.CLIENTS, ImportKind.CASH))
    lines = _cash(turn) if kind is ImportKind.CASH else _clients(turn)
    part, asked = prepare_import(kind, f"{name}.csv", "\n".join(lines).encode()).commands(
        name, turn.day(0, 0)
    )
    assert isinstance(part, StageImport) and isinstance(asked, RequestImport)
    turn.memory.staged.append(Staged(asked, turn.staff_id))
    return Draft(part, name)


def request(turn: Turn) -> Draft | None:
    """Ask for what was sent up: mostly once, mostly one's own."""
    staged = turn.one_of(turn.memory.staged)
    if staged is None:
        return None
    if staged.staff_id == turn.staff_id and turn.rng.random() < 0.9:
        turn.memory.staged.remove(staged)
    return Draft(staged.asked, staged.asked.import_id)


def undo(turn: Turn) -> Draft | None:
    """Ask to take an import back that was let in, at times another one's or once more."""
    known: Thing | None = turn.one_of(turn.memory.imports)
    if known is None:
        return None
    return Draft(UndoImport(known.name, turn.rng.choice(("导错文件", "导错文件", " "))), known.name)


def undo_load(turn: Turn) -> Draft | None:
    """Ask to take back a file that was loaded for the whole firm, at times once more."""
    known: Thing | None = turn.one_of(turn.memory.loads)
    if known is None:
        return None
    return Draft(UndoLoad(known.name, turn.rng.choice(("载错文件", "载错文件", " "))), known.name)


def _clients(turn: Turn) -> list[str]:
    rng = turn.rng
    lines = [_HEAD]
    for _ in range(rng.randint(1, 3)):
        number, phone = rng.randrange(_NEWCOMERS), rng.randrange(10**8)
        person = number if rng.random() < 0.8 else rng.randrange(_NEWCOMERS)
        lines.append(f"N{number},新客{rng.randrange(5)},138{phone:08d},{_id_no(person)}")
    for one in turn.others(2)[: rng.randint(0, 2)]:
        lines.append(f"{one.client_id},改名{rng.randrange(5)},139{rng.randrange(10**8):08d},")
    return lines


def _cash(turn: Turn) -> list[str]:
    cents = turn.rng.randrange(10**9)
    accounts = [one.account for one in turn.others(3)]
    return [_CASH_HEAD, *(f"{one},{cents // 100}.{cents % 100:02d}" for one in accounts)]


def _id_no(person: int) -> str:
    body = f"31990019800101{person:03d}"
    digits = zip(body, _WEIGHTS, strict=True)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in digits) % 11]
