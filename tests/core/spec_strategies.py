"""Random pipelines that type-check: small tables, one to five steps, expressions of every type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from step_cases import step_modules

from datamorph.core.datatype import are_comparable
from datamorph.core.problem import Problems
from datamorph.core.spec import NamedStep
from datamorph.core.steps.step import Frames
from datamorph.core.table import TableSchema

VALUES: dict[str, list[Any]] = {
    "bigint": [0, 1, -1, 2, 2**31, 10**12, 2**63 - 1, -(2**63)],
    "int": [0, 1, -1, 7, 100, -(2**31), 2**31 - 1],
    "smallint": [0, 1, -3, 2**15 - 1, -(2**15)],
    "decimal(10,2)": [Decimal("0.00"), Decimal("1.50"), Decimal("-2.25"), Decimal("99999999.99")],
    "decimal(38,6)": [Decimal("0.000000"), Decimal("-1.234567"), Decimal("99999999999999.999999")],
    "double": [0.0, 1.5, -2.5, 1e6, 0.1, 2.675, 1e300, float("nan"), float("inf")],
    "string": [
        "",
        "a",
        "b",
        "ä€😀",
        'it\'s "q" \\',
        " pad ",
        "12",
        "%_",
        "A",
        "ß",
        "a\nb",
        "e\u0301",
        "-1.5",
        "2024-02-30",
    ],
    "date": [dt.date(2024, 2, 29), dt.date(1969, 12, 31), dt.date(2024, 3, 1), dt.date(1900, 1, 1)],
    "timestamp_ntz": [dt.datetime(2024, 2, 29, 23, 59, 59, 999999), dt.datetime(1969, 7, 20), dt.datetime(2024, 3, 1)],
    "timestamp": [dt.datetime(2024, 3, 31, 1, 30, tzinfo=dt.UTC), dt.datetime(1970, 1, 1, tzinfo=dt.UTC)],
    "boolean": [True, False],
}
NAMES = ["id", "shop", "Amount", "weird name", "order", "x.y", "ä"]
WITH_A_TEST_OF_THEIR_OWN = {
    kind: module.random_step for kind, module in step_modules().items() if hasattr(module, "random_step")
}
NUMBERS = ("bigint", "int", "decimal(10,2)", "double")


@st.composite
def schemas(draw: st.DrawFn) -> TableSchema:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
    return TableSchema.of(**{name: draw(st.sampled_from(sorted(VALUES))) for name in names})


def rows_of(schema: TableSchema) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """Rows with nulls and duplicates."""
    row = st.tuples(*(st.sampled_from([*VALUES[column.type], None]) for column in schema))
    sizes = st.sampled_from([(4, 8), (4, 8), (4, 8), (1, 3), (0, 0)])
    some = sizes.flatmap(lambda size: st.lists(row, min_size=size[0], max_size=size[1]))
    return some.flatmap(lambda found: st.sampled_from([found, found + found[:2]]))


def quoted(name: str) -> str:
    return f"`{name}`"


def kind_of(type_: str) -> str:
    if type_.startswith("decimal") or type_ in ("int", "bigint", "double", "tinyint", "smallint", "float"):
        return "number"
    return {"date": "time", "timestamp_ntz": "time", "timestamp": "time", "string": "text"}.get(type_, type_)


@st.composite
def expressions(draw: st.DrawFn, schema: TableSchema, kind: str, depth: int = 2) -> str:
    """Text of an expression: ``number``, ``text``, ``time`` or ``boolean``."""
    columns = [quoted(column.name) for column in schema if kind_of(column.type) == kind]
    constants = {
        "number": ["1", "-3", "2.5", "cast(1.25 as decimal(5,2))"], "text": ["'x'", "'it''s \"\\'", "''"],
        "time": ["DATE '2024-01-31'"], "boolean": ["true", "false"],
    }[kind]  # fmt: skip
    if not depth or draw(st.booleans()):
        return draw(st.sampled_from(columns * 3 + constants))

    def some(kind: str) -> str:
        return draw(expressions(schema, kind, depth - 1))

    def form(**forms: Any) -> str:
        return forms[draw(st.sampled_from(sorted(forms)))]()

    if kind == "number":
        return form(
            infix=lambda: f"({some('number')}) {draw(st.sampled_from(['+', '-', '*', '/']))} ({some('number')})",
            modulo=lambda: f"length({some('text')}) % length({some('text')})",
            div=lambda: f"length({some('text')}) div 2",
            case=lambda: f"case when {some('boolean')} then {some('number')} else {some('number')} end",
            null=lambda: f"coalesce({some('number')}, 0)",
            cut=lambda: f"try_cast(round({some('number')}, 1) as decimal(20,1))",
            whole=lambda: f"try_cast({some('number')} as int)",
            year=lambda: f"year({some('time')})",
            days=lambda: f"datediff({some('time')}, DATE '2024-01-01')",
        )
    if kind == "text":
        return form(
            concat=lambda: f"concat({some('text')}, {some('text')})",
            upper=lambda: f"upper({some('text')})",
            trim=lambda: f"trim({some('text')})",
            left=lambda: f"left({some('text')}, 2)",
            cut=lambda: f"substring({some('text')}, 2, 3)",
            part=lambda: f"split_part({some('text')}, 'a', 1)",
            pad=lambda: f"lpad({some('text')}, 3, '0')",
            only=lambda: f"regexp_replace({some('text')}, '[^a-z]', '-')",
            date=lambda: f"date_format({some('time')}, 'yyyy-MM')",
            case=lambda: f"if({some('boolean')}, {some('text')}, 'n')",
        )
    if kind == "time":
        return form(month=lambda: f"date_trunc('month', {some('time')})", day=lambda: f"cast({some('time')} as date)")
    return form(
        compare=lambda: f"({some('number')}) {draw(st.sampled_from(['=', '<', '>=', '<>', '<=>']))} ({some('number')})",
        texts=lambda: f"({some('text')}) {draw(st.sampled_from(['=', '<', '<>']))} ({some('text')})",
        logic=lambda: f"({some('boolean')}) {draw(st.sampled_from(['and', 'or']))} ({some('boolean')})",
        negation=lambda: f"not ({some('boolean')})",
        missing=lambda: f"({some(draw(st.sampled_from(['text', 'number', 'time'])))}) is null",
        member=lambda: f"({some('text')}) in ('a', 'ä€😀', null)",
        like=lambda: f"({some('text')}) like '%a_%'",
        between=lambda: f"({some('number')}) between ({some('number')}) and 5",
        contains=lambda: f"contains({some('text')}, 'a')",
    )


@st.composite
def steps(draw: st.DrawFn, frame: str, other: str, frames: Frames, *, is_last: bool) -> dict[str, Any]:  # noqa: C901, PLR0912 (a branch per kind)
    """One step over a frame; it may read another frame too."""
    schema = frames[frame]
    names = list(schema.names)
    some = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    all_in_order = [f"{name} {draw(st.sampled_from(['asc', 'desc']))}" for name in draw(st.permutations(names))]
    new = draw(st.sampled_from(["new", "it's", "sum", *names]))
    kinds = ["select", "derive", "cast", "filter", "aggregate", "window", "dedupe", "top", "fill", "union", "join"]
    kinds += WITH_A_TEST_OF_THEIR_OWN
    kind = draw(st.sampled_from([*kinds, "sort"] if is_last else kinds))
    if random_step := WITH_A_TEST_OF_THEIR_OWN.get(kind):
        found = random_step(draw, frames, frame, other)
        return {kind: found} if found else draw(steps(frame, other, frames, is_last=is_last))
    body: dict[str, Any] = {"from": frame}
    if kind == "select":
        kept = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        body["columns"] = [{f"{name}_2": name} if draw(st.booleans()) else name for name in kept]
    elif kind == "derive":
        body["columns"] = {new: draw(expressions(schema, draw(st.sampled_from(["number", "text", "time", "boolean"]))))}
    elif kind == "cast":
        name = draw(st.sampled_from(names))
        targets = {
            "number": ["decimal(20,3)", "double", "int"],
            "boolean": ["int", "string"],
            "time": ["date", "string"],
        }
        to = draw(
            st.sampled_from(targets.get(kind_of(schema.get(name).type), ["int", "date", "double", "decimal(9,2)"]))
        )
        body |= {"columns": {name: to}, "on_error": "null"}
    elif kind == "filter":
        body["where"] = draw(expressions(schema, "boolean"))
    elif kind == "aggregate":
        by = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
        call = draw(
            st.sampled_from(
                ["sum({})", "avg({})", "count(distinct {})", "min({})", "max({})", "median({})", "count(*)"]
            )
        )
        body |= {"by": by, "measures": {"measure": call.format(draw(expressions(schema, "number", 1)))}}
    elif kind == "window":
        call = draw(st.sampled_from(["row_number()", "lag({})", "sum({})", "count(*)", "max({})"]))
        by = draw(st.lists(st.sampled_from(names), max_size=1))
        body |= {
            "partition_by": by,
            "order_by": all_in_order,
            "rows": draw(st.sampled_from(["partition", "running", 1])),
            "columns": {new: call.format(draw(expressions(schema, "number", 1))), "place": "row_number()"},
        }
    elif kind == "dedupe":
        body |= {"by": draw(some), "order_by": all_in_order} if draw(st.booleans()) else {}
    elif kind == "sort":
        body["by"] = all_in_order
    elif kind == "top":
        per = draw(st.lists(st.sampled_from(names), max_size=1))
        body |= {
            "n": draw(st.integers(1, 3)),
            "order_by": all_in_order,
            "per": per,
            "rank_as": "rank_" if per else None,
        }
    elif kind == "fill":
        body["values"] = {name: FILLS[kind_of(schema.get(name).type)](schema.get(name).type) for name in draw(some)}
    elif kind == "union":
        body = {"of": [frame, frame], "distinct": draw(st.booleans())}
    else:
        body = _join(draw, frame, other, frames)
    return {kind: body}


FILLS: Mapping[str, Any] = {
    "number": lambda type_: 5,
    "text": lambda type_: "none",
    "boolean": lambda type_: False,
    "time": lambda type_: "2024-01-31",
}


def _join(draw: st.DrawFn, frame: str, other: str, frames: Frames) -> dict[str, Any]:
    left, right = frames[frame], frames[other]
    pairs = [(l.name, r.name) for l in left for r in right if are_comparable(l.type, r.type)]
    if not pairs or frame == other:
        return {"of": [frame, frame]}
    l, r = draw(st.sampled_from(pairs))
    how = draw(st.sampled_from(["inner", "left", "right", "full", "semi", "anti"]))
    return {"left": frame, "right": other, "on": [l if l == r else {"left": l, "right": r}], "how": how}


@st.composite
def pipelines(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, TableSchema], dict[str, list[tuple[Any, ...]]]]:
    """A spec as data, the schemas of its sources, and rows for them."""
    tables = {"orders": draw(schemas()), "order": draw(schemas())}
    frames: dict[str, TableSchema] = dict(tables)
    current, taken, count = "orders", [], draw(st.sampled_from([3, 5, 2, 4, 1]))
    for number in range(count):
        step = draw(steps(current, "order", frames, is_last=number == count - 1))
        if "join" in step and "of" in step["join"]:
            step = {"union": step["join"]}
        named = {"name": f"step_{number}", **step}
        problems = Problems("generated")
        frames[f"step_{number}"] = NamedStep.model_validate(named).step.output(frames, problems)
        if problems.found and {problem.code for problem in problems.found} <= {"overflow", "duplicate_column"}:
            break
        assert not problems.found, (named, frames[current], problems.found)
        taken.append(named)
        current = f"step_{number}"
    used = {
        name: tables[name]
        for name in tables
        if any(name in str(list(step.values())) for step in taken) or name == "orders"
    }
    reads = {name for step in taken for name in NamedStep.model_validate(step).step.inputs()} | (
        {"orders"} if not taken else set()
    )
    used = {name: schema for name, schema in used.items() if name in reads}
    spec = {
        "name": "t",
        "sources": {name: f"raw.t.{name}" for name in used},
        "steps": taken,
        "target": {"table": "curated.t.out"},
    }
    return spec, used, {name: draw(rows_of(schema)) for name, schema in used.items()}
