"""Requests of several sentences: which rows count, what is computed per group, which groups stay, columns and order."""

from __future__ import annotations

from dataclasses import dataclass

from composed import Composed, Maker, Thing, lines

# Which rows count, in a sentence of its own: {v} a value, {x} a column in words, {c} as written, {many} the rows.
ONLY_VALUE = lines("""
    Only {v} {many} count.
    Look at {v} {many} only.
    Consider only {v} {many}.
    Just the {v} {many}, please.
    Restrict this to {v} {many}.
    Use only the {many} where {c} is {v}.
    Only {many} with {c} = '{v}' matter.
    We are interested in {v} {many} only.
    Take only {many} whose {x} is {v}.
""")
NOT_VALUE = lines("""
    Leave out {v} {many}.
    {v} {many} don't count.
    Ignore {v} {many}.
    Skip {many} with {x} {v}.
    Exclude the {many} where {c} is {v}.
    {many} with {c} = '{v}' are to be left out.
    Do not count {v} {many}.
    Without the {v} {many}.
    {v} {many} should be ignored.
    Filter out {many} whose {x} is {v}.
""")
WITHOUT_GAPS = lines("""
    Leave out {many} without a {x}.
    Ignore rows where {c} is empty.
    Rows without {c} don't count.
    Skip {many} that have no {x}.
    {many} with no {x} are ignored.
    Exclude {many} with a missing {x}.
    Only {many} with a {x} count.
    Drop rows where {c} is null.
    Rows with an empty {c} are to be skipped.
""")
OF_YEAR = lines("""
    Use only {many} with {c} in {y}.
    Consider {many} of {y} only.
    Only {y} counts, by {c}.
    Restrict it to {y} ({c}).
    Only those whose {x} falls in {y}.
""")
# What is computed: {m} and {n} are measures with their names, {g} the group.
WHOLE = lines("""
    Per {g} I need {m} and {n}.
    For each {g} give {m} and {n}.
    For every {g}: {m} and {n}.
    Give me {m} and {n} per {g}.
    Compute {m} and {n} by {g}.
    I want to see {m} and {n} for each {g}.
    Group the {many} by {g} and compute {m} and {n}.
    One row per {g} with {m} and {n}.
    Show {m} and {n} for every {g}.
    Summarise the {many} per {g}: {m} and {n}.
""")
LISTED = lines("""
    One row per {g}: {g}, {a} ({m}), {b} ({n}).
    Per {g} report {g}, {a} ({m}) and {b} ({n}).
    A table with one row for each {g}: {g}, {a} = {m}, {b} = {n}.
    Give me per {g} the columns {g}, {a} ({m}) and {b} ({n}).
    Summary of the {many} by {g} with {g}, {a} ({m}), {b} ({n}).
    For every {g} I need {a}, which is {m}, and {b}, which is {n}.
    By {g}: {a} is {m}, {b} is {n}.
""")
COUNTS = lines("""
    the number of {many}
    the count of {many}
    how many {many} there are
    number of {many}
""")
SUMS = lines("""
    the total {x}
    the sum of {c}
    total {x}
    the sum of their {x}
    sum of {c}
""")
MEANS = lines("""
    the average {x}
    the mean {x}
    average {x}
    the mean of {c}
    avg of {c}
""")
LARGEST = lines("""
    the highest {x}
    the maximum of {c}
    the largest {x}
    max {c}
""")
# Which groups stay: {k} a number.
MANY_ENOUGH = lines("""
    Keep only those with at least {k} {many}.
    Only {gs} with {k} or more {many}.
    Drop {gs} with fewer than {k} {many}.
    Leave out {gs} that have less than {k} {many}.
    Only show {gs} with at least {k} {many}.
    A {g} needs at least {k} {many} to be listed.
    {gs} with under {k} {many} are left out.
""")
# Orders of the groups by the count: {a} its name.
BY_COUNT = lines("""
    Sort by {a} descending.
    Largest {a} first.
    Order by {a}, highest first.
    Sorted by {a} in descending order.
    Highest {a} on top.
    Order the result by {a} from high to low.
""")
BY_GROUP = lines("""
    Sort by {g}.
    Order by {g}.
    Sorted by {g}.
    Order the result by {g} ascending.
    Alphabetically by {g}.
    {g} in alphabetical order.
""")
NAMES = lines("""
    Name the columns {g}, {a} and {b}.
    Columns: {g}, {a}, {b}.
    The columns are {g}, {a}, {b}.
    Call the columns {g}, {a} and {b}.
    Columns {g}, {a} and {b}.
    Output columns: {g}, {a}, {b}.
""")
RUNS = lines("""
    every day at 6
    Run it every Monday at 7.
    Save it as curated.{d}.made.
    Store the result in curated.{d}.made, every night at 2.
    Refresh it daily at 5:30.
""")


