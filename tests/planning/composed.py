"""Prompts that are put together from phrases of known meaning, each with the SQL of what it asks for.

A kind of request (rows, groups, ...) has frames, which are whole sentences with slots, and for each slot many phrases.
Any phrase may stand in any frame: what is read in one sentence has to be read in another. The SQL is made beside the
words, so that a plan is right or wrong without a person's eye.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
from lake import _table

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.sql import compile_sql
from datamorph.core.typecheck import require_checked
from datamorph.planning.offline.planner import OfflinePlanner

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Thing:
    """A table as people speak of it.

    Attributes:
        numbers: number columns that are never empty, each with its words.
        gaps: columns that may be empty, with their words.
        texts: columns with few values, their words and the values.
        adjectives: values that stand before the noun: ``open`` of *open jobs*, with their column.
        free: a text column, its words, and a word that some of its values contain.
        day: a date column, with its words.
        label: the column that names one of them, with its words.
        parent: table, key and noun of what each belongs to.
    """

    domain: str
    table: str
    one: str
    many: str
    key: str
    numbers: tuple[tuple[str, str], ...]
    gaps: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str, tuple[str, ...]], ...]
    adjectives: tuple[tuple[str, str], ...]
    free: tuple[str, str, str]
    day: tuple[str, str]
    label: tuple[str, str]
    parent: str = ""
    parent_key: str = ""

    @property
    def address(self) -> str:
        return f"{self.domain}.{self.table}"


@dataclass(frozen=True)
class Composed:
    """A prompt with what it asks for.

    Attributes:
        order: positions of the result's columns by which its rows stand in order; none where any order is right.
        parts: the phrases that it is made of.
        names: names that the result's columns are told to have; empty for a column whose name is left open.
    """

    kind: str
    prompt: str
    domain: str
    sql: str
    order: tuple[int, ...]
    parts: tuple[str, ...]
    names: tuple[str, ...] = ()


def _days(chance: random.Random, first: date, span: int) -> date:
    return first + timedelta(chance.randrange(span))


LOADED = {
    **dict.fromkeys(("web_orders", "shop_orders"), ("order_no", "buyer", "amount", "updated_at")),
    **dict.fromkeys(("keepers", "volunteers"), ("person_no", "surname", "phone", "changed_on")),
}  # fmt: skip


def _loaded(chance: random.Random, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Rows with a key of several versions, some of them loaded twice."""
    first = date(2024, 1, 1)
    days = chance.sample(range(400), 40)
    rows = [
        (chance.randrange(1, 21), f"Name {chance.randrange(9)}", chance.randrange(9999) / 4, first + timedelta(day))
        for day in days]  # fmt: skip
    return [dict(zip(columns, row, strict=True)) for row in (*rows, *chance.sample(rows, 8))]


