"""Writing files: nothing in them runs, everything in them is found again."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ExpectedFailure
from services.files.table import read_table
from services.files.writing.files import begin_file
from services.files.writing.marks import marks_in, prints_of
from services.files.writing.sheet import Cell, Sheet, form_of, harmless

MARK = "0123456789ABCDEF"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("+cmd|'/c calc'!A0", "'+cmd|'/c calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t=1"),
        ("-12.50", "-12.50"),
        (Decimal("-1.20"), "-1.20"),
        ("张三", "张三"),
        ("2023-02-01", "2023-02-01"),
    ],
)
def test_no_cell_runs(cell: str | Decimal, written: str) -> None:
    assert harmless(cell) == written


def test_only_two_forms_are_written() -> None:
    assert form_of("客户.CSV") == "csv"
    with pytest.raises(ExpectedFailure) as failure:
        form_of("客户.pdf")
    assert failure.value.code == "EXPORT_FORM"


def written(name: str, sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> bytes:
    """The bytes of a file, its rows written in two goes."""
    file = io.BytesIO()
    writer = begin_file(name, sheet, file)
    writer.add(rows[:1])
    writer.add(rows[1:])
    writer.finish()
    return file.getvalue()


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=10)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(NAMES, st.integers(0, 10**9), st.decimals(0, 10**9, places=2)), min_size=1)
)
def test_a_file_is_found_by_its_mark_and_by_its_content(
    rows: list[tuple[str, int, Decimal]],
) -> None:
    sheet = Sheet("清单", "内部资料", MARK, ("姓名", "数量", "金额"))
    kept = set(prints_of([str(cell) for cell in row] for row in rows))
    for name in ("a.csv", "a.xlsx"):
        table = read_table(name, written(name, sheet, rows))
        assert marks_in(table.rows) == {MARK: len(rows)}
        bare = [list(row)[:-1] for row in table.rows[2:]]
        assert marks_in(bare) == {}
        if name == "a.csv":
            assert set(prints_of(bare)) == kept


def test_a_heading_tells_whose_copy_it_is() -> None:
    sheet = Sheet("清单", "内部资料 M001 & 复核 7", MARK, ("姓名",))
    first, *_ = csv.reader(io.StringIO(written("a.csv", sheet, [["张三"]]).decode("utf-8-sig")))
    assert first == ["内部资料 M001 & 复核 7"]
