"""Every value that a person may see has a word."""

from enum import StrEnum

import pytest

from models.clients.alert import Severity
from models.clients.tier import Tier
from models.market.instrument import Phase
from models.market.picture import BookHealth
from models.status import LinkState
from models.trading.instruction import InstructionChannel
from models.trading.order import OrderState, Side
from widgets.paint.words import word

KINDS = (Tier, Severity, Phase, BookHealth, Side, OrderState, InstructionChannel, LinkState)


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_has_its_own_word(kind: type[StrEnum]) -> None:
    words = [word(member) for member in kind]
    assert all(words)
    assert len(set(words)) == len(words)
