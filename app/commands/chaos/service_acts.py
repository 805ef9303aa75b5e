"""What client service does, drawn at random: reminders, consents, risk tests, points, approvals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from app.commands.chaos.stage.desk_line import DeskLine
from models.lives.approval import Verdict
from models.lives.consent import ConsentForm
from models.rules.basis.settings.words import Sms
from models.rules.messages.send_gate import Purpose
from models.wire.commands import Command
from models.wire.service.approvals import DecideApproval
from models.wire.service.clients import RecordConsent, RecordRiskTest
from models.wire.service.points import AwardSuggestion, RedeemPoints
from models.wire.service.tasks import AddReminder

_HIGHEST_SCORE = 100


@dataclass(slots=True)
class ServiceActs:
    """Draws a command about a client; what asks for approval is decided later, once or twice."""

    rng: Random
    _ids: int = 0
    _decided: set[str] = field(default_factory=set)

    def draw(self, client_id: str, moment: str) -> Command:
        """Return one command."""
        self._ids += 1
        name, day = f"S{self._ids}", moment[:10]
        return self.rng.choice(
            (
                AddReminder(name, client_id, "回访", "", moment),
                RecordConsent(
                    name, client_id, Purpose.MARKETING, "sms", ConsentForm.EXPLICIT, name, moment
                ),
                RecordRiskTest(
                    name, client_id, self.rng.randint(0, _HIGHEST_SCORE), False, day, name
                ),
                AwardSuggestion(name, client_id, "建议"),
                RedeemPoints(name, client_id, self.rng.choice(list(Sms)), 1),
            )
        )

    def decide(self, desks: Sequence[DeskLine]) -> tuple[str, DecideApproval] | None:
        """Return a decision on something that was asked for, and the client it is about."""
        waiting = [
            (command_id, command.client_id)
            for command_id, command in _accepted(desks)
            if isinstance(command, AwardSuggestion | RedeemPoints)
            and command_id not in self._decided
        ]
        if not waiting:
            return None
        command_id, client_id = self.rng.choice(waiting)
        if self.rng.random() < 0.8:
            self._decided.add(command_id)  # else it is decided once more, which is refused
        verdict = self.rng.choices(list(Verdict), (3, 1))[0]
        return client_id, DecideApproval(command_id, verdict, "试验")


def _accepted(desks: Sequence[DeskLine]) -> Iterable[tuple[str, Command]]:
    for desk in desks:
        yield from desk.accepted.items()
