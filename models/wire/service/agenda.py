"""Commands about rows of the agenda, each named by its row id (features F4).

``client_id`` "" = the row is about no client.
"""

import msgspec


class SnoozeAgenda(msgspec.Struct, frozen=True, tag="snooze_agenda"):
    """The row comes back at a moment."""

    row_id: str
    client_id: str
    until: str


class DismissAgenda(msgspec.Struct, frozen=True, tag="dismiss_agenda"):
    """Nothing is to be done about it, for this reason; another event makes another row."""

    row_id: str
    client_id: str
    reason: str


class RestoreAgenda(msgspec.Struct, frozen=True, tag="restore_agenda"):
    """It stands again as if nothing had been said."""

    row_id: str
    client_id: str


AgendaCommand = SnoozeAgenda | DismissAgenda | RestoreAgenda