@dataclass(frozen=True)
class Rows:
    """A sentence on the rows that count, with its SQL."""

    text: str
    sql: str


def _counting(maker: Maker, thing: Thing) -> Rows:
    kind = maker.one(("only", "not", "filled", "year"))
    if kind == "filled":
        column, words = maker.one(thing.gaps)
        return Rows(maker.phrase(WITHOUT_GAPS, many=thing.many, c=column, x=words), f"{column} is not null")
    if kind == "year":
        (column, words), year = thing.day, maker.one((2023, 2024)) if thing.domain == "garage" else 2021
        text = maker.phrase(OF_YEAR, many=thing.many, c=column, x=words, y=year)
        return Rows(text, f"year({column}) = {year}")
    value, column = maker.one(thing.adjectives)
    phrases, sign = (ONLY_VALUE, "=") if kind == "only" else (NOT_VALUE, "<>")
    said = maker.phrase(phrases, many=thing.many, c=column, x=column, v=value)
    return Rows(said[0].upper() + said[1:], f"{column} {sign} '{value}'")


def _measure(maker: Maker, thing: Thing) -> tuple[str, str]:
    column, words = maker.one(thing.numbers)
    function, phrases = maker.one((("sum", SUMS), ("avg", MEANS), ("max", LARGEST)))
    return maker.phrase(phrases, c=column, x=words), f"{function}({column})"


def _several(maker: Maker, thing: Thing, *, is_listed: bool) -> Composed:
    group = maker.one(thing.texts)[0]
    (said, formula), count = _measure(maker, thing), maker.phrase(COUNTS, many=thing.many)
    slots = {"g": group, "gs": "categories" if group == "category" else f"{group} values",
             "many": thing.many, "a": maker.one(("n", "how_many")), "b": maker.one(("figure", "amount_of_it")),
             "d": thing.domain, "k": maker.one((12, 25, 40))}  # fmt: skip
    texts = [maker.phrase(LISTED if is_listed else WHOLE, m=count, n=said, **slots)]
    where, having, order = "true", "true", ""
    if maker.one((True, True, False)):
        chosen = _counting(maker, thing)
        where = chosen.sql
        texts.insert(maker.one((0, 1)), chosen.text)
    if maker.one((True, False)) and not slots["gs"].endswith("values"):
        texts.append(maker.phrase(MANY_ENOUGH, **slots))
        having = f"count(*) >= {slots['k']}"
    if not is_listed:
        texts.append(maker.phrase(NAMES, **slots))
    if maker.one((True, False)):
        by = maker.one((BY_COUNT, BY_GROUP))
        texts.append(maker.phrase(by, **slots))
        order = "order by 2 desc" if by is BY_COUNT else "order by 1"
    if maker.one((True, False, False)):
        texts.append(maker.phrase(RUNS, **slots))
    text = " ".join(one[0].upper() + one[1:] for one in texts)
    sql = f"select {group}, count(*), {formula} from {thing.address} where {where} group by 1 having {having} {order}"
    place = ({"order by 2 desc": (1,), "order by 1": (0,), "": ()})[order]
    return Composed("listed" if is_listed else "named", text, thing.domain, sql, place, tuple(maker.parts))


def listed_groups(maker: Maker, thing: Thing) -> Composed:
    """A summary whose columns are listed with what they hold."""
    return _several(maker, thing, is_listed=True)


def named_groups(maker: Maker, thing: Thing) -> Composed:
    """A summary whose columns are named at the end."""
    return _several(maker, thing, is_listed=False)


KINDS = (listed_groups, named_groups)
