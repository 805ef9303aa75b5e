"""What was told of every command, and what became of every approval: read once, asked by all."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from models.lives.approval import ApprovalState
from models.wire.commands import APPLIED, Command
from models.wire.service.files import StageImport
from models.wire.service.training import RecordPractice

T = TypeVar("T")
_commands = msgspec.json.Decoder(Command)

_ANSWERED = """
    SELECT a.command_id, count(*) AS entries, min(a.outcome) AS outcome, min(a.detail) AS detail,
           min(a.author) AS author, min(g.outcome) AS guard, min(t.outcome) AS told,
           min(g.code) AS code
    FROM audit_entry a
    LEFT JOIN applied_command g USING (branch_id, command_id)
    LEFT JOIN command_answer t USING (branch_id, command_id)
    WHERE a.command_id <> '' -- these answer no command
      AND a.action NOT IN ('expire_approval', 'client.hand_over', 'load.undo')
    GROUP BY 1
"""
_APPROVALS = """
    SELECT approval_id, client_id, maker, state, due_at, decided_at, decided_by, version
    FROM approval
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One answered command; ``outcome`` is "applied" or the code of the refusal."""

    command: Command
    author: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Approval:
    """One row of ``approval``."""

    client_id: str | None
    maker: str
    state: ApprovalState
    due_at: str
    decided_at: str
    decided_by: str
    version: int

    @property
    def is_closed(self) -> bool:
        """Whether it has ended, however."""
        return self.state is not ApprovalState.PENDING


@dataclass(frozen=True, slots=True)
class Story:
    """By the id of the command; an approval has the id of the command that asked for it."""

    told: dict[str, Told]
    approvals: dict[str, Approval]

    def applied(self, *kinds: type[T]) -> Iterator[tuple[str, T]]:
        """Applied commands of these kinds."""
        for command_id, told in self.told.items():
            if told.outcome == APPLIED and isinstance(told.command, kinds):
                yield command_id, told.command

    def approved(self, *kinds: type[T]) -> Iterator[tuple[str, T]]:
        """Applied commands of these kinds to which a second person agreed."""
        for command_id, command in self.applied(*kinds):
            found = self.approvals.get(command_id)
            if found is not None and found.state is ApprovalState.APPROVED:
                yield command_id, command


async def read_story(server: Server) -> Story:
    """Read it; Broken unless each command was answered once, the same by guard, answer, audit.

    Answers may be missing where they were pruned, not more than there were; the guard stays.
    """
    told: dict[str, Told] = {}
    pruned = 0
    for row in await server.ask(_ANSWERED):
        command_id, outcome = row["command_id"], row["outcome"]
        if row["entries"] != 1:
            raise Broken(f"命令 {command_id} 应答了 {row['entries']} 次")
        pruned += row["told"] is None
        may_miss = row["told"] is None and pruned <= server.answers_pruned
        if row["guard"] is None or (row["guard"] != row["told"] and not may_miss):
            raise Broken(f"命令 {command_id} 的应答不一致:{tuple(row)}")
        if outcome != (row["code"] or row["guard"]):
            raise Broken(f"命令 {command_id} 的审计与应答不同:{outcome}、{row['code']}")
        if outcome == "COMMAND_FAILED":
            trouble = await server.ask(
                "SELECT trouble FROM inbox WHERE command_id = $1", command_id
            )
            said = [str(one["trouble"]) for one in trouble]
            raise Broken(f"命令 {command_id} 因故障被放弃:{row['detail']} {said}")
        told[command_id] = Told(_command_of(row["detail"]), row["author"], outcome)
    return Story(told, {row[0]: _approval(row[1:]) for row in await server.ask(_APPROVALS)})


def as_audited(command: Command) -> Command:
    """A command as the audit trail tells it: a part of a file, or a result, by its hash."""
    if isinstance(command, RecordPractice):
        return RecordPractice(command.run_id, b"", command.result_hash)
    if not isinstance(command, StageImport):
        return command
    digest = hashlib.sha256(command.packed).digest()
    return StageImport(command.import_id, command.part, digest)


def _command_of(detail: str) -> Command:
    found = msgspec.json.decode(detail)
    if found["type"] == "record_practice":
        return RecordPractice(found["run_id"], b"", found["sha256"])
    if found["type"] != "stage_import":
        command: Command = _commands.decode(detail)
        return command
    return StageImport(found["import_id"], found["part"], bytes.fromhex(found["sha256"]))


def _approval(row: tuple[object, ...]) -> Approval:
    client_id, maker, state, due_at, decided_at, decided_by, version = row
    return Approval(
        None if client_id is None else str(client_id),
        str(maker),
        ApprovalState(str(state)),
        str(due_at),
        str(decided_at),
        str(decided_by),
        int(str(version)),
    )
