"""Who is found by what is typed."""

import pytest

from services.desk.storage.search.words import Named, asks, readings, search_words


def entry(name: str, pinyin: str, initials: str) -> Named:
    """A client with account 88001234 and mobile 13812345678."""
    return Named(name, pinyin, initials, ("88001234", "13812345678"))


def finds(client: Named, text: str) -> bool:
    """Whether the text finds the client."""
    wanted, words = asks(text), search_words(client)
    return not wanted or any(
        word == one.by.value + one.text if one.whole else word.startswith(one.by.value + one.text)
        for one in wanted
        for word in words
    )


ZHANG = entry("张三丰", "zhang san feng", "zsf")
SHAN = entry("单雄信", "shan xiong xin,dan xiong xin", "sxx")
OUYANG = entry("欧阳娜娜", "ou yang na na", "oynn")
JOHN = entry("John Smith", "", "js")
ALI = entry("阿卜杜拉·买买提", "a bu du la mai mai ti", "abdlmmt")
MIXED = entry("ABC投资", "", "")
RARE = entry("王𠮷", "wang ji", "wj")


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
        (JOHN, "JOHN"),
        (ZHANG, "13812345678"),
        (ZHANG, "８８００１２３４"),
        (ALI, "阿卜杜拉买买提"),
        (ALI, "买买提"),
        (MIXED, "abc"),
        (MIXED, "ABC投"),
        (MIXED, "c投资"),
        (MIXED, "投资"),
        (RARE, "𠮷"),
        (RARE, "王𠮷"),
    ],
)
def test_client_is_found(client: Named, text: str) -> None:
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
def test_client_is_not_found(client: Named, text: str) -> None:
    assert not finds(client, text)


def test_readings_of_one_syllable_are_multiplied() -> None:
    assert set(readings("yue/le tian")) == {("yue", "tian"), ("le", "tian")}


@pytest.mark.parametrize("text", ["|", '"', " * ", "\x00", "·"])
def test_signs_ask_for_nobody_in_particular(text: str) -> None:
    assert asks(text) == ()


def test_a_long_name_has_a_bounded_number_of_words() -> None:
    long = "a bu du la mai mai ti he li li ya"
    assert len(search_words(entry("", long, ""))) < 500


def test_no_pinyin_has_no_reading() -> None:
    assert readings("") == ()
