"""Rows seen beside the other rows of their group: the latest one, ranks, running totals, previous values, copies."""

from __future__ import annotations

from dataclasses import dataclass

from composed import Composed, Maker, Thing, lines
from composed_related import family
from composed_rows import NUMBERS, columns

# Of each group: {g} as a noun, {k} as its column is written.
PER = lines("""
    per {g}
    for each {g}
    for every {g}
    of each {g}
    of every {g}
    per {k}
    for each {k}
    for every {k}
    within each {g}
    in each {g}
    of each {k}
    within every {g}
""")
# One child by a date: {d} in words, {c} one, {l} as it is written.
LATEST = lines("""
    latest {c}
    most recent {c}
    newest {c}
    {c} with the latest {d}
    {c} with the most recent {l}
    {c} with the newest {d}
    {c} with the maximum {l}
    {c} with the highest {l}
    single most recent {c}
    {c} that has the latest {d}
""")
EARLIEST = lines("""
    oldest {c}
    earliest {c}
    {c} with the earliest {d}
    {c} with the minimum {l}
    {c} with the oldest {d}
    {c} that has the earliest {l}
    {c} with the lowest {l}
""")
LARGEST = lines("""
    {c} with the highest {d}
    {c} with the largest {d}
    {c} with the biggest {d}
    {c} with the maximum {l}
    {c} with the greatest {d}
    top {c} by {d}
    {c} with the highest {l}
    {c} that has the highest {d}
    {c} with the most {d}
""")
SMALLEST = lines("""
    {c} with the lowest {d}
    {c} with the smallest {d}
    {c} with the minimum {l}
    {c} with the least {d}
    {c} that has the lowest {l}
""")
ONE_EACH = lines("""
    {which} {per}: {cols}
    Show {cols} of the {which} {per}.
    Show the {which} {per} with {cols}.
    I need the {which} {per}: {cols}.
    Keep only the {which} {per}; output {cols}.
    For each {g}, show the {which}: {cols}.
    For every {g} find the {which}, columns {cols}.
    What is the {which} {per}? Show {cols}.
    Could you give me the {which} {per} with {cols}?
    One row per {g}: the {which}, with {cols}.
    Per {g} keep the {which}, show {cols}.
    {cols} of the {which} {per}
    Get the {which} {per}, select {cols}.
    Please find the {which} {per} and return {cols}.
    For each {g} only the {which}. Columns {cols}.
    Deduplicate {C} to the {which} {per}, keep {cols}.
    Only the {which} {per}, please: {cols}
    List the {which} {per}, just {cols}.
    Each {g}'s {which}: {cols}
    From {C} pick the {which} {per} and keep {cols}.
""")
TOP = lines("""
    top {n} {C} {per} by {x}
    {n} {C} with the highest {x} {per}
    top {n} {C} by {x} {per}
    {n} largest {C} by {x} {per}
    {n} {C} {per} with the largest {x}
    highest {n} {C} by {x} {per}
    first {n} {C} {per} by descending {x}
    best {n} {C} {per} by {x}
    {n} {C} with the biggest {x} {per}
    top-{n} {C} by {x} {per}
""")
RANKED = lines("""
    with their rank
    with rank
    and the rank
    plus the rank within the {g}
    and their rank in the {g}
    with a rank column
    and rank (1 = highest)
    with the rank as last column
    and a rank number
    plus a rank column
    including their rank
    and the position within the {g}
""")
TOPS = lines("""
    {t}: {cols} {rank}
    Show the {t}: {cols} {rank}.
    I need the {t}, {cols} {rank}.
    List the {t} with {cols} {rank}.
    Give me {cols} {rank} of the {t}.
    Keep the {t}; output {cols} {rank}.
    What are the {t}? Show {cols} {rank}.
    Could you find the {t} and show {cols} {rank}?
    For the {t} show {cols} {rank}.
    Find the {t}. Columns: {cols} {rank}.
    Please return the {t}, {cols} {rank}.
    Get {t} -> {cols} {rank}
""")
RUNNING = lines("""
    running total of {x}
    running sum of {x}
    cumulative {x}
    cumulative sum of {x}
    cumulated {x}
    cumulative total of {x}
    running {x} total
    {x} running total
    rolling total of {x} from the first row on
    accumulated {x}
    running total ({x})
    cumsum of {x}
""")
COUNTING = lines("""
    row number
    sequence number
    running number
    consecutive number starting at 1
    row_number()
    serial number starting at 1
    number 1, 2, 3 and so on
    counter starting at 1
    position
""")
PREVIOUS = lines("""
    previous {x}
    {x} of the previous {c}
    {x} of the {c} before
    preceding {x}
    prior {x}
    {x} from the previous row
    previous {c}'s {x}
    {x} of the preceding {c}
    last {c}'s {x} before it
    {x} of the one before
    lag of {x}
    lagged {x}
""")
NEXT = lines("""
    next {x}
    {x} of the next {c}
    {x} of the {c} after it
    following {x}
    {x} from the next row
    next {c}'s {x}
    {x} of the following {c}
    lead of {x}
""")
CHANGE = lines("""
    difference to the previous {x}
    change in {x} from the previous {c}
    change of {x} against the previous {c}
    difference in {x} to the {c} before
    {x} minus the previous {x}
    difference between {x} and the previous {x}
    change in {x} since the previous {c}
    how much {x} changed from the previous {c}
    {x} difference to the previous row
    difference from the previous {x}
    {x} compared to the previous {c}, as a difference
""")
IN_ORDER = lines("""
    ordered by {d}
    by {d}
    in order of {d}
    sorted by {d}
    in the order of {l}
    ordered by {l}
    order by {l}
    by {d}, oldest first
    in chronological order of {d}
    from the earliest {d} to the latest
    by ascending {l}
    along {l}
""")
BESIDE = lines("""
    {C}: {cols} and the {what} {per} {order}
    Show {cols} and the {what} {per}, {order}.
    Add the {what} {per}, {order}, to {C}; output {cols} and it.
    For each {c} show {cols} and the {what} {per}, {order}.
    List {C} with {cols} and the {what} {per} ({order}).
    I need {cols} of all {C} plus the {what} {per}, {order}.
    Could you compute the {what} {per} {order}? Show {cols} and the {what} of all {C}.
    {cols} of each {c} and the {what} {per}, {order}
    For every {c} give me {cols} and the {what} {per} {order}.
    Take {C}. Show {cols} and the {what} {per}, {order}.
    Every {c} with {cols} and the {what} {per}, {order}
    Partition {C} by {k}, {order}, and show {cols} and the {what}.
    All {C} with {cols}, and beside them the {what} {per} {order}
    Please extend {C} by the {what} {per}, {order}; columns {cols} and the {what}.
    {C} with the {what} {per} {order}: {cols}, {what}
    Select {cols} and the {what} {per} from {C}, {order}.
    We want all {C}: {cols}, and the {what} {per}, {order}.
""")
COPIES = lines("""
    Remove exact duplicates from {T}.
    {T} without exact duplicate rows
    Drop duplicate rows in {T}.
    Deduplicate {T}: rows that are identical in all columns only once.
    Show distinct rows of {T}.
    select distinct * from {T}
    Remove exact copies of rows from {T}.
    Clean {T} of fully identical rows, keep one of each.
    Give me {T} with exact duplicates removed.
    {T}, unique rows only
    I need {T} without repeated rows.
    Could you remove the rows of {T} that are exact copies of another row?
    Some rows of {T} were loaded twice. Keep each row once.
    Dedupe {T} on all columns.
    Please eliminate full-row duplicates from {T}.
    Drop exact duplicates of {T}, keep all columns.
    {T}: identical rows only once
    Collapse identical rows of {T} into one.
    Get rid of duplicate rows in {T}.
    Keep only one copy of every row in {T}.
    Each distinct row of {T} once
""")
ONE_PER_KEY = {
    "desc": lines("""
        One row per {k} from {T}, keep the newest by {d}.
        Deduplicate {T} by {k}, keep the latest {d}.
        Keep only the latest row per {k} in {T} by {d}.
        For each {k} in {T} keep the row with the latest {d}.
        Latest version of each {k} in {T}, by {d}
        Dedupe {T} on {k}, keeping the most recent {d}.
        {T}: newest row per {k} ({d})
        Keep the last row of each {k} in {T}, ordered by {d}.
        Remove duplicates of {k} from {T}, keep the one with the newest {d}.
        I need one row per {k} of {T}: the one with the most recent {d}.
        Could you keep just the most recent row (by {d}) for every {k} in {T}?
        In {T} some {k} appear several times. Keep the row with the latest {d} of each.
        Drop duplicate {k} in {T}, keep the row with the highest {d}.
        Only the current version of every {k} in {T}, the one with the latest {d}
        Take the newest entry per {k} from {T} according to {d}.
        Reduce {T} to one row per {k}, with the most recent {d} winning.
        {T} deduplicated on {k}, latest {d} wins
        If a {k} occurs more than once in {T}, keep the newest by {d}.
        row_number() over (partition by {k} order by {d} desc) = 1 in {T}
        Unique {k} in {T}, keep the row with max {d}, all columns.
        Show all columns of {T}, one row per {k}, newest {d}.
    """),
    "asc": lines("""
        One row per {k} from {T}, keep the oldest by {d}.
        Deduplicate {T} by {k}, keep the earliest {d}.
        Keep only the first row per {k} in {T} by {d}.
        For each {k} in {T} keep the row with the earliest {d}.
        First version of each {k} in {T}, by {d}
        Dedupe {T} on {k}, keeping the oldest {d}.
        Remove duplicates of {k} from {T}, keep the one with the earliest {d}.
        Drop duplicate {k} in {T}, keep the row with the lowest {d}.
    """),
}
STACKED = lines("""
    Stack {A} and {B}
    Union all of {A} and {B}
    Append {B} to {A}
    Put {A} and {B} under each other
    Combine the rows of {A} and {B} into one list
    {A} and {B} in one table, one below the other
    One list of all {A} and {B}
    Merge {A} and {B} into a single list, one under the other
    {A} union all {B}
    Concatenate {A} and {B}
    I need one table with all rows of {A} and of {B}
    Please append the rows of {B} below those of {A}
    We want {A} and {B} together in a single table, stacked
    Add the rows of {B} underneath {A}
    All rows of {A} followed by all rows of {B}
""")
FROM_WHERE = {
    ("{a}", "{b}"): lines("""
        with a column that says '{a}' or '{b}'
        and add a column source with '{a}' or '{b}'
        with a column origin: '{a}' for {A}, '{b}' for {B}
        add a column kind that is '{a}' for {A} and '{b}' for {B}
        label the rows '{a}' and '{b}'
        and mark each row as '{a}' or '{b}'
        with an extra column telling '{a}' from '{b}'
        plus a constant column channel = '{a}' / '{b}'
    """),
    ("{A}", "{B}"): lines("""
        with a column that tells which table each row is from
        and add a column with the name of the table
        with the table name as an extra column
        plus a column source with the table's name
        and show which table each row came from
        with a source column
        add a column origin with the table name
        plus a column saying where each row comes from
        tag each row with its table
        and keep track of the source table in a column
    """),
}
STACKS = lines("""
    {stack}, {cols}.
    {stack}: {cols}
    {stack}; columns {cols}.
    {stack}. Show {cols}.
    {stack}. I only need {cols}.
    {stack} and output {cols}.
""")


