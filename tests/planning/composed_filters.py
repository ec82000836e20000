"""Rows that one condition or two choose, in sentences where the condition stands in many places."""

from __future__ import annotations

from composed import Composed, Maker, Thing, lines
from composed_conditions import Chosen, condition
from composed_rows import columns, noun

# {t} rows with their condition, {some} the condition, {bare} the condition as a sentence, {cols} columns, {many} noun.
WITH_COLUMNS = lines("""
    {t}; columns {cols}
    {t} - {cols}
    {t}, only {cols}
    {t}, show {cols}
    {t} with {cols}
    {cols} for {t}
    {cols} for all {t}
    {cols} from {t}
    Return {cols} for the {t}.
    Get {cols} of all {t}.
    Display {cols} for all {t}.
    Pull {cols} for {t}.
    I need a list of {t} with {cols}.
    I'd like to see {cols} for all {t}.
    Can you show me {cols} of the {t}?
    Could I get {cols} for every {one}{some_}?
    For all {t}, show {cols}.
    For each {one}{some_}, give me {cols}.
    For every {one}{some_} show {cols}.
    What are the {cols} of the {t}?
    Which {t} do we have? {cols} please.
    Please give me a table of the {t} with the columns {cols}.
    A table with {cols} of all {t}.
    A list of {t} showing {cols}.
    Hi, could you send me {cols} of all {t}? Thanks!
    Query the {table} table for {t} and return {cols}.
    In the {table} table, find the {t} and show {cols}.
    {table}: keep {t}, columns {cols}
    Just {cols} of the {t}, nothing else.
    The result should have {cols} of all {t}.
    Extract {cols} of {t}.
    Output: {cols}. Rows: {t}.
    Show me the {t}, I only need {cols}.
    Show me the {t} (only {cols}).
    Give me all {t} and show {cols}.
    I only want {t}, with {cols}.
    Filter {table} to {t}, then select {cols}.
""")
WITH_BARE = lines("""
    {table}: filter {bare}, show {cols}
    {table} where {bare}: {cols}
    Filter {table} where {bare} and return {cols}.
    Keep rows of {table} where {bare}; columns {cols}.
    Only rows of {table} where {bare}, with {cols}.
    From {table}, take the rows where {bare} and show {cols}.
    Show {cols} from {table}. Only include rows where {bare}.
    Give me {cols} of the {many}, but only where {bare}.
    Show {cols} of {many}, only where {bare}.
    Show {cols} of {many} if {bare}.
    Take {table}, filter on {bare}, and keep {cols}.
    Select {cols} from {table} where {bare}
    select {cols} from {table} where {bare};
    {cols} from {table} where {bare}
    Drop all {many} except where {bare}; keep {cols}.
    Keep a row of {table} only if {bare}. Output {cols}.
    Condition: {bare}. Table: {table}. Columns: {cols}.
    I need {cols} for those {many} where {bare}.
    List {cols} for {many}. Filter: {bare}.
    Only keep {many} where {bare}. Then show {cols}.
""")
WITH_ALL = lines("""
    {t}
    all {t}
    show all {t}
    List all {t}.
    {t}, every column
    {t} with all columns
    {t} with all their columns
    Show the {t}.
    Show me all {t}.
    Show me every {one}{some_}, all columns.
    Give me all the {t}.
    Find all {t}.
    Find the {t} and keep all columns.
    Which {t} are there? Show all columns.
    Return all rows of {many} {some}.
    I need all {t}, with all columns.
    I'd like a list of all {t}.
    Please filter {table} to {t}; all columns stay.
    Get every {one}{some_}. All columns.
    Can I have all the {t}, please?
    All data of the {t}.
    All details of the {t}, please.
    Keep {t} and remove the rest.
    Remove all rows except the {t}.
    Reduce {table} to {t}.
    Only {t}, please. Keep all columns.
    Restrict {table} to the {t}.
    Everything about {t}
""")
ALL_BARE = lines("""
    Filter {table} by {bare}.
    {table} where {bare}
    Keep only rows of {table} where {bare}.
    select * from {table} where {bare}
    Show all {many} where {bare}.
    rows of {table} where {bare}, all columns
    Take {table} and keep only the rows where {bare}.
    Filter the {many}: {bare}. Keep all columns.
    Give me every row of {table} where {bare}.
    All columns of {table}, but only rows where {bare}.
    From {table} keep the rows where {bare}.
    Show {table} where {bare}.
""")
# {a} and {b} are conditions behind the noun, {a_bare} and {b_bare} sentences, {pre} adjectives.
BOTH_BEHIND = lines("""
    {a} and {b}
    {a} and {b}
    {a}, and {b}
    {a} but only those {b}
    {a} and also {b}
    {a}, but only {b}
""")
EITHER_BEHIND = lines("""
    {a} or {b}
    {a}, or {b}
""")
BOTH_BARE = lines("""
    where {a_bare} and {b_bare}
    where {a_bare} and also {b_bare}
    where both {a_bare} and {b_bare}
    where {a_bare} AND {b_bare}
    where {a_bare} & {b_bare}
    where {a_bare} and where {b_bare}
    where {a_bare} as well as {b_bare}
""")
EITHER_BARE = lines("""
    where {a_bare} or {b_bare}
    where either {a_bare} or {b_bare}
    where {a_bare} OR {b_bare}
    where {a_bare} or where {b_bare}
    where at least one of these holds: {a_bare}, {b_bare}
""")
IN_STEPS = lines("""
    Keep {many} {a}. Of these keep only those {b}. Show {cols}.
    Show {cols} of {many} {a}. Only those {b}.
    List {cols} of the {many} {a}, and only those {b}.
    From {many} take those {a}, then those of them {b}; columns {cols}.
    Filter {table} to {many} {a}, then keep only those {b}, and output {cols}.
    I need {many} {a}. They must also be {many} {b}. Columns {cols}.
    First keep the {many} {a}, then the ones {b}. Return {cols}.
    {many} {a}; also only {many} {b}; {cols}
""")


