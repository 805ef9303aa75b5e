"""Reads all that a report tells of one client, on one unchanging state of the store."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import Connection, Table, select

from models.clients.profile import TierReason
from models.clients.tier import RiskClass, Role, Tier
from models.errors import ExpectedFailure
from models.files.report.period import Period
from models.lives.points_hold import HoldState
from models.market.instrument import SecurityKind
from models.money import amount_cents
from models.rules.access.fields import Field
from models.rules.products.rate_spans import RateSpan
from models.tables.alerts import CLIENT_ALERT
from models.tables.campaigns import CAMPAIGN, CAMPAIGN_INVITATION
from models.tables.firm import (
    CLIENT,
    CONTACT,
    POINTS_ENTRY,
    SECURITY_EVENT,
    STAFF,
    SUBSCRIPTION,
    TRADE_FILL,
    TRADE_ORDER,
)
from models.tables.service import CLIENT_RATE, POINTS_HOLD
from models.trading.order import Side
from services.desk.files.report.facts import (
    ClientFacts,
    Contacted,
    HeldShares,
    Invited,
    Person,
    PointsPosted,
    Subscribed,
    TradedDay,
)
from services.desk.files.report.masked import mask_account, shown_fields
from services.desk.storage.queries.alerts import ClientAlert, SecurityEvent
from services.desk.storage.queries.charges import read_charges, read_fees
from services.desk.storage.queries.client_file import pending_contacts
from services.desk.storage.queries.entries import ClientEntry, HeldSecurity, read_entries
from services.desk.storage.queries.marks import PriceMark, read_asset_marks, read_price_marks
from services.desk.storage.rows import Row


class Tiers(Protocol):
    """Why a client has his tier; services.desk.clients.firm_tiers.FirmTiers is one."""

    def reason(self, entry: ClientEntry, by: tuple[str, ...]) -> TierReason:
        """Why, and what is missing to the next."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of whom, and how the author may see him."""

    client_id: str
    period: Period
    role: Role
    clear: Mapping[Field, str]


def gather(connection: Connection, wanted: Wanted, tiers: Tiers) -> ClientFacts:
    """Return one client's facts; ExpectedFailure CLIENT_NOT_FOUND."""
    rows = _rows(connection, CLIENT, wanted.client_id)
    entry = read_entries(connection, [wanted.client_id]).get(wanted.client_id)
    if not rows or entry is None:
        raise ExpectedFailure(
            f"找不到客户 {wanted.client_id}",
            "请核对客户号;他可能已转给其他客户经理",
            "CLIENT_NOT_FOUND",
        )
    client, period = rows[0], wanted.period
    by = tuple(part for part in _text(client, "tier_by").split(",") if part)
    trades = _trades(connection, wanted.client_id, period)
    symbols = {held.symbol for held in entry.holdings} | {one["symbol"] for one in trades}
    seen = read_price_marks(connection, {str(symbol) for symbol in symbols})
    return ClientFacts(
        person=_person(entry, client, wanted, _manager(connection, client)),
        tier=tiers.reason(entry, by),
        cash_cents=entry.cash_cents,
        holdings=tuple(
            sorted(
                (_held(one, seen.get(one.symbol)) for one in entry.holdings),
                key=lambda one: (-one.value_cents, one.symbol),
            )
        ),
        marks=read_asset_marks(connection, wanted.client_id),
        trades=tuple(_trade(connection, row, seen) for row in trades),
        rates=_rates(connection, wanted.client_id),
        points=_points(connection, wanted.client_id),
        points_milli=_whole(client, "points_milli"),
        held_milli=_on_hold(connection, wanted.client_id),
        subscriptions=_subscriptions(connection, wanted.client_id),
        fees=read_fees(connection, wanted.client_id),
        contacts=_contacts(connection, wanted.client_id, period),
        alerts=_alerts(connection, wanted.client_id),
        events=_events(connection, entry, period),
        invitations=_invitations(connection, wanted.client_id),
    )


def _manager(connection: Connection, client: Row) -> str:
    """Who looks after him, with his number."""
    number = _text(client, "manager_id")
    name = connection.execute(select(STAFF.c.name).where(STAFF.c.staff_id == number)).scalar()
    return f"{name}({number})" if name else number


def _person(entry: ClientEntry, client: Row, wanted: Wanted, manager: str) -> Person:
    fields = shown_fields(wanted.role, client, wanted.clear)
    return Person(
        client_id=entry.client_id,
        manager=manager,
        name=fields[Field.NAME],
        mobile=fields[Field.MOBILE],
        id_no=fields[Field.ID_NO],
        birthday=fields[Field.BIRTHDAY],
        accounts=tuple(mask_account(account) for account in entry.accounts),
        opened_on=_text(client, "opened_on"),
        tier=Tier(_text(client, "tier")),
        risk_class=RiskClass(_text(client, "risk_class")).value if client["risk_class"] else "",
        risk_tested_on=_text(client, "risk_tested_on"),
    )


def _held(held: HeldSecurity, seen: PriceMark | None) -> HeldShares:
    price = seen.price_units if seen else 0
    return HeldShares(
        symbol=held.symbol,
        name=seen.name if seen else "",
        industry=seen.industry if seen else "",
        status=seen.status if seen else "",
        quantity=held.quantity,
        cost_cents=held.cost_cents,
        price_units=price,
        value_cents=amount_cents(price, held.quantity) if price else held.cost_cents,
        seen_at=seen.seen_at if seen else "",
    )


