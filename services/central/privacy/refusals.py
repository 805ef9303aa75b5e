"""What the database refuses by code, as a failure that names the cure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError

from models.errors import ExpectedFailure

_NO_PRIVILEGE = "42501"


@contextmanager
def refusals(title: str, advice: Mapping[str, str]) -> Iterator[None]:
    """Turn a refused privilege that names a code of ``advice`` into its ExpectedFailure.

    What comes row by row is refused by the driver itself, which SQLAlchemy does not wrap.
    """
    try:
        yield
    except (DBAPIError, PostgresError) as fault:
        told = fault.orig if isinstance(fault, DBAPIError) else fault
        code = next((code for code in advice if code in str(told)), "")
        if getattr(told, "sqlstate", "") != _NO_PRIVILEGE or not code:
            raise
        raise ExpectedFailure(title, advice[code], code) from fault
