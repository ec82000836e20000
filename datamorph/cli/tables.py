"""Commands about tables: tables, show, history, rollback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.grid import Grid
from datamorph.cli.session import Session

if TYPE_CHECKING:
    from datamorph.core.catalog import CatalogTable, ColumnProfile, Scalar
    from datamorph.core.result import RunResult
    from datamorph.core.table import Column
    from datamorph.ports import Snapshot

FIRST_ROWS = 12
Rows = Annotated[int, typer.Option("--rows", "-n", min=0, help="Show at most this many rows.")]


def parse_snapshot(text: str) -> int:
    """Read a snapshot's id.

    Raises:
        typer.BadParameter: not a number.
    """
    if not text.isdecimal():
        raise typer.BadParameter(f"{text!r} is not a snapshot id; datamorph history TABLE lists them")
    return int(text)


def show_first_rows(session: Session, result: RunResult, *, most: int = FIRST_ROWS) -> None:
    """The first rows of a table that a run published."""
    found = session.platform.read(result.table, most=most)
    session.show(Text(""), Grid.of(found, total=result.rows))


def tables(
    session: Session,
    columns: Annotated[bool, typer.Option("--columns", help="List the columns of every table too.")] = False,
) -> None:
    """List the tables of the lake.

    Example:
      $ datamorph tables --columns
    """
    found = session.platform.tables()
    glossary = session.platform.vocabulary().glossary
    units = {table.ref: {name: glossary.columns[table.ref, name].unit for name in table.schema.names
                         if (table.ref, name) in glossary.columns} for table in found}  # fmt: skip
    session.document({"tables": [documents.table(table, units[table.ref]) for table in found]})
    if not found:
        session.show(Text("the lake has no table yet"))
        session.next_steps(("load", "FILE", "raw.DOMAIN.NAME"), ("demo",))
    elif columns:
        session.show(*(part for table in found for part in _columns(table, units[table.ref])))
    else:
        session.show(Grid.of_rows([_row(table) for table in found], whole=("table",)))


def _row(table: CatalogTable) -> dict[str, object]:
    facts = {"table": str(table.ref), "rows": table.profile.rows, "columns": len(table.schema)}
    return {**facts, "description": table.description}


def _columns(table: CatalogTable, units: Mapping[str, str]) -> Sequence[Text | Grid]:
    rows = f"  {table.profile.rows:,} rows  "
    title = Text.assemble((str(table.ref), "bold"), rows, (safe(table.description), "dim"))
    told = [
        {"unit": units.get(column.name) or None, "description": column.description or None} for column in table.schema
    ]
    is_said = {name: any(facts[name] for facts in told) for name in ("unit", "description")}
    columns = [
        {**_column(column, table.profile.columns.get(column.name)), **{n: v for n, v in facts.items() if is_said[n]}}
        for column, facts in zip(table.schema, told, strict=True)
    ]
    return [title, Grid.of_rows(columns), Text("")]


def _column(column: Column, profile: ColumnProfile | None) -> dict[str, object]:
    """Minimum and maximum stand as text: one grid column holds values of every type."""
    counts = (profile.nulls, profile.distinct) if profile else (None, None)
    ends = (_end(profile.minimum), _end(profile.maximum)) if profile else (None, None)
    names = ("column", "type", "nulls", "distinct", "minimum", "maximum")
    return dict(zip(names, (column.name, column.type, *counts, *ends), strict=True))


def _end(value: Scalar) -> str | None:
    if isinstance(value, float):
        return f"{value:.6g}"
    return None if value is None else str(value)


def show(
    session: Session,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A table, by full or unique short name.", show_default=False)
    ] = None,
    *,
    rows: Rows = 20,
    as_of: Annotated[
        int | None, typer.Option(metavar="SNAPSHOT", parser=parse_snapshot, help="As it was at that snapshot.")
    ] = None,
    staged: Annotated[str | None, typer.Option(metavar="RUN", help="What a run staged, published or not.")] = None,
) -> None:
    """Show rows of a table, now or as of a snapshot, or what a run staged.

    Example:
      $ datamorph show curated.sales.totals --rows 5
      $ datamorph show --staged 20260131-060000-1a2b3c
    """
    if (table is None) == (staged is None):
        raise typer.BadParameter("give a table, or --staged RUN", param_hint="TABLE")
    platform = session.platform
    if table is None:
        found, title, total = platform.read_staged(staged or "", most=rows), f"staged by run {staged}", None
    else:
        snapshot = _snapshot(platform.history(table), as_of)
        found = platform.read(table, snapshot_id=as_of, most=rows)
        title, total = table, snapshot.rows if snapshot else None
    session.document({"table": table, "staged": staged, "snapshot_id": as_of and str(as_of), "total_rows": total,
                      "rows": documents.rows(found) if session.as_json else []})  # fmt: skip
    session.show(_title(title, total, len(found.column_names)), Text(""), Grid.of(found, total=total))


def _snapshot(history: Sequence[Snapshot], snapshot_id: int | None) -> Snapshot | None:
    wanted = (s for s in history if (s.is_current if snapshot_id is None else s.snapshot_id == snapshot_id))
    return next(wanted, None)


def _title(name: str, rows: int | None, columns: int) -> Text:
    counts = f"{rows:,} rows, {columns} columns" if rows is not None else f"{columns} columns"
    return Text.assemble((safe(name), "bold"), f"  {counts}")


def history(
    session: Session,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="A table, by full or unique short name.", show_default=False)
    ],
) -> None:
    """List the published states of a table, newest first.

    Example:
      $ datamorph history curated.sales.totals
    """
    found = session.platform.history(table)
    session.document({"table": table, "snapshots": documents.plain(found)})
    session.show(Grid.of_rows([_state(snapshot) for snapshot in found], whole=("snapshot", "run")))
    if older := next((str(s.snapshot_id) for s in found if not s.is_current), None):
        session.next_steps(("show", table, "--as-of", older), ("rollback", table, older))


def _state(snapshot: Snapshot) -> dict[str, object]:
    made_by = snapshot.properties.get("pipeline") or snapshot.properties.get("source") or ""
    return {
        "": "→" if snapshot.is_current else "",
        "snapshot": str(snapshot.snapshot_id),
        "published_at": snapshot.published_at.replace(microsecond=0),
        "rows": snapshot.rows,
        "run": snapshot.properties.get("run_id", ""),
        "made_by": made_by,
        "operation": f"{snapshot.operation} (undone)" if snapshot.is_undone else snapshot.operation,
        "tags": ", ".join(snapshot.tags),
        "files": snapshot.files,
    }


def rollback(
    session: Session,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="A table, by full or unique short name.", show_default=False)
    ],
    snapshot: Annotated[
        int,
        typer.Argument(
            metavar="SNAPSHOT", parser=parse_snapshot, help="The snapshot to make current again.", show_default=False
        ),
    ],
) -> None:
    """Make an earlier snapshot of a table current again; later ones stay in its history.

    Example:
      $ datamorph rollback curated.sales.totals 4358109268498349623
    """
    before = _snapshot(session.platform.history(table), None)
    now = session.platform.rollback(table, snapshot)
    session.document({"table": table, "snapshot": documents.plain(now)})
    state = f" is at snapshot {now.snapshot_id} again, with {now.rows:,} rows"
    session.show(Text.assemble(("✓ ", "green"), (safe(table), "bold"), state))
    if before is not None and before.snapshot_id != now.snapshot_id:
        session.next_steps(("show", table), ("rollback", table, str(before.snapshot_id)))
