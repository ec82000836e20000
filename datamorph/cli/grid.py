"""Rows as a table that fits the width: numbers whole, long text cut with a mark, missing columns named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from datamorph.cli.cells import cells, is_number, safe

if TYPE_CHECKING:
    import pyarrow as pa

GAP = 2
SHORTEST_TEXT, SHORTEST_HEAD = 14, 9


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    cells: Sequence[Text]
    is_numeric: bool
    is_whole: bool
    """Numbers, dates and other values that mean nothing when they are cut."""

    @property
    def natural(self) -> int:
        return max(cell_len(self.name), self._widest)

    @property
    def least(self) -> int:
        """Width below which it is not worth showing."""
        head = min(cell_len(self.name), SHORTEST_HEAD)
        return max(head, self._widest if self.is_whole else min(self._widest, SHORTEST_TEXT))

    @property
    def _widest(self) -> int:
        return max((cell.cell_len for cell in self.cells), default=0)


@dataclass(frozen=True)
class Grid:
    """Rows by column, printed as a table.

    Attributes:
        columns: column name to its values from the first row to the last; names need not be unique.
        total: number of rows that there are, when these are only the first.
        whole: columns of text that is worthless when cut, such as ids.
        missing: what stands where there is no value.
    """

    columns: Sequence[tuple[str, Sequence[object]]]
    total: int | None = None
    whole: tuple[str, ...] = ()
    missing: str = "null"

    @classmethod
    def of(cls, table: pa.Table, *, total: int | None = None) -> Grid:
        """The rows of an Arrow table."""
        names = table.column_names
        return cls([(name, table.column(i).to_pylist()) for i, name in enumerate(names)], total)

    @classmethod
    def of_rows(cls, rows: Sequence[Mapping[str, object]], *, whole: tuple[str, ...] = ()) -> Grid:
        """Rows with the same keys."""
        names = list(rows[0]) if rows else []
        return cls([(name, [row[name] for row in rows]) for name in names], whole=whole, missing="")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = [self._column(name, values) for name, values in self.columns]
        shown, widths = _fit(found, options.max_width)
        yield _table(shown, widths, is_partial=len(shown) < len(found))
        if note := self._note(found[len(shown) :]):
            yield Text(note, style="dim")

    def _note(self, hidden: Sequence[_Column]) -> str:
        rows = len(self.columns[0][1]) if self.columns else 0
        parts: list[str] = []
        if self.total is not None and self.total > rows:
            parts.append(f"{rows:,} of {self.total:,} rows")
        elif not rows:
            parts.append("no rows")
        if hidden:
            plural = "s" if len(hidden) > 1 else ""
            parts.append(f"{len(hidden)} more column{plural}: {', '.join(column.name for column in hidden)}")
        return f"… {'; '.join(parts)}" if parts else ""

    def _column(self, name: str, values: Sequence[object]) -> _Column:
        present = [value for value in values if value is not None]
        is_numeric = bool(present) and all(map(is_number, present))
        is_whole = name in self.whole or not any(isinstance(value, str | bytes | list | dict) for value in present)
        return _Column(safe(name), cells(name, values, missing=self.missing), is_numeric, is_whole)


def _fit(columns: Sequence[_Column], width: int) -> tuple[Sequence[_Column], list[int]]:
    """As many of the first columns as fit, and a width for each."""
    shown = len(columns)
    while shown > 1 and _room(columns[:shown], width, is_partial=shown < len(columns)) < 0:
        shown -= 1
    kept = columns[:shown]
    room = _room(kept, width, is_partial=shown < len(columns))
    return kept, _widen(kept, room)


def _room(columns: Sequence[_Column], width: int, *, is_partial: bool) -> int:
    """What is left when every column has its least width."""
    mark = GAP + 1 if is_partial else 0
    return width - sum(column.least for column in columns) - GAP * (len(columns) - 1) - mark


def _widen(columns: Sequence[_Column], room: int) -> list[int]:
    """Share the room that is left, a cell at a time, among the columns that still want it."""
    if room < 0:
        return [max(1, columns[0].least + room)]
    widths = [column.least for column in columns]
    while room and (short := [i for i, column in enumerate(columns) if widths[i] < column.natural]):
        narrowest = min(short, key=lambda i: widths[i])
        widths[narrowest] += 1
        room -= 1
    return widths


def _table(columns: Sequence[_Column], widths: Sequence[int], *, is_partial: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0), header_style="bold")
    for column, width in zip(columns, widths, strict=True):
        justify = "right" if column.is_numeric else "left"
        table.add_column(Text(column.name), width=width, justify=justify, no_wrap=True, overflow="ellipsis")
    if is_partial:
        table.add_column(Text("…", style="dim"), width=1)
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row, *([Text("…", style="dim")] if is_partial else []))
    return table
