"""Reads a file of questions or courses; a line that is wrong has its number and its reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.errors import ExpectedFailure
from models.rules.basis.settings.words import QuestionKind
from models.wire.service.training import NewCourse, NewQuestion
from services.files.table import FileTable

QUESTION_COLUMNS = ("question_id", "topic", "kind", "text", "options", "right", "source")
COURSE_COLUMNS = ("course_id", "title", "body")
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of the file: what it says, or why it cannot be read."""

    number: int
    name: str
    told: NewQuestion | NewCourse | None
    reason: str = ""


_Read = Callable[[int, Mapping[str, str]], BankLine]


def read_bank(table: FileTable) -> tuple[BankLine, ...]:
    """Return every line that says something, told apart by the header.

    Raises ExpectedFailure BANK_HEADER where it is neither of questions nor of courses.
    """
    header = [cell.strip() for cell in (table.rows[0] if table.rows else ())]
    for columns, read in ((QUESTION_COLUMNS, _question), (COURSE_COLUMNS, _course)):
        if set(header) == set(columns):
            return tuple(_lines(table.rows, header, read))
    wanted = ",".join(QUESTION_COLUMNS) + " 或 " + ",".join(COURSE_COLUMNS)
    raise ExpectedFailure("文件的表头不是题目也不是课程", f"应为 {wanted}", "BANK_HEADER")


def _lines(rows: Sequence[Sequence[str]], header: Sequence[str], read: _Read) -> Iterator[BankLine]:
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != len(header):
            yield BankLine(number, cells[0], None, "COLUMNS")
            continue
        line = read(number, dict(zip(header, cells, strict=True)))
        if line.name in seen:
            line = BankLine(number, line.name, None, "TWICE_IN_FILE")
        seen.add(line.name)
        yield line


def _question(number: int, told: Mapping[str, str]) -> BankLine:
    name = told["question_id"]
    try:
        kind = QuestionKind(told["kind"])
    except ValueError:
        return BankLine(number, name, None, "KIND_UNKNOWN")
    options = tuple(option.strip() for option in told["options"].split(_BETWEEN))
    right = tuple(told["right"].replace(_BETWEEN, ""))
    question = NewQuestion(name, told["topic"], kind, told["text"], options, right, told["source"])
    return BankLine(number, name, question)


def _course(number: int, told: Mapping[str, str]) -> BankLine:
    course = NewCourse(told["course_id"], told["title"], told["body"])
    return BankLine(number, course.course_id, course)
