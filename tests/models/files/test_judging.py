"""Judging rows of clients: the same answer as the firm's rule, whatever the rows are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.files.clients import ClientBook, Importer, KnownClient, judge_clients
from models.files.judged import Line, Outcome, tally
from models.rules.assessment.importing import ClientRow, ImportKey, preview

IMPORTER = Importer("M001", "2023-02-01")
ROWS = st.builds(
    ClientRow,
    client_no=st.sampled_from([f"K{n}" for n in range(6)]),
    name=st.sampled_from(["张三", "李四"]),
    mobile=st.sampled_from(["13800000001", "13800000002"]),
    id_no=st.sampled_from(["", "P1", "P2", "P3", "P4"]),
)


def line_of(number: int, row: ClientRow) -> Line:
    told = {"client_no": row.client_no, "name": row.name, "mobile": row.mobile, "id_no": row.id_no}
    return Line(number, {name: value for name, value in told.items() if value})


def known_of(row: ClientRow) -> KnownClient:
    return KnownClient("M001", {"name": row.name, "mobile": row.mobile, "id_no": row.id_no})


@settings(max_examples=300, deadline=None)
@given(
    st.lists(ROWS, max_size=6, unique_by=(lambda row: row.client_no, lambda row: row.id_no or row)),
    st.lists(ROWS, max_size=6, unique_by=lambda row: row.client_no),
)
def test_new_known_changed_and_duplicate_are_as_the_rule_says(
    existing: list[ClientRow], rows: list[ClientRow]
) -> None:
    # where a file leaves a known client's field empty, or gives him another identity number, an
    # import is more careful than the rule: such rows are not compared
    known = {row.client_no: row for row in existing}
    rows = [r for r in rows if r.client_no not in known or r.id_no == known[r.client_no].id_no]
    told = preview(ImportKey.CLIENT_NO, rows, existing)
    book = ClientBook({number: known_of(row) for number, row in known.items()})
    lines = [line_of(number, row) for number, row in enumerate(rows, 1)]
    judged = list(judge_clients(lines, book, IMPORTER))
    counts = tally(judged)
    assert (counts.added, counts.changed, counts.known) == (told.new, told.updated, told.unchanged)
    found = [(one.row, one.about) for one in judged if one.outcome is Outcome.DUPLICATE]
    assert found == [(one.row, one.of) for one in told.duplicates]
    assert counts.rejected == 0 and counts.read == told.read


@settings(max_examples=200, deadline=None)
@given(st.lists(ROWS, max_size=8), st.lists(ROWS, max_size=8, unique_by=lambda row: row.client_no))
def test_every_row_that_is_applied_is_known_when_it_comes_again(
    rows: list[ClientRow], existing: list[ClientRow]
) -> None:
    clients = {row.client_no: known_of(row) for row in existing}
    lines = [line_of(number, row) for number, row in enumerate(rows, 2)]
    applied = set()
    for one in judge_clients(lines, ClientBook(dict(clients)), IMPORTER):
        if one.outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.KNOWN):
            applied.add(one.row)
        if one.outcome in (Outcome.NEW, Outcome.CHANGED):
            before = clients[one.client_id].values if one.client_id in clients else {}
            clients[one.client_id] = KnownClient("M001", {**before, **one.after})
            assert set(one.before) == (set(one.after) if before else set())
    again = judge_clients(lines, ClientBook(clients), IMPORTER)
    assert {one.row for one in again if one.outcome is Outcome.KNOWN} == applied
