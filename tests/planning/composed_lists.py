"""Rows in other forms: under new names, without some columns, in two orders, the last ones, distinct values."""

from __future__ import annotations

from composed import Composed, Maker, Thing, lines
from composed_conditions import Chosen, condition
from composed_rows import NUMBERS, columns

# {old} a column, {new} its new name, {cols} the other columns.
RENAMED = lines("""
    {t}: {cols}, {old} as {new}
    Show {cols} and {old} as {new} of {t}.
    List {cols} and {old} (as {new}) for all {t}.
    {t} with {cols} and {old}, call it {new}
    Give me {cols} and {old} of the {t}; call {old} {new}.
    Show {cols} and {old} of {t}, with {old} renamed to {new}.
    I need {cols} and {old} of all {t}, {old} renamed {new}.
    Select {cols}, {old} AS {new} for all {t}.
    Keep {t}, output {cols} and {old} named {new}.
    Return {cols} and {old} for {t}. Rename {old} to {new}.
    For all {t} show {cols} and the {old} under the name {new}.
    Please list {cols}, {old} of the {t}, where {old} is called {new}.
    {cols}, {old} -> {new} for all {t}
    List {t} with {cols} and {old}, the latter as {new}.
    Could you show {cols} and {old} of the {t} and rename {old} to {new}?
    Show {cols} and {old} of {t}. {old} should be called {new}.
""")
BUT = lines("""
    {t}, all columns except {cols}
    Show {t} with all columns but {cols}.
    Show all columns of {t} except {cols}.
    Keep {t}, drop the columns {cols}.
    {t} without the columns {cols}
    Give me the {t}, every column except {cols}.
    All columns of the {t} apart from {cols}, please.
    I need all {t} with every column other than {cols}.
    List the {t}; leave out {cols}.
    Filter to {t} and remove the columns {cols}.
    Return the {t} with everything but {cols}.
    Take {t} and drop {cols}.
    Show me the {t}, but leave out the columns {cols}.
    Select all columns excluding {cols} for {t}.
    Please list all {t}, omitting the columns {cols}.
    All {t}. All columns, minus {cols}.
""")
ONE = lines("""
    Just the {x} of {t}.
    the {x} of all {t}
    {t}: {x} only
    Only the {x} of the {t}, please.
    Show only the {x} of {t}.
    I only need the {x} of all {t}.
    List the {x} of every {one}{some_}.
    {t}, just {c}
    {c} of {t}
    {c} for {t}
    Give me the {x} for all {t}.
    One column: {c} of {t}.
    Get {c} from {t}.
    What is the {x} of each {one}{some_}?
    Return just the {x} column for {t}.
    Select {c} for all {t}.
    Keep {t} and only the column {c}.
    Only column {c}, rows: {t}.
""")
DISTINCT = lines("""
    distinct {c} of {t}
    Which {x} values are there among {t}?
    Show the distinct {x} values of {t}.
    List the unique {x} values of all {t}.
    unique {c} values in {t}
    All different {x} values of {t}.
    What different values does {c} have for {t}?
    Select distinct {c} from {t}.
    Give me each {x} of {t} only once.
    List every {x} of {t} once.
    The list of {c} for {t} without duplicates.
    I need the distinct values of {c} for {t}.
    Show me {c} of {t} without repeats.
    {c} of {t}, no duplicates
    {c} of {t}, deduplicated
    Which distinct {x} values occur in {t}?
    What are the unique values of {c} among {t}?
    Please list the distinct {x} values found in {t}.
    Get the {x} of {t}, each value once.
""")
# {o} and {p} are orders by one column each.
TWO_ORDERS = lines("""
    {t}: {cols}, sorted by {o}, then {p}
    Show {cols} of {t} sorted by {o} and then by {p}.
    List {cols} for all {t}, ordered by {o}, then by {p}.
    {cols} of {t}, order by {o}, {p}
    Give me {cols} of the {t}, sorted first by {o}, then by {p}.
    I need {cols} of {t}, sorted by {o} and within that by {p}.
    Select {cols} for {t} order by {o}, {p}
    Show {t} with {cols}. Sort by {o}, then {p}.
    Keep {t}, output {cols}, sort on {o} and then on {p}.
    Return {cols} for {t} in order of {o}, then {p}.
    Sort {t} by {o} and then {p}; columns {cols}.
    Could you list {cols} of {t}, arranged by {o} and then {p}?
    {t} - {cols} - by {o}, ties by {p}
    {t} with {cols}, by {o} then {p}
    Order the {t} by {o}, then by {p}. Show {cols}.
""")
UP = lines("""
    {c}
    {c}
    {c} asc
    {c} ascending
    {x} (ascending)
    {x}
    {x} ascending
    {c} (asc)
""")
DOWN = lines("""
    {c} desc
    {c} descending
    {x} (descending)
    {x} descending
    {c} (desc)
    {c} in descending order
    {x} from high to low
    {x} (highest first)
""")
LAST = lines("""
    the {n} newest {t}: {cols}
    the latest {n} {t} by {x}, {cols}, newest first
    Show the {n} most recent {t} by {c} with {cols}, latest first.
    last {n} {t} by {x}: {cols}, newest first
    The {n} {t} with the latest {x}: {cols}, newest first.
    Give me the {n} most recent {t}, {cols}, sorted by {c} descending.
    Which {n} {t} have the latest {x}? Show {cols}, newest first.
    Order {t} by {c} descending and take {n}; columns {cols}.
    {cols} of the {n} newest {t}, most recent first
    I need the newest {n} {t} (by {c}): {cols}, latest first.
    Sort {t} by {c} desc, limit {n}, columns {cols}.
    List the {n} {t} with the most recent {c}, showing {cols}, newest first.
""")
FIRST = lines("""
    the {n} oldest {t} by {c}: {cols}, oldest first
    first {n} {t} by {c}: {cols}, earliest first
    The {n} {t} with the earliest {x}: {cols}, earliest first.
    Order {t} by {c} and take the first {n}; columns {cols}.
    Show the {n} earliest {t} by {x} with {cols}, oldest first.
    Which {n} {t} have the earliest {x}? Show {cols}, oldest first.
    Sort {t} by {c} ascending, limit {n}, show {cols}.
    {cols} of the first {n} {t} by {c}, in ascending order of {c}
    I need the {n} {t} with the oldest {x}: {cols}, from oldest to newest.
    Sort {t} by {c} ascending and keep the first {n} rows, with {cols}.
""")
MOST = lines("""
    {n} highest {x} {t}, {cols}, highest first
    Show the top {n} {t} by {c} with {cols}, highest first.
    Give me {cols} of the {n} {t} with the highest {x}, sorted by {c} descending.
    {t}: the {n} with the highest {x}, {cols}, highest first
    The {n} {t} with the most {x}: {cols}, sorted by {x} from high to low.
    select {cols} for {t} order by {c} desc limit {n}
    Rank {t} by {x}, highest first, and show the first {n}: {cols}.
    Which are the {n} {t} with the greatest {x}? {cols}, in descending order of {x}.
    Top {n} by {c} among {t}. Columns {cols}, largest first.
    List the top {n} {t} (by {x}, descending) with {cols}.
    Show the {n} largest {t} by {c}: {cols}, largest first.
    Take the {n} {t} with the highest {c}, sort descending, show {cols}.
""")
LEAST = lines("""
    bottom {n} {t} by {x}: {cols}, lowest first
    The {n} {t} with the lowest {x}: {cols}, lowest first.
    Show the {n} {t} with the smallest {c} with {cols}, smallest first.
    Which {n} {t} have the lowest {x}? Show {cols}, in ascending order.
    Order {t} by {c} ascending, take the first {n}, output {cols}.
    Sort {t} by {c} and keep the first {n} rows, with {cols}.
    select {cols} for {t} order by {c} asc limit {n}
    the {n} smallest {t} by {c}: {cols}, ascending
    Give me {cols} of the {n} {t} with the smallest {x}, smallest at the top.
    I need the {n} {t} with the least {x}: {cols}, sorted by {c} ascending.
    List the bottom {n} {t} by {x} with {cols}, sorted by {c} ascending.
""")
NAMES = {"price": ("cost", "amount_eur"), "hours": ("duration_h", "work_time"), "discount": ("rebate", "reduction"),
         "category": ("kind", "area"), "status": ("state", "progress"), "started_on": ("begin", "begun_on"),
         "weight_kg": ("mass", "kilos"), "height_cm": ("size_cm", "tallness"), "chip_no": ("chip", "tag_no"),
         "species": ("kind", "breed"), "sex": ("gender", "sex_of_animal"), "born_on": ("birthday", "dob")}  # fmt: skip


