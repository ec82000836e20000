"""Groups by what stands in another table or in a date: parents by name or place, years, months, quarters, weekdays."""

from __future__ import annotations

import composed_measures as words
from composed import Composed, Maker, Thing, lines
from composed_measures import PARENTS, Measure, Parent
from composed_rows import condition

# {m} a measure, {one} the parent, {many} several, {label} its name's column, {place} a text column of it.
OF_PARENT = lines("""
    {m} per {one} {label}
    {m} by {one} {label}
    For each {one} show the {label} and the {m}.
    {one} {label} and {m}
    List every {one}'s {label} with the {m}.
    Columns: {one} {label}, {m}. One row per {one}.
    {m} grouped by {one} {label}
    join {rows} to {many} and give me the {m} per {one} {label}
    I need the {m} per {one} ({label} instead of id)
    Give me the {m} for every {one} {label}.
    {label} of the {one} and {m}
    {m} per {one}, showing the {label} not the id
    Group the {rows} by {one} {label} and show the {m}.
""")
OF_PLACE = lines("""
    {m} per {place} of the {one}
    {m} by {one} {place}
    {m} per {one} {place}
    For each {place}, the {m} of the {one}'s {rows}.
    {m} by the {place} of the {one}
    {m} for each {place} of the {many}
    join {rows} with {many} and show the {m} per {place}
    {m} broken down by {one} {place}
    What is the {m} per {place} ({place} comes from {many})?
    {m} grouped by {many}.{place}
    Look up the {one}'s {place} and give me the {m} per {place}.
    {m} per {place}; take the {place} from the {many} table
    Join {rows} to {many}, group by {place}, compute the {m}.
    I need the {m} split by the {one}'s {place}.
    Show the {m} per {place} the {one} is from.
    {m} by {place}
    {m} per {place}
""")
ZEROS = lines("""
    including {many} without {rows} (0)
    including {many} with no {rows}, as 0
    {many} without any {rows} should show 0
    also list {many} that have no {rows}, with 0
    show 0 for {many} without {rows}
    with 0 for {many} that have none
    0 if a {one} has no {rows}
    keep {many} without {rows}, count 0
    even {many} with zero {rows} should appear
    include {many} that have no {rows} with a 0
""")
COUNTED = lines("""
    number of {rows} per {one} {label}, {zero}
    How many {rows} does each {one} have? Show the {label} and the number, {zero}.
    For every {one} show the {label} and the number of {rows}; {zero}.
    {one} {label} and number of {rows}, {zero}
    List all {many} with {label} and number of {rows}. {Zero}.
    count of {rows} per {one} (show {label}), {zero}
    I need the {label} of every {one} and how many {rows} it has, {zero}.
    Count the {rows} per {one} {label}, {zero}.
    {many}: {label}, number of {rows}; {zero}
    For each {one}: {label}, count of {rows}. {Zero}.
    Show {label} and number of {rows} for all {many}, {zero}.
    all {many} by {label} with their {row} count, {zero}
""")
# How a part of a date is said: {c} the column as it is written, {d} in words.
PARTS_OF_DATES = {
    "year({c})": lines("""
        per year of {d}
        by year of {c}
        for each year of {c}
        grouped by the year of {c}
        per year ({c})
        by {d} year
        per calendar year of the {d}
        by year, based on {c}
        per year, using {c}
        broken down by year of {d}
        by year({c})
        yearly, by {c}
        group by the year of the {d}
    """),
    "strftime({c}, '%Y-%m')": lines("""
        per month of {c} as YYYY-MM
        by month of {d} (like 2024-03)
        per month of {d}, written like 2024-03
        for each month of {c}, format YYYY-MM
        grouped by month of {c} in the form 2024-03
        per calendar month of {d} (yyyy-mm)
        by month ({c}, as yyyy-MM)
        monthly by {c}, months as 2024-03
        per {d} month, month shown as 2024-03
        by month of {c}, e.g. 2024-03
        per month of {c} with the month formatted as YYYY-MM
        by year and month of {c} as one text like 2024-03
    """),
    "year({c}) || '-Q' || quarter({c})": lines("""
        per quarter of {c} like 2024-Q1
        by quarter of {d} (written 2024-Q1)
        for each quarter of {c}, as 2024-Q1
        per quarter of {d}, format 2024-Q1
        quarterly by {c}, quarters shown as 2024-Q3
        grouped by quarter of {c} (e.g. 2023-Q4)
        per calendar quarter of {c}, in the form 2024-Q1
    """),
    "dayname({c})": lines("""
        per weekday of {c} (name of the day)
        by weekday name of {d}
        by day of the week of {c}, Monday, Tuesday and so on
        for each weekday of {c}, shown as Monday, Tuesday, ...
        per day of week of {d}, with its full English name
        by weekday of {c} as a name like Monday
        grouped by the weekday name of {c}
    """),
}
DATED = lines("""
    {m} {k}
    Show the {m} {k}.
    I need the {m} {k}.
    What is the {m} {k}?
    Give me the {m} {k}.
    Please compute the {m} {k}.
    Could you show me the {m} {k}?
    Report the {m} {k}.
    I want the {m} {k}.
    calculate {m} {k}
    We need to see the {m} {k}.
""")


