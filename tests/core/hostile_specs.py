"""Specs that nobody means well: documents as text or as data, by family."""
# ruff: noqa: E501 (tables of odd texts)

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

BASE = "name: t\nsources: {orders: raw.t.orders}\ntarget: {table: curated.t.out}\n"
NAMES = [
    "it's", 'say "hi"', "back`tick", "``", "`", '"', "'", "a.b", "a b", " lead", "trail ", "ünïcode", "列", "😀",
    "e\u0301", "\u200b", "a\u200bb", "\u202eevil", "\ufeff", "\x01", "\x1b[31m", "\x7f", "\x85", "\u2028", "\n", "\r\n",
    "\t", "\\", "\\n", "a\\", "{}", "{x}", "%s", "%(x)s", "$1", "${x}", "select", "FROM", "order", "null", "true",
    "class", "lambda", "None", "__import__", "__import__('os').system('id')", "os.system", "F.col('x')",
    "x'); DROP TABLE orders; --", 'x"); import os; os.system("id")#', "*/ DROP", "/* x", "-- x", ";", "--",
    "a) AS b, (SELECT 1", "count(*)", "*", "orders.id", "1", "1e5", "-1", "", "x" * 255, "x" * 256, "\u017f", "ß", "İ", "\u0131",
    "\U000e0041", "\ud800", "\udfff", "\u0000", "a\u0000b",
]  # fmt: skip
LITERALS = [name for name in NAMES if "\u0000" not in name and not any("\ud800" <= c <= "\udfff" for c in name)]
LITERALS += ["O''Brien", "\\'", "\\\\", "\\u0041", "%", "_", "a\nb", "'''", '"""', '\\"""', "#{x}", "{{x}}", "x" * 3000]
TABLES = ["raw.t.orders; DROP", "raw.t.`orders`", "raw.t.orders--", "raw..orders", "raw.t", "raw.t.o.x", "../raw.t.o",
          "raw.t.Orders", "raw.t.örders", "raw.t.orders\n", "raw.t.'o'", "RAW.t.orders", "s3://x/y", "raw.t." + "x" * 500,
          "", ".", "..", "raw.t.\u200border", "/etc/passwd", "raw/t/orders", "raw.t.%2e"]  # fmt: skip
CRONS = ["daily", "* * * *", "* * * * * *", "0 6 * * *; rm -rf /", "$(id) * * * *", "`id` * * * *", "\n* * * * *", "",
         "99 99 99 99 99", "* * * * *\n", "@reboot", "' ' ' ' '"]  # fmt: skip
EXPRESSIONS = [
    "id; drop table orders", "(select 1)", "id in (select id from orders)", "exists (select 1)", "id -- x", "id /* x */",
    "id union select 1", "load_file('/etc/passwd')", "read_csv('/etc/passwd')", "pg_sleep(10)", "java_method('x','y')",
    "reflect('java.lang.System', 'exit')", "current_user()", "rand()", "uuid()", "input_file_name()", "${env:HOME}", "@@x",
    "{fn now()}", "id :: int", "id::text", "id collate x", "id over ()", "sum(id) over ()", "x -> 1", "id[0]", "id.x",
    "interval 1 day", "date 'x'", "timestamp 'now'", "x'41'", "b'1'", "0x41", "1_000", "1e999", "-1e999", "1e-999",
    "9" * 400, "0." + "9" * 400, "nan", "infinity", "null", "not null", "true and", "id =", "= id", "()", "(id", "id)",
    "'", "''", "'''", "`", "``", "\"id\"", "id\u00a0> 1", "id \uff1e 1", "id > \u0661", "\u202eid > 1", "id\u200b > 1", "\x00",
    "\ud800", "case", "case when end", "cast(id as)", "cast(id as array<int>)", "cast(id as decimal(39,0))", "count(*)",
    "__import__('os')", "eval('1')", "id.__class__", "lambda x: x", "F.col('id')", "*", "%", "like", "note like '\\'",
    "note rlike '(a+)+$'", "regexp_replace(note, '(a+)+$', '')", "regexp_replace(note, '(', '')", "lpad(note, 2147483647, 'x')",
    "left(note, 2147483648)", "substring(note, -1, -1)", "id % 0 = 1", "id div 0 = 1", "id / 0 = 1", "-(-(-(id))) > 0",
    "- - - id > 0", "9223372036854775807 + id > 0", "id between 1 and", "split_part(note, '', 1)", "percentile(id, 2)",
    "date_format(ordered_on, 'yyyy-MM-dd''x''')", "date_trunc('eon', ordered_on)",
]  # fmt: skip
VALUES: list[Any] = [None, True, 0, -1, 1.5, "", "x", [], {}, [[]], {"a": {}}, b"x", float("nan"), float("inf"), 10**400,
                     object, {1: 2}, ["x"] * 3, {"": ""}, (), set()]  # fmt: skip
