"""Makes a practice firm of a scenario in an empty central database, marked before anything else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
from pypinyin import Style, lazy_pinyin
from sqlalchemy import Table, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.dates import BEIJING, moment_text, years_later
from models.money import RATE_UNITS_PER_PERMILLE
from models.rules.access.practice.scenario import Scenario, SimulatedClient
from models.tables import central, firm, grounds, nights, service
from models.tables.campaigns import branch_stream
from models.tables.central import IDENTITY
from services.central.demo.cast import FIRM
from services.central.demo.loading import copy_rows, open_streams
from services.central.demo.tables.row import Row, moment
from services.central.demo.tables.settings import setting_row, setting_rows
from services.worker.practice.cast import (
    BRANCH,
    BRANCH_NAME,
    CHECKER,
    MARK,
    credential_rows,
    staff_rows,
)

_CENTS = 100
_TEST_VALID_YEARS = 2
_OPENED_YEARS_AGO = 5
_CERTIFICATES = (("suitability", "适当性管理"), ("program", "程序化交易"))


@dataclass(frozen=True, slots=True)
class Start:
    """Which run of what by whom; ``began_at`` is practice time."""

    run_id: str
    trainee: str
    began_at: datetime
    scenario: Scenario


async def make_practice_firm(engine: AsyncEngine, start: Start) -> None:
    """Mark the empty database and fill it, in one transaction.

    The database itself refuses where there is anybody already (PRACTICE_NOT_EMPTY).
    """
    async with engine.begin() as connection:
        await _mark(connection, start)
        for table, rows in _rows(start):
            await copy_rows(connection, table, rows)
        streams = [(BRANCH, start.trainee), (BRANCH, branch_stream(BRANCH)), (FIRM, FIRM)]
        await open_streams(connection, streams)


async def _mark(connection: AsyncConnection, start: Start) -> None:
    told = {
        "run_id": start.run_id,
        "trainee": start.trainee,
        "began_at": moment_text(start.began_at),
        "scenario": msgspec.json.encode(start.scenario).decode(),
    }
    await connection.execute(update(IDENTITY).values(told))


def _rows(start: Start) -> Iterator[tuple[Table, Sequence[Row]]]:
    """Every row, parents first."""
    today, trainee = start.began_at.astimezone(BEIJING).date(), start.trainee
    each = [_Client(client, trainee, today) for client in start.scenario.clients]
    yield grounds.FIRM_SETTING, list(_settings())
    yield firm.STAFF, staff_rows(trainee)
    yield central.STAFF_CREDENTIAL, credential_rows(trainee)
    yield firm.CLIENT, [one.client() for one in each]
    yield nights.CLIENT_MANAGER, [one.manager() for one in each]
    yield central.CLIENT_TIER, [one.tier() for one in each]
    yield firm.ACCOUNT, [one.account() for one in each]
    yield firm.HOLDING, [row for one in each for row in one.holdings()]
    yield firm.SUBSCRIPTION, [row for one in each for row in one.subscriptions()]
    yield service.CLIENT_RATE, [one.rate() for one in each]
    yield service.RISK_TEST, [one.risk_test() for one in each]
    yield service.CONSENT, [row for one in each for row in one.consents()]
    yield grounds.STAFF_CERTIFICATE, list(_certificates(trainee, today))


def _settings() -> Iterator[Row]:
    """The built-in profile, as every new firm has it."""
    of_firm = (row for row in setting_rows() if row["branch_id"] == FIRM)
    for row in (*of_firm, setting_row(BRANCH, "branch", {"name": BRANCH_NAME})):
        yield row | {"approved_by": CHECKER}


def _certificates(trainee: str, today: date) -> Iterator[Row]:
    """Practice is about clients: no feature is locked."""
    for certificate, title in _CERTIFICATES:
        yield {
            "branch_id": BRANCH,
            "staff_id": trainee,
            "certificate": certificate,
            "manager_id": trainee,
            "title": title + MARK,
            "passed_on": today.isoformat(),
            "valid_to": years_later(today, 1).isoformat(),
        }


@dataclass(frozen=True, slots=True)
class _Client:
    """One simulated client as rows."""

    told: SimulatedClient
    trainee: str
    today: date

    @property
    def owned(self) -> Row:
        """Branch, manager and client."""
        client = self.told.client_id
        return {"branch_id": BRANCH, "manager_id": self.trainee, "client_id": client}

    @property
    def number(self) -> str:
        """The account of a client who is not there."""
        return f"YL{self.told.client_id[1:]}"

    @property
    def opened_on(self) -> date:
        """His first day."""
        return years_later(self.today, -_OPENED_YEARS_AGO)

    @property
    def tested_on(self) -> date:
        """His test holds for so many days yet."""
        last = self.today + timedelta(days=self.told.test_days_left)
        return years_later(last, -_TEST_VALID_YEARS)

    def client(self) -> Row:
        """The row of ``client``."""
        told = self.told
        read = lazy_pinyin(told.name)
        return self.owned | {
            "name": told.name + MARK,
            "pinyin": " ".join(read),
            "initials": "".join(lazy_pinyin(told.name, style=Style.FIRST_LETTER)),
            "mobile": f"142{told.client_id[1:]:0>8}",
            "id_no": "",
            "gender": told.gender,
            "birthday": told.birthday,
            "opened_on": self.opened_on.isoformat(),
            "tier": told.tier.value,
            "tier_by": "assets",
            "average_assets_cents": _cents(told.average_assets),
            "risk_class": told.risk_class.value,
            "risk_tested_on": self.tested_on.isoformat(),
            "rate_units": _units(told.base_rate_permille),
            "last_contact_at": moment(self.today - timedelta(days=30), 10, 0),
        }

    def manager(self) -> Row:
        """The row of ``client_manager``."""
        return self.owned | {"client_branch": BRANCH, "from_on": self.opened_on.isoformat()}

    def tier(self) -> Row:
        """The row of ``client_tier``."""
        since = self.opened_on.isoformat()
        return self.owned | {"starts_on": since, "tier": self.told.tier.value, "tier_by": "assets"}

    def account(self) -> Row:
        """The row of ``account``."""
        cash = _cents(self.told.cash)
        return self.owned | {"account": self.number, "cash_cents": cash, "permissions": "main"}

    def holdings(self) -> Iterator[Row]:
        """Rows of ``holding``."""
        for held in self.told.holdings:
            yield self.owned | {
                "account": self.number,
                "symbol": held.symbol,
                "quantity": held.quantity,
                "sellable": held.quantity,
                "cost_cents": _cents(held.cost) * held.quantity,
            }

    def subscriptions(self) -> Iterator[Row]:
        """Rows of ``subscription``."""
        for running in self.told.products:
            starts = self.today - timedelta(days=running.days_ago)
            yield self.owned | {
                "subscription_id": f"{self.told.client_id}-{running.product}",
                "product": running.product.value,
                "state": "active",
                "starts_on": starts.isoformat(),
                "ends_on": "",
                "paid_by": "cash",
            }

    def rate(self) -> Row:
        """The row of ``client_rate``."""
        units = _units(self.told.base_rate_permille)
        since = self.opened_on.isoformat()
        return self.owned | {"starts_on": since, "product": "", "rate_units": units}

    def risk_test(self) -> Row:
        """The row of ``risk_test``."""
        return self.owned | {
            "test_id": f"RT-{self.told.client_id}",
            "risk_class": self.told.risk_class.value,
            "lowest_class": self.told.lowest_class,
            "tested_on": self.tested_on.isoformat(),
            "valid_to": (self.today + timedelta(days=self.told.test_days_left)).isoformat(),
            "evidence_ref": f"演练-{self.told.client_id}",
        }

    def consents(self) -> Iterator[Row]:
        """Rows of ``consent``."""
        for order, given in enumerate(self.told.consents, 1):
            at = self.today - timedelta(days=given.days_ago + 1)
            yield self.owned | {
                "consent_id": f"CS-{self.told.client_id}-{order}",
                "purpose": given.purpose.value,
                "channel": given.channel,
                "form": given.form.value,
                "proof_ref": f"演练-{self.told.client_id}",
                "at": moment(at, 10, 0),
                "recorded_by": CHECKER,
            }


def _cents(yuan: str) -> int:
    return int(Decimal(yuan) * _CENTS)


def _units(permille: str) -> int:
    return int(Decimal(permille) * RATE_UNITS_PER_PERMILLE)
