"""A manager's assessed months and the rows behind each figure, as central told this desk (F24)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, select

from models.tables.staff.assessment import ASSESSMENT_FIGURE, ASSESSMENT_ROW, ASSESSMENT_SCORE


@dataclass(frozen=True, slots=True)
class Figure:
    """Reached of what was due; assets in cents. ``code`` says why there is no percentage."""

    item: str
    reached: int
    due: int
    code: str

    @property
    def percent(self) -> Decimal | None:
        """Return reached ÷ due, not capped; None = there is a ``code``."""
        return None if self.code else Decimal(self.reached) * 100 / self.due


@dataclass(frozen=True, slots=True)
class AssessedMonth:
    """Days are ISO dates; at stage 2, and where ``code`` says why, there is no score."""

    manager_id: str
    period_from: str
    period_to: str
    stage: int
    score: Decimal | None
    code: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One client, task or subscription that a figure counts."""

    row_id: str
    client_id: str
    reached: int
    due: int


def read_months(connection: Connection) -> tuple[AssessedMonth, ...]:
    """Return every month of every manager whose stream this desk follows, the newest first."""
    figures = _figures(connection)
    table = ASSESSMENT_SCORE.c
    query = select(ASSESSMENT_SCORE).order_by(table.period_to.desc(), table.manager_id)
    return tuple(
        AssessedMonth(
            manager_id=row["manager_id"],
            period_from=row["period_from"],
            period_to=row["period_to"],
            stage=row["stage"],
            score=Decimal(row["score"]) if row["score"] else None,
            code=row["code"],
            figures=tuple(figures[row["manager_id"], row["period_to"]]),
        )
        for row in connection.execute(query).mappings()
    )


def read_figure_rows(
    connection: Connection, month: AssessedMonth, item: str
) -> tuple[FigureRow, ...]:
    """Return what a figure of the month was summed of, what is missing first."""
    table = ASSESSMENT_ROW.c
    query = (
        select(table.row_id, table.client_id, table.reached, table.due)
        .where(table.manager_id == month.manager_id, table.period_to == month.period_to)
        .where(table.item == item)
        .order_by(table.reached - table.due, table.row_id)
    )
    return tuple(FigureRow(*row) for row in connection.execute(query))


def _figures(connection: Connection) -> dict[tuple[str, str], list[Figure]]:
    found = defaultdict(list)
    table = ASSESSMENT_FIGURE.c
    query = select(
        table.manager_id, table.period_to, table.item, table.reached, table.due, table.code
    )
    for manager_id, period_to, *told in connection.execute(query.order_by(table.item)):
        found[manager_id, period_to].append(Figure(*told))
    return found
