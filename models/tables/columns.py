"""How columns of the firm's synced tables are written, and where those tables are collected."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, Integer, MetaData, Text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
FIRM = MetaData(naming_convention=NAMING)


def text_column(name: str, *, key: bool = False) -> Column[str]:
    """Text, never NULL."""
    return Column(name, Text, primary_key=key, nullable=False, server_default=None if key else "")


def whole_column(name: str, *, key: bool = False) -> Column[int]:
    """A 64-bit whole number, never NULL."""
    return Column(
        name,
        BigInteger,
        primary_key=key,
        nullable=False,
        autoincrement=False,
        server_default=None if key else "0",
    )


def flag_column(name: str) -> Column[bool]:
    """True or false."""
    return Column(name, Boolean, nullable=False, server_default="false")


def version_column() -> Column[int]:
    """Counts the changes of a row."""
    return Column("version", Integer, nullable=False, server_default="1")


def to_client(branch: str = "branch_id") -> ForeignKeyConstraint:
    """The row belongs to a client of the same branch, or of the one that ``branch`` names."""
    return ForeignKeyConstraint([branch, "client_id"], ["client.branch_id", "client.client_id"])
