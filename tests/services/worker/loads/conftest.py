"""The database fixtures, and a firm to load files for."""

from collections.abc import AsyncIterator

import pytest

from tests.support.postgres import demo_central, empty_central, postgres_server
from tests.support.service_work import Firm, open_firm

__all__ = ["demo_central", "empty_central", "postgres_server"]


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    async with open_firm(demo_central) as firm:
        yield firm
