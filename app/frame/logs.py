"""One log file a process; personal data never goes into it."""

import logging
from logging.handlers import RotatingFileHandler

from app.frame.places import Places

_BYTES = 5_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def open_log(places: Places, name: str) -> None:
    """Send the process's log to ``logs/NAME.log`` (five files of 5 MB at most)."""
    handler = RotatingFileHandler(
        places.logs / f"{name}.log", maxBytes=_BYTES, backupCount=4, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("websockets").setLevel(logging.WARNING)
