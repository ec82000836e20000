"""Step python: hand-written PySpark, guarded and typed."""

from __future__ import annotations

from core_words import a_checked, codes, problems, pyspark_body

from datamorph.core.lineage import trace
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.sql import compile_sql

CODE = """
def step(orders):
    mean = F.avg("weight").over(Window.partitionBy("shop"))
    return orders.select("id", (F.col("weight") - mean).alias("off"))
"""


def a_step(code=CODE, over=("orders",), **columns):
    declared = columns or {"id": "string", "off": "double"}
    return {"name": "out", "python": {"from": list(over), "code": code, "columns": declared, "why": "no step does"}}


CASES: dict[str, list[dict[str, object]]] = {}
"""None: there is no second compiler to compare it with."""


def test_the_code_becomes_a_function_of_the_transform_and_its_columns_are_cast():
    source = compile_pyspark(a_checked(a_step()))

    assert "    def make_out(orders):\n        mean = F.avg" in source
    assert pyspark_body(a_checked(a_step()))[-1] == (
        'return make_out(orders).select(F.col("id").cast("string").alias("id"), F.col("off").cast("double").alias("off"))'
    )
    assert source.startswith("from pyspark.sql import DataFrame, Window\nfrom pyspark.sql import functions as F\n")


def test_it_has_no_select():
    assert compile_sql(a_checked(a_step())) == ""


def test_what_the_guard_refuses_is_a_problem_with_its_line():
    (found,) = problems(a_step("def step(orders):\n    return orders.limit(open('x'))"))

    assert (found.code, found.message) == ("guard", "line 2: the name 'open' is not known")


def test_types_are_declared():
    assert codes(a_step(id="uuid")) == ["unknown_type"]


def test_every_column_may_come_from_every_column():
    assert len(trace(a_checked(a_step())).columns["off"]) == 10
