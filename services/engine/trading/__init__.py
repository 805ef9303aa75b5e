"""The order path: inbox, journal, authority, checks, order keeper, events. Engine only."""
