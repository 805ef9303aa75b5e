"""What a line of a client's timeline may say of how it came about."""

CONTACT_CHANNELS = frozenset({"phone", "im", "sms", "counter", "network", "meeting"})
CONTACT_DIRECTIONS = frozenset({"in", "out"})


def is_contact(channel: str, direction: str) -> bool:
    """Whether these are codes of a contact."""
    return channel in CONTACT_CHANNELS and direction in CONTACT_DIRECTIONS
