"""Tables that other programs wrote: CSV files as rows of named cells, whatever wrote them."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_BYTES = 100 * 1024 * 1024
MAX_CELL = 5_000_000  # characters; an article with its pictures written into it
DELIMITERS = ",;\t"
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
            yield Row(number, dict(zip(columns, (cell.strip() for cell in line), strict=False)))


def totals(done: Iterable[str]) -> str:
    """How many rows came to what (each one of `DONE`), in one line."""
    counted = Counter(done)
    return "  ".join(f"{what} {counted[what]}" for what in DONE)
