"""Believable Chinese names with their readings, some rare or with more readings than one."""

from dataclasses import dataclass
from functools import cache
from random import Random

from pypinyin import Style, pinyin

MALE, FEMALE = "男", "女"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
# Surnames that are read otherwise than the character usually is.
_HETERONYMS = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "区": "ou",
    "查": "zha",
    "任": "ren",
    "华": "hua",
    "朴": "piao",
    "盖": "ge",
    "乐": "yue",
    "覃": "qin",
    "冼": "xian",
    "缪": "miao",
    "尉迟": "yu chi",
    "欧阳": "ou yang",
    "上官": "shang guan",
}
_MALE = (
    "伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国志文博思远天佑子轩浩然一鸣家豪"
)
_FEMALE = "芳娜敏静丽艳娟霞秀玲婷雪倩颖洁琳慧莉萍红玉梅兰欣怡佳诗涵梦瑶雨桐思琪晓雯若曦可馨安然心悦"
_RARE = "喆堃犇翀赟昇璟彧淼玥珺煊玹祎懿頔"

_HETERONYM_PERMILLE, _RARE_PERMILLE, _ONE_CHARACTER_PERMILLE = 60, 45, 180


@dataclass(frozen=True, slots=True)
class DemoName:
    """A name; ``pinyin`` holds one reading after the other, separated by commas."""

    name: str
    gender: str
    pinyin: str
    initials: str


def draw_name(rng: Random) -> DemoName:
    """Return a new name."""
    surname = _draw_surname(rng)
    gender = rng.choice((MALE, FEMALE))
    return name_of(surname, _draw_given(rng, gender), gender)


def name_of(surname: str, given: str, gender: str) -> DemoName:
    """Return the name with its right reading first, then those a searcher may type instead."""
    right = [*_surname_reading(surname), *(_readings(character)[0] for character in given)]
    usual = [_readings(character)[0] for character in surname + given]
    every = dict.fromkeys((" ".join(right), " ".join(usual)))
    initials = "".join(syllable[0] for syllable in right)
    return DemoName(surname + given, gender, ",".join(every), initials)


def _draw_surname(rng: Random) -> str:
    if rng.randrange(1_000) < _HETERONYM_PERMILLE:
        return rng.choice(tuple(_HETERONYMS))
    return _SURNAMES[min(rng.randrange(len(_SURNAMES)), rng.randrange(len(_SURNAMES)))]


def _draw_given(rng: Random, gender: str) -> str:
    pool = _MALE if gender == MALE else _FEMALE
    first = rng.choice(_RARE if rng.randrange(1_000) < _RARE_PERMILLE else pool)
    if rng.randrange(1_000) < _ONE_CHARACTER_PERMILLE:
        return first
    return first + rng.choice(pool)


def _surname_reading(surname: str) -> list[str]:
    special = _HETERONYMS.get(surname)
    return special.split() if special else [_readings(character)[0] for character in surname]


@cache
def _readings(character: str) -> tuple[str, ...]:
    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
