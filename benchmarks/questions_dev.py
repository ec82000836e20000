"""Plan the questions of a pack, run the specs and the gold queries in DuckDB and score the rows.

    python benchmarks/questions_dev.py PACK [--part open|closed|all] [--sample N] [--seed N] [--shape S] [--show wrong]

The closed part is a third of the questions, chosen by a hash of their ids: tune on the open one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import decimal
import hashlib
import json
import pickle
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
from planner_dev import describe, is_closed, spark_type

from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.core.catalog import Catalog, CatalogTable, ForeignKey
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.sql import compile_sql
from datamorph.core.table import Column, TableRef, TableSchema, Tier, snake_case
from datamorph.core.typecheck import require_checked
from datamorph.errors import DataMorphError
from datamorph.planning.offline import OfflinePlanner

MOST_PICKS = 5000
Table = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a pack."""

    id: str
    db: str
    question: str
    gold: str
    ordered: bool
    shape: str


def load_cases(pack: Path) -> list[Case]:
    """The questions of a pack, in order."""
    lines = (pack / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines if line]


def catalog_of(folder: Path, cache: Path) -> Catalog:
    """The catalog of one database: schemas, statistics and keys; kept in a file, as profiling takes a while."""
    path = cache / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())  # noqa: S301 (written by this script)
    keys = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    refs = {file.stem: _ref(folder.name, file.stem) for file in sorted(folder.glob("*.parquet"))}
    tables = [_table(folder / f"{name}.parquet", ref, keys.get(name, {}), refs) for name, ref in refs.items()]
    catalog = Catalog(tuple(sorted(tables, key=lambda table: table.ref)))
    cache.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(catalog))
    return catalog


def _ref(db: str, name: str) -> TableRef:
    return TableRef(Tier.RAW, snake_case(db), snake_case(name))


def _table(file: Path, ref: TableRef, keys: dict[str, Any], refs: dict[str, TableRef]) -> CatalogTable:
    described = duckdb.sql(f"describe from read_parquet('{file}')").fetchall()
    schema = TableSchema(tuple(Column(row[0], spark_type(row[1])) for row in described))
    foreign = tuple(
        ForeignKey(tuple(key["columns"]), refs[key["table"]], tuple(key["references"]))
        for key in keys.get("foreign_keys", [])
        if key["table"] in refs and all(key["references"])
    )
    profile = DuckDBQueries().profile([str(file)], schema)
    return CatalogTable(
        ref, schema, 1, profile=profile, primary_key=tuple(keys.get("primary_key", [])), foreign_keys=foreign
    )


