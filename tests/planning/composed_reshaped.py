"""Groups by columns that are made, totals of such columns, columns turned into rows and values into columns."""

from __future__ import annotations

from composed import THINGS, Composed, Maker, Thing, lines
from composed_derived import RICH, Rich, banded, coded, dated_part, flagged
from derived_values import RECKONED

# Counts by a made column: {item} with its name, {name} the name alone.
COUNTED = lines("""
    Count {many} per {item}.
    Number of {many} per {item}
    {many} per {item}: number of {many}
    How many {many} are there per {item}?
    Add {item} to {many}, then count {many} per {name}.
    Add {item} to {many} and count the {many} by {name}.
    Number of {many} by {name}, with {item}
    For each {item}, show the number of {many}.
    I need the number of {many} for every {item}.
    Compute {item} for {many}. Then the count of {many} per {name}.
    Group {many} by {item} and count them.
    count of {many} by {item}
    Give me the number of {many} for each {name}, where {item}.
    Show how many {many} fall into each {item}.
    {item}; number of {many} per {name}
    Count of {table} grouped by {item}
""")
# Totals of what is computed for each row: {noun} the number, {r} the key in words, {c} as it is written.
TOTALLED = lines("""
    Total of {noun} per {r}
    Sum of ({noun}) per {r}
    Add {name} = {noun} to {many}, then total {name} per {r}.
    Compute {noun} as {name} for {many}. Total {name} by {r}.
    For each {r}, sum up {name} = {noun} over all {many}.
    {many}: {name} = {noun}; sum of {name} per {r}
    Per {r}: total of {noun}
    total {name} per {r}, where {name} = {noun}
    What is the total of {noun} per {r}?
    I need the sum of {noun} for each {r} of {many}.
    Calculate {name} ({noun}) for every {one} and add it up per {r}.
    Sum {name} by {c}, with {name} = {noun}
    Give me total {name} per {c} from {table}, {name} being {noun}.
    Group {many} by {r} and sum {noun}.
""")
MELTED = lines("""
    Unpivot {a} and {b} of {many} into rows: {k}, {m}, {v}
    Turn the columns {a} and {b} of {many} into rows with {k}, {m} and {v}.
    Melt {many}: id {k}, columns {a} and {b} into {m} and {v}.
    One row per {one} and measure ({a}, {b}) with columns {k}, {m} and {v}.
    From wide to long: {many} with {k}, the name of the column ({a} or {b}) as {m} and its number as {v}
    Put {a} and {b} of {many} below each other: columns {k}, {m} (which of the two) and {v}.
    Stack the columns {a} and {b} of {many} into {m} and {v}, keep {k}.
    Reshape {many} to long format: {k}, {m} ({a} or {b}), {v}
    For every {one} I want two rows, one for {a} and one for {b}: {k}, {m}, {v}.
    Make {many} long: {a} and {b} as rows, columns {k}, {m}, {v}
    Convert {a} and {b} from columns to rows in {many}: {k}, {m}, {v}.
    Unpivot {many} on {a} and {b}, names into {m}, values into {v}, keep only {k} besides.
    Please unpivot the columns {a} and {b} of {table}; output {k}, {m}, {v}.
    I need {many} in long form, with {k}, {m} and {v}, from the columns {a} and {b}.
    melt {table}, id_vars {k}, value_vars {a} and {b}, var_name {m}, value_name {v}
""")
CROSSED = {
    "count": lines("""
        Pivot {many}: one row per {r}, one column per {w} ({v1}, {v2}), number of {many}
        {r} by {w} ({v1}, {v2}): number of {many} as columns
        Count {many} per {r} with the {w} values {v1} and {v2} as columns.
        Crosstab of {r} (rows) and {w} (columns {v1}, {v2}) counting {many}.
        For each {r}, how many {many} are {v1} and how many are {v2}, one column each?
        Number of {v1} and number of {v2} {many} per {r}
        Per {r}: number of {many} with {w} {v1}, number with {w} {v2}
        Count of {many} per {r}, {w} across as columns ({v1}, {v2})
        Number of {many} per {r}, pivoted by {w} ({v1}, {v2})
        I need a pivot table of {many}: rows {r}, columns {w} ({v1} and {v2}), values count.
        Show per {r} the number of {v1} {many} and the number of {v2} {many}.
        Cross-tabulate {many} by {r} and {w}, with columns {v1} and {v2} holding the counts.
        Give me the {many} counted by {r} and {w}, with a column for {v1} and one for {v2}.
        One row per {r}; columns {v1} and {v2} with the number of {many} of that {w}.
    """),
    "sum": lines("""
        Pivot {many}: one row per {r}, one column per {w} ({v1}, {v2}), sum of {x}
        Total {x} per {r} with the {w} values {v1} and {v2} as columns
        Sum of {x} per {r}, {w} across as columns ({v1}, {v2})
        Total {x} per {r}, pivoted by {w} ({v1}, {v2})
        Crosstab of {r} (rows) and {w} (columns {v1}, {v2}) with the sum of {x}.
        I need a pivot table of {many}: rows {r}, columns {w} ({v1} and {v2}), values sum of {x}.
        Per {r}: total {x} where {w} is {v1} and total {x} where {w} is {v2}
        Show per {r} the total {x} of {v1} {many} and the total {x} of {v2} {many}.
        One row per {r}; columns {v1} and {v2} with the total {x} of {many} of that {w}.
        {r} by {w} ({v1}, {v2}): total {x} as columns
        Spread {w} ({v1}, {v2}) into columns with the sum of {x}, one row per {r} of {many}.
    """),
}


