"""A table of a stranger, as CSV: its bytes become cells that know their line and column, or are refused.

UTF-8, one heading, one separator for the whole file. A cell is one line of text that can steer nothing:
no control characters, no marks without width, nothing that a spreadsheet would take for a formula.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generale.protocol.errors import UsageError

MAX_BYTES = 1 << 20
"""The largest file that is read, in bytes (project-defined)."""

MAX_ROWS = 10_000
"""The most rows below the heading (project-defined)."""

MAX_COLUMNS = 50
"""The most columns (project-defined)."""

MAX_TEXT = 120
"""The longest cell, in characters (project-defined)."""

PAGE = "docs/reference/tables.md"
_SEPARATORS = ";,\t"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of what steers, cannot be seen, or is no character."""

_LINE_ENDS = "\r\n"
_FORMULA = "=+-@"
"""How a formula of a spreadsheet begins."""

_QUOTED = 50
_MARKS = {"Mn", "Me"}
_MOST_MARKS = 2
"""How many marks may stand on one letter."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One text of a table, with blanks made single, and where it stands."""

    text: str
    line: int
    column: str

    def refused(self, what: str, hint: str) -> UsageError:
        """The mistake that stands in this cell, ready to be raised."""
        return UsageError(f"line {self.line}, column {self.column}: {what}", hint=hint)

    @property
    def quoted(self) -> str:
        """The text as a refusal shows it."""
        shown = self.text if len(self.text) <= _QUOTED else f"{self.text[:_QUOTED]}…"
        return f"'{shown}'"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that could be read: its rows by column, and the columns that nobody asked for."""

    rows: tuple[Mapping[str, Cell], ...]
    not_read: tuple[str, ...]


def read_sheet(raw: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """The cells of these columns; ``UsageError`` with line and column where the file is no such table."""
    text = _text(raw)
    separator = _separator(text)
    records = _records(text, separator)
    line, names = next(records, (1, []))
    heading = _heading(names, line, required)
    wanted = {*required, *optional}
    rows: list[Mapping[str, Cell]] = []
    for line, texts in records:
        if len(texts) != len(heading):
            raise UsageError(
                f"line {line} has {len(texts)} cells, and the heading {len(heading)}",
                hint="a separator inside a cell stands between double quotes",
            )
        if len(rows) == MAX_ROWS:
            raise UsageError(f"line {line}: more than {MAX_ROWS} rows", hint="import the table in parts")
        cells = (Cell(" ".join(one.split()), line, name) for name, one in zip(heading, texts, strict=True))
        rows.append({cell.column: _checked(cell) for cell in cells if cell.column in wanted})
    if not rows:
        raise UsageError("the table holds no rows below its heading", hint=f"{PAGE} shows one")
    return Sheet(tuple(rows), tuple(name for name in heading if name and name not in wanted))


def _text(raw: bytes) -> str:
    """The text of the file, without a byte-order mark, of characters that can be seen."""
    if len(raw) > MAX_BYTES:
        raise UsageError(f"the table is larger than {MAX_BYTES} bytes", hint="import it in parts")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"line {line}: the text is not UTF-8", hint="save it as 'CSV UTF-8', without another encoding"
        ) from error
    for number, line_text in enumerate(io.StringIO(text, newline=""), start=1):
        for place, sign in enumerate(line_text.rstrip(_LINE_ENDS), start=1):
            if sign != "\t" and unicodedata.category(sign) in _UNSEEN:
                raise UsageError(
                    f"line {number}, character {place}: U+{ord(sign):04X} cannot be seen or steers",
                    hint="take it out; a cell is one line of plain text",
                )
    return text


def _separator(text: str) -> str:
    """What separates the cells: whichever of the three the first line holds most."""
    heading = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    if not heading:
        raise UsageError("the table is empty", hint=f"{PAGE} shows one")
    return max(_SEPARATORS, key=heading.count)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, each with its number; quotes are as in RFC 4180."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for texts in reader:
            if reader.line_num > line:
                raise UsageError(
                    f"line {line}: a cell between quotes goes on over the end of the line",
                    hint="is a closing quote missing? a cell is one line of plain text",
                )
            if any(one.strip() for one in texts):
                yield line, texts
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"line {line}: {error}",
            hint="a quote inside a cell is doubled, and the cell stands between quotes",
        ) from error


def _heading(names: Sequence[str], line: int, required: Sequence[str]) -> list[str]:
    """The names of the columns in small letters; one without a name is not read."""
    if len(names) > MAX_COLUMNS:
        raise UsageError(f"line {line}: more than {MAX_COLUMNS} columns", hint="leave out what is not read")
    heading = [_checked(Cell(" ".join(one.split()), line, "heading")).text.casefold() for one in names]
    twice = next((one for one, other in pairwise(sorted(heading)) if one == other and one), None)
    if twice is not None:
        raise UsageError(f"line {line}: the column '{twice[:_QUOTED]}' stands twice", hint="leave one out")
    missing = [name for name in required if name not in heading]
    if missing:
        raise UsageError(
            f"line {line}: the heading lacks {', '.join(missing)}",
            hint=f"its columns are {'; '.join(required)} ({PAGE})",
        )
    return heading


def _checked(cell: Cell) -> Cell:
    """The cell, where its text is short and harmless."""
    if len(cell.text) > MAX_TEXT:
        raise cell.refused(f"{len(cell.text)} characters, at most {MAX_TEXT} are read", "shorten the text")
    if unicodedata.normalize("NFKC", cell.text)[:1] in {*_FORMULA}:
        raise cell.refused(
            f"{cell.quoted} begins as a formula of a spreadsheet does", "begin with a letter or a digit"
        )
    marks = 0
    for sign in cell.text:
        marks = marks + 1 if unicodedata.category(sign) in _MARKS else 0
        if marks > _MOST_MARKS:
            raise cell.refused("too many marks on one letter", "write the text plainly")
    return cell