@dataclass(frozen=True)
class Loaded:
    """A table with rows that were loaded again: its key and what tells when, and with it a table of the same form."""

    tables: tuple[str, str]
    marks: tuple[str, str]
    key: str
    at: str
    others: tuple[str, str]


LOADED = (
    Loaded(("web_orders", "shop_orders"), ("web", "shop"), "order_no", "updated_at", ("buyer", "amount")),
    Loaded(("keepers", "volunteers"), ("keeper", "volunteer"), "person_no", "changed_on", ("surname", "phone")),
)


@dataclass(frozen=True)
class Group:
    """What stands together: a noun and its column."""

    noun: str
    column: str


def _group(maker: Maker, thing: Thing) -> Group:
    of = family(maker, thing)
    column, words, _ = maker.one(thing.texts)
    return maker.one((Group(of.one, of.key), Group(words, column)))


def _shown(maker: Maker, thing: Thing, group: Group, *also: tuple[str, str]) -> list[tuple[str, str]]:
    first = [(thing.key, thing.key.replace("_", " ")), (group.column, group.column.replace("_", " "))]
    return [*first, *also] if maker.one((True, False)) else [*also, *first]


def _made(kind: str, domain: str, text: str, sql: str, maker: Maker) -> Composed:
    return Composed(kind, text[0].upper() + text[1:], domain, sql, (), tuple(maker.parts))


