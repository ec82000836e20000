"""Steps of a plan for what a request comes down to."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.table import TableRef, snake_case
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.build.weekdays import NAMED_WEEKDAY
from datamorph.planning.offline.gist.shape import (
    Best,
    Condition,
    Existence,
    Extra,
    Gist,
    Key,
    Made,
    Measure,
    Picked,
    RowGist,
    Test,
)
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.spans import Span
from datamorph.planning.offline.tokens import singular

PARTS_SQL = {
    ("year", ""): "year({})", ("quarter", ""): "date_trunc('quarter', {})", ("month", ""): "date_trunc('month', {})",
    ("week", ""): "date_trunc('week', {})", ("day", ""): "cast({} as date)", ("hour", ""): "hour({})",
    ("hour", "number"): "hour({})",
    ("quarter", "number"): "quarter({})", ("month", "number"): "month({})", ("year", "number"): "year({})",
    ("week", "start"): "cast(date_trunc('week', {}) as date)",
    ("month", "start"): "cast(date_trunc('month', {}) as date)",
    ("quarter", "start"): "cast(date_trunc('quarter', {}) as date)", ("month", "yyyy-mm"): "date_format({}, 'yyyy-MM')",
    ("weekday", "name"): NAMED_WEEKDAY,
    ("year", "start"): "cast(date_trunc('year', {}) as date)", ("day", "start"): "cast({} as date)",
}  # fmt: skip


def cook(flow: Flow, gist: Gist) -> bool:
    """Add the steps; False where a part of the calendar cannot be written as asked for."""
    flow.start(gist.fact)
    _filter(flow, gist)
    by, shown = _keys(flow, gist)
    if by is None:
        return False
    names = _measures(flow, gist, by)
    limits = [(test, names[id(test.measure)]) for test in gist.tests if test.measure is not None]
    kept = [_limit(test, name) for test, name in limits]
    if kept:
        flow.filter(" and ".join(kept))
    if gist.outer is not None:
        shown, names = _with_partnerless(flow, gist, shown, names)
    made = [_extra(flow, gist, one, shown, names) for one in gist.extras]
    _order(flow, gist, shown, names)
    wanted = [*shown.values(), *(names[id(m)] for m in gist.measures if m.is_shown), *made]
    if list(flow.names) != wanted:
        flow.show(wanted)
    return True


def _limit(test: Test, name: str) -> str:
    """A limit of groups, as SQL."""
    said = f"{quote(name)} {test.operator} {test.number}"
    return f"not ({said})" if test.is_denied else said


def _extra(flow: Flow, gist: Gist, one: Extra, shown: dict[int, str], names: dict[int, str]) -> str:
    """The column of a share, a running total or a change, over the groups."""
    base = names[id(one.of)]
    times = [shown[id(key)] for key in gist.keys if key.part]
    apart = [shown[id(key)] for key in gist.keys if not key.part and id(key) in shown]
    name = one.name or {"share": f"{base}_share", "running": f"running_{base}", "change": f"{base}_change"}[one.kind]
    if one.kind == "share":
        whole = f"{quote(base)} * {one.percent}.0 / sum({quote(base)})"
        flow.add("window", "with_share", partition_by=[], columns={name: whole})
    elif one.kind == "running":
        flow.add(
            "window",
            "with_running",
            partition_by=apart,
            order_by=times,
            columns={name: f"sum({quote(base)})"},
            rows="running",
        )
    else:
        before = f"{name}_before"
        flow.add("window", "with_previous", partition_by=apart, order_by=times, columns={before: f"lag({quote(base)})"})
        change = f"{quote(base)} - {quote(before)}"
        flow.derive({name: f"({change}) * 100.0 / {quote(before)}" if one.percent > 1 else change})
    if gist.digits is not None and (one.kind == "share" or one.percent > 1):
        flow.derive({name: f"round({quote(name)}, {gist.digits})"})
    return name


def _with_partnerless(
    flow: Flow, gist: Gist, shown: dict[int, str], names: dict[int, str]
) -> tuple[dict[int, str], dict[int, str]]:
    """Things without rows beside those that have some, with 0 for their numbers."""
    key = next(key for key in gist.keys if key.owner == gist.outer)
    owner, relations = key.link.table, flow.work.scope.relations
    (identity,) = relations.key(owner)
    measures = [names[id(measure)] for measure in gist.measures]
    held = flow.name(owner, identity)
    grouped = flow.add("select", "counted", columns=[{"row_key": held}, *measures])
    flow.frames.start(owner)
    label = shown[id(key)]
    things = flow.add("select", "things", columns=[{"thing_key": identity}, {label: key.link.column}])
    flow.add(
        "join", "with_counts", left=things, right=grouped, on=[{"left": "thing_key", "right": "row_key"}], how="left"
    )
    flow.derive({name: f"coalesce({quote(name)}, 0)" for name in measures})
    return shown, names


def _filter(flow: Flow, gist: Gist) -> None:
    tests = _tests(flow, gist.picked, gist.spans, gist.tests)
    tests += [_condition(flow, one) for one in gist.conditions]
    if tests:
        flow.filter(" and ".join(tests))


def _tests(flow: Flow, picked: list[Picked], spans: list[tuple[Link, Span]], compared: list[Test]) -> list[str]:
    """Conditions on rows, as SQL."""
    tests: list[str] = []
    for one in picked:
        name = flow.column(one.link.table, one.link.column)
        held = ", ".join("'" + value.replace("'", "''") + "'" for value in one.values)
        test = f"{name} in ({held})" if len(one.values) > 1 else f"{name} = {held}"
        tests.append(f"coalesce(not ({test}), true)" if one.is_denied else test)
    for link, span in spans:
        name = flow.column(link.table, link.column)
        is_date = flow.type_of(flow.name(link.table, link.column)) == "date"
        tests.append(span.sql(is_date=is_date).replace("{}", name))
    for test in compared:
        if test.link is not None:
            said = f"{flow.column(test.link.table, test.link.column)} {test.operator} {test.number}"
            tests.append(f"coalesce(not ({said}), true)" if test.is_denied else said)
    return tests


def _condition(flow: Flow, one: Condition) -> str:
    return one.sql.format(*(flow.column(link.table, link.column) for link in one.links))


def _keys(flow: Flow, gist: Gist) -> tuple[list[str] | None, dict[int, str]]:
    """Columns to group by, and those of them that are shown."""
    by: list[str] = []
    shown: dict[int, str] = {}
    made: dict[str, str] = {}
    for key in gist.keys:
        if key.part:
            form = PARTS_SQL.get((key.part, key.form))
            if form is None:
                return None, {}
            name = _fresh(flow, key.part if key.form != "start" or key.part != "week" else "week", made)
            made[name] = form.replace("{}", flow.column(key.link.table, key.link.column))
        else:
            name = flow.name(key.link.table, key.link.column, how="inner" if gist.inner else "left")
            if key.owner is not None:
                by += [flow.name(key.owner, one) for one in flow.work.scope.relations.key(key.owner)]
        by.append(name)
        if not any(_names(flow, other, key) for other in gist.keys):
            shown[id(key)] = name
        else:
            gist.each += [
                other for other in gist.keys if any(key is one for one in gist.each) and _names(flow, other, key)
            ]
    if made:
        flow.derive(made)
    return list(dict.fromkeys(by)), shown


def _names(flow: Flow, other: Key, key: Key) -> bool:
    """True where another key is the name of what this one refers to."""
    if key.is_spelled or other is key or other.owner is None or key.part or key.owner is not None:
        return False
    hops = flow.work.scope.relations.between(key.link.table, other.owner)
    return any(key.link.column in hop.columns for hop in hops)


def _fresh(flow: Flow, base: str, made: dict[str, str]) -> str:
    name, count = base, 1
    while name in flow.names or name in made:
        count += 1
        name = f"{base}_{count}"
    return name


def _measures(flow: Flow, gist: Gist, by: list[str]) -> dict[int, str]:
    names: dict[int, str] = {}
    made: dict[str, str] = {}
    for measure in gist.measures:
        name = measure.name or _called(measure, gist.fact)
        while name in made or name in by:
            name += "_2"
        made[name] = _sql(flow, gist, measure)
        names[id(measure)] = name
    flow.aggregate(by, made)
    return names


def _called(measure: Measure, fact: TableRef) -> str:
    if measure.value:
        return snake_case(measure.value)
    if measure.of is None and measure.function == "share":
        return "percentage" if measure.percent > 1 else "share"
    if measure.of is None:
        return f"{singular(fact.name.lower())}_count" if not measure.where else "matching_count"
    function = {"sum": "total"}.get(measure.function, measure.function)
    if measure.formula is not None:
        return function
    return f"distinct_{measure.of.column}" if measure.distinct else f"{function}_{measure.of.column}"


def _sql(flow: Flow, gist: Gist, measure: Measure) -> str:
    held = ""
    if measure.value and gist.by_value is not None:
        value = measure.value.replace("'", "''")
        held = f"{flow.column(gist.by_value.table, gist.by_value.column)} = '{value}'"
    if measure.where:
        held = " and ".join(_condition(flow, one) for one in measure.where)
    if measure.function == "share":
        share = f"avg(case when {held} then {measure.percent}.0 else 0.0 end)"
        return share if gist.digits is None else f"round({share}, {gist.digits})"
    if measure.of is None:
        return f"count_if({held})" if held else "count(*)"
    column = flow.column(measure.of.table, measure.of.column)
    if measure.formula is not None:
        columns = [flow.column(link.table, link.column) for link in measure.formula.links]
        column = measure.formula.sql.format(*columns)
    if held:
        return f"coalesce(sum(case when {held} then {column} end), 0)"
    digits = gist.digits if not gist.extras else None
    if digits is not None and not measure.distinct and measure.function in ("avg", "sum", "median"):
        return f"round({measure.function}({column}), {digits})"
    return f"count(distinct {column})" if measure.distinct else f"{measure.function}({column})"


def _order(flow: Flow, gist: Gist, shown: dict[int, str], names: dict[int, str]) -> None:
    if gist.sorted_by is None:
        return
    first = shown[id(gist.sorted_by)] if isinstance(gist.sorted_by, Key) else names[id(gist.sorted_by)]
    order = [f"{first} desc" if gist.descending else first]
    order += [name for name in shown.values() if name != first]
    if gist.count:
        per = [shown[id(key)] for key in gist.each if id(key) in shown]
        order = [one for one in order if one.removesuffix(" desc") not in per]
        flow.add("top", "best", n=gist.count, order_by=order, **({"per": per} if per else {}))
        order = [*per, *order]
    flow.sort(order)


def cook_rows(flow: Flow, rows: RowGist) -> None:
    """Steps for a request for rows."""
    flow.start(rows.fact)
    for one in rows.existence:
        _existence(flow, rows, one)
    tests = _tests(flow, rows.picked, rows.spans, rows.tests)
    tests += [_condition(flow, one) for one in rows.conditions]
    if tests:
        flow.filter((" or " if rows.is_any else " and ").join(tests))
    if rows.best is not None:
        _best(flow, rows.best, rows.fact)
    made = _make(flow, rows)
    spots = [(place, flow.name(link.table, link.column)) for link, place in rows.places.items()]
    spots += [(one.place, name) for one, name in made if not (one.replaces and one.links[0] in rows.places)]
    shown = list(dict.fromkeys(name for _, name in sorted(spots)))
    if rows.is_whole or not shown:
        names = [flow.name(rows.fact, name) for name in flow.frames.schemas[flow.frames.source(rows.fact)].names]
        left_out = {flow.name(link.table, link.column) for link in rows.dropped}
        shown = [name for name in dict.fromkeys((*names, *shown)) if name not in left_out]
    order = _row_order(flow, rows)
    _shown(flow, rows, shown, order)


def _best(flow: Flow, best: Best, fact: TableRef) -> None:
    """Keep the first rows of each group."""
    keys = [flow.name(link.table, link.column) for link in best.keys]
    order = _directed(flow, best.order, fact)
    if best.count > 1:
        flow.add("top", "best", n=best.count, order_by=order, per=keys)
    else:
        flow.add("dedupe", "best", by=keys, order_by=order)


def _shown(flow: Flow, rows: RowGist, shown: list[str], order: list[str]) -> None:
    """The columns of the result, in their order."""
    if rows.is_distinct:
        flow.show(shown)
        flow.add("dedupe", "each_once")
    if order:
        flow.sort(order)
    if not rows.is_distinct and list(flow.names) != shown:
        flow.show(shown)


def _make(flow: Flow, rows: RowGist) -> list[tuple[Made, str]]:
    """Add the columns that are made, each with what it is called then."""
    names = [(one, one.name if one.replaces else _fresh(flow, one.name, {})) for one in rows.made]
    for one, name in names:
        one.name = name
    plain = {name: _made_sql(flow, one) for one, name in names if one.window is None}
    if plain:
        flow.derive(plain)
    for one, name in names:
        if one.window is None:
            continue
        window = one.window
        flow.add(
            "window", "with_neighbours", partition_by=[flow.name(link.table, link.column) for link in window.partition],
            order_by=_directed(flow, window.order, None if one.sql.startswith("rank") else rows.fact),
            columns={name: _made_sql(flow, one)},
            **({} if window.rows == "partition" else {"rows": window.rows}),
        )  # fmt: skip
    return names


def _made_sql(flow: Flow, one: Made) -> str:
    return one.sql.format(*(flow.column(link.table, link.column) for link in one.links))


def _directed(flow: Flow, order: Sequence[tuple[Link, bool]], fact: TableRef | None) -> list[str]:
    """An order as a step says it; rows that are equal in it stand in the order of their key, which is told."""
    names = [(flow.name(link.table, link.column), is_desc) for link, is_desc in order]
    if fact is not None and order:
        known = {name for name, _ in names}
        key = [flow.name(fact, one) for one in flow.work.scope.relations.key(fact)]
        ties = [name for name in key if name not in known] if not known & set(key) else []
        if ties:
            flow.work.dialog.assume(f"rows of equal {names[0][0]} stand in the order of {', '.join(ties)}")
        names += [(name, order[0][1]) for name in ties]
    return [f"{name} desc" if is_desc else name for name, is_desc in names]


def _row_order(flow: Flow, rows: RowGist) -> list[str]:
    """In which order they stand; the first of them are kept where only so many are wanted."""
    named = [
        (by.name if isinstance(by, Made) else flow.name(by.table, by.column), is_desc) for by, is_desc in rows.order
    ]
    order = [f"{name} desc" if is_desc else name for name, is_desc in named]
    key = [flow.name(rows.fact, one) for one in flow.work.scope.relations.key(rows.fact)]
    if rows.count:
        ties = [name for name in key if name not in {name for name, _ in named}]
        flow.add("top", "first", n=rows.count, order_by=[*order, *ties])
    return order


def _existence(flow: Flow, rows: RowGist, one: Existence) -> None:
    """Keep rows with a row of another table, or without."""
    (hop,) = flow.work.scope.relations.between(one.table, rows.fact)
    here = flow.frames.current
    other = flow.frames.source(one.table)
    if one.picked or one.where:
        held = [f"{column} = '{value.replace(chr(39), chr(39) * 2)}'" for column, value in one.picked]
        where = " and ".join([*held, *one.where])
        flow.frames.current = other
        other = flow.add("filter", f"{one.table.name}_that_count", where=where)
        flow.frames.current = here
    on = [target if target == column else {"left": target, "right": column}
          for column, target in zip(hop.columns, hop.target_columns, strict=True)]  # fmt: skip
    how = "anti" if one.is_denied else "semi"
    flow.add("join", "without_match" if one.is_denied else "with_match", left=here, right=other, on=on, how=how)
