"""The stage that page tests play on."""

from collections.abc import Iterator

import pytest

from tests.support.page_kit import Stage, stage


@pytest.fixture
def set_up() -> Iterator[Stage]:
    """Fakes of 30 clients and a kit; the frame timer stops at the end."""
    made = stage()
    yield made
    made.wind_down()
