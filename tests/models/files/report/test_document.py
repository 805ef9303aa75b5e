"""Totals are reckoned once and agree with what they are totals of."""

from decimal import Decimal

import pytest

from models.files.report.document import Cell, Column, Kind, Unbalanced, agree, table

COLUMNS = (
    Column("名"),
    Column("额", Kind.YUAN, summed=True),
    Column("数", Kind.WHOLE, summed=True),
)


def test_a_total_is_the_exact_sum_and_leaves_out_what_is_missing() -> None:
    rows: list[tuple[Cell, ...]] = [("甲", Decimal("0.10"), 1), ("乙", Decimal("0.20"), None)]
    assert table("", COLUMNS, rows).total == ("合计", Decimal("0.30"), 1)


def test_a_table_without_rows_has_no_total() -> None:
    assert table("", COLUMNS, []).total is None


def test_a_row_that_does_not_fit_is_a_bug() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        table("t", COLUMNS, [("甲", 1)])


def test_figures_that_differ_make_no_report() -> None:
    agree("余额", 5, Decimal("5.000"))
    with pytest.raises(Unbalanced) as failure:
        agree("余额", 5, 6)
    assert failure.value.code == "REPORT_UNBALANCED"
