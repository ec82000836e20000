"""Numbers over groups of rows: keys, conditions on rows and on groups, orders, parts, shares, names of columns."""

from __future__ import annotations

import composed_measures as words
from composed import Composed, Maker, Thing
from composed_group_phrases import (
    AT_LEAST,
    AT_LEAST_ROWS,
    BY_KEY,
    FALLING,
    GROUPED,
    HOW_MANY,
    KEPT,
    KEY_FIRST,
    MORE_ROWS,
    NAMED,
    ONE_ROW,
    OVER,
    PARTS,
    RISING,
    ROUNDED,
    ROUNDED_WHOLE,
    SEVERAL,
    SHARES,
    SUM_SHARES,
    THREE,
    TOP,
)
from composed_measures import Key, Measure
from composed_rows import NUMBERS, condition


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