def _rest(thing: Thing) -> list[tuple[str, str]]:
    return [*thing.numbers, thing.day, *((c, w) for c, w, _ in thing.texts), *thing.gaps]


def _maybe(maker: Maker, thing: Thing) -> Chosen:
    return condition(maker, thing) if maker.one((True, False)) else Chosen("", "", "true")


def _slots(thing: Thing, chosen: Chosen) -> dict[str, str]:
    return {"t": f"{chosen.before}{thing.many}{chosen.behind}", "one": f"{chosen.before}{thing.one}",
            "some_": chosen.behind}  # fmt: skip


def _made(kind: str, text: str, thing: Thing, sql: str, maker: Maker, at: tuple[int, ...] = ()) -> Composed:
    return Composed(kind, text, thing.domain, sql, at, tuple(maker.parts))


def _sql(thing: Thing, shown: list[str], chosen: Chosen, rest: str = "") -> str:
    return f"select {', '.join(shown)} from {thing.address} where {chosen.sql} {rest}".strip()


def renamed(maker: Maker, thing: Thing) -> Composed:
    """A column under a new name."""
    chosen, (old, other) = _maybe(maker, thing), maker.chance.sample(_rest(thing), 2)
    new = maker.one(NAMES[old[0]])
    shown = [(thing.key, thing.key), *maker.one(([other], []))]
    text = maker.phrase(RENAMED, cols=columns(maker, shown), old=maker.one(old), new=new, **_slots(thing, chosen))
    sql = _sql(thing, [*(c for c, _ in shown), f"{old[0]} as {new}"], chosen)
    names = (*(c for c, _ in shown), new)
    return Composed("renamed", text, thing.domain, sql, (), tuple(maker.parts), names)


