"""What the engine's books were at its end: a recording or another run can be held against it."""

from pathlib import Path

import msgspec

from services.market.heart import MarketHeart

FILE = "books.json"


class BooksAtEnd(msgspec.Struct, frozen=True):
    """``state_hash`` (16 hex digits) is over all books: the same records give the same number."""

    session: str
    records: int
    gaps: int
    refused_frames: int
    faulty_books: int
    state_hash: str


def write_books_at_end(heart: MarketHeart, folder: Path) -> None:
    """Keep the end of this session in ``folder``."""
    facts = heart.health()
    found = BooksAtEnd(
        session=heart.session,
        records=facts.records,
        gaps=facts.gaps,
        refused_frames=facts.refused_frames,
        faulty_books=facts.faulty_books,
        state_hash=f"{heart.books.state_hash():016x}",
    )
    (folder / FILE).write_bytes(msgspec.json.encode(found))


def read_books_at_end(folder: Path) -> BooksAtEnd | None:
    """Return what the engine of ``folder`` kept at its last end, None when it kept nothing."""
    file = folder / FILE
    return msgspec.json.decode(file.read_bytes(), type=BooksAtEnd) if file.exists() else None
