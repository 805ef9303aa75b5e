"""Opens the simulated market of one day: listings, channels, venues and their flows."""

from functools import cache
from importlib.resources import files

from models.market.instrument import Exchange
from services.catalogue.securities import ListedSecurity, read_securities
from services.exchange.admission.admission import Admission
from services.exchange.feed.channel import Channel
from services.exchange.feed.tape import tape_for
from services.exchange.floor.listing import Listing
from services.exchange.floor.market import Market, Timed
from services.exchange.floor.venue import Venue
from services.exchange.flow.generated import GeneratedFlow
from services.exchange.flow.recorded import RecordedFlow
from services.exchange.flow.story import tell_stories
from services.exchange.recorded.day_file import MarketDay, unpack_day

RECORDED_DAY = "market_day/600519_20230201.day.zst"
_RECORDED_CHANNEL = 6
_CHANNELS = {Exchange.SSE: (1, 2), Exchange.SZSE: (2011, 2012), Exchange.BSE: (3001,)}
_BEFORE_TRADING_MS = 33_000_000  # 09:10, when the day's references are announced


@cache
def recorded_day() -> MarketDay:
    """Return the recorded day in the resources; raises ExpectedFailure DAY_FILE_BROKEN."""
    return unpack_day(files("resources").joinpath(RECORDED_DAY).read_bytes())


def open_market(admission: Admission, seed: int, only: frozenset[str] = frozenset()) -> Market:
    """Return today's market before its first event: one recorded security, all others generated.

    On another day than the recorded one everything is generated. ``only`` leaves out the flow of
    all other symbols: they stay listed and quiet.
    """
    recorded = recorded_day() if admission.is_trading_day else None
    if recorded is not None and recorded.trade_date != admission.trade_date:
        recorded = None
    listings = [
        _list(admission, security, index, recorded)
        for index, security in enumerate(read_securities())
    ]
    channels = {number: Channel(number) for number in sorted({one.channel for one in listings})}
    venues = [_open_venue(listing, channels[listing.channel]) for listing in listings]
    return Market(venues, tuple(channels.values()), _flows(venues, recorded, seed, only))


def _list(
    admission: Admission, security: ListedSecurity, index: int, recorded: MarketDay | None
) -> Listing:
    if recorded is not None and recorded.symbol == security.symbol:
        previous = recorded.previous_close_units
        return admission.list_security(security, index, _RECORDED_CHANNEL, previous)
    shared = _CHANNELS[security.exchange]
    channel = shared[index % len(shared)]
    return admission.list_security(security, index, channel, security.previous_close_units)


def _open_venue(listing: Listing, channel: Channel) -> Venue:
    venue = Venue(listing, tape_for(listing.exchange, channel, listing.index))
    venue.tape.reference(listing.previous_close_units, _BEFORE_TRADING_MS)
    return venue


def _flows(
    venues: list[Venue], recorded: MarketDay | None, seed: int, only: frozenset[str]
) -> list[Timed]:
    replayed = recorded.symbol if recorded else ""
    listings = [venue.listing for venue in venues]
    stories = tell_stories([one for one in listings if one.symbol != replayed], seed)
    flows: list[Timed] = []
    for venue in venues:
        symbol = venue.listing.symbol
        if only and symbol not in only:
            continue
        if recorded is not None and symbol == replayed:
            flows.append(RecordedFlow(venue, recorded.rows))
        elif venue.listing.schedule:
            flows.append(GeneratedFlow(venue, stories[symbol], seed))
    return flows
