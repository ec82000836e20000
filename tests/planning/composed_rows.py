"""Rows of one table: some of them, some columns, in an order, so many."""

from __future__ import annotations

from dataclasses import dataclass

from composed import Composed, Maker, Thing, lines

# Conditions behind a noun, by what they say: {x} a column in words, {c} as it is written, {n} a number, {v} a value.
BEHIND = {
    "{c} >= {n}": lines("""
        whose {x} is at least {n}
        with a {x} of at least {n}
        with a {x} of {n} or more
        where {c} >= {n}
        where the {x} is {n} or above
        whose {x} is {n} or higher
        with {c} from {n} upwards
        having a {x} no less than {n}
        where {c} is not below {n}
        with {x} >= {n}
        that have a {x} of {n} and up
    """),
    "{c} > {n}": lines("""
        whose {x} is over {n}
        with a {x} above {n}
        where {c} > {n}
        with {c} greater than {n}
        having a {x} of more than {n}
        whose {x} exceeds {n}
        with {x} over {n}
        that have a {x} larger than {n}
    """),
    "{c} < {n}": lines("""
        whose {x} is below {n}
        with a {x} under {n}
        where {c} < {n}
        with {c} less than {n}
        having a {x} of less than {n}
        whose {x} is lower than {n}
        with {x} smaller than {n}
    """),
    "{c} between {n} and {m}": lines("""
        with a {x} between {n} and {m}
        whose {x} is between {n} and {m}
        where {c} between {n} and {m}
        with {c} from {n} to {m}
        whose {x} lies between {n} and {m}
    """),
}
OF_GAPS = {
    "{c} is null": lines("""
        without a {x}
        with no {x}
        where {c} is null
        whose {x} is missing
        that have no {x}
        with {c} empty
        whose {x} is blank
        lacking a {x}
        where {c} is empty
        with a missing {x}
        where the {x} is not filled in
    """),
    "{c} is not null": lines("""
        with a {x}
        that have a {x}
        where {c} is not null
        where {c} is filled
        whose {x} is known
        whose {x} is not empty
        where there is a {x}
    """),
}
OF_TEXTS = {
    "{c} = '{v}'": lines("""
        with {x} {v}
        whose {x} is {v}
        where {c} = '{v}'
        where {c} is {v}
        of {x} {v}
        with {v} as {x}
        having {x} '{v}'
        with the {x} {v}
        where the {x} equals {v}
    """),
    "{c} <> '{v}'": lines("""
        whose {x} is not {v}
        where {c} <> '{v}'
        where {c} is not {v}
        except those with {x} {v}
        with a {x} other than {v}
        where the {x} is anything but {v}
        not of {x} {v}
    """),
    "{c} in ('{v}', '{w}')": lines("""
        whose {x} is {v} or {w}
        where {c} in ({v}, {w})
        where {c} is either {v} or {w}
        with {x} {v} or {w}
        where {c} is one of {v}, {w}
        of {x} {v} or {w}
    """),
}
OF_FREE = {
    "{c} ilike '%{v}%'": lines("""
        with {v} in the {x}, any case
        whose {x} contains {v} in any case
        whose {x} contains '{v}' regardless of case
        having the text {v} in {c} (case doesn't matter)
        that have {v} somewhere in their {x}, upper or lower case
        whose {x} mentions {v}, whatever the capitalisation
        where {c} contains '{v}', ignoring case
        with '{v}' anywhere in {c} (case-insensitive)
    """),
}
OF_DAYS = {
    "year({c}) = {y}": lines("""
        whose {x} is in {y}
        where {c} falls in {y}
        with a {x} in {y}
        where the {x} lies in {y}
        with {c} in the year {y}
        where the year of {c} is {y}
        where {c} is in {y}
    """),
    "{c} >= date '{y}-01-01'": lines("""
        with {c} since the start of {y}
        whose {x} is on or after {y}-01-01
        where {c} is not before {y}-01-01
        with a {x} from {y}-01-01 onwards
        where {c} >= '{y}-01-01'
        where {c} is {y}-01-01 or later
    """),
    "{c} < date '{y}-07-01'": lines("""
        whose {x} is before {y}-07-01
        where {c} < '{y}-07-01'
        with a {x} before July {y}
        with {c} earlier than 1 July {y}
        whose {x} is prior to {y}-07-01
    """),
    "date_trunc('month', {c}) = date '{y}-03-01'": lines("""
        with a {x} in March {y}
        whose {x} is in March {y}
        where {c} falls in March {y}
        where {c} is in {y}-03
    """),
}
# Orders by a column that is shown: {x} in words, {c} as it is written.
FALLING = lines("""
    sorted by {c} descending
    ordered by {x}, largest first
    highest {x} first
    sort by {c} desc
    in descending order of {x}
    {x} from high to low
    order by {c} descending
    with the biggest {x} on top
    biggest {x} first
    by {x}, highest to lowest
    sorted from the highest {x} to the lowest
    largest to smallest {x}
    ranked by {x} from high to low
    sort descending by {c}
""")
RISING = lines("""
    sorted by {c}
    ordered by {x}, smallest first
    lowest {x} first
    sort by {c} ascending
    in ascending order of {x}
    {x} from low to high
    order by {c} asc
    smallest {x} on top
    sort ascending by {c}
    by {x}, lowest to highest
    smallest to largest {x}
""")
LATEST = lines("""
    newest first
    latest {x} first
    sorted by {c}, newest first
    most recent first
    latest on top
    in descending order of {c}
    from newest to oldest
    ordered by {x}, latest first
""")
EARLIEST = lines("""
    oldest first
    earliest {x} first
    sorted by {c}, oldest first
    in chronological order
    in ascending order of {c}
    from oldest to newest
    sorted by {x}
    ordered by {c}
    chronological
""")
# Whole sentences: {t} the rows with their condition, {cols} columns, {order} an order, {some} a condition alone.
SHOWN = lines("""
    {t}: {cols}
    Show {cols} of {t}.
    I need {cols} of all {t}.
    Give me {cols} for {t}.
    Which are the {t}? Show {cols}.
    Could you list {cols} of the {t}?
    Please list the {t} with {cols}.
    List {t}, columns {cols}.
    Keep only {t}; output columns {cols}.
    Take the {t}, keep {cols}.
    Filter to {t} and return {cols}.
    I'm looking for the {t}, just {cols}.
    From {many} keep those {some}, select {cols}.
    We want a list of the {t}: {cols} and nothing else.
    {cols} of {t}
    Find all {t}. Columns: {cols}.
    Keep {t}, drop all columns except {cols}.
    Get the {t}. I only need {cols}.
""")
ORDERED = lines("""
    {t}: {cols}, {order}
    Show {cols} of {t}, {order}.
    List {cols} of all {t}, {order}.
    Give me {cols} for {t}, {order}.
    Which are the {t}? Show {cols}, {order}.
    Could you list {cols} of the {t}, {order}?
    Keep {t}, {order}, output {cols}.
    I need the {t} with {cols}, {order}.
    Keep only {t}; {order}; columns {cols}.
    {cols} of {t} - {order}
    Find the {t}. Show {cols}, {order}.
""")
ALL = lines("""
    {t}, all columns
    Show all columns of the {t}.
    Keep only the {t}.
    I want to see all {t} with every column.
    Give me the full rows of the {t}.
    Filter {many} to those {some}, keep all columns.
    {t}, complete rows please
    Which {many} are there {some}? Whole rows.
    From {many} take those {some}, leave the columns as they are.
    Could you pull the complete records of all {t}?
""")
TOP = lines("""
    top {n} {t} by {x}: {cols}
    the {n} {t} with the highest {x}, show {cols}, {falling}
    Which {n} {t} have the highest {x}? {cols}, {falling}.
    Order {t} by {c} descending, take the first {n}, output {cols}.
    I need the {n} {t} with the biggest {x}: {cols}, {falling}
    Show {cols} of the {n} {t} with the largest {x}, {falling}.
    Limit the {t} to the {n} with the largest {c}, {falling}; columns {cols}.
    Sort {t} by {c} descending and keep the first {n} rows, with {cols}.
    {cols} of the top {n} {t} by {x}, {falling}
""")
NUMBERS = {3: "three", 5: "five", 10: "ten"}


