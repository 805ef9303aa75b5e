"""What this desk last saw: prices of what its clients hold, and what those were worth by day."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, select

from models.tables.local import ASSET_MARK, PRICE_MARK
from services.desk.storage.rows import write_rows


@dataclass(frozen=True, slots=True)
class PriceMark:
    """A security as it was last seen; ``price_units`` is never 0."""

    symbol: str
    name: str
    industry: str
    kind: str
    status: str
    price_units: int
    seen_at: str


@dataclass(frozen=True, slots=True)
class AssetMark:
    """Assets of a client as last valued on an ISO day."""

    client_id: str
    day: str
    assets_cents: int
    seen_at: str


def read_price_marks(connection: Connection, symbols: Collection[str]) -> dict[str, PriceMark]:
    """Return what was seen of these securities."""
    rows = connection.execute(select(PRICE_MARK).where(PRICE_MARK.c.symbol.in_(sorted(symbols))))
    return {row["symbol"]: PriceMark(**row) for row in rows.mappings()}


def read_asset_marks(connection: Connection, client_id: str) -> tuple[AssetMark, ...]:
    """Return all of a client, oldest first."""
    mark = ASSET_MARK.c
    rows = connection.execute(
        select(ASSET_MARK).where(mark.client_id == client_id).order_by(mark.day)
    )
    return tuple(AssetMark(**row) for row in rows.mappings())


def write_marks(
    connection: Connection, prices: Sequence[PriceMark], assets: Sequence[AssetMark], since: str
) -> None:
    """Keep the newest; what was worth something before the ISO day ``since`` is forgotten."""
    write_rows(connection, PRICE_MARK, [asdict(one) for one in prices])
    write_rows(connection, ASSET_MARK, [asdict(one) for one in assets])
    connection.execute(delete(ASSET_MARK).where(ASSET_MARK.c.day < since))
