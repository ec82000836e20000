"""Reading the lake: whole tables, SELECTs, answers to questions. Nothing here changes a table."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Plan, Questions, Refusal, Understanding
from datamorph.core.problem import nearest
from datamorph.core.steps.ordering import OrderKey, order_sql
from datamorph.core.table import TableRef, Tier
from datamorph.errors import NotFoundError, QueryError, SettingsError
from datamorph.platform.moments import snapshots_at
from datamorph.platform.planning import plan_prompt
from datamorph.platform.ports import Ports

if TYPE_CHECKING:
    import pyarrow as pa

MAX_QUERY = 100_000
"""Characters that a person's query may have; compiled specs are longer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that answer a question, with the SQL that gave them. Nothing was published."""

    question: str
    table: pa.Table
    sql: str
    understanding: Understanding
    run_id: str


def find_table(ports: Ports, name: str | TableRef) -> TableRef:
    """A table by its full name, or by its last parts where these are unique.

    Raises:
        NotFoundError: no such table, or several, with their names.
    """
    if isinstance(name, TableRef):
        return name
    try:
        return TableRef.parse(name)
    except ValueError:
        pass
    known = [table.ref for table in ports.lake.catalog().tables]
    found = [ref for ref in known if str(ref).endswith(f".{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError(f"{name!r} is more than one table", fix=f"write {' or '.join(map(str, found))}")
    raise NotFoundError(f"there is no table {name!r}", fix=nearest(name, map(str, known)))


def parse_ref(name: str | TableRef) -> TableRef:
    """A table's full name, whether there is one or not.

    Raises:
        SettingsError: not a full name.
    """
    try:
        return name if isinstance(name, TableRef) else TableRef.parse(name)
    except ValueError as error:
        raise SettingsError(str(error), fix="write its full name, such as curated.sales.totals") from error


def read_table(ports: Ports, name: str | TableRef, *, snapshot_id: int | None, most: int | None) -> pa.Table:
    """A table's rows in its reading order; see ``Platform.read``."""
    ref = find_table(ports, name)
    pinned = ports.lake.pin(ref, snapshot_id)
    table = ports.lake.catalog().get(ref)
    wanted = table.order_by if table else ()
    if table and not wanted and most is not None:
        wanted = table.primary_key  # the same few rows every time
    order = [item for item in wanted if OrderKey.parse(item).column in pinned.schema]
    clause = f" ORDER BY {order_sql(order, pinned.schema, 'duckdb')}" if order else ""
    limit = f" LIMIT {int(most)}" if most is not None else ""
    return ports.queries.query(f"SELECT * FROM frame{clause}{limit}", inputs={"frame": pinned.files})


def query_lake(ports: Ports, sql: str, *, most_rows: int | None = None, as_of: str | None = None) -> pa.Table:
    """Run one SELECT over the lake's tables; see ``Platform.query``."""
    if len(sql) > MAX_QUERY:
        raise QueryError(f"the query has {len(sql):,} characters", fix=f"a query has at most {MAX_QUERY:,}")
    catalog = ports.lake.catalog()
    tables = _tables(sql, catalog)
    known = snapshots_at(ports, set(tables.values()), as_of) if as_of and tables else {}
    inputs = {name: ports.lake.pin(ref, known.get(ref)).files for name, ref in tables.items()}
    limit = most_rows or ports.settings.query_rows
    return ports.queries_of_people.query(sql, inputs=inputs, most_rows=limit, timeout_s=ports.settings.query_timeout_s)


def _tables(sql: str, catalog: Catalog) -> dict[str, TableRef]:
    """Names in the query to the tables that they mean; names of its own subqueries are left out."""
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise QueryError(f"cannot read the query: {str(error).splitlines()[0]}", fix="correct it there") from error
    known, own = [table.ref for table in catalog.tables], {cte.alias for cte in tree.find_all(exp.CTE)}
    found: dict[str, TableRef] = {}
    for table in tree.find_all(exp.Table):
        parts = [part.name for part in (table.args.get("catalog"), table.args.get("db"), table.this) if part]
        name = ".".join(parts)
        if not name or (len(parts) == 1 and name in own):
            continue
        matches = [ref for ref in known if f".{ref}".endswith(f".{name.lower()}")]
        if len(matches) > 1:
            raise QueryError(f"{name!r} is more than one table", fix=f"write {' or '.join(map(str, matches))}")
        if matches:
            found[name] = matches[0]
        elif parts[0] in list(Tier) or len(parts) == 1:
            raise QueryError(f"there is no table {name!r}", fix=nearest(name, map(str, known)))
    return found


def ask_question(
    ports: Ports, question: str, *, domains: Sequence[str] | None, answers: Mapping[str, str] | None
) -> Answer | Questions | Refusal:
    """Answer a question with rows; see ``Platform.ask``."""
    outcome = plan_prompt(ports, question, mode="question", domains=domains, answers=answers)
    if not isinstance(outcome, Plan):
        return outcome
    inputs = {name: table.files for name, table in outcome.inputs.items()}
    settings = ports.settings
    rows = ports.queries.query(
        outcome.query, inputs=inputs, most_rows=settings.query_rows, timeout_s=settings.query_timeout_s
    )
    return Answer(question, rows, outcome.query, outcome.understanding, outcome.run_id)