FIELDS = ["spec_version", "name", "prompt", "description", "sources", "steps", "target", "checks", "schedule",
          "assumptions", "incremental"]  # fmt: skip


def a_document(**parts: Any) -> dict[str, Any]:
    return {"name": "t", "sources": {"orders": "raw.t.orders"}, "target": {"table": "curated.t.out"}, **parts}


def filters(where: Any) -> dict[str, Any]:
    return a_document(steps=[{"name": "f", "filter": {"from": "orders", "where": where}}])


def deep_expressions() -> Iterator[Any]:
    for depth in (50, 99, 101, 1000):
        yield filters("(" * depth + "id > 0" + ")" * depth)
        yield filters("not " * depth + "is_gift")
        yield filters("-" * depth + "id > 0")
        yield filters(" + ".join(["id"] * depth) + " > 0")
        yield filters(" or ".join(["is_gift"] * min(depth, 390)))
        yield filters("coalesce(" * depth + "id" + ", 1)" * depth + " > 0")
        yield filters("case when is_gift then " * min(depth, 150) + "id" + " end" * min(depth, 150) + " > 0")
        yield filters("cast(" * depth + "id" + " as int)" * depth + " > 0")
        yield filters(f"id in ({', '.join(map(str, range(depth)))})")
        yield filters("`" * depth)
        yield filters("'" * depth)


def many() -> Iterator[Any]:
    for count in (200, 201, 1000):
        froms = ["orders", *(f"f{n}" for n in range(count))]
        yield a_document(
            steps=[{"name": f"f{n}", "filter": {"from": froms[n], "where": "id > 0"}} for n in range(count)]
        )
    wide = {f"c{n}": "id + 1" for n in range(10_000)}
    yield a_document(steps=[{"name": "d", "derive": {"from": "orders", "columns": wide}}])
    yield a_document(
        steps=[{"name": "d", "derive": {"from": "orders", "columns": {f"c{n}": "nope" for n in range(10_000)}}}]
    )
    yield a_document(steps=[{"name": "s", "select": {"from": "orders", "columns": [f"c{n}" for n in range(10_000)]}}])
    yield a_document(steps=[{"name": "s", "select": {"from": "orders", "columns": ["id"] * 10_000}}])
    yield a_document(steps=[{"name": "s", "sort": {"from": "orders", "by": ["id"] * 1000}}])
    yield a_document(steps=[{"name": "u", "union": {"of": ["orders"] * 500}}])
    yield a_document(sources={f"s{n}": "raw.t.orders" for n in range(1000)})
    yield a_document(checks=[{"expect_column_values_to_not_be_null": {"column": "nope"}}] * 5000)
    yield a_document(assumptions=["x"] * 50_000)
    yield a_document(description="x" * 900_000)
    yield a_document(prompt="x" * 20_001)
    yield a_document(steps=[{"name": "f", "nope": {}}] * 1000)
    yield filters(f"status in ({', '.join(repr(str(n)) for n in range(500))})")
    doubled = [{"name": "a0", "union": {"of": ["orders", "orders"]}}]
    doubled += [{"name": f"a{n}", "union": {"of": [f"a{n - 1}", f"a{n - 1}"]}} for n in range(1, 12)]
    yield a_document(steps=doubled)
    growing = [{"name": "g0", "derive": {"from": "orders", "columns": {"x": "id + 1"}}}]
    growing += [{"name": f"g{n}", "derive": {"from": f"g{n - 1}", "columns": {"x": "x + x"}}} for n in range(1, 60)]
    yield a_document(steps=growing)


