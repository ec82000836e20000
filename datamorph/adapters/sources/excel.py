"""Excel books: the rows of one sheet, typed by what its cells are."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from datamorph.adapters.sources.fields import clean_names
from datamorph.errors import SourceError

_BIGGEST = 2**53


def read_book(path: Path, sheet: str | None, nulls: frozenset[str], shown: str) -> pa.Table:
    """The sheet's rows below its first one, which has the names.

    Raises:
        SourceError: no book, no such sheet, or nothing in it.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError(f"{shown!r} is no Excel book: {error}", fix="save it as .xlsx again") from error
    if sheet is not None and sheet not in book.sheet_names:
        raise SourceError(f"{shown!r} has no sheet {sheet!r}", fix=f"it has {', '.join(book.sheet_names)}")
    name = sheet or book.sheet_names[0]
    header, *rows = book.get_sheet_by_name(name).to_python() or [[]]
    if not header:
        raise SourceError(f"{shown!r}: sheet {name!r} is empty", fix="name another one: sheet: NAME")
    names = clean_names([_text(cell) for cell in header], shown)
    columns = [[None if _is_missing(row[place], nulls) else row[place] for row in rows] for place in range(len(names))]
    return pa.table([_column(cells) for cells in columns], names=names)


def _is_missing(cell: object, nulls: frozenset[str]) -> bool:
    return cell == "" or (isinstance(cell, str) and cell in nulls)


def _column(cells: Sequence[Any]) -> pa.Array:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float} and kinds:
        whole = all(cell is None or (float(cell).is_integer() and abs(cell) <= _BIGGEST) for cell in cells)
        number = int if whole else float
        return pa.array(
            [None if cell is None else number(cell) for cell in cells], pa.int64() if whole else pa.float64()
        )
    if kinds == {bool}:
        return pa.array(cells, pa.bool_())
    if kinds == {dt.date}:
        return pa.array(cells, pa.date32())
    if kinds and kinds <= {dt.date, dt.datetime}:
        return pa.array([_moment(cell) for cell in cells], pa.timestamp("us"))
    return pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())


def _moment(cell: dt.date | None) -> dt.datetime | None:
    if cell is None or isinstance(cell, dt.datetime):
        return cell
    return dt.datetime.combine(cell, dt.time())


def _text(cell: object) -> str:
    """A cell as people see it: whole numbers without a point."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= _BIGGEST:
        return str(int(cell))
    return str(cell)
