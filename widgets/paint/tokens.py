"""Colours by meaning. Dark and light are two sets; red-or-green rise is a swap within a set."""

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class BadgeTokens:
    """Text and ground of one badge, and the bar that goes with it."""

    text: QColor
    ground: QColor
    bar: QColor


@dataclass(frozen=True, slots=True)
class Tokens:
    """One set of colours. ``ground_0`` lies between panels, ``ground_3`` is the highest."""

    name: str
    ground_0: QColor
    ground_1: QColor
    ground_2: QColor
    ground_3: QColor
    line: QColor
    line_strong: QColor
    text_1: QColor
    text_2: QColor
    text_3: QColor
    accent: QColor
    accent_soft: QColor
    accent_fill: QColor
    rise: QColor
    rise_soft: QColor
    rise_fill: QColor
    fall: QColor
    fall_soft: QColor
    fall_fill: QColor
    warn: QColor
    warn_soft: QColor
    on_warn: QColor
    average: QColor
    platinum: BadgeTokens
    gold: BadgeTokens
    silver: BadgeTokens
    ordinary: BadgeTokens

    def change(self, value: int) -> QColor:
        """Colour of a change: rise above zero, fall below, plain text at zero."""
        if value > 0:
            return self.rise
        return self.fall if value < 0 else self.text_1

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return self.name == "dark"


def dark_tokens() -> Tokens:
    """Return the dark set (design § 8)."""
    return Tokens(
        name="dark",
        ground_0=QColor("#0A0D13"),
        ground_1=QColor("#10141C"),
        ground_2=QColor("#161B25"),
        ground_3=QColor("#1E2531"),
        line=QColor("#242C39"),
        line_strong=QColor("#364154"),
        text_1=QColor("#E7EBF3"),
        text_2=QColor("#9BA7BA"),
        text_3=QColor("#7C889D"),
        accent=QColor("#4C8DFF"),
        accent_soft=QColor("#1A2A47"),
        accent_fill=QColor("#2B66D9"),
        rise=QColor("#FF4D55"),
        rise_soft=QColor("#3A1A20"),
        rise_fill=QColor("#D6323B"),
        fall=QColor("#1FBF7A"),
        fall_soft=QColor("#10332A"),
        fall_fill=QColor("#0D8050"),
        warn=QColor("#F5A524"),
        warn_soft=QColor("#3A2C10"),
        on_warn=QColor("#1B1304"),
        average=QColor("#F0B429"),
        platinum=badge("#D5DBE6", "#2F3847", "#D5DBE6"),
        gold=badge("#F2C14E", "#40330F", "#F2C14E"),
        silver=badge("#AEB9C9", "#28303C", "#7F8CA0"),
        ordinary=badge("#8793A6", "#1E2531", "#465268"),
    )


def light_tokens() -> Tokens:
    """Return the light set (design § 8)."""
    return Tokens(
        name="light",
        ground_0=QColor("#E9EDF2"),
        ground_1=QColor("#FFFFFF"),
        ground_2=QColor("#F6F8FB"),
        ground_3=QColor("#EBF0F6"),
        line=QColor("#DDE3EB"),
        line_strong=QColor("#C3CCD8"),
        text_1=QColor("#18202D"),
        text_2=QColor("#566277"),
        text_3=QColor("#667286"),
        accent=QColor("#1F66E0"),
        accent_soft=QColor("#E3EDFD"),
        accent_fill=QColor("#1F66E0"),
        rise=QColor("#D4222B"),
        rise_soft=QColor("#FDE8E9"),
        rise_fill=QColor("#D4222B"),
        fall=QColor("#0B7F4B"),
        fall_soft=QColor("#E0F4EA"),
        fall_fill=QColor("#0B7F4B"),
        warn=QColor("#9A5B00"),
        warn_soft=QColor("#FFF1D6"),
        on_warn=QColor("#FFFFFF"),
        average=QColor("#A86400"),
        platinum=badge("#33415A", "#DCE3EE", "#3D4C66"),
        gold=badge("#7A5200", "#FFEBB8", "#D9A21B"),
        silver=badge("#47546A", "#E6EBF2", "#8D9AAE"),
        ordinary=badge("#566277", "#EBF0F6", "#C3CCD8"),
    )


def badge(text: str, ground: str, bar: str) -> BadgeTokens:
    """Return badge tokens from three ``#RRGGBB``."""
    return BadgeTokens(QColor(text), QColor(ground), QColor(bar))


def with_green_rise(tokens: Tokens) -> Tokens:
    """Return the set with rise and fall swapped: green is up, red is down."""
    return replace(
        tokens,
        rise=tokens.fall,
        rise_soft=tokens.fall_soft,
        rise_fill=tokens.fall_fill,
        fall=tokens.rise,
        fall_soft=tokens.rise_soft,
        fall_fill=tokens.rise_fill,
    )
