"""Recognises a vendor file by its header: which stream it holds and where each field stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.errors import ExpectedFailure


class Stream(StrEnum):
    """What a file holds."""

    ORDERS = "orders"
    TRADES = "trades"
    MERGED = "merged"  # Shanghai UA5803: adds, deletes, trades and phases in one stream
    WIDE = "wide"  # orders and trades in one table (services.market.sources.wide)
    SNAPSHOTS = "snapshots"


# Names that vendors give to the same field, in lower case.
FIELDS: dict[Stream, dict[str, tuple[str, ...]]] = {
    Stream.MERGED: {
        "code": ("securityid", "htscsecurityid"),
        "time": ("ticktime", "mdtime"),
        "type": ("type", "ticktype"),
        "buy": ("buyorderno", "tradebuyno"),
        "sell": ("sellorderno", "tradesellno"),
        "price": ("price",),
        "quantity": ("qty", "volume"),
        "money": ("trademoney",),
        "flag": ("tickbsflag", "bsflag"),
        "sequence": ("bizindex", "tickindex", "applseqnum"),
        "channel": ("channel", "channelno", "channelid"),
    },
    Stream.WIDE: {
        "code": ("securityid", "htscsecurityid"),
        "time": ("time", "mdtime"),
        "source": ("sourcetype",),
        "type": ("type",),
        "buy": ("buyno",),
        "sell": ("sellno",),
        "price": ("price",),
        "quantity": ("qty",),
        "flag": ("bsflag",),
        "sequence": ("applseqnum",),
        "channel": ("channelno",),
    },
    Stream.ORDERS: {
        "code": ("securityid", "htscsecurityid"),
        "time": ("ordertime", "mdtime", "transacttime"),
        "type": ("ordertype", "ordtype"),
        "order": ("orderno", "orderindex", "applseqnum"),
        "price": ("orderprice", "price"),
        "quantity": ("balance", "orderqty", "qty"),
        "side": ("orderbsflag", "side"),
        "sequence": ("bizindex", "applseqnum"),
        "shenzhen_sequence": ("applseqnum",),  # where both exchanges stand in one file
        "channel": ("orderchannel", "channelno", "channel"),
    },
    Stream.TRADES: {
        "code": ("securityid", "htscsecurityid"),
        "time": ("tradtime", "tradetime", "mdtime", "transacttime"),
        "type": ("exectype", "tradetype"),
        "buy": ("tradebuyno", "bidapplseqnum"),
        "sell": ("tradesellno", "offerapplseqnum"),
        "price": ("tradprice", "tradeprice", "lastpx"),
        "quantity": ("tradvolume", "tradeqty", "lastqty"),
        "money": ("trademoney",),
        "flag": ("tradebsflag",),
        "sequence": ("bizindex", "applseqnum"),
        "shenzhen_sequence": ("applseqnum",),
        "channel": ("tradechan", "channelno", "channel"),
    },
}
SNAPSHOT_TIMES = ("updatetime", "mdtime", "datetime", "origtime", "transacttime")
SNAPSHOT_CODES = ("securityid", "htscsecurityid")
OPTIONAL = frozenset({"channel", "flag", "type", "order", "shenzhen_sequence", "money"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of one file stand; -1 = the file has no such column."""

    stream: Stream
    columns: dict[str, int]

    def at(self, field: str) -> int:
        """Return the column of a field, -1 where absent."""
        return self.columns.get(field, -1)

    def of_shenzhen(self) -> int:
        """Return the column of Shenzhen's sequence."""
        own = self.at("shenzhen_sequence")
        return own if own >= 0 else self.at("sequence")


def layout_of_header(header: Sequence[str]) -> Layout:
    """Return what a file with this header holds.

    Raises ExpectedFailure SOURCE_UNKNOWN when no dialect fits, SOURCE_BLANK without any header.
    """
    if not header:
        raise ExpectedFailure("行情文件是空的", "请检查文件是否完整", "SOURCE_BLANK")
    names = {name.strip().lower(): at for at, name in enumerate(header)}
    if _is_snapshot(names):
        return Layout(Stream.SNAPSHOTS, names)
    for stream, fields in FIELDS.items():
        columns = {field: _first(names, aliases) for field, aliases in fields.items()}
        if all(at >= 0 for field, at in columns.items() if field not in OPTIONAL) and _fits(
            stream, columns
        ):
            return Layout(stream, columns)
    raise ExpectedFailure(
        "无法识别的行情文件", f"表头不属于任何已知格式:{','.join(header)[:120]}", "SOURCE_UNKNOWN"
    )


def _is_snapshot(names: dict[str, int]) -> bool:
    needed = ({"bidprice1", "buyprice1", "bidprice0"}, SNAPSHOT_TIMES, SNAPSHOT_CODES)
    return all(names.keys() & one_of for one_of in needed)


def _first(names: dict[str, int], aliases: tuple[str, ...]) -> int:
    return next((names[alias] for alias in aliases if alias in names), -1)


def _fits(stream: Stream, columns: dict[str, int]) -> bool:
    if stream in (Stream.MERGED, Stream.WIDE):
        return columns["type"] >= 0 and columns["flag"] >= 0
    if stream is Stream.ORDERS:
        return columns["type"] >= 0
    return columns["type"] >= 0 or columns["flag"] >= 0
