"""What a command is judged by at the desk: its own rows, the day's settings, who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Table, select

from models.clients.tier import Role
from models.dates import BEIJING
from models.errors import ExpectedFailure
from models.lives.approval import judge_maker
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import ApprovalKind
from models.rules.decision import Decision
from models.tables.firm import CLIENT
from models.wire.hub import SignedIn
from models.wire.service.reasons import words_of
from services.desk.storage.queries.firm_settings import known_settings, read_dated
from services.desk.storage.rows import Row


@dataclass(frozen=True, slots=True)
class Case:
    """One command in hand; rows are read as this desk shows them, provisional effects in them."""

    connection: Connection
    now: datetime
    person: SignedIn

    @property
    def staff_id(self) -> str:
        """Who asks."""
        return self.person.staff_id

    @property
    def branch_id(self) -> str:
        """Where he works."""
        return self.person.branch_id

    @property
    def role(self) -> Role:
        """What he is."""
        return Role(self.person.role)

    @property
    def settings(self) -> Settings:
        """The firm's settings of today; raises NotConfigured FIRM_SETTINGS where none are here."""
        return self.settings_on(self.day)

    def settings_on(self, day: date) -> Settings:
        """The firm's settings of another day, as central would take them."""
        return known_settings(read_dated(self.connection), day)

    @property
    def day(self) -> date:
        """Business day in Beijing."""
        return self.now.astimezone(BEIJING).date()

    def rows(self, table: Table, *where: ColumnElement[bool]) -> Sequence[Row]:
        """Return rows of the store."""
        found = self.connection.execute(select(table).where(*where)).mappings()
        return [dict(row) for row in found]

    def row(self, table: Table, *where: ColumnElement[bool]) -> Row | None:
        """Return the first of them."""
        return next(iter(self.rows(table, *where)), None)

    def client(self, client_id: str) -> Row:
        """Return a client of this desk; ExpectedFailure CLIENT_NOT_FOUND."""
        return found(
            self.row(CLIENT, CLIENT.c.client_id == client_id),
            "CLIENT_NOT_FOUND",
            f"没有客户 {client_id}",
        )

    def require_maker(self, kind: ApprovalKind) -> None:
        """Refuse NOT_A_MAKER unless this person may ask for such an approval."""
        require(judge_maker(self.settings.approvals, kind, self.role))


def refused(code: str, told: str = "") -> ExpectedFailure:
    """Return the refusal of a command before it is queued."""
    return ExpectedFailure(told or words_of(code), "未提交;请更正后再试", code)


def found(row: Row | None, code: str, told: str) -> Row:
    """Return the row; the refusal where there is none."""
    if row is None:
        raise refused(code, told)
    return row


def demand(holds: bool, code: str, told: str = "") -> None:
    """Refuse unless something holds."""
    if not holds:
        raise refused(code, told)


def require(decision: Decision) -> None:
    """Refuse with the reason and the numbers of a rule that says no."""
    if not decision.ok:
        raise refused_by(decision.reason, decision.numbers)


def refused_by(reason: str, numbers: Mapping[str, object]) -> ExpectedFailure:
    """Return the refusal of a rule with the numbers behind it."""
    told = "、".join(
        f"{name} {value}" for name, value in numbers.items() if value not in (None, ())
    )
    return refused(reason, f"{words_of(reason)}({told})" if told else "")
