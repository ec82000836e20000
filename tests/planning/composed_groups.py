"""Numbers over groups of rows: keys, conditions on rows and on groups, orders, parts, shares, names of columns."""

from __future__ import annotations

import composed_measures as words
from composed import Composed, Maker, Thing, lines
from composed_measures import Key, Measure
from composed_rows import NUMBERS, condition

# {m} a measure, {k} a grouping, {x} the key in words, {c} as it is written, {xs} several.
GROUPED = lines("""
    {m} {k}
    Show the {m} {k}.
    Give me the {m} {k}.
    I need the {m} {k}.
    What is the {m} {k}?
    Could you calculate the {m} {k}?
    Please compute the {m} {k}.
    Can I get the {m} {k}?
    We want to know the {m} {k}.
    Hi, can you tell me the {m} {k}? Thanks!
    My boss wants the {m} {k}.
    For a report I need the {m} {k}.
    Report the {m} {k}.
    calculate {m} {k}
    {m} {k}, one row per {x}
    Get the {m} {k} please
    I'd like to see the {m} {k}.
    Work out the {m} {k}.
    Let me know the {m} {k}.
    List the {m} {k}.
""")
KEY_FIRST = lines("""
    For each {x}, show the {m}.
    For every {x} I want to see the {m}.
    Per {x}: {m}
    per {x} the {m}
    By {x}: {m}
    Group by {c}: {m}
    Group {many} by {c} and return the {m}.
    Aggregate {many} by {c}: {m}.
    I'd like a table with one row per {x} showing the {m}.
    One row per {x} with the {m}.
    One line per {x}: {x}, {m}.
    Summarize the {many} by {x}: {m}
    Pivot table with {x} as rows and {m} as values
    Break down the {m} by {x}.
    Split the {m} by {x}.
    List each {x} with its {m}.
    List all {xs} with their {m}.
    {x}, {m}
    Columns {x} and {m}, one row per {x}.
    Group the {many} by {x}. Show the {m} of each group.
    What is the {m} of each {x}?
    Take {many}, group by {c}, compute {m}.
    For all {xs}: the {m}.
    GROUP BY {c}, {m}
    select {c}, {m} from {many} group by {c}
    Show {x} and {m}, grouped by {x}.
    Which {xs} are there, and what is the {m} of each?
""")
HOW_MANY = lines("""
    How many {t} are there {k}?
    How many {t} {k}?
    how many {t} do we have {k}
    Count the {t} {k}.
    Count {t} {k}
    Please count the {t} {k}.
    Can you count the {t} {k}?
    Tell me how many {t} there are {k}.
    I want to know how many {t} we have {k}.
    {t} {k}, counted
    Group {t} by {c} and count them.
    Count the rows of {t} {k}.
    Group {t} by {c}, count.
    Count how many {t} each {x} has.
    How often does each {x} occur among the {t}?
    {k}: how many {t}
    Frequency of each {x} among the {t}
    How are the {t} distributed over {xs}? Just counts.
""")
SEVERAL = lines("""
    {a} and {b}
    {a}, {b}
    {a} and the {b}
    {a} as well as the {b}
    {a} along with the {b}
    {a} & {b}
    {a} together with {b}
    {a}, and also the {b}
""")
THREE = lines("""
    {a}, {b} and {d}
    {a}, {b}, {d}
    {a}, the {b}, and the {d}
    {a}, {b} and the {d}
    {a} and {b} and {d}
""")
# Groups that are kept: {m} their measure, {n} a number, {xs} the groups.
OVER = lines("""
    only {xs} where the {m} is over {n}
    keep only {xs} with a {m} above {n}
    only those with a {m} of more than {n}
    having {m} > {n}
    where the {m} exceeds {n}
    but only if the {m} is greater than {n}
    only {xs} whose {m} is more than {n}
    leave out {xs} with a {m} of {n} or less
    restricted to {xs} with a {m} over {n}
    just the ones with a {m} above {n}
    limit this to {xs} whose {m} is higher than {n}
    show only groups with {m} > {n}
    drop {xs} whose {m} is {n} or lower
    filter out {xs} where the {m} is not above {n}
    I only want {xs} with a {m} over {n}
""")
AT_LEAST = lines("""
    only {xs} where the {m} is at least {n}
    keep only {xs} with a {m} of at least {n}
    having {m} >= {n}
    only {xs} whose {m} is {n} or more
    leave out {xs} with a {m} below {n}
    drop the {xs} with a {m} under {n}
    ignore {xs} whose {m} is less than {n}
    excluding {xs} with a {m} lower than {n}
    where the {m} is no less than {n}
    without {xs} whose {m} is below {n}
    skip {xs} with a {m} smaller than {n}
""")
MORE_ROWS = lines("""
    only {xs} with more than {n} {many}
    keep only {xs} that have more than {n} {many}
    only those with over {n} {many}
    having more than {n} {many}
    having count(*) > {n}
    for {xs} with more than {n} {many}
    where there are more than {n} {many}
    leave out {xs} with {n} or fewer {many}
    drop {xs} that have {n} {many} or less
    just the {xs} which have more than {n} {many}
""")
AT_LEAST_ROWS = lines("""
    only {xs} with at least {n} {many}
    keep only {xs} that have {n} or more {many}
    only those with {n}+ {many}
    having at least {n} {many}
    having count(*) >= {n}
    leave out {xs} with fewer than {n} {many}
    ignore {xs} that have less than {n} {many}
    excluding {xs} with under {n} {many}
    only {xs} with a minimum of {n} {many}
    skip {xs} with fewer than {n} {many}
""")
KEPT = lines("""
    {g}, {h}
    {g}; {h}
    {g} - {h}
    {g} ({h})
    Show the {g}, {h}.
    Give me the {g}, {h}.
    What is the {g}? {H}.
    I need the {g}, {h}.
    Show the {g}. {H}.
    Please compute the {g}, {h}.
""")
FALLING = lines("""
    sorted by {m} descending
    largest first
    highest first
    sort by {m} desc
    in descending order of {m}
    order by {m} descending
    ordered by the {m}, highest first
    from highest to lowest
    with the highest {m} on top
    biggest {m} first
    descending
    sorted from high to low
    ranked from highest to lowest
    {xs} with the highest {m} first
    sorted descending by the {m}
    order by {m} desc
""")
RISING = lines("""
    sorted by {m} ascending
    smallest first
    lowest first
    sort by {m} asc
    in ascending order of {m}
    from lowest to highest
    lowest {m} first
    ordered by the {m}, smallest first
    sorted from low to high
    ascending by {m}
""")
BY_KEY = lines("""
    sorted by {x}
    ordered by {c}
    alphabetically by {x}
    in alphabetical order of {x}
    sort by {c}
    order by {c} ascending
    sorted by {x} A to Z
    {x} ascending
    sorted alphabetically by {c}
    ordered by {x} from A to Z
    sorted by {x} name
    sort on {c}
""")
TOP = lines("""
    top {n} {xs} by {m}, with the {m}
    the {n} {xs} with the highest {m}: {x} and {m}
    Which {n} {xs} have the highest {m}? Show {x} and {m}, highest first.
    Show the {n} {xs} with the largest {m}, together with the {m}, largest first.
    {m} {k}, top {n} only
    {m} {k}, only the {n} highest
    {m} {k}, sorted descending, first {n} rows
    {m} {k}, descending, limit {n}
    Compute the {m} {k} and keep the {n} {xs} with the highest value.
    Give me the {m} {k}, but only for the {n} {xs} with the highest {m}.
    {m} {k}. Only show the top {n}, highest first.
    I need the top {n} {xs} by {m}; columns {x} and {m}.
    {m} {k} order by {m} desc limit {n}
    Rank the {xs} by {m} and return the best {n} with their {m}.
""")
PARTS = lines("""
    {k} the number of {many} and how many of them are {v}
    number of {many} {k}, and how many of those are {v}
    number of {many} {k}, of which {v}
    number of {many} and number of {v} {many} {k}
    {k}: number of {many}, number of {v} {many}
    Count the {many} {k}, and also the {v} ones.
    How many {many} are there {k}, and how many of them are {v}?
    For each {x}, count all {many} and the {v} {many}.
    For each {x} show the number of {many} and the number of {v} ones.
    total {many} and {v} {many} {k}
    count of {many} {k} and count of {v} {many}
    {k} the count of {many} and the count with {c} = '{v}'
    Group by {g}: count of all {many}, count of {many} where {c} is '{v}'
    I need the number of {many} {k} plus how many are {v}.
    Show {x}, number of {many}, number of {v} {many}.
    {many} {k}: total count, {v} count
    number of {many} {k} and the number that are {v}
    number of {many} {k}, including how many of them are {v}
""")
SHARES = lines("""
    share of {many} per {x} in percent
    percentage of all {many} per {x}
    What percentage of all {many} falls into each {x}?
    each {x}'s share of all {many}, in percent
    For each {x}, the share of the total number of {many} in percent.
    percent of total {many} by {x}
    % of all {many} by {x}
    How many percent of the {many} does each {x} make up?
    {x} and its share of all {many} in %
    Show the share of each {x} in the number of {many} as a percentage.
    What share of {many} (in percent) does each {x} have?
    number of {many} per {x} as a percentage of all {many}
""")
SUM_SHARES = lines("""
    share of total {x} per {k} in percent
    each {k}'s share of the total {x}, in percent
    For each {k}, its percentage of the total {x}.
    What percentage of the total {x} comes from each {k}?
    percent of total {x} by {k}
    Show each {k}'s share of the overall {x} in %.
    How much does each {k} contribute to the total {x}, in percent?
    {x} per {k} as a percentage of the total {x}
    contribution of each {k} to the total {x} in percent
    {k} and its share of the total {c} in percent
    sum of {c} per {k} as % of the overall sum
""")
ROUNDED = lines("""
    rounded to {d} decimals
    rounded to {d} decimal places
    round to {d} decimals
    round it to {d} digits after the point
    with {d} decimals
    to {d} decimal places
    rounded to {d} digits
""")
ROUNDED_WHOLE = lines("""
    rounded to whole numbers
    rounded to the nearest integer
    rounded to 0 decimals
    without decimals (rounded)
""")
ONE_ROW = lines("""
    {m}
    What is the {m}?
    Show me the {m}.
    the {m}, just one number
    Compute the {m} over all {many}.
    I need the {m} across all {many}.
    Give me the overall {m}.
    {m} (one row)
    Please calculate the {m} for the whole table.
    {m} over the whole {many} table
    {m}, not grouped by anything
    One row with the {m}.
    Just tell me the {m}.
    select {m} from {many}
""")
NAMED = lines("""
    {m} {k}, call it {name}
    {m} as {name} {k}
    {m} {k} as {name}
    {m} {k}. Name the column {name}.
    {m} {k}; the result column is called {name}
    Show the {m} {k} in a column called {name}.
    {m} {k}, columns {c} and {name}
    {m} {k} (columns: {c}, {name})
    Show the {m} {k}; call the columns {c} and {name}.
    {m} {k}, named {name}
    For each {x} the {m} as {name}.
    {c}, {m} as {name} {k}
    Give me the {m} (as {name}) {k}.
    {m} {k}. Columns: {c}, {name}.
    {name} = {m} {k}
    I need the {m} {k}, with the {m} named {name}.
    Return {c} and {name}, where {name} is the {m}, one row per {x}.
    {m} {k}; output columns {c}, {name}
    {m} {k}, alias {name}
""")


