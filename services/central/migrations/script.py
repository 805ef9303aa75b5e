"""Runs a whole SQL file of resources/schema inside the migration's transaction."""

from importlib.resources import files

from alembic import op
from sqlalchemy import text
from sqlalchemy.util import await_only


def run_script(name: str) -> None:
    """Run ``resources/schema/<name>``: many statements, sent as they are."""
    script = files("resources").joinpath("schema").joinpath(name).read_text("utf-8")
    connection = op.get_bind()
    connection.execute(text("SELECT 1"))  # SQLAlchemy opens the transaction at the first statement
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the migration has lost its connection")
    await_only(driver.execute(script))
