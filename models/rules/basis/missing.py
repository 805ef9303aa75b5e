"""What a rule says when it lacks what it needs, or is told what cannot be: it never guesses."""

from typing import TypeVar

from models.errors import ExpectedFailure

T = TypeVar("T")


class NotConfigured(ExpectedFailure):
    """A setting or a dated record that the rule needs is not there; ``code`` ends in
    _NOT_CONFIGURED."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"尚未设置:{what}", "请合规或总部补充该设置后再试", f"{what}_NOT_CONFIGURED"
        )


class MissingFact(ValueError):
    """The case lacks the fact ``name``, so that it cannot be judged."""

    def __init__(self, name: str) -> None:
        super().__init__(f"缺少 {name}")
        self.name = name


class ContradictoryFacts(ValueError):
    """The facts of the case cannot all be true, so that it cannot be judged."""


def configured(setting: T | None, what: str) -> T:
    """Return ``setting``; raises NotConfigured ``<what>_NOT_CONFIGURED`` where it is unset."""
    if setting is None:
        raise NotConfigured(what)
    return setting


def known(fact: T | None, name: str) -> T:
    """Return ``fact``; raises MissingFact where the case does not tell it."""
    if fact is None:
        raise MissingFact(name)
    return fact