def _sql(thing: Thing, keys: tuple[str, ...], measures: list[Measure], rest: str = "", where: str = "true") -> str:
    shown = ", ".join([*keys, *(m.sql for m in measures)])
    grouped = f"group by {', '.join(keys)}" if keys else ""
    return f"select {shown} from {thing.address} where {where} {grouped} {rest}".strip()


def _made(kind: str, maker: Maker, thing: Thing, text: str, sql: str, order: tuple[int, ...] = ()) -> Composed:
    return Composed(kind, text, thing.domain, sql, order, tuple(maker.parts))


def _grouped(maker: Maker, thing: Thing, said: str, key: Key) -> str:
    frames = [*GROUPED, *KEY_FIRST]
    return maker.phrase(frames, m=said, k=key.said, x=key.words, c=key.column, xs=key.many, many=thing.many)


def counted_groups(maker: Maker, thing: Thing) -> Composed:
    """How many rows each group has, of all rows or of some."""
    key = words.key(maker, thing)
    chosen = condition(maker, thing) if maker.one((True, False)) else None
    said = f"{chosen.before}{thing.many}{chosen.behind}" if chosen else thing.many
    text = maker.phrase(HOW_MANY, t=said, k=key.said, x=key.words, c=key.column, xs=key.many)
    where = chosen.sql if chosen else "true"
    every = Measure("", "count(*)", "")
    return _made("counted_groups", maker, thing, text, _sql(thing, (key.column,), [every], where=where))


