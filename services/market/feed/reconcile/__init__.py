"""Whether a live book may be believed: held against the exchange's snapshots; engine only."""