def _trades(connection: Connection, client_id: str, period: Period) -> list[Row]:
    """Orders with a trade in the period, in the order of their first one."""
    fills = _rows(connection, TRADE_FILL, client_id)
    amounts: defaultdict[str, list[Row]] = defaultdict(list)
    for fill in sorted(fills, key=lambda one: (_text(one, "filled_at"), _text(one, "fill_id"))):
        if period.holds(_text(fill, "filled_at")):
            amounts[_text(fill, "client_order_id")].append(fill)
    orders = {
        _text(row, "client_order_id"): row for row in _rows(connection, TRADE_ORDER, client_id)
    }
    return [  # a trade tells enough of its order where that is not here
        orders.get(name, filled[0]) | {"day": _text(filled[0], "filled_at")[:10]}
        for name, filled in amounts.items()
    ]


def _trade(connection: Connection, order: Row, seen: Mapping[str, PriceMark]) -> TradedDay:
    name, symbol = _text(order, "client_order_id"), _text(order, "symbol")
    charges = read_charges(connection, name)
    fill = TRADE_FILL.c
    amounts = connection.execute(
        select(fill.quantity, fill.price_units)
        .where(fill.client_order_id == name)
        .order_by(fill.filled_at, fill.fill_id)
    ).all()
    mark = seen.get(symbol)
    return TradedDay(
        day=_text(order, "day"),
        symbol=symbol,
        name=mark.name if mark else "",
        kind=SecurityKind(mark.kind) if mark else None,
        side=Side(_text(order, "side")),
        quantity=sum(row.quantity for row in amounts),
        amounts_units=tuple(row.quantity * row.price_units for row in amounts),
        commission_cents=charges.commission_cents if charges else 0,
        fees_cents=charges.fees_cents if charges else 0,
        is_charged=charges is not None,
    )


def _rates(connection: Connection, client_id: str) -> tuple[RateSpan, ...]:
    spans = (
        RateSpan(
            _text(row, "product"),
            date.fromisoformat(_text(row, "starts_on")),
            _whole(row, "rate_units"),
            date.fromisoformat(_text(row, "ends_on")) if row["ends_on"] else None,
        )
        for row in _rows(connection, CLIENT_RATE, client_id)
    )
    return tuple(sorted(spans, key=lambda span: span.starts_on))


def _points(connection: Connection, client_id: str) -> tuple[PointsPosted, ...]:
    rows = _rows(connection, POINTS_ENTRY, client_id)
    return tuple(
        PointsPosted(
            _text(row, "posted_at")[:10],
            _text(row, "kind"),
            _whole(row, "points_milli"),
            _whole(row, "amount_cents"),
            _text(row, "note"),
        )
        for row in sorted(rows, key=lambda one: (_text(one, "posted_at"), _text(one, "entry_id")))
    )


def _on_hold(connection: Connection, client_id: str) -> int:
    rows = _rows(connection, POINTS_HOLD, client_id)
    held = HoldState.HELD.value
    return sum(_whole(row, "points_milli") for row in rows if row["state"] == held)


def _subscriptions(connection: Connection, client_id: str) -> tuple[Subscribed, ...]:
    names = ("product", "state", "starts_on", "ends_on", "paid_by")
    rows = _rows(connection, SUBSCRIPTION, client_id)
    told = (Subscribed(*(_text(row, name) for name in names)) for row in rows)
    return tuple(sorted(told, key=lambda one: (one.starts_on, one.product)))


def _contacts(connection: Connection, client_id: str, period: Period) -> tuple[Contacted, ...]:
    rows = [
        row
        for row in _rows(connection, CONTACT, client_id)
        if period.holds(_text(row, "happened_at"))
    ]
    names = {row.staff_id: row.name for row in connection.execute(select(STAFF))}
    pending = pending_contacts(connection, rows)
    return tuple(
        Contacted(
            _text(row, "happened_at"),
            _text(row, "channel"),
            _text(row, "direction"),
            _text(row, "summary"),
            names.get(_text(row, "by_staff"), _text(row, "by_staff")),
            row["contact_id"] in pending,
        )
        for row in sorted(rows, key=lambda one: _text(one, "happened_at"))
    )


def _alerts(connection: Connection, client_id: str) -> tuple[ClientAlert, ...]:
    names = tuple(ClientAlert.__dataclass_fields__)
    rows = _rows(connection, CLIENT_ALERT, client_id)
    told = (ClientAlert(*(_text(row, name) for name in names)) for row in rows)
    return tuple(sorted(told, key=lambda one: (one.day, one.alert_id)))


def _events(
    connection: Connection, entry: ClientEntry, period: Period
) -> tuple[SecurityEvent, ...]:
    names = tuple(SecurityEvent.__dataclass_fields__)
    held = [one.symbol for one in entry.holdings]
    event = SECURITY_EVENT.c
    query = select(*(event[name] for name in names)).where(event.symbol.in_(held))
    rows = connection.execute(query.order_by(event.happened_at, event.event_id)).mappings()
    return tuple(SecurityEvent(**row) for row in rows if period.holds(row["happened_at"]))


def _invitations(connection: Connection, client_id: str) -> tuple[Invited, ...]:
    asked, campaign = CAMPAIGN_INVITATION.c, CAMPAIGN.c
    query = (
        select(campaign.title, campaign.place, campaign.starts_at, asked.state)
        .join(CAMPAIGN, campaign.campaign_id == asked.campaign_id)
        .where(asked.client_id == client_id)
        .order_by(campaign.starts_at)
    )
    return tuple(Invited(*row) for row in connection.execute(query))


def _rows(connection: Connection, table: Table, client_id: str) -> list[Row]:
    found = connection.execute(select(table).where(table.c.client_id == client_id)).mappings()
    return [dict(row) for row in found]


def _text(row: Row, name: str) -> str:
    return str(row[name] or "")


def _whole(row: Row, name: str) -> int:
    return int(row[name] or 0)
