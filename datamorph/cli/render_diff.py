"""The difference between two states of a table, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from datamorph.cli.cells import safe
from datamorph.cli.grid import Grid
from datamorph.cli.render_plan import heading

if TYPE_CHECKING:
    from datamorph.core.diff import ColumnDiff, RowChange, TableDiff


def render_diff(diff: TableDiff) -> Sequence[Text | Grid]:
    """Counts, columns and samples."""
    matched = f"by {', '.join(diff.key)}" if diff.key else "as a multiset: no row counts as changed"
    note = f" ({diff.note})" if diff.note else ""
    parts: list[Text | Grid] = [
        Text.assemble((safe(diff.table), "bold"), f"  {diff.before} → {diff.after}"),
        Text(f"{diff.rows_before:,} rows → {diff.rows_after:,} rows, compared {matched}{note}"),
        _counts(diff),
    ]
    if diff.columns:
        parts += [heading("Columns"), Grid.of_rows([_column(column) for column in diff.columns])]
    for title, rows in (("Added", diff.added_rows), ("Removed", diff.removed_rows)):
        if rows:
            parts += [heading(title), Grid.of_rows([_texts(row) for row in rows])]
    if diff.changed_rows:
        parts += [heading("Changed"), Grid.of_rows([cell for row in diff.changed_rows for cell in _changes(row)])]
    return parts


def _counts(diff: TableDiff) -> Text:
    if diff.is_empty:
        return Text("nothing differs", style="green")
    return Text(diff.told(), style="bold")


def _column(column: ColumnDiff) -> dict[str, object]:
    total = "" if column.total is None else f"{column.total:+,.10g}"
    return {"column": column.name, "changed": column.changed, "nulls": f"{column.nulls:+,}", "sum": total}


def _texts(row: Mapping[str, Any]) -> dict[str, object]:
    """Rows of a sample stand as text: one grid column holds values of every type."""
    return {name: None if value is None else str(value) for name, value in row.items()}


def _changes(row: RowChange) -> Sequence[dict[str, object]]:
    key = ", ".join(str(value) for value in row.key.values())
    return [
        {
            "key": key,
            "column": name,
            "before": None if old is None else str(old),
            "after": None if new is None else str(new),
        }
        for name, (old, new) in row.values.items()
    ]
