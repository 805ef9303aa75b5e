"""Runs a presenter's work at once, on the spot: for tests whose fakes never wait."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from models.errors import ExpectedFailure

Answer = TypeVar("Answer")


class FakeTasks:
    """Answers at once; while ``is_held`` work queues until ``release``."""

    def __init__(self) -> None:
        self.is_held = False
        self._waiting: list[Callable[[], None]] = []

    def start(
        self,
        work: Coroutine[Any, Any, Answer],
        done: Callable[[Answer], object],
        *,
        failed: Callable[[ExpectedFailure], object],
    ) -> None:
        """Run ``work`` to its end and hand over what came of it."""
        if self.is_held:
            self._waiting.append(lambda: _finish(work, done, failed))
            return
        _finish(work, done, failed)

    def release(self, newest_first: bool = False) -> None:
        """Run what was held, in or against the order of asking."""
        self.is_held = False
        waiting, self._waiting = self._waiting, []
        for finish in reversed(waiting) if newest_first else waiting:
            finish()


def _finish(
    work: Coroutine[Any, Any, Answer],
    done: Callable[[Answer], object],
    failed: Callable[[ExpectedFailure], object],
) -> None:
    try:
        answer = _run(work)
    except ExpectedFailure as failure:
        failed(failure)
        return
    done(answer)


def _run(work: Coroutine[Any, Any, Answer]) -> Answer:
    try:
        work.send(None)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
    work.close()
    raise AssertionError("a fake waited: FakeTasks runs only work that answers at once")