@cache
def tables() -> dict[str, list[dict[str, Any]]]:
    """Lakes with some hundred rows, always the same ones."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    amounts = iter(chance.sample(range(1, 9999), 2000))
    starts = iter(chance.sample(range(700), 160))
    births = iter(chance.sample(range(2400), 140))

    def some(values: Sequence[Any], gaps: float = 0.0) -> Any:
        return None if chance.random() < gaps else chance.choice(values)

    def amount(gaps: float = 0.0) -> float | None:
        found = next(amounts) / 4
        return None if chance.random() < gaps else found

    mechanics = [
        {"mechanic_id": i, "full_name": f"Mech {chr(64 + i)}", "level": some(("junior", "senior", "chief")),
         "hired_on": _days(chance, date(2015, 1, 1), 2500)} for i in range(1, 13)]  # fmt: skip
    customers = [
        {"customer_id": i, "name": f"Cust {i:02}", "city": some(("Bern", "Graz", "Lyon", "Turin")),
         "email": some((f" C{i}@Mail.test", f"c{i}@post.test ", f"C{i}@POST.test"), 0.2),
         "joined_on": _days(chance, date(2021, 1, 1), 1200)} for i in range(1, 31)]  # fmt: skip
    jobs = [
        {"job_id": 100 + i, "customer_id": chance.randrange(1, 26), "mechanic_id": chance.randrange(1, 11),
         "category": some(("engine", "brakes", "tyres", "paint")), "status": some(("open", "done", "cancelled")),
         "title": some(("Leak in hose", "rusty door", "Rust below", "new RUSTproofing", "squeaky belt", "Oil change")),
         "started_on": date(2023, 1, 1) + timedelta(next(starts)), "hours": amount(), "price": amount(),
         "discount": amount(0.4)} for i in range(160)]  # fmt: skip
    enclosures = [
        {"enclosure_id": i, "title": f"House {i}", "zone": some(("north", "south", "island")),
         "capacity": 5 + i * 3, "opened_on": _days(chance, date(2000, 1, 1), 6000)} for i in range(1, 15)]  # fmt: skip
    animals = [
        {"animal_id": i, "enclosure_id": chance.randrange(1, 12), "species": some(("otter", "lynx", "ibex", "crane")),
         "sex": some(("female", "male")), "nickname": some(("Big Tom", "tomtom", "Ella", "Mio", "TOMMY", "Zoe")),
         "born_on": date(2018, 1, 1) + timedelta(next(births)), "weight_kg": amount(), "height_cm": amount(),
         "chip_no": amount(0.4)} for i in range(140)]  # fmt: skip
    loaded = {f"raw.depot.{name}": _loaded(chance, columns) for name, columns in LOADED.items()}
    stays = [
        {"stay_id": 500 + i, "guest_name": some(("Anna Maria Berg", "Jon Falk", " Ida Lind", "Ole Moe ")),
         "email": some((" Ana@Mail.test", "jon@post.test ", "IDA@Post.test")), "channel": some(("W", "P", "D")),
         "room": some(("a-12", "B-7", "C-11-b", "d-20")), "party": some(("1", "2", "3", "4")),
         "arrived_on": (arrived := _days(chance, date(2023, 1, 1), 700)),
         "departed_on": arrived + timedelta(chance.randrange(1, 60)), "price": amount(), "paid": amount(),
         "deposit": amount(0.4)} for i in range(90)]  # fmt: skip
    samples = [
        {"sample_id": 900 + i, "label": some((" North Bay", "South  ", "East-End pier", "old Mill-race")),
         "contact": some(("LAB@Sea.test ", "kim@river.test", " Bo@lake.test")), "method": some(("T", "G", "X")),
         "batch": some(("k-1", "K-22", "m-3-z")), "bottles": some(("6", "12", "24")),
         "taken_on": (taken := _days(chance, date(2023, 1, 1), 700)),
         "tested_on": taken + timedelta(chance.randrange(1, 90)), "depth_m": amount(), "weight_g": amount(),
         "salinity": amount(0.4)} for i in range(90)]  # fmt: skip
    return {
        **loaded, "raw.hotel.stays": stays, "raw.sea.samples": samples,
        "raw.garage.mechanics": mechanics, "raw.garage.customers": customers, "raw.garage.jobs": jobs,
        "raw.zoo.enclosures": enclosures, "raw.zoo.animals": animals}  # fmt: skip


THINGS = (
    Thing("garage", "jobs", "job", "jobs", "job_id",
          (("hours", "hours"), ("price", "price")), (("discount", "discount"),),
          (("category", "category", ("engine", "brakes", "tyres", "paint")), ("status", "status", ("open", "done"))),
          (("open", "status"), ("cancelled", "status")), ("title", "title", "rust"), ("started_on", "start date"),
          ("title", "title"), "customers", "customer_id"),
    Thing("zoo", "animals", "animal", "animals", "animal_id", (("weight_kg", "weight"), ("height_cm", "height")),
          (("chip_no", "chip number"),),
          (("species", "species", ("otter", "lynx", "ibex")), ("sex", "sex", ("female", "male"))),
          (("female", "sex"), ("male", "sex")), ("nickname", "nickname", "tom"), ("born_on", "birth date"),
          ("nickname", "nickname"), "enclosures", "enclosure_id"),
)  # fmt: skip


@cache
def catalog(domain: str) -> Catalog:
    return Catalog(tuple(_table(name, data) for name, data in sorted(tables().items()) if name.split(".")[1] == domain))


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, data in tables().items():
        _, domain, table = name.split(".")
        connection.execute(f"create schema if not exists {domain}")
        connection.register("loaded", pa.Table.from_pylist(data))
        connection.execute(f"create table {domain}.{table} as from loaded")
    return connection


def plan(one: Composed) -> Proposal | Questions | Refusal:
    return OfflinePlanner().plan(one.prompt, catalog(one.domain))


def result_of(found: Proposal, domain: str) -> tuple[list[str], list[Row]]:
    """What a plan yields: the names of its columns, and its rows."""
    schemas = {t.ref: t.schema for t in catalog(domain).tables}
    cursor = _connection().cursor()
    names = {name: str(ref) for name, ref in found.spec.sources.items()}
    views = ", ".join(f'"{name}" as (from {address.removeprefix("raw.")})' for name, address in names.items())
    cursor.execute(f"with {views} from ({compile_sql(require_checked(found.spec, schemas))})")
    return [name for name, *_ in cursor.description], cursor.fetchall()


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    return f"{float(value):.4f}" if isinstance(value, int | float) else str(value)


def verdict(one: Composed, found: Proposal | Questions | Refusal) -> str:
    """``right``, ``wrong``, ``asked`` or ``refused``: columns by position, rows in the order that is asked for."""
    if not isinstance(found, Proposal):
        return "asked" if isinstance(found, Questions) else "refused"
    wanted = [tuple(map(_plain, row)) for row in _connection().cursor().execute(one.sql).fetchall()]
    names, rows = result_of(found, one.domain)
    got = [tuple(map(_plain, row)) for row in rows]
    is_named = all(told in ("", name) for told, name in zip(one.names, names, strict=False))
    if not is_named or Counter(wanted) != Counter(got):
        return "wrong"
    in_order = [[tuple(row[i] for i in one.order) for row in rows] for rows in (wanted, got)]
    return "right" if in_order[0] == in_order[1] else "wrong"


@dataclass
class Maker:
    """Chooses phrases by chance, and remembers which."""

    chance: random.Random
    parts: list[str] = field(default_factory=list)

    def one(self, phrases: Sequence[Any]) -> Any:
        return self.chance.choice(phrases)

    def phrase(self, lines: Sequence[str], **slots: Any) -> str:
        line = self.one(lines)
        self.parts.append(line)
        return re.sub(r"\ba (?=[aeio])", "an ", line.format(**slots), flags=re.IGNORECASE)


def lines(text: str) -> list[str]:
    """The phrases of a text, one in each line."""
    return [line.strip() for line in text.strip().splitlines()]


Kind = Callable[[Maker, Thing], Composed]


def composed(kinds: Sequence[Kind], size: int, seed: int = 0) -> Iterator[Composed]:
    """So many prompts of these kinds, always the same ones for a seed."""
    for i in range(size):
        maker = Maker(random.Random(f"{seed}-{i}"))  # noqa: S311 (no secret)
        yield kinds[i % len(kinds)](maker, maker.one(THINGS))
