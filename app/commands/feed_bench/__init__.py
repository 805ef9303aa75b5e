"""``workstation bench feed``: a whole market's burst through a real engine to a real window."""
