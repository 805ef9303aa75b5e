"""A firm for the life cycles."""

from collections.abc import AsyncIterator

import pytest

from tests.support.service_work import Firm, open_firm


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    async with open_firm(demo_central) as firm:
        yield firm
