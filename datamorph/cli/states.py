"""Commands about the states of a table: diff, tag, drop, undrop."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.render_diff import render_diff
from datamorph.cli.session import Session

Table = Annotated[
    str, typer.Argument(metavar="TABLE", help="A table, by full or unique short name.", show_default=False)
]
State = Annotated[str | None, typer.Argument(metavar="STATE", help="A snapshot, a tag or a time.", show_default=False)]


def diff(
    session: Session,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A table, by full or unique short name.", show_default=False)
    ] = None,
    before: Annotated[str | None, typer.Argument(metavar="A", help="The older state: a snapshot, tag or time.")] = None,
    after: Annotated[str | None, typer.Argument(metavar="B", help="The newer state; by default the current.")] = None,
    *,
    staged: Annotated[str | None, typer.Option(metavar="RUN", help="Compare with what this run has staged.")] = None,
) -> None:
    """Show what differs between two states of a table: rows, columns, samples.

    Without A and B the current state is compared with the one before it.
    Rows are matched by the table's key; without one, as a multiset.

    Example:
      $ datamorph diff curated.sales.totals
      $ datamorph diff curated.sales.totals 2026-01-31 audited
      $ datamorph diff --staged 20260131-060000-1a2b3c
    """
    if (table is None) == (staged is None):
        raise typer.BadParameter("give a table, or --staged RUN", param_hint="TABLE")
    platform = session.platform
    found = platform.diff_staged(staged) if staged is not None else platform.diff(table or "", before, after)
    session.document({**documents.plain(found), "is_empty": found.is_empty})
    session.show(*render_diff(found))


def tag(
    session: Session,
    table: Table,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Letters, digits, '.', '_' and '-'.", show_default=False)],
    *,
    snapshot: Annotated[int | None, typer.Option(metavar="ID", help="Name this snapshot, not the current.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the name away.")] = False,
) -> None:
    """Name the current snapshot of a table, or another: it never expires.

    Example:
      $ datamorph tag curated.sales.totals year_end_2025
      $ datamorph query "SELECT COUNT(*) FROM curated.sales.totals" --as-of year_end_2025
    """
    if remove:
        session.platform.untag(table, name)
        session.document({"table": table, "tag": name, "snapshot": None})
        session.show(Text.assemble(("✓ ", "green"), f"{safe(table)} has no tag {safe(name)} any more"))
        return
    found = session.platform.tag(table, name, snapshot)
    session.document({"table": table, "tag": name, "snapshot": documents.plain(found)})
    session.show(
        Text.assemble(("✓ ", "green"), (safe(name), "bold"), f" is snapshot {found.snapshot_id} of {safe(table)}")
    )


def drop(session: Session, table: Table) -> None:
    """Take a table out of the lake. Its files stay: undrop brings it back.

    Example:
      $ datamorph drop curated.sales.totals
    """
    found = session.platform.drop(table)
    days = session.settings.dropped_days
    session.document({"table": table, "snapshot": documents.plain(found)})
    session.show(
        Text.assemble(("✓ ", "green"), (safe(table), "bold"), f" is dropped; it can come back for {days:g} days")
    )
    session.next_steps(("undrop", table))


def undrop(
    session: Session,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A dropped table's full name.", show_default=False)],
) -> None:
    """Bring back a dropped table with its history.

    Example:
      $ datamorph undrop curated.sales.totals
    """
    found = session.platform.undrop(table)
    session.document({"table": table, "snapshot": documents.plain(found)})
    session.show(Text.assemble(("✓ ", "green"), (safe(table), "bold"), f" is back, with {found.rows:,} rows"))
    session.next_steps(("show", table), ("history", table))
