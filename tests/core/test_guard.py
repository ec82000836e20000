"""The guard lets PySpark through, and nothing that reaches outside of its frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.guard import check_code

FINE = {
    "columns": "def step(orders):\n    return orders.withColumn('x', F.col('id') + 1)",
    "windows": (
        "def step(orders, shops):\n    w = Window.partitionBy('shop').orderBy(F.col('id').desc())\n"
        "    return orders.withColumn('n', F.row_number().over(w)).join(shops, on='shop', how='left')"
    ),
    "loops": (
        "def step(orders):\n    for name in ['a', 'b']:\n        orders = orders.withColumn(name, F.lit(0))\n"
        "    return orders"
    ),
    "comprehensions": "def step(orders):\n    return orders.select([F.col(c).alias(f'{c}_x') for c in orders.columns])",
    "docstrings": 'def step(orders):\n    """Words."""\n    return orders.fillna(0)',
}


@pytest.mark.parametrize("name", FINE)
def test_code_over_data_frames_passes(name):
    arguments = ["orders", "shops"] if "shops" in FINE[name] else ["orders"]

    assert check_code(FINE[name], arguments) == []


REFUSED = [
    "import os",
    "from pyspark.sql import SparkSession",
    "x = open('/etc/passwd')",
    "x = eval('1')",
    "x = exec('1')",
    "x = __import__('os')",
    "x = getattr(orders, 'write')",
    "x = orders.__class__",
    "x = orders.sparkSession",
    "x = orders._jdf",
    "x = orders.rdd",
    "orders.write.parquet('x')",
    "orders.createOrReplaceTempView('x')",
    "x = orders.collect()",
    "x = orders.toPandas()",
    "x = orders.cache()",
    "x = orders.mapInPandas(None, '')",
    "x = F.udf(lambda v: v)",
    "x = F.pandas_udf('int')",
    "x = F.expr('reflect(1)')",
    "x = F.rand()",
    "x = F.current_timestamp()",
    "x = F.bround('x')",
    "x = F.reflect(F.lit('java.lang.System'))",
    "x = F._invoke_function('x')",
    "x = F.input_file_name()",
    "x = lambda: 0",
    "global y",
    "while True:\n        pass",
    "class A:\n        pass",
    "def inner():\n        pass",
    "async def inner():\n        pass",
    "with orders:\n        pass",
    "try:\n        pass\n    except Exception:\n        pass",
    "raise ValueError('x')",
    "assert orders",
    "del orders",
    "F = orders",
    "__builtins__ = {}",
    "x = (y := orders)",
    "x = type(orders)",
    "x = globals()",
    "x = vars()",
    "print('x')",
    "yield orders",
    "x = [].__class__.__mro__",
    "x = ''.format",
    "x = unknown",
    "x = orders.filter('reflect(1)')",
    "x = orders.where(condition=f'{1}')",
    "x = orders.selectExpr('1')",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_reaches_outside_is_refused_with_its_line_and_a_hint(statement):
    found = check_code(f"def step(orders):\n    {statement}\n    return orders", ["orders"])

    assert found
    assert all(objection.hint and objection.line in (2, 3, 4, 5) for objection in found)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "x = 1",
        "def other(orders):\n    return orders",
        "def step(others):\n    return others",
        "def step(orders, *more):\n    return orders",
        "def step(orders=F):\n    return orders",
        "@F\ndef step(orders):\n    return orders",
        "def step(orders):\n    orders",
        "def step(orders):\n    return",
        "def step(orders):\n    return orders\nx = 1",
        "def step(orders:\n    return orders",
        "def step(orders):\n    return " + "-" * 5000 + "1",
        "def step(orders):\n    return orders" + " " * 30_000,
        "\x00",
    ],
)
def test_anything_but_one_function_over_the_frames_is_refused(code):
    assert check_code(code, ["orders"])


@given(st.text())
def test_no_text_breaks_the_guard(text):
    assert isinstance(check_code(text, ["orders"]), list)
