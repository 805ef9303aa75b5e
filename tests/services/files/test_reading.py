"""Reading files: every form people send, and whatever else comes along, gets a reason."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from models.errors import ExpectedFailure
from models.files.judged import Judged, Line
from models.files.kinds import ImportKind
from services.files.fields import Unreadable
from services.files.forms import FORMS, read_day, read_symbol
from services.files.packing import PART_ROWS, pack_rows, unpack_rows
from services.files.personal import read_id_no, read_mobile, read_name
from services.files.picking import pick, read_rows
from services.files.prepared import prepare_import, prepare_statement
from services.files.table import read_table

CLIENTS = FORMS[ImportKind.CLIENTS]
TEXT = "客户号,姓名,手机\nN1,张三,13800000001\n"


def book(*rows: Sequence[object]) -> bytes:
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def read(raw: bytes, kind: ImportKind = ImportKind.CLIENTS) -> tuple[list[Line], list[Judged]]:
    return read_rows(FORMS[kind], pick(FORMS[kind], read_table("f", raw)).rows)


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", ";").encode("gb18030"),
        TEXT.replace("N1", '"N1"').encode(),
        ("某营业部,,\n,,\n" + TEXT).encode(),
        TEXT.replace("客户号", "客户编号 ").replace("手机", "手机号码(必填)").encode(),
        book(("客户号", "姓名", "手机"), ("N1", "张三", 13800000001)),
        book(("说明",), (), ("客户号", "姓名", "手机"), ("N1", "张三", "138 0000 0001")),
    ],
)
def test_every_form_gives_the_same_row(raw: bytes) -> None:
    [line], faulty = read(raw)
    assert line.values == {"client_no": "N1", "name": "张三", "mobile": "13800000001"}
    assert faulty == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b" \n ", "FILE_EMPTY"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "FILE_XLS_OLD"),
        (b"PK\x03\x04 broken", "FILE_BROKEN"),
        (b"\xff\xff\xff\x80", "FILE_ENCODING"),
        (TEXT.replace("张三", '"张三').encode(), "FILE_BROKEN"),
        ("客户号,姓名\nN1,张三\n".encode(), "FILE_COLUMNS"),
        ("客户号,姓名,手机,手机号\nN1,张三,1,2\n".encode(), "FILE_COLUMN_TWICE"),
        (b"x" * (64 * 1024 * 1024 + 1), "FILE_TOO_LARGE"),
    ],
)
def test_a_file_that_is_none_says_why(raw: bytes, code: str) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        read(raw)
    assert failure.value.code == code


def test_rows_keep_the_number_that_a_spreadsheet_shows() -> None:
    text = "标题\n客户号,姓名,手机\n\nN1,张三,13800000001\n\nN2,李四,1\nN3,a,b,c\nN4,a\n"
    lines, faulty = read(text.encode())
    assert [line.row for line in lines] == [4]
    assert [(one.row, one.reason) for one in faulty] == [
        (6, "MOBILE_FORMAT"),
        (7, "ROW_TOO_WIDE"),
        (8, "ROW_TOO_SHORT"),
    ]


def test_a_number_that_a_spreadsheet_has_rounded_is_refused() -> None:
    head = ("客户号", "姓名", "手机", "证件号码")
    row = ("N1", "张三", 13800000001, 110101198001011234)
    _, [faulty] = read(book(head, row))
    assert (faulty.reason, faulty.at) == ("NUMBER_ROUNDED", "id_no")


def test_dates_of_a_workbook_and_grouped_amounts() -> None:
    head = ("资金账号", "证券代码", "持仓数量", "成本(元)", "日期")
    raw = book(head, ("A1", 600519, 100, "¥1,234.50", datetime(2023, 2, 1)))  # noqa: DTZ001 - as in a workbook
    [line], _ = read(raw, ImportKind.HOLDINGS)
    assert line.values == {
        "account": "A1",
        "symbol": "600519.SH",
        "quantity": 100,
        "cost_cents": 123_450,
        "day": "2023-02-01",
    }


def test_numbers_kept_as_text_are_numbers() -> None:
    raw = '客户号,姓名,手机\n="N1",张三,="13800000001"\n\'002,李四,\'13800000002\n'.encode()
    lines, faulty = read(raw)
    assert faulty == []
    assert [(line.values["client_no"], line.values["mobile"]) for line in lines] == [
        ("N1", "13800000001"),
        ("002", "13800000002"),
    ]


def merged(raw: bytes, *ranges: str) -> bytes:
    workbook = load_workbook(io.BytesIO(raw))
    for one in ranges:
        workbook.worksheets[0].merge_cells(one)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def test_what_is_merged_over_rows_is_said_of_each() -> None:
    raw = merged(
        book(
            ["一月持仓", "", "", ""],
            ["资金账号", "证券代码", "数量", "成本"],
            ["A1", "600519.SH", 100, 1],
            ["", "600036.SH", 200, 2],
            ["A2", "600519.SH", 300, 3],
        ),
        "A1:D1",
        "A3:A4",
    )
    lines, faulty = read(raw, ImportKind.HOLDINGS)
    assert faulty == []
    assert [line.values["account"] for line in lines] == ["A1", "A1", "A2"]


def test_a_sheet_merged_from_end_to_end_is_read() -> None:
    raw = book(["客户号", "姓名"], ["N1", "张三"])
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        files = {name: parts.read(name) for name in parts.namelist()}
    files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>',
    )
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w") as parts:
        for name, content in files.items():
            parts.writestr(name, content)
    assert list(read_table("f", saved.getvalue()).rows) == [["客户号", "姓名"], ["N1", "张三"]]


def test_a_statement_tells_by_its_header_what_it_is() -> None:
    cash = prepare_statement("f", "资金账号,资金余额\nA,1\n".encode())
    assert cash.kind is ImportKind.CASH
    held = prepare_statement("f", "资金账号,证券代码,数量,成本\nA,600519,1,1\n".encode())
    assert held.kind is ImportKind.HOLDINGS
    with pytest.raises(ExpectedFailure) as failure:
        prepare_statement("f", b"a,b\n1,2\n")
    assert failure.value.code == "FILE_COLUMNS"


def test_a_person_says_which_column_is_which() -> None:
    raw = "编码,姓名,手机,备注\nN1,张三,13800000001,x\n".encode()
    picked = pick(CLIENTS, read_table("f", raw), {"编码": "client_no"})
    assert picked.used["client_no"] == "编码" and picked.ignored == ("备注",)
    with pytest.raises(ExpectedFailure) as failure:
        pick(CLIENTS, read_table("f", raw), {"编码": "nothing"})
    assert failure.value.code == "FILE_MAPPING"


@pytest.mark.parametrize(
    ("reader", "text", "expected"),
    [
        (read_mobile, "+86 138-0000-0001", "13800000001"),
        (read_mobile, "１３８００００００01", "13800000001"),
        (read_mobile, "138****0001", "MOBILE_FORMAT"),
        (read_mobile, "23800000001", "MOBILE_FORMAT"),
        (read_id_no, "11010119800101123x", "ID_NO_CHECK"),
        (read_id_no, "110101198013011234", "ID_NO_CHECK"),
        (read_id_no, "110101********1234", "ID_NO_FORMAT"),
        (read_id_no, "h1234567(8)", "H1234567(8)"),
        (read_id_no, "110101800101123", "110101800101123"),
        (read_name, "  张  三 ", "张 三"),
        (read_name, "张*", "NAME_FORMAT"),
        (read_name, "＝1+1", "NAME_FORMAT"),
        (read_name, "-1", "NAME_FORMAT"),
        (read_day, "2023年2月1日", "2023-02-01"),
        (read_day, "20230201", "2023-02-01"),
        (read_day, "44958", "2023-02-01"),
        (read_day, "202321", "DATE_INVALID"),
        (read_day, "2023111", "DATE_INVALID"),
        (read_day, "44958.5", "DATE_INVALID"),
        (read_day, "2023-02-30", "DATE_INVALID"),
        (read_day, "1.2.2023", "DATE_INVALID"),
        (read_symbol, "sh600519", "600519.SH"),
        (read_symbol, "300750", "300750.SZ"),
        (read_symbol, "430047", "430047.BJ"),
        (read_symbol, "60051", "SYMBOL_FORMAT"),
    ],
)
def test_one_cell(reader: object, text: str, expected: str) -> None:
    assert callable(reader)
    try:
        assert reader(text) == expected
    except Unreadable as fault:
        assert fault.reason == expected


def test_a_sign_within_quotes_parts_no_cells() -> None:
    head = "客户号,姓名,手机"
    rows = ['"N1","张三|李四","13800000001"', '"N2","王五|赵六","13800000002"', '"|"', '"|"']
    table = read_table("f", "\r\n".join([head, *rows]).encode())
    assert table.rows[1] == ["N1", "张三|李四", "13800000001"]
    assert [list(row) for row in table.rows[3:]] == [["|"], ["|"]]


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["N1", "张三", "13800000001", "=1+1", "2023-02-01", "1e400", "NaN", "\x00", "－5"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.sampled_from(list(ImportKind)))
def test_any_cells_are_read_or_refused_each_row_once(
    rows: list[list[str]], kind: ImportKind
) -> None:
    form = FORMS[kind]
    head = [column.title for column in form.columns][:6]
    text = [",".join(head)] + [
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    ]
    raw = "\r\n".join(text).encode("utf-8", "replace")
    lines, faulty = read(raw, kind)
    numbers = [line.row for line in lines] + [one.row for one in faulty]
    filled = [row for row in read_table("f", raw).rows[1:] if any(cell.strip() for cell in row)]
    assert len(numbers) == len(set(numbers)) == len(filled)
    assert all(one.reason and one.reason.isupper() for one in faulty)
    for line in lines:
        assert {column.name for column in form.columns if column.needed} <= set(line.values)
        assert all("\x00" not in str(value) for value in line.values.values())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_file_or_have_a_reason(raw: bytes) -> None:
    for head in (b"", b"PK\x03\x04", "客户号,姓名,手机\n".encode()):
        try:
            read(head + raw)
        except ExpectedFailure as failure:
            assert failure.code.startswith("FILE_")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4_000), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_has_a_reason(at: int, patch: bytes) -> None:
    whole = book(
        ("客户号", "姓名", "手机"), ("N1", "张三", 13800000001), ("N2", "李四", date(2023, 1, 1))
    )
    damaged = bytearray(whole)
    damaged[at % len(whole) : at % len(whole) + len(patch)] = patch
    try:
        read(bytes(damaged))
    except ExpectedFailure as failure:
        assert failure.code.startswith("FILE_")


def test_rows_travel_in_parts_and_come_out_as_they_went_in() -> None:
    rows = [(number, "", (f"N{number}", "张三", "")) for number in range(2, PART_ROWS + 5)]
    parts = list(pack_rows(rows))
    assert len(parts) == 2
    assert [row for part in parts for row in unpack_rows(part)] == rows


def test_the_same_file_makes_the_same_parts() -> None:
    once, again = (prepare_import(ImportKind.CLIENTS, "f", TEXT.encode()) for _ in range(2))
    assert once.commands("I", "") == again.commands("I", "")