def made_counts(maker: Maker, _: Thing) -> Composed:
    """How many there are for each value of a made column."""
    rich: Rich = maker.one(RICH)
    thing = rich.thing
    made = maker.one((banded, banded, flagged, coded, dated_part))(maker, rich)
    text = maker.phrase(COUNTED, many=thing.many, item=made.item, name=made.name, table=thing.table)
    sql = f"select {made.sql}, count(*) from {thing.address} group by 1"
    return Composed("made_counts", text, thing.domain, sql, (), tuple(maker.parts))


def made_totals(maker: Maker, _: Thing) -> Composed:
    """The total of a computed number per key."""
    thing = maker.one((*THINGS, *(rich.thing for rich in RICH)))
    (a, x), (b, y) = maker.chance.sample(thing.numbers, 2)
    sql = maker.one(("{a} - {b}", "{a} * {b}", "{a} + {b}"))
    noun = maker.phrase(
        [p for p in RECKONED[sql] if " and " not in p], x=maker.one((x, a)), y=maker.one((y, b)), a=a, b=b
    )
    key, words, _values = maker.one(thing.texts)
    slots = {"many": thing.many, "one": thing.one, "table": thing.table, "r": maker.one((words, key)), "c": key}
    text = maker.phrase(TOTALLED, noun=noun, name=maker.one(("net", "score", "worth")), **slots)
    found = f"select {key}, sum({sql.format(a=a, b=b)}) from {thing.address} group by 1"
    return Composed("made_totals", text, thing.domain, found, (), tuple(maker.parts))


def melted(maker: Maker, thing: Thing) -> Composed:
    """Two columns as rows."""
    (a, x), (b, y) = maker.chance.sample(thing.numbers, 2)
    is_written = maker.one((True, True, False))
    m, v = maker.one((("measure", "value"), ("kind", "amount"), ("metric", "reading")))
    said = {"a": a if is_written else x, "b": b if is_written else y, "k": thing.key, "m": m, "v": v}
    text = maker.phrase(MELTED, many=thing.many, one=thing.one, table=thing.table, **said)
    each = [f"select {thing.key}, '{c}', {c} from {thing.address}" for c in (a, b)]
    return Composed("melted", text, thing.domain, " union all ".join(each), (), tuple(maker.parts))


def crossed(maker: Maker, thing: Thing) -> Composed:
    """Values of a column as columns, with counts or totals."""
    (key, words, _), (across, told, values) = maker.chance.sample(thing.texts, 2)
    v1, v2 = maker.chance.sample(values, 2)
    work = maker.one(("count", "sum"))
    column, said = maker.one(thing.numbers)
    slots = {
        "r": maker.one((words, key)),
        "w": maker.one((told, across)),
        "v1": v1,
        "v2": v2,
        "x": maker.one((said, column)),
    }
    text = maker.phrase(CROSSED[work], many=thing.many, **slots)
    call = "count(*)" if work == "count" else f"sum({column})"
    each = [f"{call} filter ({across} = '{value}')" for value in (v1, v2)]
    return Composed(
        "crossed",
        text,
        thing.domain,
        f"select {key}, {', '.join(each)} from {thing.address} group by 1",
        (),
        tuple(maker.parts),
    )


KINDS = (made_counts, made_totals, melted, crossed)