def _slots(thing: Thing, parent: Parent) -> dict[str, str]:
    return {"one": parent.one, "many": parent.many, "label": parent.label[1], "place": parent.text[1],
            "rows": thing.many, "row": thing.one}  # fmt: skip


def _measure(maker: Maker, thing: Thing) -> Measure:
    return maker.one((words.count, words.number))(maker, thing)


def _joined(thing: Thing, parent: Parent, column: str, measure: Measure) -> str:
    joined = f"{thing.address} join {thing.domain}.{parent.many} as p using ({parent.key})"
    return f"select p.{column}, {measure.sql} from {joined} group by p.{column}"


def groups_of_parents(maker: Maker, thing: Thing) -> Composed:
    """A number over the rows of each parent, with its name."""
    parent, measure = PARENTS[thing.table], _measure(maker, thing)
    text = maker.phrase(OF_PARENT, m=measure.said, **_slots(thing, parent))
    sql = _joined(thing, parent, parent.label[0], measure)
    return Composed("groups_of_parents", text, thing.domain, sql, (), tuple(maker.parts))


def groups_by_place(maker: Maker, thing: Thing) -> Composed:
    """A number over rows by a text of their parents."""
    parent, measure = PARENTS[thing.table], _measure(maker, thing)
    text = maker.phrase(OF_PLACE, m=measure.said, **_slots(thing, parent))
    sql = _joined(thing, parent, parent.text[0], measure)
    return Composed("groups_by_place", text, thing.domain, sql, (), tuple(maker.parts))


def parents_with_none(maker: Maker, thing: Thing) -> Composed:
    """How many rows each parent has, 0 for those that have none."""
    parent = PARENTS[thing.table]
    slots = _slots(thing, parent)
    zero = maker.phrase(ZEROS, **slots)
    text = maker.phrase(COUNTED, zero=zero, Zero=zero[0].upper() + zero[1:], **slots)
    joined = f"{thing.domain}.{parent.many} as p left join {thing.address} as t using ({parent.key})"
    label = f"p.{parent.label[0]}"
    sql = f"select {label}, count(t.{thing.key}) from {joined} group by {label}"
    return Composed("parents_with_none", text, thing.domain, sql, (), tuple(maker.parts))


def dated_groups(maker: Maker, thing: Thing) -> Composed:
    """A number over the rows of each year, month, quarter or weekday."""
    column, said = thing.day
    form = maker.one(list(PARTS_OF_DATES))
    measure = maker.one((words.count, words.number, words.distinct))(maker, thing)
    key = maker.phrase(PARTS_OF_DATES[form], c=column, d=said)
    text = maker.phrase(DATED, m=measure.said, k=key)
    sql = f"select {form.format(c=column)}, {measure.sql} from {thing.address} group by 1"
    return Composed("dated_groups", text, thing.domain, sql, (), tuple(maker.parts))


def dated_groups_of_some(maker: Maker, thing: Thing) -> Composed:
    """How many of the rows that a condition chooses fall into each year, month, quarter or weekday."""
    column, said = thing.day
    form, chosen = maker.one(list(PARTS_OF_DATES)), condition(maker, thing)
    measure = words.count(maker, thing, f"{chosen.before}{thing.many}{chosen.behind}")
    key = maker.phrase(PARTS_OF_DATES[form], c=column, d=said)
    text = maker.phrase(DATED, m=measure.said, k=key)
    sql = f"select {form.format(c=column)}, count(*) from {thing.address} where {chosen.sql} group by 1"
    return Composed("dated_groups_of_some", text, thing.domain, sql, (), tuple(maker.parts))


KINDS = (groups_of_parents, groups_by_place, parents_with_none, dated_groups, dated_groups_of_some)