def measured_groups(maker: Maker, thing: Thing) -> Composed:
    """One number over each group."""
    key, measure = words.key(maker, thing), words.measure(maker, thing)
    return _made("measured_groups", maker, thing, _grouped(maker, thing, measure.said, key),
                 _sql(thing, (key.column,), [measure]))  # fmt: skip


def several_measures(maker: Maker, thing: Thing) -> Composed:
    """Two or three numbers over each group."""
    key, found = words.key(maker, thing), {}
    for _ in range(maker.one((2, 2, 3))):
        measure = words.measure(maker, thing)
        found[measure.sql] = measure
    measures = list(found.values())
    said = dict(zip("abd", (m.said for m in measures), strict=False))
    phrases = {1: ["{a}"], 2: SEVERAL, 3: THREE}[len(measures)]
    text = _grouped(maker, thing, maker.phrase(phrases, **said), key)
    return _made("several_measures", maker, thing, text, _sql(thing, (key.column,), measures))


def groups_of_some(maker: Maker, thing: Thing) -> Composed:
    """A number over the rows that a condition chooses, in each group."""
    key, chosen = words.key(maker, thing), condition(maker, thing)
    rows = f"{chosen.before}{thing.many}{chosen.behind}"
    measure = words.count(maker, thing, rows)
    if maker.one((True, False)):
        measure = words.number(maker, thing)
        said = measure.said.removesuffix(f" over all {thing.many}").removesuffix(f" of the {thing.many}")
        measure = Measure(f"{said} of {rows}", measure.sql, "")
    frames = [line for line in GROUPED if "their" not in line]
    text = maker.phrase(frames, m=measure.said, k=key.said, x=key.words)
    return _made("groups_of_some", maker, thing, text, _sql(thing, (key.column,), [measure], where=chosen.sql))