def _names(shown: list[tuple[str, str]]) -> str:
    return ", ".join(c for c, _ in shown)


def one_each(maker: Maker, thing: Thing) -> Composed:
    """The latest, oldest, largest or smallest of each group."""
    group, is_time, is_falling = _group(maker, thing), maker.one((True, False)), maker.one((True, True, False))
    by = thing.day if is_time else maker.one(thing.numbers)
    phrases = (LATEST if is_falling else EARLIEST) if is_time else (LARGEST if is_falling else SMALLEST)
    if thing.domain == "zoo":
        phrases = [line for line in phrases if "{d}" in line or "{l}" in line]
    which = maker.phrase(phrases, c=thing.one, d=by[1], l=by[0])
    per = maker.phrase(PER, g=group.noun, k=group.column)
    shown = _shown(maker, thing, group, by)
    text = maker.phrase(ONE_EACH, which=which, per=per, cols=columns(maker, shown), g=group.noun, C=thing.many)
    over = f"partition by {group.column} order by {by[0]} {'desc' if is_falling else 'asc'}"
    sql = f"select {_names(shown)} from {thing.address} qualify row_number() over ({over}) = 1"
    return _made("one_each", thing.domain, text, sql, maker)


def top_each(maker: Maker, thing: Thing) -> Composed:
    """The first rows of each group with their rank."""
    group, by, size = _group(maker, thing), maker.one(thing.numbers), maker.one((3, 5))
    per = maker.phrase(PER, g=group.noun, k=group.column)
    which = maker.phrase(TOP, n=maker.one((size, NUMBERS[size])), C=thing.many, per=per, x=maker.one(by))
    shown, rank = _shown(maker, thing, group, by), maker.phrase(RANKED, g=group.noun)
    text = maker.phrase(TOPS, t=which, cols=", ".join(c for c, _ in shown), rank=rank)
    rank = f"row_number() over (partition by {group.column} order by {by[0]} desc)"
    sql = f"select {_names(shown)}, {rank} as place from {thing.address} qualify {rank} <= {size}"
    return _made("top_each", thing.domain, text, sql, maker)


