"""Commands that keep the lake in order: compact, expire, sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.grid import Grid
from datamorph.cli.render_run import size
from datamorph.cli.session import Session

if TYPE_CHECKING:
    from datamorph.ports import Freed

Some = Annotated[
    str | None, typer.Argument(metavar="TABLE", help="Only this table; by default all.", show_default=False)
]


def compact(session: Session, table: Some = None) -> None:
    """Join the small files of a table, or of all: the same rows in fewer files.

    Example:
      $ datamorph compact curated.sales.totals
    """
    found = session.platform.compact(table)
    session.document({"compacted": documents.plain(found)})
    rows: Sequence[dict[str, object]] = [
        {"table": one.table, "files": one.files_before, "now": one.files_after} for one in found
    ]
    session.show(Grid.of_rows(rows, whole=("table",)) if rows else Text("no table has enough small files"))


def expire(
    session: Session,
    table: Some = None,
    *,
    keep: Annotated[
        int | None, typer.Option(min=1, help="So many of the latest snapshots stay (keep_snapshots).")
    ] = None,
    days: Annotated[float | None, typer.Option(min=0, help="What was current in these days stays (keep_days).")] = None,
) -> None:
    """Forget old snapshots of a table, or of all, with the files that only they needed.

    The current snapshot, tagged ones and those that a living run reads
    always stay.

    Example:
      $ datamorph expire --days 30
    """
    found = session.platform.expire(table, keep=keep, days=days)
    session.document({"expired": documents.plain(found)})
    rows = [{"table": name, **_freed(freed)} for name, freed in found.items() if freed.snapshots]
    session.show(Grid.of_rows(rows, whole=("table",)) if rows else Text("no snapshot is old enough"))


def sweep(
    session: Session,
    *,
    days: Annotated[float | None, typer.Option(min=0, help="Only files that are older (sweep_days).")] = None,
) -> None:
    """Remove files that no table names: what killed runs left. Never those of a living run.

    Example:
      $ datamorph sweep
    """
    freed = session.platform.sweep(days=days)
    session.document({"swept": documents.plain(freed)})
    session.show(Text.assemble(("✓ ", "green"), f"{freed.files:,} files, {size(freed.bytes)} removed"))


def _freed(freed: Freed) -> dict[str, object]:
    return {"snapshots": freed.snapshots, "files": freed.files, "size": size(freed.bytes)}
