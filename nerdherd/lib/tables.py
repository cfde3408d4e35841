"""Tables for and from other programs: CSV files as rows of named cells, whatever wrote them."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_BYTES = 100 * 1024 * 1024
MAX_CELL = 5_000_000  # characters; an article with its pictures written into it
DELIMITERS = ",;\t"
# A spreadsheet takes a cell that begins so for a formula, and a buyer can choose what is in it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# What a row may come to when it is imported.
DONE = ("created", "updated", "unchanged", "skipped")


class UnreadableTableError(Exception):
    """What is wrong with the file, and what to do, in one sentence."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet counts (the head is 1), and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The columns in order, and the rows that are not empty."""

    columns: list[str]
    rows: list[Row]

    @classmethod
    def read(cls, content: bytes) -> "Table":
        """Read a CSV file in UTF-8, or in what Windows writes; raises `UnreadableTableError`."""
        if len(content) > MAX_BYTES:
            raise UnreadableTableError("This file is over 100 MB. Please split it.")
        text = _decoded(content)
        if "\x00" in text:
            raise UnreadableTableError("This is no CSV file. Please export it as CSV once more.")
        head = text.partition("\n")[0]
        delimiter = max(DELIMITERS, key=head.count)
        csv.field_size_limit(MAX_CELL)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            columns = [cell.strip() for cell in next(lines, [])]
            rows = list(_rows(columns, lines))
        except csv.Error as error:
            raise UnreadableTableError(
                f"Line {lines.line_num} cannot be read ({error}). Please export the file again."
            ) from error
        if not any(columns):
            raise UnreadableTableError("This file is empty: its first line must name the columns.")
        return cls(columns, rows)


@dataclass
class Outcome:
    """What became of a row (one of `DONE`), and what somebody should know of it."""

    row: int
    name: str
    did: str = "skipped"
    notes: list[str] = field(default_factory=list)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(columns: list[str], lines: Iterator[list[str]]) -> Iterator[Row]:
    for number, line in enumerate(lines, 2):
        if len(line) > len(columns) and any(line[len(columns) :]):
            raise UnreadableTableError(
                f"Row {number} has {len(line)} cells, but there are {len(columns)} columns. "
                "Please export the file again."
            )
        if any(cell.strip() for cell in line):
            cells = (_meant(cell.strip()) for cell in line)
            yield Row(number, dict(zip(columns, cells, strict=False)))


def _meant(cell: str) -> str:
    """The cell as it was before `neutral`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


class _Line:
    """The file that `csv` writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines(header: list[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """CSV, one line at a time, with no cell that a spreadsheet would compute."""
    writer = csv.writer(_Line())
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def neutral(cell: str) -> str:
    """The cell as text, whatever opens it; `Table.read` takes the sign away again."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def totals(done: Iterable[str]) -> str:
    """How many rows came to what (each one of `DONE`), in one line."""
    counted = Counter(done)
    return "  ".join(f"{what} {counted[what]}" for what in DONE)
