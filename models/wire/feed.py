"""The level-2 record: fixed width, little-endian, many a frame; version 2.

One form for the live feed, the recorder and the replay. A frame is a header and ``count`` records
of one channel whose sequence numbers are dense: ``first_sequence``, ``first_sequence + 1``, …
The exchange's own pictures travel between them in frames of another kind: models.wire.snapshot.

Frame header, 32 bytes (``<4sHHIIQQ``): magic ``CMW2``; version u16; channel u16; count u32;
CRC-32 u32 of all else in the frame, header and records; first_sequence u64; sent_ns u64 (sender's
monotonic clock, for latency).

Record, 48 bytes (``<BBBBIqqqqiI``):

====  =====  ==============================================================================
kind  u8     1 add, 2 delete, 3 trade, 4 phase, 5 reference (prev close in price, see below)
side  u8     ``B``, ``S`` or ``N`` as ASCII; for a trade the aggressor, ``N`` in an auction
order u8     1 market, 2 limit, 3 own best (Shenzhen adds); 0 otherwise
flags u8     bit 0: Shanghai semantics (adds carry the remainder only), else Shenzhen
inst  u32    instrument index of the day
order_id i64     add/delete: the order; trade: buy order, 0 unknown
other_id i64     trade: sell order, 0 unknown; otherwise 0
quantity i64     shares: add resting, delete withdrawn, trade traded; phase: 0
sequence i64     dense in the channel from 1
price i32        price units; phase: code of the phase (index in PHASES)
time_ms u32      exchange time, milliseconds of the Beijing day
====  =====  ==============================================================================
"""

import struct

from models.market.instrument import Phase

FEED_MAGIC = b"CMW2"
FEED_VERSION = 2
FRAME_HEADER = struct.Struct("<4sHHIIQQ")
RECORD = struct.Struct("<BBBBIqqqqiI")

KIND_ADD = 1
KIND_DELETE = 2
KIND_TRADE = 3
KIND_PHASE = 4
KIND_REFERENCE = 5

SIDE_BUY = ord("B")
SIDE_SELL = ord("S")
SIDE_NONE = ord("N")

ORDER_NONE = 0
ORDER_MARKET = 1
ORDER_LIMIT = 2
ORDER_OWN_BEST = 3

FLAG_SHANGHAI = 1

PHASES: tuple[Phase, ...] = tuple(Phase)