def _shown(maker: Maker, thing: Thing) -> list[tuple[str, str]]:
    rest = [*thing.numbers, thing.day, *((c, w) for c, w, _ in thing.texts), *thing.gaps]
    numbers = [] if any("number" in words for _, words in thing.gaps) else [f"{thing.one} number"]
    key = (thing.key, maker.one((thing.key.replace("_", " "), f"{thing.one} id", "id", *numbers)))
    return [key, *maker.chance.sample(rest, maker.one((1, 2)))]


def _slots(maker: Maker, thing: Thing, chosen: Chosen) -> dict[str, str]:
    rows = f"{chosen.before}{noun(thing, maker)}{chosen.behind}"
    return {"t": rows, "one": f"{chosen.before}{thing.one}", "some_": chosen.behind, "some": chosen.behind.strip(),
            "bare": chosen.bare, "many": thing.many, "table": thing.table}  # fmt: skip


def _fitting(frames: list[str], bare: list[str], chosen: Chosen) -> list[str]:
    if not chosen.behind or chosen.before:
        return [line for line in frames if "{some}" not in line]
    return frames + bare if chosen.bare else frames


def _composed(kind: str, text: str, thing: Thing, sql: str, maker: Maker) -> Composed:
    return Composed(kind, text, thing.domain, sql, (), tuple(maker.parts))


def _select(thing: Thing, shown: list[tuple[str, str]], where: str) -> str:
    return f"select {', '.join(c for c, _ in shown) or '*'} from {thing.address} where {where}"


def filtered_columns(maker: Maker, thing: Thing) -> Composed:
    """Some columns of the rows that one condition chooses."""
    chosen, shown = condition(maker, thing), _shown(maker, thing)
    frames = _fitting(WITH_COLUMNS, WITH_BARE, chosen)
    text = maker.phrase(frames, cols=columns(maker, shown), **_slots(maker, thing, chosen))
    return _composed("filtered_columns", text, thing, _select(thing, shown, chosen.sql), maker)


def filtered_rows(maker: Maker, thing: Thing) -> Composed:
    """All columns of the rows that one condition chooses."""
    chosen = condition(maker, thing)
    frames = _fitting(WITH_ALL, ALL_BARE, chosen)
    text = maker.phrase(frames, **_slots(maker, thing, chosen))
    return _composed("filtered_rows", text, thing, _select(thing, [], chosen.sql), maker)


def _simple(maker: Maker, thing: Thing, apart_from: str = "") -> Chosen:
    while not (found := condition(maker, thing, apart_from)).is_simple:
        maker.parts.pop()
    return found


def _behind(maker: Maker, thing: Thing, apart_from: str = "") -> Chosen:
    while not (found := _simple(maker, thing, apart_from)).behind:
        maker.parts.pop()
    return found


def _two(maker: Maker, thing: Thing) -> Chosen:
    """Two conditions: both behind the noun, both as sentences, or one before and one behind it."""
    first = _simple(maker, thing)
    second = _simple(maker, thing, first.column)
    if not second.behind:
        first, second = second, first
    is_both = maker.one((True, True, False))
    sql = f"{first.sql} {'and' if is_both else 'or'} {second.sql}"
    if not first.behind:
        return Chosen(first.before, second.behind, f"{first.sql} and {second.sql}")
    slots = {"a": first.behind.strip(), "b": second.behind.strip(), "a_bare": first.bare, "b_bare": second.bare}
    if first.bare and second.bare:
        return Chosen("", " " + maker.phrase(BOTH_BARE if is_both else EITHER_BARE, **slots), sql)
    return Chosen("", " " + maker.phrase(BOTH_BEHIND if is_both else EITHER_BEHIND, **slots), sql)


def two_conditions(maker: Maker, thing: Thing) -> Composed:
    """Some columns, or all, of the rows that two conditions choose."""
    chosen, shown = _two(maker, thing), maker.one((_shown(maker, thing), []))
    frames = _fitting(WITH_COLUMNS if shown else WITH_ALL, WITH_BARE if shown else ALL_BARE, chosen)
    cols = columns(maker, shown) if shown else ""
    text = maker.phrase(frames, cols=cols, **_slots(maker, thing, chosen))
    return _composed("two_conditions", text, thing, _select(thing, shown, chosen.sql), maker)


def conditions_in_steps(maker: Maker, thing: Thing) -> Composed:
    """Two conditions, one after the other."""
    first = _behind(maker, thing)
    second = _behind(maker, thing, first.column)
    shown = _shown(maker, thing)
    slots = {"a": first.behind.strip(), "b": second.behind.strip(), "many": thing.many, "table": thing.table}
    text = maker.phrase(IN_STEPS, cols=columns(maker, shown), **slots)
    return _composed("conditions_in_steps", text, thing, _select(thing, shown, f"{first.sql} and {second.sql}"), maker)


KINDS = (filtered_columns, filtered_rows, two_conditions, filtered_columns, two_conditions, conditions_in_steps)
