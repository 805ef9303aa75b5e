"""A fair test: names and initials that others wrote, some with characters of two readings."""

import csv
import gzip
from itertools import product

from pypinyin import Style, pinyin
from sqlalchemy import create_engine
from sqlcipher3 import dbapi2

from models.tables.firm import CLIENT
from services.desk.storage.rows import Row, write_rows
from services.desk.storage.schema import prepare_schema
from services.desk.storage.search.find import find_clients
from services.desk.storage.search.index import renew_search
from tests.support.desk_data import a_client
from tests.support.shared_data import shared_data

# The list spells 退市 for 退, and 珀 with a reading that no dictionary gives.
OTHERWISE_SPELLED = {"退海越", "退龙宇", "珀莱雅"}
_CHINESE = range(0x4E00, 0xA000)


def read_names() -> list[tuple[str, str]]:
    """Names of Chinese characters only, with the initials that the list gives."""
    file = shared_data("ashare_reference") / "stock_basic_pinyin.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as lines:
        rows = [(row["name"], row["cnspell"].lower()) for row in csv.DictReader(lines)]
    return [(n, s) for n, s in rows if all(ord(sign) in _CHINESE for sign in n)]


def a_named(number: int, name: str) -> Row:
    """A client of that name, each character with all its readings."""
    ways = (pinyin(sign, style=Style.NORMAL, heteronym=True)[0] for sign in name)
    syllables = ["/".join(readings) for readings in ways]
    first = "".join(ways[0] for ways in pinyin(name, style=Style.FIRST_LETTER))
    return a_client(f"C{number}", name, pinyin=" ".join(syllables), initials=first)


def test_every_name_is_found_by_its_initials_as_they_are_typed() -> None:
    names = read_names()
    assert len(names) > 2_000
    engine = create_engine("sqlite+pysqlite://", module=dbapi2)
    missed = []
    with engine.begin() as connection:
        prepare_schema(connection)
        write_rows(connection, CLIENT, [a_named(n, name) for n, (name, _) in enumerate(names)])
        renew_search(connection)
        for number, (name, spelled) in enumerate(names):
            for typed in (spelled[:1], spelled[:2], spelled, name[:1], name[1:3], name):
                groups = find_clients(connection, typed)
                if not any(f"C{number}" in group for group in groups):
                    missed.append((name, typed))
    engine.dispose()
    assert {name for name, _ in missed} <= OTHERWISE_SPELLED, missed


def test_a_character_of_two_readings_is_found_by_both() -> None:
    engine = create_engine("sqlite+pysqlite://", module=dbapi2)
    with engine.begin() as connection:
        prepare_schema(connection)
        write_rows(connection, CLIENT, [a_named(1, "曾乐重")])
        renew_search(connection)
        for initials in map("".join, product("zc", "ly", "zc")):
            assert find_clients(connection, initials) == (("C1",),), initials
        for typed in ("zengle", "cengyue", "zengyuechong", "lezhong"):
            assert find_clients(connection, typed) == (("C1",),), typed
    engine.dispose()