def noun(thing: Thing, maker: Maker) -> str:
    return maker.one((thing.many, thing.many, f"{thing.table}"))


@dataclass(frozen=True)
class Chosen:
    """A condition: a phrase behind the noun, or an adjective before it, and its SQL."""

    before: str
    behind: str
    sql: str


def condition(maker: Maker, thing: Thing) -> Chosen:
    """Which rows are meant, said in one of many ways."""
    low, high = sorted(maker.chance.sample(range(100, 2400, 50), 2))
    kind = maker.one(("number", "number", "gap", "text", "text", "free", "day", "adjective"))
    slots: dict[str, object] = {"n": low, "m": high, "y": maker.one((2023, 2024))}
    if kind == "adjective":
        value, column = maker.one(thing.adjectives)
        maker.parts.append("adjective")
        return Chosen(f"{value} ", "", f"{column} = '{value}'")
    if kind == "text":
        column, words, values = maker.one(thing.texts)
        slots["v"], slots["w"] = maker.chance.sample(values, 2)
        choices = OF_TEXTS
    elif kind == "free":
        column, words, slots["v"] = thing.free
        choices = OF_FREE
    else:
        column, words = maker.one({"number": thing.numbers, "gap": thing.gaps, "day": (thing.day,)}[kind])
        choices = {"number": BEHIND, "gap": OF_GAPS, "day": OF_DAYS}[kind]
    sql = maker.one(list(choices))
    said = maker.phrase(choices[sql], x=maker.one((words, column)), c=column, **slots).replace("a hours", "hours")
    return Chosen("", f" {said}", sql.format(c=column, **slots))


