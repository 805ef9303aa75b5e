"""Whatever is written however, the index finds whom a look at every row finds."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, event, insert, select, update
from sqlcipher3 import dbapi2

from models.tables.firm import ACCOUNT, CLIENT
from models.tables.local import SEARCH_INDEX, SEARCH_PLACE, SEARCH_STALE
from services.desk.storage.rows import Row, delete_rows, write_rows
from services.desk.storage.schema import prepare_schema
from services.desk.storage.search.find import find_clients
from services.desk.storage.search.index import renew_search
from services.desk.storage.search.words import Named, asks, search_words
from tests.support.desk_data import a_client, a_row

NAMES = (
    ("张三丰", "zhang san feng", "zsf"),
    ("张伟", "zhang wei", "zw"),
    ("单雄信", "shan xiong xin,dan xiong xin", "sxx"),
    ("王张", "wang zhang", "wz"),
    ("John Smith", "", "js"),
)
TIERS = ("ordinary", "silver", "gold", "platinum")
TEXTS = (
    "张",
    "张三",
    "z",
    "zs",
    "zhang",
    "s",
    "d",
    "wei",
    "sm",
    "8",
    "88",
    "880",
    "4",
    "43",
    "138",
)


@contextmanager
def a_store() -> Iterator[Connection]:
    """An open transaction on a store in memory, its rows replaced as on the desk."""
    engine = create_engine("sqlite+pysqlite://", module=dbapi2)

    @event.listens_for(engine, "connect")
    def tell_of_replaced(connection: dbapi2.Connection, _: object) -> None:
        connection.execute("PRAGMA recursive_triggers=ON")

    with engine.begin() as connection:
        prepare_schema(connection)
        yield connection
    engine.dispose()


def a_person(number: int, name: int, tier: int, mobile: int, assets: int) -> Row:
    """Client number ``number`` with one of the names, tiers …"""
    called, pinyin, initials = NAMES[name]
    return a_client(
        f"C{number}", called, pinyin=pinyin, initials=initials, tier=TIERS[tier],
        mobile=f"138{mobile:08d}", average_assets_cents=assets,
    )  # fmt: skip


def an_account(number: int, owner: int) -> Row:
    """Account number ``number`` of a client, who need not be stored."""
    return a_row("account", account=f"8800{number:04d}", client_id=f"C{owner}")


def do(connection: Connection, step: tuple[str, int, int, int]) -> None:
    """One write, each in another of the ways the desk has."""
    kind, one, two, three = step
    person = a_person(one, two % 5, three % 4, two * 37 + three, 10 ** (three % 12))
    match kind:
        case "client":
            write_rows(connection, CLIENT, [person])
        case "replaced client":
            connection.execute(insert(CLIENT).prefix_with("OR REPLACE"), person)
        case "client gone":
            delete_rows(connection, CLIENT, [{"branch_id": "B1", "client_id": f"C{one}"}])
        case "account":
            write_rows(connection, ACCOUNT, [an_account(two, one)])
        case "replaced account":
            connection.execute(insert(ACCOUNT).prefix_with("OR REPLACE"), an_account(two, one))
        case "account gone":
            gone: Row = {"branch_id": "B1", "account": f"8800{two:04d}"}
            delete_rows(connection, ACCOUNT, [gone])
        case "all gone":
            connection.execute(delete(CLIENT).where(CLIENT.c.manager_id == "M001"))
        case "contact":
            connection.execute(update(CLIENT).values(last_contact_at=str(three)))


def looked_through(connection: Connection) -> dict[str, tuple[str, set[str]]]:
    """Tier and words of every client, made anew from all rows."""
    accounts: dict[str, list[str]] = {}
    for row in connection.execute(select(ACCOUNT)):
        accounts.setdefault(row.client_id, []).append(row.account)
    return {
        row.client_id: (
            row.tier,
            search_words(
                Named(row.name, row.pinyin, row.initials,
                      (*accounts.get(row.client_id, ()), row.mobile))
            ),
        )
        for row in connection.execute(select(CLIENT))
    }  # fmt: skip


def assert_true(connection: Connection) -> None:
    """The index is whole and answers every text as a look at all rows does, platinum first."""
    clients = looked_through(connection)
    for text in TEXTS:
        groups = find_clients(connection, text)
        found = [name for group in groups for name in group]
        starts = [one.by.value + one.text for one in asks(text) if not one.whole]
        assert len(found) == len(set(found))
        assert set(found) == {
            name
            for name, (_, words) in clients.items()
            if any(word.startswith(start) for word in words for start in starts)
        }, text
        for group in groups:
            ranks = [TIERS.index(clients[name][0]) for name in group]
            assert ranks == sorted(ranks, reverse=True)
    assert connection.execute(select(SEARCH_STALE)).all() == []
    assert len(connection.execute(select(SEARCH_PLACE)).all()) == len(clients)
    connection.exec_driver_sql(
        f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}) VALUES ('integrity-check')"
    )


STEPS = st.tuples(
    st.sampled_from(
        ["client", "client", "replaced client", "client gone", "account", "replaced account",
         "account gone", "all gone", "contact"]
    ),
    st.integers(0, 4), st.integers(0, 9), st.integers(0, 12),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(STEPS, min_size=1, max_size=4), max_size=8))
def test_index_is_true_after_every_transaction(
    transactions: list[list[tuple[str, int, int, int]]],
) -> None:
    with a_store() as connection:
        for steps in transactions:
            for step in steps:
                do(connection, step)
            renew_search(connection)
            assert_true(connection)


def test_a_changed_row_that_is_not_searched_leaves_the_index_alone() -> None:
    with a_store() as connection:
        write_rows(connection, CLIENT, [a_person(1, 0, 0, 5, 0)])
        renew_search(connection)
        connection.execute(update(CLIENT).values(last_contact_at="now", points_milli=7))
        assert connection.execute(select(SEARCH_STALE)).all() == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("88000001", [("C1",), ("C2",)]),  # the whole account, then one that starts so
        ("张", [("C4", "C1"), ("C3",)]),  # names that start so, platinum first; then later parts
        ("zhang", [("C4", "C1"), ("C3",)]),
        ("w", [("C3",), ("C4",)]),  # pinyin from its start, then from a later syllable
    ],
)
def test_the_better_answer_comes_first(text: str, expected: list[tuple[str, ...]]) -> None:
    with a_store() as connection:
        rows = [
            a_person(1, 0, 0, 1, 0),
            a_person(2, 4, 3, 2, 0),
            a_person(3, 3, 3, 3, 0),
            a_person(4, 1, 3, 4, 0),
        ]
        write_rows(connection, CLIENT, rows)
        accounts = [an_account(1, 1), an_account(2, 2) | {"account": "8800000123"}]
        write_rows(connection, ACCOUNT, accounts)
        renew_search(connection)
        assert list(find_clients(connection, text)) == expected


def test_no_more_than_asked_and_the_best_of_them() -> None:
    with a_store() as connection:
        write_rows(connection, CLIENT, [a_person(n, 0, n % 4, n, 0) for n in range(40)])
        renew_search(connection)
        (group,) = find_clients(connection, "z", 10)
        assert set(group) == {f"C{n}" for n in range(3, 40, 4)}
        assert find_clients(connection, "z", 0) == ()
