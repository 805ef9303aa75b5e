"""The ten-level snapshot: what the exchange itself shows of a security; fixed width, version 1.

A frame kind of its own beside the records of models.wire.feed, on the same line and in the same
recordings. Every snapshot of a frame shows its book after one and the same record of the channel.

Frame header, 32 bytes (``<4sHHIIQQ``): magic ``CMWS``; version u16; channel u16; count u32; CRC-32
u32 of all else in the frame; sequence u64: the last record of the channel that the snapshots
reflect, 0 = not known (a vendor's, matched by trade count); sent_ns u64 as in the feed.

Snapshot, 400 bytes (``<IIBBHiiiiiiiqQqqq`` and twenty times ``iIq``):

==============  =======  ====================================================================
instrument      u32      instrument index of the day
time_ms         u32      exchange time, milliseconds of the Beijing day
phase           u8       code of the phase (index in PHASES)
flags           u8       bit 0: auction form (see below)
reserved        u16      0
prices          7 × i32  previous close, last, open, high, low, average bid, average ask;
                         price units, 0 = none
volume          i64      shares traded today
turnover        u64      price units times shares
trades          i64      trades today
totals          2 × i64  shares of the whole bid side, of the whole ask side
levels          20 ×     price i32, orders u32, shares i64: ten bids, then ten asks, best first;
                         price and shares 0 = no more levels
==============  =======  ====================================================================

Auction form: the first bid and the first ask both hold virtual price and matched volume; the
second level of the side that is left over holds price 0 and the remainder; averages, totals and
order counts are 0. Nothing crosses: no levels at all.
"""

import struct

SNAPSHOT_MAGIC = b"CMWS"
SNAPSHOT_VERSION = 1
SNAPSHOT_LEVELS = 10
SNAPSHOT = struct.Struct("<IIBBHiiiiiiiqQqqq" + "iIq" * 2 * SNAPSHOT_LEVELS)

FLAG_AUCTION = 1
