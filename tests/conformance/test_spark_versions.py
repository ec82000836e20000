"""Compiled code calls nothing that Spark 3.5 lacks: Glue and EMR run that version."""

from __future__ import annotations

import ast
import re
from contextlib import suppress

import pytest
from case_tables import checked_spec
from pyspark.sql import Column, DataFrame, GroupedData, SparkSession, Window, WindowSpec, functions
from step_cases import step_modules

from datamorph.core.pyspark import compile_pyspark
from datamorph.errors import SpecError

LATEST = (3, 5)
CLASSES = (SparkSession, DataFrame, Column, GroupedData, Window, WindowSpec)
HAND_WRITTEN = ("python",)
KINDS = {kind: module.CASES for kind, module in step_modules().items()
         if hasattr(module, "CASES") and kind not in HAND_WRITTEN}  # fmt: skip


def called(source: str) -> set[tuple[str, str]]:
    """``("F", name)`` of each function and ``("", name)`` of each method or attribute."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    return {("F" if isinstance(n.value, ast.Name) and n.value.id == "F" else "", n.attr) for n in nodes}


def added_in(owner: object, name: str) -> tuple[int, int] | None:
    """The version of Spark that its documentation says; the first ones where it says nothing."""
    if not hasattr(owner, name):
        return None
    found = re.search(r"versionadded:: (\d+)\.(\d+)", getattr(owner, name).__doc__ or "")
    return (int(found[1]), int(found[2])) if found else (1, 0)


def too_new(source: str) -> dict[str, tuple[int, int] | None]:
    """Names that came after 3.5, or that PySpark does not have at all."""
    found = {}
    for scope, name in called(source):
        owners = (functions,) if scope else CLASSES
        versions = [version for owner in owners if (version := added_in(owner, name))]
        if min(versions, default=(99, 0)) > LATEST:
            found[f"{scope}.{name}"] = min(versions, default=None)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_call_in_compiled_code_exists_since_spark_3_5(kind):
    newer = {}
    for case, steps in KINDS[kind].items():
        with suppress(SpecError):  # the suite over engines says so
            newer |= {name: (version, case) for name, version in too_new(compile_pyspark(checked_spec(steps))).items()}

    assert not newer


def test_a_call_that_spark_3_5_lacks_is_found():
    source = (
        'def transform(t):\n    return t.transpose().select(F.try_to_date("x"), F.col("x").try_cast("int"), F.lag("x"))'
    )

    assert too_new(source) == {".transpose": (4, 0), "F.try_to_date": (4, 0), ".try_cast": (4, 0)}