def _beside(kind: str, maker: Maker, thing: Thing, choices: dict[str, list[str]]) -> Composed:
    """Rows with something of the other rows in their group."""
    group, by = _group(maker, thing), maker.one(thing.numbers)
    shown = _shown(maker, thing, group, thing.day, by)
    sql = maker.one(list(choices))
    what = maker.phrase(choices[sql], x=maker.one((by[0], by[1])), c=thing.one)
    slots = {"g": group.noun, "k": group.column}
    per = maker.phrase(PER, **slots)
    order = maker.phrase(IN_ORDER, d=thing.day[1], l=thing.day[0])
    cols = ", ".join(c for c, _ in shown)
    text = maker.phrase(BESIDE, what=what, per=per, order=order, cols=cols, C=thing.many, c=thing.one, **slots)
    over = f"over (partition by {group.column} order by {thing.day[0]})"
    sql = f"select {_names(shown)}, {sql.format(c=by[0], over=over)} from {thing.address}"
    return _made(kind, thing.domain, text, sql, maker)


def running(maker: Maker, thing: Thing) -> Composed:
    """A total that grows from row to row."""
    return _beside("running", maker, thing, {"sum({c}) {over}": RUNNING})


def numbered(maker: Maker, thing: Thing) -> Composed:
    """Rows counted within their group."""
    return _beside("numbered", maker, thing, {"row_number() {over}": COUNTING})


def neighbour(maker: Maker, thing: Thing) -> Composed:
    """What stands in the row before or after, or how far it is off."""
    choices = {"lag({c}) {over}": PREVIOUS, "lead({c}) {over}": NEXT, "{c} - lag({c}) {over}": CHANGE}
    return _beside("neighbour", maker, thing, choices)


def copies(maker: Maker, _: Thing) -> Composed:
    """Each row once."""
    loaded = maker.one(LOADED)
    table = maker.one(loaded.tables)
    text = maker.phrase(COPIES, T=maker.one((table, table.replace("_", " "))))
    return _made("copies", "depot", text, f"select distinct * from depot.{table}", maker)


def one_per_key(maker: Maker, _: Thing) -> Composed:
    """The newest or oldest row of each key."""
    loaded, way = maker.one(LOADED), maker.one(("desc", "desc", "asc"))
    table = maker.one(loaded.tables)
    text = maker.phrase(ONE_PER_KEY[way], T=maker.one((table, table.replace("_", " "))), k=loaded.key, d=loaded.at)
    over = f"over (partition by {loaded.key} order by {loaded.at} {way})"
    return _made("one_per_key", "depot", text, f"from depot.{table} qualify row_number() {over} = 1", maker)


def stacked(maker: Maker, _: Thing) -> Composed:
    """Two tables under each other, each row with where it is from."""
    loaded = maker.one(LOADED)
    first, second = loaded.tables
    a, b = loaded.marks
    stack = maker.phrase(STACKED, A=first, B=second)
    marks = maker.one([*FROM_WHERE, None])
    shown = [(c, c.replace("_no", " number")) for c in (loaded.key, *loaded.others)]
    tags = ("", "")
    if marks:
        slots = {"A": first, "B": second, "a": a, "b": b}
        stack += ", " + maker.phrase(FROM_WHERE[marks], **slots)
        tags = tuple(f", '{mark.format(**slots)}' as tag" for mark in marks)
    cols = columns(maker, shown) + (maker.one((" and that column", ", then that column")) if marks else "")
    text = maker.phrase(STACKS, stack=stack, cols=cols)
    parts = (f"select {_names(shown)}{tag} from depot.{t}" for t, tag in zip(loaded.tables, tags, strict=True))
    return _made("stacked", "depot", text, " union all ".join(parts), maker)


KINDS = (one_each, top_each, running, numbered, neighbour, copies, one_per_key, stacked)