def groups_by_two(maker: Maker, thing: Thing) -> Composed:
    """A number over each pair of two keys."""
    (c, x, _), (d, y, _) = thing.texts
    measure = words.measure(maker, thing)
    key = maker.phrase(words.KEYED_BY_TWO, x=x, y=y, c=c, d=d)
    frames = [line for line in GROUPED if "{x}" not in line]
    text = maker.phrase(frames, m=measure.said, k=key)
    return _made("groups_by_two", maker, thing, text, _sql(thing, (c, d), [measure]))


def kept_groups(maker: Maker, thing: Thing) -> Composed:
    """Groups that a condition on a number over them keeps."""
    key, is_strict = words.key(maker, thing), maker.one((True, False))
    if maker.one((True, False)):
        measure, size = words.count(maker, thing), maker.one((30, 36, 40, 45, 50))
        kept = maker.phrase(MORE_ROWS if is_strict else AT_LEAST_ROWS, xs=key.many, n=size, many=thing.many)
    else:
        measure, size = words.number(maker, thing, ("sum({c})", "avg({c})")), maker.one((1200, 1250, 40000, 50000))
        kept = maker.phrase(OVER if is_strict else AT_LEAST, xs=key.many, n=size, m=measure.said)
    text = maker.phrase(KEPT, g=f"{measure.said} {key.said}", h=kept, H=kept[0].upper() + kept[1:])
    having = f"having {measure.sql} {'>' if is_strict else '>='} {size}"
    return _made("kept_groups", maker, thing, text, _sql(thing, (key.column,), [measure], having))


def ordered_groups(maker: Maker, thing: Thing) -> Composed:
    """Groups in the order of their number or of their key."""
    key, is_falling = words.key(maker, thing), maker.one((True, True, False))
    measure, by_key = maker.one((words.count, words.number))(maker, thing), maker.one((True, False, False))
    phrases = BY_KEY if by_key else FALLING if is_falling else RISING
    order = maker.phrase(phrases, m=measure.said, xs=key.many, x=key.words, c=key.column)
    text = maker.phrase(KEPT, g=f"{measure.said} {key.said}", h=order, H=order[0].upper() + order[1:])
    by = key.column if by_key else f"{measure.sql} {'desc' if is_falling else 'asc'}"
    sql = _sql(thing, (key.column,), [measure], f"order by {by}")
    return _made("ordered_groups", maker, thing, text, sql, (0 if by_key else 1,))


