"""The compiled transform: what a person would write, and safe whatever the names and texts are."""

import ast

import pytest
from core_words import a_checked, out
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.pyspark import compile_pyspark
from datamorph.core.pyspark_expression import quoted
from datamorph.core.table import TableSchema

TOTALS = [
    {"name": "joined", "join": {"left": "orders", "right": "shops", "on": ["shop"]}},
    {"name": "big", "filter": {"from": "joined", "where": "amount > 10 and not is_gift"}},
    {
        "name": "totals",
        "aggregate": {"from": "big", "by": ["name"], "measures": {"total": "sum(amount)", "n": "count(*)"}},
    },
    {"name": "sorted", "sort": {"from": "totals", "by": ["total desc"]}},
]


def test_a_pipeline_reads_like_one_that_a_person_wrote():
    checked = a_checked(*TOTALS, prompt='total of "big" orders per shop')

    assert (
        compile_pyspark(checked)
        == '''\
from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def transform(orders: DataFrame, shops: DataFrame) -> DataFrame:
    """Total of "big" orders per shop."""
    joined = orders.join(shops.withColumnRenamed("id", "shops_id"), on="shop", how="inner")
    big = joined.filter((F.col("amount") > 10) & ~F.col("is_gift"))
    totals = big.groupBy("name").agg(F.sum("amount").alias("total"), F.count("*").alias("n"))
    return totals.orderBy(F.col("total").desc_nulls_last())
'''
    )


def test_windows_are_named_and_imported():
    checked = a_checked(
        {"name": "latest", "dedupe": {"from": "orders", "by": ["shop"], "order_by": ["ordered_at desc"]}},
        out("window", from_="latest", order_by=["id"], columns={"running": "sum(quantity)"}, rows="running"),
        prompt="Running quantity of the latest order per shop!",
    )

    assert (
        compile_pyspark(checked)
        == '''\
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def transform(orders: DataFrame) -> DataFrame:
    """Running quantity of the latest order per shop!"""
    latest_window = Window.partitionBy("shop").orderBy(F.col("ordered_at").desc_nulls_last())
    latest = orders.withColumn("_rank", F.row_number().over(latest_window)).filter(F.col("_rank") == 1).drop("_rank")
    out_window = Window.orderBy(F.col("id").asc_nulls_last()).rowsBetween(Window.unboundedPreceding, Window.currentRow)
    return latest.withColumn("running", F.sum("quantity").over(out_window))
'''
    )


def test_a_spec_without_steps_gives_its_source_back():
    assert (
        compile_pyspark(a_checked(prompt="copy"))
        == '''\
from pyspark.sql import DataFrame


def transform(orders: DataFrame) -> DataFrame:
    """Copy."""
    return orders
'''
    )


HOSTILE = [
    '"""',
    "'''",
    '"',
    "\\",
    'a"""+__import__("os")+"""',
    "\n\r\t",
    "\u2028\u2029\x85\x0c",
    "\u202e\u200b",
    "\x1b[0m\x07",
    "{x} %s $1",
    "# no",
    "'); drop table x; --",
    "ä€😀",
    "`",
    "``",
    ".",
    "*",
    " lead",
    "trail ",
    "\\N{DASH}",
    '\\"',
    "\ufeff",
]


def docstring(source):
    return ast.get_docstring(ast.parse(source).body[-1])


@pytest.mark.parametrize("prompt", [*HOSTILE, "x" * 500, "\\" * 200, '"' * 200, ("a" * 88 + "\\x41 ") * 3, "\\u", "\0"])
def test_no_prompt_breaks_the_docstring(prompt):
    source = compile_pyspark(a_checked(*TOTALS, prompt=prompt))

    tree = ast.parse(source)

    plain = compile_pyspark(a_checked(*TOTALS, prompt="x"))
    assert ast.dump(ast.parse(plain).body[-1].body[1]) == ast.dump(tree.body[-1].body[1])
    assert all(c.isprintable() or c == "\n" for c in source)


@given(st.text(), st.text())
def test_a_docstring_says_what_the_prompt_says(prompt, description):
    said = docstring(compile_pyspark(a_checked(prompt=prompt, description=description)))

    def words(text):
        return "".join("".join(c for c in text if c.isprintable()).split())

    expected = (words(prompt) or words(description) or "t").replace('"""', "'''")
    assert words(said).removesuffix(".").endswith(expected[1:].removesuffix("."))


def constants(source):
    return {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("text", HOSTILE)
def test_every_name_and_text_arrives_as_the_literal_it_is(text):
    tables = {"orders": TableSchema.of(**{text: "string", "n": "int"})}
    name, literal = f"`{text.replace('`', '``')}`", text.replace("'", "''")
    steps = [
        {"name": "a", "derive": {"from": "orders", "columns": {f"new {text}": f"concat({name}, '{literal}')"}}},
        {"name": "b", "fill": {"from": "a", "values": {text: text}}},
        {"name": "c", "filter": {"from": "b", "where": f"{name} = '{literal}' or {name} in ('{literal}')"}},
        {"name": "d", "window": {"from": "c", "partition_by": [text], "order_by": ["n"], "columns": {"r": "rank()"}}},
        {"name": "e", "aggregate": {"from": "d", "by": [text, f"new {text}"], "measures": {f"m{text}": "count(*)"}}},
        {"name": "out", "select": {"from": "e", "columns": [{f"x{text}": text}, f"m{text}"]}},
    ]

    source = compile_pyspark(a_checked(*steps, tables=tables))

    assert {text, f"new {text}", f"x{text}", f"m{text}"} <= constants(source)
    assert all(c.isprintable() or c == "\n" for c in source)


@given(st.text(st.characters()))
def test_a_quoted_text_is_that_text(text):
    assert ast.literal_eval(quoted(text)) == text
