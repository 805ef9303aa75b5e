"""The answer of a rule: yes or no, the reason code, and the numbers behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Decision:
    """``reason`` is the stable code of a refusal, "" = yes; ``numbers`` what it was judged by;
    ``source`` the rule's number in service-system (S…, D…) or section of market-rules (§ …)."""

    reason: str = ""
    numbers: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    source: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing refuses it."""
        return not self.reason