@lru_cache(maxsize=4)
def connection_of(folder: Path) -> duckdb.DuckDBPyConnection:
    """The database's tables as views: under their own names, and as ``lake.<name>``."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'; set threads = 1; create schema lake")
    for file in sorted(folder.glob("*.parquet")):
        con.execute(f"create view \"{file.stem}\" as from read_parquet('{file}')")
        con.execute(f"create view lake.\"{snake_case(file.stem)}\" as from read_parquet('{file}')")
    return con


def answer(con: duckdb.DuckDBPyConnection, outcome: Proposal, catalog: Catalog) -> Table:
    """The rows of a proposal."""
    checked = require_checked(outcome.spec, {table.ref: table.schema for table in catalog.tables})
    views = [(name, ref.name) for name, ref in outcome.spec.sources.items()]
    own = con.cursor()
    own.execute("create schema if not exists work; set schema = 'work'")
    try:
        for name, table in views:
            own.execute(f'create or replace view work."{name}" as from lake."{table}"')
        return columns_of(own, compile_sql(checked))
    finally:
        for name, _ in views:
            own.execute(f'drop view if exists work."{name}"')


def columns_of(con: duckdb.DuckDBPyConnection, sql: str) -> Table:
    """The columns of a query's result, with values made comparable."""
    found = con.execute(sql)
    rows = found.fetchall()
    return [[_plain(row[place]) for row in rows] for place in range(len(found.description or ()))]


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float | decimal.Decimal):
        return None if value != value else float(f"{float(value):.6g}")  # noqa: PLR0124 (not a number)
    if isinstance(value, dt.datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return value if value is None or isinstance(value, str) else str(value)


def is_same(gold: Table, found: Table, *, ordered: bool) -> bool:
    """True when some order of the columns makes the rows equal."""
    if len(gold) != len(found) or (gold and len(gold[0]) != len(found[0])):
        return False
    wanted = _rows(gold, ordered=ordered)
    return any(_rows([found[i] for i in picks], ordered=ordered) == wanted for picks in _picks(gold, found))


def _rows(columns: Table, *, ordered: bool) -> Any:
    rows = list(zip(*columns, strict=True))
    return rows if ordered else Counter(rows)


def _picks(gold: Table, found: Table) -> Iterator[tuple[int, ...]]:
    bags = [Counter(column) for column in found]
    options = [[i for i, bag in enumerate(bags) if bag == Counter(column)] for column in gold]
    for tried, picks in enumerate(product(*options)):
        if tried > MOST_PICKS:
            return
        if len(set(picks)) == len(picks):
            yield picks


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of one question: ``right``, ``wrong``, ``asked`` or ``refused``."""

    case: Case
    verdict: str
    seconds: float
    outcome: Proposal | Questions | Refusal


def score(pack: Path, case: Case, cache: Path) -> Scored:
    """Plan one question and compare its rows with the gold rows."""
    folder = pack / "data" / case.db
    catalog, planner = catalog_of(folder, cache), OfflinePlanner()
    started = time.perf_counter()
    outcome = planner.plan(case.question, catalog, mode="question")
    seconds = time.perf_counter() - started
    if not isinstance(outcome, Proposal):
        return Scored(case, "asked" if isinstance(outcome, Questions) else "refused", seconds, outcome)
    con = connection_of(folder)
    gold = columns_of(con, case.gold)
    try:
        is_right = is_same(gold, answer(con, outcome, catalog), ordered=case.ordered)
    except (duckdb.Error, DataMorphError) as error:
        print(f"{case.id}: {str(error).splitlines()[0]}")
        is_right = False
    return Scored(case, "right" if is_right else "wrong", seconds, outcome)


def report(scored: Sequence[Scored]) -> None:
    """Print coverage, precision and accuracy per shape, and the time per plan."""
    shapes: dict[str, list[str]] = defaultdict(list)
    for one in scored:
        shapes[one.case.shape].append(one.verdict)
        shapes["all"].append(one.verdict)
    print(
        f"{'shape':8}{'cases':>7}{'coverage':>10}{'precision':>11}{'accuracy':>10}{'wrong':>7}{'asked':>7}{'refused':>9}"
    )
    for shape, verdicts in sorted(shapes.items(), key=lambda item: (item[0] == "all", item[0])):
        n = Counter(verdicts)
        answered, total = n["right"] + n["wrong"], len(verdicts)
        shares = (answered / total, n["right"] / max(answered, 1), n["right"] / total)
        cells = "".join(f"{share:>{width}.1%}" for share, width in zip(shares, (10, 11, 10), strict=True))
        print(f"{shape:8}{total:>7}{cells}{n['wrong']:>7}{n['asked']:>7}{n['refused']:>9}")
    times = sorted(one.seconds * 1000 for one in scored)
    print(
        f"plan: median {statistics.median(times):.1f} ms, 95 % within {times[int(0.95 * len(times))]:.1f} ms, "
        f"slowest {times[-1]:.1f} ms"
    )


def chosen(pack: Path, args: argparse.Namespace) -> list[Case]:
    """The questions of the part and the shape, or a sample of them."""
    wanted = {"open": lambda i: not is_closed(i), "closed": is_closed, "all": lambda _: True}[args.part]
    cases = [case for case in load_cases(pack) if wanted(case.id) and args.shape in ("", case.shape)]
    if args.only:
        return [case for case in cases if case.id in args.only.split(",")]
    if args.sample and args.sample < len(cases):
        picked = set(random.Random(args.seed).sample(range(len(cases)), args.sample))  # noqa: S311 (no secret)
        cases = [case for place, case in enumerate(cases) if place in picked]
    return cases


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--part", choices=("open", "closed", "all"), default="open")
    parser.add_argument("--sample", type=int, default=0, help="this many questions; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shape", choices=("", "single", "join", "nested"), default="")
    parser.add_argument("--only", default="", help="ids, with commas")
    parser.add_argument("--show", choices=("", "wrong", "asked", "refused", "right", "all"), default="")
    parser.add_argument("--verdicts", type=Path, help="write one line of id and verdict per question")
    args = parser.parse_args()
    cache = Path(tempfile.gettempdir()) / "datamorph_question_catalogs"
    scored = [score(args.pack.resolve(), case, cache) for case in chosen(args.pack, args)]
    for one in scored:
        if args.show in (one.verdict, "all"):
            print(
                f"\n{one.case.id} [{one.verdict}] {one.case.question}\n  GOLD {one.case.gold}\n{describe(one.outcome)}"
            )
    if args.verdicts:
        args.verdicts.write_text("".join(f"{one.case.id} {one.verdict}\n" for one in scored), encoding="utf-8")
    report(scored)


if __name__ == "__main__":
    main()
