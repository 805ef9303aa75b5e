"""What wake-ups said since the desk last looked."""

from collections.abc import Iterable

from models.wire.hub import Changes, WakeUp

_MOST_NEWS = 50  # of a stream; a store that is slower asks for the rest at its own pace


class Wakings:
    """Streams in which something may have changed, with the news of them in order."""

    def __init__(self) -> None:
        self._news: dict[str, list[Changes]] = {}
        self._to_ask: set[str] = set()

    def hear(self, said: WakeUp) -> None:
        """Note one wake-up."""
        news = self._news.setdefault(said.stream, [])
        if said.news is None or len(news) >= _MOST_NEWS:
            self._to_ask.add(said.stream)
        else:
            news.append(said.news)

    def ask_for(self, streams: Iterable[str]) -> None:
        """Whatever was said: these have to be asked for."""
        self._to_ask.update(streams)

    def take(self) -> dict[str, tuple[Changes, ...]]:
        """Return each woken stream with its news, none where it has to be asked for."""
        taken = {stream: tuple(news) for stream, news in self._news.items()}
        taken |= dict.fromkeys(self._to_ask, ())
        self._news, self._to_ask = {}, set()
        return taken
