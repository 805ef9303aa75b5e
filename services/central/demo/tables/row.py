"""What every row of a client begins with, and moments as text."""

from datetime import date, datetime, time
from random import Random

from models.dates import BEIJING, moment_text
from services.central.demo.cast import BRANCH
from services.central.demo.plan import ClientPlan

Row = dict[str, object]


def owned(plan: ClientPlan) -> Row:
    """Branch, manager and client of a row."""
    return {"branch_id": BRANCH, "manager_id": plan.manager_id, "client_id": plan.client_id}


def moment(day: date, hour: int, minute: int, second: int = 0) -> str:
    """ISO text of a Beijing moment."""
    at = datetime.combine(day, time(hour, minute, second), BEIJING)
    return moment_text(at)


def working_moment(rng: Random, day: date) -> str:
    """Some time in office hours of ``day``."""
    return moment(day, rng.randint(9, 17), rng.randrange(60), rng.randrange(60))
