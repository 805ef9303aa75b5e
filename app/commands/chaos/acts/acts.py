"""Draws one act after the other, by weight, and gives it to the desk that should do it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import get_args

from app.commands.chaos.acts.draws import (
    approvals,
    calls,
    campaigns,
    capped,
    clients,
    desk_work,
    imports,
    plans,
    points,
    products,
    questions,
    training,
)
from app.commands.chaos.acts.orders import Engines
from app.commands.chaos.acts.turn import Customer, Draft, Memory, Turn
from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.talk import Do
from models.rules.basis.settings.words import ApprovalKind
from models.wire.commands import Command, RecordOrder
from models.wire.service.approvals import (
    ActivateMandate,
    DecideApproval,
    GrantTier,
    ProposeSetting,
    RequestExport,
    RequestUnmask,
    WithdrawApproval,
)
from models.wire.service.clients import HandOverClients
from models.wire.service.files import RequestImport, UndoImport, UndoLoad
from models.wire.service.points import (
    AwardSuggestion,
    CorrectCommission,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)
from models.wire.service.products import (
    ChangeBaseRate,
    CorrectFee,
    RequestRateException,
    RevokeRateException,
    SubmitApplication,
)
from models.wire.service.teams.calls import CallCommand
from models.wire.service.teams.campaigns import SubmitCampaign
from models.wire.service.teams.questions import (
    AnswerQuestion,
    EscalateQuestion,
    HandBackQuestion,
    TakeQuestion,
)
from models.wire.service.training import (
    AddQuestion,
    BeginExam,
    CompleteCourse,
    LoadBank,
    PublishCourse,
    RecordAttempt,
    RecordPractice,
    RetireQuestion,
    RevokeCertificate,
    SubmitExam,
    TrainingCommand,
)
from services.central.demo.cast import NEW_BRANCH

Draw = Callable[[Turn], Draft | None]

# What a second person has to agree to.
ASKING = (
    ActivateMandate,
    AddQuestion,
    AwardSuggestion,
    ChangeBaseRate,
    CorrectCommission,
    CorrectFee,
    GrantTier,
    HandOverClients,
    LoadBank,
    ProposeSetting,
    PublishCourse,
    RecordReferral,
    RedeemPoints,
    RequestExport,
    RequestRateException,
    RequestUnmask,
    RetireQuestion,
    RevokeRateException,
    SubmitApplication,
    SubmitCampaign,
    UndoImport,
    UndoLoad,
    UpgradeTier,
)
DRAWS: tuple[tuple[int, Draw], ...] = (
    (24, desk_work.log_contact),
    (10, desk_work.edit_contact),
    (8, desk_work.instruct),
    (6, desk_work.withdraw),
    (5, desk_work.acknowledge),
    (3, desk_work.show_level2),
    (8, desk_work.remind),
    (8, desk_work.move_task),
    (8, desk_work.finish_task),
    (6, clients.take_risk_test),
    (6, clients.consent),
    (4, clients.form_household),
    (3, clients.merge_households),
    (3, clients.split_household),
    (3, clients.undo_change),
    (4, clients.relate),
    (3, clients.end_relation),
    (12, clients.hand_over),
    (8, clients.hand_back),
    (10, clients.hand_to_branch),
    (5, clients.report),
    (7, products.subscribe),
    (6, products.cancel),
    (14, products.apply_for_product),
    (18, products.go_on),
    (2, products.withdraw_application),
    (4, products.change_rate),
    (6, products.ask_for_exception),
    (24, capped.carry_on),
    (3, capped.revoke),
    (5, products.correct_fee),
    (3, products.activate_mandate),
    (10, points.redeem),
    (4, points.upgrade),
    (4, points.refer),
    (5, points.stay),
    (6, points.suggest),
    (8, points.correct),
    (6, approvals.grant_tier),
    (3, approvals.export),
    (3, approvals.unmask),
    (4, approvals.propose_setting),
    (9, imports.stage),
    (13, imports.request),
    (7, imports.undo),
    (9, imports.undo_load),
    (5, training.complete_course),
    (7, training.begin_exam),
    (7, training.submit_exam),
    (2, training.add_question),
    (1, training.retire_question),
    (1, training.publish_course),
    (1, training.load_bank),
    (1, training.revoke_certificate),
    (1, training.record_attempt),
    (4, training.record_practice),
    (5, campaigns.plan),
    (2, campaigns.change),
    (6, campaigns.submit),
    (12, campaigns.invite),
    (6, campaigns.answer),
    (4, campaigns.hold),
    (8, campaigns.attend),
    (1, campaigns.cancel),
    (4, campaigns.finish),
    (8, calls.take),
    (5, calls.call_back),
    (3, calls.identify),
    (8, calls.finish),
    (8, questions.ask),
    (9, questions.take),
    (9, questions.answer),
    (3, questions.hand_back),
    (5, questions.escalate),
    (2, questions.withdraw),
    (3, questions.reopen),
    (5, questions.relay),
    (4, plans.save_segment),
    (3, plans.change_segment),
    (3, plans.delete_segment),
    (4, plans.snooze),
    (3, plans.dismiss),
    (3, plans.restore),
    (45, approvals.decide),
    (6, approvals.take_back),
)
_DRAWN = [draw for _, draw in DRAWS]
_WEIGHTS = [weight for weight, _ in DRAWS]
_OF_FIRM = ("setting", "training", "rate_exception")
_OF_TRAINING = (*get_args(TrainingCommand),)
_AT_THE_DESK = (TakeQuestion, AnswerQuestion, HandBackQuestion, EscalateQuestion)
_TRADES, _TRIES = 0.2, 5
_RIGHT_PERSON = 0.9
_FAVOURITES, _FAVOURED = 4, 0.7


@dataclass(frozen=True, slots=True)
class Posts:
    """Who teaches, answers the telephone, decides for the firm, for the branch, the other one."""

    teacher: DeskLine
    agent: DeskLine
    firm: DeskLine
    branch: DeskLine
    other: DeskLine


@dataclass(slots=True)
class Acts:
    """``customers`` stand in the order in which they are liked."""

    rng: Random
    customers: tuple[Customer, ...]
    memory: Memory
    desks: list[DeskLine]
    posts: Posts
    _number: int = 0
    _engines: Engines = field(default_factory=Engines)

    def act(self, desk: DeskLine) -> None:
        """Let something happen at ``desk``, or at the desk of the person whose matter it is."""
        self._number += 1
        turn = self._turn(desk)
        posts = self.posts
        trades = desk not in (posts.firm, posts.teacher, posts.agent, posts.other)
        if self.rng.random() < _TRADES and trades:
            self._trade(desk, turn)
        else:
            self._draw(desk, turn)
        desk.tell_events()

    def _draw(self, desk: DeskLine, turn: Turn) -> None:
        drafts = (draw(turn) for draw in self.rng.choices(_DRAWN, _WEIGHTS, k=_TRIES))
        draft = next(filter(None, drafts), None) or desk_work.log_contact(turn)
        by = self._by(draft.command, desk)
        _do(by, draft.command, draft.key, draft.expected_version)

    def _by(self, command: Command, desk: DeskLine) -> DeskLine:
        """Mostly the person whose matter it is, at times whoever sits there."""
        if self.rng.random() > _RIGHT_PERSON:
            return desk
        if isinstance(command, ProposeSetting):
            return self.posts.branch
        if isinstance(command, _OF_TRAINING):
            return self._learner(command, desk)
        if isinstance(command, CallCommand):
            return self.posts.agent
        if isinstance(command, _AT_THE_DESK):
            return self._answerer(command.question_id)
        if isinstance(command, DecideApproval):
            return self._decider(self._words_of(command.approval_id))
        if isinstance(command, UndoLoad):
            return self.rng.choice((self.posts.branch, self.posts.firm))
        if isinstance(command, HandOverClients):
            return self._giver(command, desk)
        if isinstance(command, WithdrawApproval):
            return self._desk_of(self._words_of(command.approval_id)[1], desk)
        if isinstance(command, RequestImport):
            makers = [one.staff_id for one in self.memory.staged if one.asked == command]
            return self._desk_of(makers[0], desk) if makers else desk
        if isinstance(command, UndoImport):
            return self._desk_of(self._importer(command.import_id), desk)
        return desk

    def _decider(self, words: tuple[str, str, str]) -> DeskLine:
        """Of the firm's matters, and of what the usual one asked for himself: compliance."""
        kind, maker, receiver = words
        usual = self.posts.other if receiver == NEW_BRANCH else self.posts.branch
        own = (ApprovalKind.HAND_OVER, ApprovalKind.LOAD)
        of_his_own = kind in own and maker == usual.staff_id
        is_firms = kind in _OF_FIRM or of_his_own
        return self.posts.firm if is_firms else usual

    def _giver(self, command: HandOverClients, desk: DeskLine) -> DeskLine:
        """Head office; or who sees the clients: their branch manager, where one has to ask."""
        if command.from_branch:
            return self.posts.firm
        where = self._went_to(command.client_ids[0])
        if where == NEW_BRANCH:
            return self.posts.other
        return self.posts.branch if where or command.to_branch else desk

    def _answerer(self, question_id: str) -> DeskLine:
        """Head office has what was passed on to it."""
        found = (one.words for one in self.memory.questions if one.name == question_id)
        return self.posts.teacher if "head_office" in next(found, ()) else self.posts.branch

    def _went_to(self, client_id: str) -> str:
        """The branch of one who is at another manager than before."""
        found = (one.words[1] for one in self.memory.handed if one.client_id == client_id)
        return next(found, "")

    def _learner(self, command: Command, desk: DeskLine) -> DeskLine:
        """Who sits an exam hands it in; head office teaches, compliance agrees; all learn."""
        if isinstance(command, SubmitExam):
            sat = (one.words[0] for one in self.memory.exams if one.name == command.attempt_id)
            return self._desk_of(next(sat, ""), desk)
        if isinstance(command, CompleteCourse | BeginExam):
            return self.rng.choice(self.desks)
        if isinstance(command, RecordAttempt | RecordPractice):
            return desk
        return self.posts.firm if isinstance(command, RevokeCertificate) else self.posts.teacher

    def _desk_of(self, staff_id: str, else_by: DeskLine) -> DeskLine:
        """One of the desks of a person, that of this turn if it is one of them."""
        if staff_id == else_by.staff_id:
            return else_by
        return next((one for one in self.desks if one.staff_id == staff_id), else_by)

    def _importer(self, import_id: str) -> str:
        return next((one.words[0] for one in self.memory.imports if one.name == import_id), "")

    def _words_of(self, approval_id: str) -> tuple[str, str, str]:
        """Its kind, its maker, the branch that gets clients by it."""
        for asked in (*self.memory.asked, *self.memory.decided):
            if asked.name == approval_id:
                kind, maker, receiver = asked.words
                return kind, maker, receiver
        return "", "", ""

    def _trade(self, desk: DeskLine, turn: Turn) -> None:
        event = self._engines.trade(desk, turn)
        desk.add_event(event)
        if self.rng.random() < 0.3:  # another desk of the same engine records the step as well
            record = RecordOrder(desk.ledger, event.number, event.order, event.fill)
            _do(desk, record, event.order.client_id, 0)

    def _turn(self, desk: DeskLine) -> Turn:
        own = tuple(one for one in self.customers if one.manager_id == desk.staff_id)
        known = own or self.customers
        few = known[:_FAVOURITES] if self.rng.random() < _FAVOURED else known
        client = self.rng.choice(few)
        return Turn(self.rng, self._number, desk.staff_id, client, known, self.memory)


def _do(desk: DeskLine, command: Command, key: str, version: int) -> None:
    desk.ask(lambda number: Do(number, command, key, version))
