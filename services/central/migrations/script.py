"""Runs a whole SQL file of resources/schema inside the migration's transaction."""

from hashlib import sha256
from importlib.resources import files

from alembic import op
from sqlalchemy import Connection, text
from sqlalchemy.util import await_only


def run_step(name: str) -> None:
    """Run ``resources/schema/<name>`` on the connection of Alembic's step."""
    run_script(op.get_bind(), name)


def run_script(connection: Connection, name: str) -> None:
    """Run ``resources/schema/<name>``: many statements, sent as they are."""
    connection.execute(text("SELECT 1"))  # SQLAlchemy opens the transaction at the first statement
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the migration has lost its connection")
    await_only(driver.execute(_read(name)))


def digest_of(names: tuple[str, ...]) -> str:
    """Return what these scripts are known by: SHA-256 of their texts, in hexadecimal digits."""
    return sha256("\0".join(map(_read, names)).encode()).hexdigest()


def _read(name: str) -> str:
    return files("resources").joinpath("schema").joinpath(name).read_text("utf-8")