def columns(maker: Maker, names: list[tuple[str, str]]) -> str:
    """A list of columns, as they are written or in words."""
    as_written = maker.chance.random() < 0.7
    said = [name if as_written else words for name, words in names]
    joint = maker.one((", ", " and ", ", and "))
    return joint.join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else said[0]


def _shown(maker: Maker, thing: Thing) -> list[tuple[str, str]]:
    rest = [*thing.numbers, thing.day, *((c, w) for c, w, _ in thing.texts), *thing.gaps]
    return [(thing.key, thing.key.replace("_", " ")), *maker.chance.sample(rest, maker.one((1, 2)))]


def _selected(thing: Thing, shown: list[tuple[str, str]], chosen: Chosen, rest: str = "") -> str:
    return f"select {', '.join(c for c, _ in shown)} from {thing.address} where {chosen.sql} {rest}".strip()


def _rows(maker: Maker, thing: Thing, chosen: Chosen) -> str:
    return f"{chosen.before}{noun(thing, maker)}{chosen.behind}"


def _fitting(frames: list[str], chosen: Chosen) -> list[str]:
    return frames if chosen.behind else [line for line in frames if "{some}" not in line]


def some_rows(maker: Maker, thing: Thing) -> Composed:
    """Rows that a condition chooses, with some columns."""
    chosen, shown = condition(maker, thing), _shown(maker, thing)
    slots = {"t": _rows(maker, thing, chosen), "many": thing.many, "some": chosen.behind.strip()}
    text = maker.phrase(_fitting(SHOWN, chosen), cols=columns(maker, shown), **slots)
    return Composed("some_rows", text, thing.domain, _selected(thing, shown, chosen), (), tuple(maker.parts))


def whole_rows(maker: Maker, thing: Thing) -> Composed:
    """Rows that a condition chooses, with all columns."""
    chosen = condition(maker, thing)
    slots = {"t": _rows(maker, thing, chosen), "many": thing.many, "some": chosen.behind.strip()}
    text = maker.phrase(_fitting(ALL, chosen), **slots)
    sql = f"select * from {thing.address} where {chosen.sql}"
    return Composed("whole_rows", text, thing.domain, sql, (), tuple(maker.parts))


def ordered_rows(maker: Maker, thing: Thing) -> Composed:
    """Rows that a condition chooses, with some columns, in an order."""
    chosen, shown = condition(maker, thing), _shown(maker, thing)
    is_time, is_falling = maker.one((True, False)), maker.one((True, False))
    by = thing.day if is_time else maker.one(thing.numbers)
    if by not in shown:
        shown.append(by)
    phrases = (LATEST if is_falling else EARLIEST) if is_time else (FALLING if is_falling else RISING)
    order = maker.phrase(phrases, x=by[1], c=by[0])
    text = maker.phrase(ORDERED, t=_rows(maker, thing, chosen), cols=columns(maker, shown), order=order)
    sql = _selected(thing, shown, chosen, f"order by {by[0]} {'desc' if is_falling else 'asc'}")
    return Composed("ordered_rows", text, thing.domain, sql, (shown.index(by),), tuple(maker.parts))


def top_rows(maker: Maker, thing: Thing) -> Composed:
    """The first rows of an order."""
    chosen = condition(maker, thing) if maker.one((True, False)) else Chosen("", "", "true")
    shown, by, size = _shown(maker, thing), maker.one(thing.numbers), maker.one((3, 5, 10))
    if by not in shown:
        shown.append(by)
    falling = maker.one(("largest first", f"highest {by[1]} first", "in descending order", "biggest at the top"))
    slots = {"t": _rows(maker, thing, chosen), "n": maker.one((size, NUMBERS[size])), "x": by[1], "c": by[0]}
    text = maker.phrase(TOP, cols=columns(maker, shown), falling=falling, **slots)
    sql = _selected(thing, shown, chosen, f"order by {by[0]} desc limit {size}")
    return Composed("top_rows", text, thing.domain, sql, (shown.index(by),), tuple(maker.parts))


KINDS = (some_rows, whole_rows, ordered_rows, top_rows)
