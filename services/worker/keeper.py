"""The loop of what a worker does unasked: look, say what was done, wait, look again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from models.errors import ExpectedFailure
from services.central.connection import central_faults

_log = logging.getLogger(__name__)


async def keep(what: str, look: Callable[[], Awaitable[str]], every_s: float) -> None:
    """Look every ``every_s`` seconds for ever; end it by cancelling.

    ``look`` says what it did, "" = nothing; what it cannot do now it tries the next time.
    """
    while True:
        try:
            with central_faults():
                done = await look()
            if done:
                _log.info("%s: %s", what, done)
        except ExpectedFailure as failure:
            _log.warning("%s waits: %s", what, failure)
        await asyncio.sleep(every_s)