def top_groups(maker: Maker, thing: Thing) -> Composed:
    """The first groups by a number over them."""
    key, measure = words.key(maker, thing), words.number(maker, thing, ("sum({c})", "avg({c})"))
    size = maker.one((2, 3))
    slots = {"m": measure.said, "k": key.said, "x": key.words, "xs": key.many}
    text = maker.phrase(TOP, n=maker.one((size, NUMBERS.get(size, "two"))), **slots)
    sql = _sql(thing, (key.column,), [measure], f"order by {measure.sql} desc limit {size}")
    return _made("top_groups", maker, thing, text, sql)


def parts_of_groups(maker: Maker, thing: Thing) -> Composed:
    """How many rows each group has, and how many of these are of one value."""
    value, column = maker.one(thing.adjectives)
    (by, by_words, _) = next(text for text in thing.texts if text[0] != column)
    said = maker.phrase(words.KEYED[:4], x=by_words, c=by)
    text = maker.phrase(PARTS, k=said, x=by_words, v=value, many=thing.many, c=column, g=by)
    part = Measure("", f"count(*) filter ({column} = '{value}')", "")
    sql = _sql(thing, (by,), [Measure("", "count(*)", ""), part])
    return _made("parts_of_groups", maker, thing, text[0].upper() + text[1:], sql)


def shares(maker: Maker, thing: Thing) -> Composed:
    """What share of all rows, or of a total, each group has, in percent."""
    column, said, _ = maker.one(thing.texts)
    if maker.one((True, False)):
        text, top = maker.phrase(SHARES, many=thing.many, x=said), "count(*)"
    else:
        number, spoken = maker.one(thing.numbers)
        text, top = maker.phrase(SUM_SHARES, x=spoken, c=number, k=said), f"sum({number})"
    share = f"100.0 * {top} / sum({top}) over ()"
    if maker.one((True, False)):
        digits = maker.one((1, 2))
        text = f"{text.rstrip('.?')}, {maker.phrase(ROUNDED, d=digits)}".replace("1 decimals", "1 decimal")
        share = f"round({share}, {digits})"
    return _made("shares", maker, thing, text, _sql(thing, (column,), [Measure("", share, "")]))


def rounded_groups(maker: Maker, thing: Thing) -> Composed:
    """An average over each group, rounded."""
    key, measure = words.key(maker, thing), words.number(maker, thing, ("avg({c})",))
    digits = maker.one((0, 1, 2))
    rounded = maker.phrase(ROUNDED if digits else ROUNDED_WHOLE, d=digits)
    rounded = rounded.replace("1 decimals", "1 decimal").replace("1 digits", "1 digit")
    text = maker.phrase(KEPT, g=f"{measure.said} {key.said}", h=rounded, H=rounded[0].upper() + rounded[1:])
    shown = Measure("", f"round({measure.sql}, {digits})", "")
    return _made("rounded_groups", maker, thing, text, _sql(thing, (key.column,), [shown]))


def one_row(maker: Maker, thing: Thing) -> Composed:
    """A number or two over all rows."""
    first = maker.one((words.count, words.number, words.number, words.day))(maker, thing)
    said, measures = first.said, [first]
    if maker.one((True, False)):
        second = words.number(maker, thing)
        if second.sql != first.sql:
            measures.append(second)
            said = maker.phrase(SEVERAL, a=first.said, b=second.said)
    text = maker.phrase(ONE_ROW, m=said, many=thing.many)
    return _made("one_row", maker, thing, text, _sql(thing, (), measures))


def named_columns(maker: Maker, thing: Thing) -> Composed:
    """A number over each group in a column whose name is told."""
    key, measure = words.key(maker, thing), maker.one((words.count, words.number))(maker, thing)
    names = ("value_found", "figure", "kpi", f"{thing.one}_figure", "stat_1")
    name = maker.one((*names, "total") if measure.short in ("count", "total") else names)
    slots = {"m": measure.said, "k": key.said, "x": key.words, "c": key.column}
    text = maker.phrase(NAMED, name=name, **slots)
    sql = _sql(thing, (key.column,), [measure])
    return Composed("named_columns", text, thing.domain, sql, (), tuple(maker.parts), ("", name))


KINDS = (
    counted_groups, measured_groups, several_measures, groups_of_some, groups_by_two, kept_groups, ordered_groups,
    top_groups, parts_of_groups, shares, rounded_groups, one_row, named_columns,
)  # fmt: skip
