"""The database fixtures."""

from tests.support.postgres import demo_central, empty_central, postgres_server

__all__ = ["demo_central", "empty_central", "postgres_server"]