def all_but(maker: Maker, thing: Thing) -> Composed:
    """All columns but some."""
    chosen, gone = _maybe(maker, thing), maker.chance.sample(_rest(thing), maker.one((1, 2, 2)))
    frames = [line for line in BUT if len(gone) > 1 or "columns {cols}" not in line]
    text = maker.phrase(frames, cols=columns(maker, gone).replace(", and ", " and "), **_slots(thing, chosen))
    return _made("all_but", text, thing, _sql(thing, [f"* exclude ({', '.join(c for c, _ in gone)})"], chosen), maker)


def one_column(maker: Maker, thing: Thing) -> Composed:
    """A single column of some rows."""
    chosen = condition(maker, thing)
    column, words = maker.one((*_rest(thing)[:5], (thing.key, maker.one(("id", f"{thing.one} id")))))
    text = maker.phrase(ONE, c=column, x=maker.one((words, column)), **_slots(thing, chosen))
    return _made("one_column", text, thing, _sql(thing, [column], chosen), maker)


def distinct_values(maker: Maker, thing: Thing) -> Composed:
    """Each value of a column once."""
    chosen, (column, words, _) = _maybe(maker, thing), maker.one(thing.texts)
    text = maker.phrase(DISTINCT, c=column, x=words, **_slots(thing, chosen))
    return _made("distinct_values", text, thing, _sql(thing, [f"distinct {column}"], chosen), maker)


def two_orders(maker: Maker, thing: Thing) -> Composed:
    """Rows in the order of one column, and of another where that one has the same value."""
    chosen, text_column = _maybe(maker, thing), maker.one(thing.texts)[:2]
    number = maker.one((*thing.numbers, thing.day))
    shown = [(thing.key, thing.key.replace("_", " ")), text_column, number]
    falls = maker.one((True, False))
    down = [line for line in DOWN if number != thing.day or "high" not in line]
    slots = {"o": maker.phrase(UP, c=text_column[0], x=text_column[1]),
             "p": maker.phrase(down if falls else UP, c=number[0], x=number[1])}  # fmt: skip
    text = maker.phrase(TWO_ORDERS, cols=columns(maker, shown), **slots, **_slots(thing, chosen))
    sql = _sql(thing, [c for c, _ in shown], chosen, f"order by 2, 3 {'desc' if falls else 'asc'}")
    return _made("two_orders", text, thing, sql, maker, (1, 2))


def _first(maker: Maker, thing: Thing, kind: str, frames: list[str], by: tuple[str, str]) -> Composed:
    chosen, size, rest = _maybe(maker, thing), maker.one((3, 5, 10)), [c for c in _rest(thing) if c != by]
    shown = [(thing.key, thing.key), maker.one(rest), by]
    frames = [line for line in frames if not (chosen.behind and ("{t} by" in line or "{t} (by" in line))]
    slots = {"n": maker.one((size, NUMBERS[size])), "c": by[0], "x": by[1], **_slots(thing, chosen)}
    text = maker.phrase(frames, cols=columns(maker, shown), **slots)
    falls = "desc" if frames and kind in ("last_rows", "most_rows") else "asc"
    sql = _sql(thing, [c for c, _ in shown], chosen, f"order by {by[0]} {falls}, 1 limit {size}")
    return _made(kind, text, thing, sql, maker, (2,))


def last_rows(maker: Maker, thing: Thing) -> Composed:
    """The newest rows."""
    return _first(maker, thing, "last_rows", LAST, thing.day)


def first_rows(maker: Maker, thing: Thing) -> Composed:
    """The oldest rows."""
    return _first(maker, thing, "first_rows", FIRST, thing.day)


def most_rows(maker: Maker, thing: Thing) -> Composed:
    """The rows with the highest values."""
    return _first(maker, thing, "most_rows", MOST, maker.one(thing.numbers))


def least_rows(maker: Maker, thing: Thing) -> Composed:
    """The rows with the lowest values."""
    return _first(maker, thing, "least_rows", LEAST, maker.one(thing.numbers))


KINDS = (renamed, all_but, one_column, distinct_values, two_orders, last_rows, first_rows, most_rows, least_rows)
