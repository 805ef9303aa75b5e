"""The two files of one tree: fonts inside, pages unbroken rows, numbers as numbers."""

import io
import re
import zlib
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from models.files.report.document import (
    Cell,
    Column,
    Document,
    Facts,
    Kind,
    Section,
    Sentence,
    table,
)
from services.files.writing.report.glyphs import Glyphs
from services.files.writing.report.pdf import report_pdf
from services.files.writing.report.workbook import report_workbook

MARK = "CMW-0123456789ABCDEF"


def document(rows: int = 3, said: str = "买入") -> Document:
    columns = (
        Column("日期", Kind.DAY),
        Column("说明", width=30),
        Column("金额(元)", Kind.YUAN, summed=True),
        Column("数量", Kind.WHOLE, summed=True),
    )
    cells: list[tuple[Cell, ...]] = [
        ("2023-02-01", f"{said} {at}", Decimal(at) / 100, at) for at in range(rows)
    ]
    return Document(
        "客户服务报告", "张镕喆  2023", MARK, "林晓岚(M001)", "2023-02-01T10:00:00.000+08:00",
        (
            Section("成交", (table("", columns, cells), Sentence("没有注意事项。"))),
            Section("积分", (Facts((("期初", "1"), ("期末", "2"))),)),
        ),
        ("市场有风险,投资需谨慎。",),
    )  # fmt: skip


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def page_count(raw: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", raw))


def test_the_pdf_is_named_and_carries_its_fonts() -> None:
    raw = report_pdf(document())
    assert raw.startswith(b"%PDF") and MARK.encode() in raw
    assert raw.count(b"/FontFile2") >= 2 and b"/ToUnicode" in raw
    assert len(raw) < 400_000  # a subset of the fonts, not the fonts


def test_a_long_table_goes_over_pages_and_one_row_higher_than_a_page_too() -> None:
    assert page_count(report_pdf(document(rows=3))) == 1
    assert page_count(report_pdf(document(rows=120))) >= 3
    assert page_count(report_pdf(document(rows=1, said="很长的一段话。" * 2_000))) >= 2


def test_the_same_tree_makes_the_same_file() -> None:
    assert report_pdf(document()) == report_pdf(document())


def test_the_text_can_be_copied_as_it_was_written() -> None:
    """Every drawn character maps back to its own code, those of the second font too."""
    raw = report_pdf(document(said="镕喆"))
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL)
    maps = b"".join(one for one in map(unpacked, packed) if b"beginbf" in one)
    codes = re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", maps)
    told = {bytes.fromhex(code.decode()).decode("utf-16-be") for _, code in codes}
    assert set("客户服务报告镕喆元0123456789") <= told


@pytest.mark.parametrize("rare", ["㛃", "𠮷", "\ue000"])
def test_a_character_of_no_font_is_told_as_its_code(rare: str) -> None:
    glyphs = Glyphs()
    assert glyphs.drawable(f"张{rare}镕") == f"张〔U+{ord(rare):04X}〕镕"
    assert glyphs.missing == {rare: f"〔U+{ord(rare):04X}〕"}
    assert len(report_pdf(document(said=rare))) > len(report_pdf(document(said="")))


def test_the_workbook_has_numbers_as_numbers_and_is_ready_to_print() -> None:
    book = load_workbook(io.BytesIO(report_workbook(document())))
    page = book["成交"]
    assert page.freeze_panes == "A5" and page.print_title_rows == "$4:$4"
    assert (str(page["A5"].value), page["A5"].number_format) == (
        "2023-02-01 00:00:00",
        "yyyy-mm-dd",
    )
    assert (page["C6"].value, page["C6"].number_format) == (0.01, "#,##0.00")
    assert [page.cell(8, at).value for at in range(1, 5)] == ["合计", None, 0.03, 3]
    assert MARK in str(page["A2"].value)
    assert page.oddFooter is not None and MARK in str(page.oddFooter.left.text)
    fitted = page.sheet_properties.pageSetUpPr
    assert page.page_setup.orientation == "landscape"
    assert fitted is not None and fitted.fitToPage
    assert book["重要提示"]["A4"].value == "市场有风险,投资需谨慎。"


@pytest.mark.parametrize("said", ["=1+1", "@SUM", "+A1", "-A1", "\tx"])
def test_no_text_becomes_a_formula(said: str) -> None:
    page = load_workbook(io.BytesIO(report_workbook(document(said=said))))["成交"]
    assert page["B5"].data_type == "s" and str(page["B5"].value).startswith("'")