def names() -> Iterator[Any]:
    for name in NAMES:
        columns = {"id": "id + 1", name: "id"}
        yield a_document(steps=[{"name": "d", "derive": {"from": "orders", "columns": columns}},
                                {"name": "g", "aggregate": {"from": "d", "by": [name], "measures": {"id": "count(*)"}}},
                                {"name": "s", "sort": {"from": "g", "by": [f"{name} desc"]}}],
                         target={"table": "curated.t.out", "key": [name]})  # fmt: skip
        yield a_document(steps=[{"name": name, "filter": {"from": "orders", "where": "id > 0"}}])
    for name in ("transform", "spark", "from", "class", "F", "Window", "DataFrame", "f", "print", "col", "_", "l", "r",
                 "staged", "x" * 64, "orders"):  # fmt: skip
        yield a_document(steps=[{"name": name, "filter": {"from": "orders", "where": "id > 0"}}])
    yield a_document(name="x" * 129)
    yield a_document(name="__import__")
    yield a_document(name="../../etc/passwd")


def tables() -> Iterator[Any]:
    for table in TABLES:
        yield a_document(sources={"orders": table})
        yield a_document(target={"table": table})
    yield a_document(sources={"orders": "curated.t.out"})
    yield a_document(target={"table": "raw.t.orders"})


def texts() -> Iterator[Any]:
    for text in CRONS:
        yield a_document(schedule={"cron": text})
    for text in NAMES:
        yield a_document(prompt=text, description=text, assumptions=[text])
        yield a_document(schedule={"cron": "0 6 * * *", "timezone": text})
    yield a_document(prompt='"""\nimport os\nos.system("id")\n"""')
    yield a_document(prompt='\\"""\nimport os #' + "\\")


def checks() -> Iterator[Any]:
    for text in NAMES:
        yield a_document(checks=[{"expect_column_values_to_be_in_set": {"column": "status", "value_set": [text]}}])
        yield a_document(checks=[{"expect_column_values_to_match_regex": {"column": "status", "regex": text}}])
        yield a_document(checks=[{"expect_column_values_to_be_unique": {"column": text}}])
        yield a_document(checks=[{text: {"column": "id"}}])
    for value in VALUES:
        yield a_document(checks=[{"expect_column_values_to_be_between": {"column": "id", "min_value": value}}])
        yield a_document(checks=[{"expect_column_values_to_be_in_set": {"column": "id", "value_set": value}}])
    yield a_document(checks=[{"expect_column_values_to_match_regex": {"column": "status", "regex": "(a+)+$"}}])


def expressions() -> Iterator[Any]:
    for text in EXPRESSIONS:
        yield filters(text)
        yield a_document(steps=[{"name": "d", "derive": {"from": "orders", "columns": {"x": text}}}])


def wrong_types() -> Iterator[Any]:
    for field in FIELDS:
        for value in VALUES:
            yield a_document(**{field: value})
    for value in VALUES:
        yield value
        yield filters(value)
        yield a_document(steps=[value])
        yield a_document(steps=[{"name": value, "filter": {"from": "orders", "where": "id > 0"}}])
        yield a_document(steps=[{"name": "f", "filter": value}])
        yield a_document(steps=[{"name": "f", "fill": {"from": "orders", "values": {"id": value}}}])
        yield a_document(steps=[{"name": "t", "top": {"from": "orders", "n": value, "order_by": ["id"]}}])
        yield a_document(target={"table": "curated.t.out", "key": value})
        yield a_document(**{"colour": value})


