"""Readings of a pack's questions, each with whether its rows are the gold rows, as SQLite finds them."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Proposal
from datamorph.core.table import TableRef
from datamorph.planning.offline.candidates.conditions import alternatives
from datamorph.planning.offline.candidates.hits import Hit
from datamorph.planning.offline.candidates.reading import Reading, Show
from datamorph.planning.offline.candidates.schema import QuestionTable
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.tables import choose_tables
from datamorph.planning.offline.candidates.text import Question
from datamorph.planning.offline.names import NameIndex
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.values import ValueIndex
from datamorph.platform.benchmark.comparison import is_same_table
from datamorph.platform.benchmark.database import Database, open_database
from datamorph.platform.benchmark.pack import Case, Pack
from datamorph.platform.benchmark.scoring import Scoring
from datamorph.platform.ports import Ports
from datamorph.settings import Settings

MOST_STEPS, MOST_ROWS = 300, 20_000
PATTERNS = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}
SCRATCH = Path(tempfile.gettempdir()) / "datamorph_readings"
PORTS = Ports(Settings(home=SCRATCH))


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question with its readings' features and verdicts."""

    case: Case
    is_alone: bool
    features: list[Mapping[str, float]]
    is_right: list[bool]


class Packed:
    """One database of a pack with its indexes, its rows in SQLite too, as that runs small queries fastest."""

    def __init__(self, pack: Pack, case: Case) -> None:
        self.database: Database = open_database(pack, case, SCRATCH, PORTS.queries)
        self.catalog: Catalog = self.database.catalog
        self._names = NameIndex(self.catalog)
        self._values, self._relations = ValueIndex(self.catalog), Relations(self.catalog, self._names)
        self.copy = _copied(self.database)

    def search(self, question: str, weights: Mapping[str, float]) -> Search:
        """The search for a question over the database."""
        asked = Question(question)
        tables = choose_tables(asked, self.catalog, self._names, self._values)
        return Search(asked, tables, self._relations, weights)

    def read(self, case: Case) -> bool | None:
        """Whether the exact reader answers right; None where it does not answer."""
        outcome = PORTS.planner.plan(case.prompt, self.catalog, mode="question")
        if not isinstance(outcome, Proposal) or outcome.understanding.candidates:
            return None
        return Scoring(PORTS, PORTS.planner, self.database, case, None).score().is_right


_OPEN: dict[tuple[Path, str], Packed] = {}


def packed(pack: Pack, case: Case) -> Packed:
    """The database of a case; the last few stay open."""
    key = pack.folder, case.db
    if key not in _OPEN:
        while len(_OPEN) > 3:
            del _OPEN[next(iter(_OPEN))]
        _OPEN[key] = Packed(pack, case)
    return _OPEN[key]


def labelled(pack: Pack, cases: Sequence[Case], weights: Mapping[str, float], most: int) -> Iterator[Labelled]:
    """Every question with its likeliest readings."""
    for case in cases:
        search = packed(pack, case).search(case.prompt, weights)
        readings = search.readings(most)
        judge = Judge(pack, case)
        yield Labelled(
            case, search.is_alone, [r.features for r in readings], [judge.is_right(search, r) for r in readings]
        )


class Judge:
    """Compares readings with the gold rows of one question."""

    def __init__(self, pack: Pack, case: Case) -> None:
        self._case, self._copy = case, packed(pack, case).copy
        inputs = {name: [file] for name, file in packed(pack, case).database.names.items()}
        self._gold = PORTS.queries.query(case.gold.strip().rstrip(";"), inputs=inputs)
        self._known: dict[str, bool] = {}

    def is_right(self, search: Search, reading: Reading) -> bool:
        """True when the rows are the gold rows; an order is compared by its text, as ties fall anyhow."""
        text = sql_of(search, reading)
        if text not in self._known:
            self._known[text] = self._compare(text)
        return self._known[text]

    def _compare(self, text: str) -> bool:
        if self._case.ordered and _order(text) != _order(self._case.gold):
            return False
        found = _rows(self._copy, text, self._gold.num_columns)
        return found is not None and is_same_table(self._gold, found)


