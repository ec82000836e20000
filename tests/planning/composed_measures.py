"""What people say for numbers over rows, and for what the rows are grouped by."""

from __future__ import annotations

from dataclasses import dataclass

from composed import Maker, Thing, lines

# {t} the rows ("jobs", "open jobs"), {one} one of them, {x} a column in words, {c} as it is written.
COUNT = lines("""
    number of {t}
    count of {t}
    total number of {t}
    # of {t}
    no. of {t}
    number of all {t}
    row count of {t}
    total count of {t}
    quantity of {t}
    tally of {t}
    absolute number of {t}
""")
COUNT_ALL = lines("""
    {one} count
    {many} count
    COUNT(*) of {many}
    count({key})
    number of {key}s
    nr of {many}
    amount of {many}
""")
NUMBERS = {
    "sum({c})": lines("""
        total {x}
        sum of {c}
        total {x} of the {many}
        sum of {x} over all {many}
        SUM({c})
        {x} total
        sum of the {x}
        {x} altogether
        total of {c}
        summed {c}
        sum total of {x}
        combined {x} of the {many}
        total sum of {x}
        {x} in total
        sum {c}
        added up {x}
        {c} summed up
    """),
    "avg({c})": lines("""
        average {x}
        mean {x}
        avg {c}
        AVG({c})
        average of {c}
        mean of the {x}
        average of all {x} values
        {x} on average
        average {x} of the {many}
        avg. {x}
        mean value of {c}
        arithmetic mean of {c}
        average {x} of a {one}
        typical (mean) {x}
    """),
    "min({c})": lines("""
        minimum {x}
        lowest {x}
        smallest {x}
        min {c}
        MIN({c})
        min of {c}
        minimum of {x}
        smallest {x} of any {one}
        lowest {c} value
        minimal {x}
    """),
    "max({c})": lines("""
        maximum {x}
        highest {x}
        largest {x}
        max {c}
        MAX({c})
        max of {c}
        maximum of the {x}
        biggest {x}
        highest {c} value
        greatest {x}
            peak {x}
    """),
    "median({c})": lines("""
        median {x}
        median of {c}
        MEDIAN({c})
        median of the {x}
        median {x} of the {many}
        median value of {c}
        middle value (median) of {c}
    """),
}
DAYS = {
    "min({c})": lines("""
        earliest {x}
        first {x}
        oldest {x}
        min of {c}
        minimum {c}
        MIN({c})
        earliest {c}
    """),
    "max({c})": lines("""
        latest {x}
        last {x}
        most recent {x}
        max of {c}
        maximum {c}
        newest {x}
        MAX({c})
        latest {c}
    """),
}
DISTINCT = lines("""
    number of distinct {parents}
    number of different {parents}
    distinct {parent} count
    count of unique {parents}
    COUNT(DISTINCT {parent_key})
    number of unique {parents}
    distinct count of {parent_key}
    count of distinct {parent_key}
    number of distinct {parent_key} values
    distinct number of {parents}
""")
# What rows are grouped by: {x} in words, {c} as it is written, {xs} several.
KEYED = lines("""
    per {x}
    by {x}
    for each {x}
    for every {x}
    grouped by {c}
    broken down by {x}
    split by {x}
    per {c}
    by {c}
    in each {x}
    within each {x}
    aggregated by {c}
    group by {c}
    for each of the {xs}
    at {x} level
    for each {c}
    segmented by {x}
    separately for each {x}
    for all {xs}, one row each
    with one row per {x}
    {x}-wise
    for every single {x}
    on a per-{x} basis
    for each distinct {c}
    by each {x}
    summarised by {x}
    grouped on {c}
    across each {x}
    for any given {x}
    itemised by {x}
    per distinct {x}
""")
KEYED_BY_TWO = lines("""
    per {x} and {y}
    by {x} and {y}
    by {c}, {d}
    for each combination of {x} and {y}
    grouped by {c} and {d}
    grouped by {c}, {d}
    per {x}/{y} combination
    for every {x} and {y}
    broken down by {x} and {y}
    by {x} and then by {y}
    per {c} and {d}
    for each {x} and {y}
    split by {x} and {y}
    per combination of {c} and {d}
    per {x} per {y}
    for each pair of {x} and {y}
    at {x} and {y} level
    by {x} x {y}
""")
PLURALS = {"category": "categories", "status": "statuses", "species": "species", "sex": "sexes"}


@dataclass(frozen=True)
class Parent:
    """What the rows belong to: its words, its name and a text column."""

    one: str
    many: str
    key: str
    label: tuple[str, str]
    text: tuple[str, str]


PARENTS = {
    "jobs": Parent("customer", "customers", "customer_id", ("name", "name"), ("city", "city")),
    "animals": Parent("enclosure", "enclosures", "enclosure_id", ("title", "title"), ("zone", "zone")),
}


@dataclass(frozen=True)
class Measure:
    """A number over rows: how it is called, its SQL, and a short word for it."""

    said: str
    sql: str
    short: str


def count(maker: Maker, thing: Thing, rows: str = "") -> Measure:
    phrases = COUNT if rows else [*COUNT, *COUNT_ALL]
    said = maker.phrase(phrases, t=rows or thing.many, one=thing.one, many=thing.many, key=thing.key)
    return Measure(said, "count(*)", "count")


def number(maker: Maker, thing: Thing, functions: tuple[str, ...] = tuple(NUMBERS)) -> Measure:
    """A sum, an average, a median or an end of a number column."""
    form, (column, words) = maker.one(functions), maker.one(thing.numbers)
    x = maker.one((words, words, column))
    said = maker.phrase(NUMBERS[form], x=x, c=column, one=thing.one, many=thing.many)
    return Measure(said, form.format(c=column), {"sum": "total", "avg": "average"}.get(form[:3], form[:3]))


def day(maker: Maker, thing: Thing) -> Measure:
    form, (column, words) = maker.one(list(DAYS)), thing.day
    return Measure(maker.phrase(DAYS[form], x=words, c=column), form.format(c=column), words)


def distinct(maker: Maker, thing: Thing) -> Measure:
    parent = PARENTS[thing.table]
    said = maker.phrase(DISTINCT, parent=parent.one, parents=parent.many, parent_key=parent.key)
    return Measure(said, f"count(distinct {parent.key})", parent.many)


def measure(maker: Maker, thing: Thing) -> Measure:
    """Any number over the rows."""
    return maker.one((count, number, number, number, day, distinct))(maker, thing)


@dataclass(frozen=True)
class Key:
    """A column to group by, its words for one and for several values, and how the grouping is said."""

    column: str
    words: str
    many: str
    said: str


def key(maker: Maker, thing: Thing, phrases: list[str] = KEYED) -> Key:
    column, words, _ = maker.one(thing.texts)
    said = maker.phrase(phrases, x=words, c=column, xs=PLURALS[column])
    return Key(column, words, PLURALS[column], said)
