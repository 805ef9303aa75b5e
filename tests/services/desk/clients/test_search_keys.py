"""Who is found by what is typed."""

import pytest

from models.clients.tier import RiskClass, Tier
from services.desk.clients.search_keys import needles, readings, search_key
from services.desk.storage.queries.entries import ClientEntry


def entry(name: str, pinyin: str, initials: str) -> ClientEntry:
    """A client with account 88001234 and mobile 13812345678."""
    return ClientEntry(
        "C1", name, pinyin, initials, "13812345678", Tier.GOLD, RiskClass.C3, 0, 0, "",
        ("88001234",), 0, (), (), 0,
    )  # fmt: skip


def finds(client: ClientEntry, text: str) -> bool:
    """Whether the text finds the client."""
    wanted = needles(text)
    return not wanted or any(one in search_key(client) for one in wanted)


ZHANG = entry("张三丰", "zhang san feng", "zsf")
SHAN = entry("单雄信", "shan xiong xin,dan xiong xin", "sxx")
OUYANG = entry("欧阳娜娜", "ou yang na na", "oynn")
JOHN = entry("John Smith", "", "js")


@pytest.mark.parametrize(
    ("client", "text"),
    [
        (ZHANG, ""),
        (ZHANG, "张"),
        (ZHANG, "三丰"),
        (ZHANG, "zhangsanfeng"),
        (ZHANG, "Zhang San"),
        (ZHANG, "zhang's"),
        (ZHANG, "san"),
        (ZHANG, "feng"),
        (ZHANG, "zsf"),
        (ZHANG, "zs"),
        (ZHANG, "sf"),
        (ZHANG, "zsanfeng"),
        (ZHANG, "zsfeng"),
        (ZHANG, "zhangsf"),
        (ZHANG, "4"),
        (ZHANG, "1234"),
        (ZHANG, "88001234"),
        (ZHANG, "8800"),
        (ZHANG, "5678"),
        (ZHANG, "138"),
        (SHAN, "shanx"),
        (SHAN, "danx"),
        (SHAN, "dxx"),
        (SHAN, "sxx"),
        (OUYANG, "ouyang"),
        (OUYANG, "oynn"),
        (OUYANG, "nana"),
        (JOHN, "smith"),
        (JOHN, "john s"),
    ],
)
def test_client_is_found(client: ClientEntry, text: str) -> None:
    assert finds(client, text)


@pytest.mark.parametrize(
    ("client", "text"),
    [
        (ZHANG, "hang"),
        (ZHANG, "丰三"),
        (ZHANG, "zf"),
        (ZHANG, "123"),
        (ZHANG, "13"),
        (ZHANG, "88"),
        (SHAN, "zx"),
        (OUYANG, "yangou"),
    ],
)
def test_client_is_not_found(client: ClientEntry, text: str) -> None:
    assert not finds(client, text)


def test_readings_of_one_syllable_are_multiplied() -> None:
    assert set(readings("yue/le tian")) == {("yue", "tian"), ("le", "tian")}


def test_a_bar_is_no_way_into_the_key() -> None:
    assert needles("|") == ()


def test_no_pinyin_has_no_reading() -> None:
    assert readings("") == ()