def _order(text: str) -> list[str]:
    found = re.search(r"order by (.*)", text.lower())
    return re.sub(r"nulls (?:first|last)|\basc\b|\"", "", re.sub(r"[\w\"]+\.", "", found[1])).split() if found else []


def _copied(database: Database) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:")
    for ref, file in database.files.items():
        found = duckdb.sql(f"from read_parquet({_literal(file)})")
        names, table = list(map(_quoted, found.columns)), _quoted(ref.name)
        copy.execute(f"create table {table} ({', '.join(names)})")
        rows = [[_storable(value) for value in row] for row in found.fetchall()]
        copy.executemany(f"insert into {table} values ({', '.join('?' * len(names))})", rows)
    return copy


def _storable(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, int | float | str | bytes):
        return value
    return float(value) if type(value).__name__ == "Decimal" else str(value)


def _rows(copy: sqlite3.Connection, text: str, columns: int) -> pa.Table | None:
    steps = 0

    def is_slow() -> bool:
        nonlocal steps
        steps += 1
        return steps > MOST_STEPS

    copy.set_progress_handler(is_slow, 10_000)
    try:
        found = copy.execute(text)
        if len(found.description) != columns:
            return None
        rows = found.fetchmany(MOST_ROWS)
        return pa.table({str(place): [row[place] for row in rows] for place in range(columns)})
    except (sqlite3.Error, pa.ArrowException):
        return None


def sql_of(search: Search, reading: Reading) -> str:
    """A reading as SQL."""
    table, shape = search.tables[reading.table], reading.shape

    def shown(show: Show) -> str:
        return _shown(table, show)

    conditions = [" or ".join(_condition(table, h) for h in g) for g in alternatives(search.question, reading.hits)]
    parts = [f"select {'distinct ' if shape.is_distinct else ''}{', '.join(map(shown, shape.shown))}"]
    parts.append(f"from {_quoted(table.table.ref.name)}")
    for relation in table.joined:
        pairs = zip(relation.columns, relation.target_columns, strict=True)
        tests = " and ".join(f"{_column(relation.table, a)} = {_column(relation.target, b)}" for a, b in pairs)
        parts.append(f"join {_quoted(relation.target.name)} on {tests}")
    if conditions:
        parts.append("where " + " and ".join(f"({text})" for text in conditions))
    if shape.groups:
        parts.append("group by " + ", ".join(_leaf(table, place) for place in shape.groups))
    if shape.having:
        parts.append("having " + " and ".join(f"{shown(show)} {sign} {number}" for show, sign, number in shape.having))
    if shape.orders:
        ends = {True: "desc nulls last", False: "asc nulls first"}
        parts.append("order by " + ", ".join(f"{shown(show)} {ends[is_down]}" for show, is_down in shape.orders))
    return " ".join(parts) + (f" limit {shape.limit}" if shape.limit else "")


def _shown(table: QuestionTable, show: Show) -> str:
    if show.column < 0:
        return "count(*)"
    column = _leaf(table, show.column)
    return f"{show.function}({'distinct ' if show.is_distinct else ''}{column})" if show.function else column


def _condition(table: QuestionTable, hit: Hit) -> str:
    column, name = table.columns[hit.column], _leaf(table, hit.column)
    if hit.operator == "between":
        return f"{name} between {_literal(hit.values[0])} and {_literal(hit.high)}"
    if hit.operator == "like":
        return f"{name} like {_literal(PATTERNS[hit.kind].format(hit.values[0]))}"
    if column.is_time:
        return f"strftime('%Y', {name}) {hit.operator} {_literal(str(hit.values[0]))}"
    if len(hit.values) > 1:
        return f"{name} {'not in' if hit.operator == '<>' else 'in'} ({', '.join(map(_literal, hit.values))})"
    return f"{name} {hit.operator} {_literal(hit.values[0])}"


def _leaf(table: QuestionTable, place: int) -> str:
    found = table.columns[place].leaf
    return _column(found.table, found.column)


def _column(table: TableRef, column: str) -> str:
    return f"{_quoted(table.name)}.{_quoted(column)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