def recursion() -> Iterator[Any]:
    loop: dict[str, Any] = a_document()
    loop["steps"] = [loop]
    yield loop
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    yield a_document(steps=deep)
    yield a_document(checks=[{"expect_column_values_to_be_in_set": {"column": "id", "value_set": deep}}])
    yield filters(deep)
    yield a_document(steps=[{"name": "f", "filter": {"from": "f", "where": "id > 0"}}])
    yield a_document(steps=[{"name": "a", "filter": {"from": "b", "where": "id > 0"}},
                            {"name": "b", "filter": {"from": "a", "where": "id > 0"}}])  # fmt: skip
    yield a_document(steps=[{"name": "j", "join": {"left": "j", "right": "orders", "on": ["id"]}}])


def yaml_texts() -> Iterator[str]:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)
    )
    yield bomb
    yield BASE + "prompt: &p x\ndescription: *p\n"
    yield BASE + "prompt: &p x\n"
    yield "<<: {name: t}\n" + BASE
    yield BASE + "steps: [{<<: {name: f}, filter: {from: orders, where: id > 0}}]"
    for tag in ("!!python/object:os.system", "!!python/object/apply:os.system [id]", "!!python/name:os.system",
                "!!python/module:os", "!!binary aGk=", "!!set {a, b}", "!!omap [a: 1]", "!!timestamp 2024-01-01", "!x",
                "!!int x", "!!float x", "!!null x", "!!bool maybe", "!!str 5", "!<tag:yaml.org,2002:python/tuple> [1]"):  # fmt: skip
        yield BASE + f"prompt: {tag}\n"
    for number in ("1e999", "-1e999", ".nan", ".inf", "0x10", "0o17", "017", "1_000", "9" * 400, "9" * 5000, "1e-999",
                   "+1", "1.", "0b1", "12:30:45", "~", "-0.0"):  # fmt: skip
        yield BASE + f"prompt: {number}\n"
        yield BASE + f"steps: [{{name: f, fill: {{from: orders, values: {{id: {number}}}}}}}]\n"
        yield f"spec_version: {number}\n" + BASE
    yield BASE + "name: other\n"
    yield BASE + "steps: [{name: f, name: g, filter: {from: orders, where: id > 0}}]"
    yield BASE + "? [a, b]\n: c\n"
    yield BASE + "? {a: b}\n: c\n"
    yield "x" * 1_000_000
    yield BASE + "description: " + "x" * 990_000
    yield BASE + "description: |\n" + "  x\n" * 200_000
    yield "x" * 1_000_001
    yield "[" * 5000
    yield "{a: " * 5000
    yield "- " * 5000 + "x"
    yield "".join(f"{' ' * n}a:\n" for n in range(900))
    yield BASE + "steps: " + "[" * 500 + "]" * 500
    yield "\x00"
    yield BASE + "prompt: \x00\n"
    yield "\ufeff" + BASE
    yield BASE.replace("\n", "\r\n")
    yield BASE.replace("\n", "\r")
    yield BASE.replace("\n", "\u2028")
    yield BASE + "prompt: \ud800\n"
    yield BASE + 'prompt: "\\ud800"\n'
    yield BASE + 'prompt: "\\ud83d\\ude00"\n'
    yield BASE + 'prompt: "\\x00"\n'
    yield BASE + 'prompt: "\\U0010ffff"\n'
    yield BASE + 'prompt: "\\U00110000"\n'
    yield bytes(range(256)).decode("latin-1")
    yield "%YAML 9.9\n---\n" + BASE
    yield "%TAG ! tag:evil,2024:\n---\n" + BASE
    yield BASE + "---\n" + BASE
    yield "..."
    yield "--- |\n x"
    yield ""
    yield "# only a comment"
    yield "\t" + BASE
    yield "@x"
    yield json.dumps(a_document(prompt="\u202e\u200b\ufeff"))
    yield json.dumps(a_document(prompt="\U0001f600"))
    yield "{" + '"a":{' * 400 + "}" * 401


DATA = {
    "deep expressions": deep_expressions, "many": many, "names": names, "tables": tables, "texts": texts,
    "checks": checks, "expressions": expressions, "wrong types": wrong_types, "recursion": recursion,
}  # fmt: skip
