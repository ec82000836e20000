"""A checked spec in the words and languages that people read: plain English, PySpark, SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.core.expression import ExpressionError
from datamorph.core.functions import Dialect
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.steps.ordering import order_words
from datamorph.core.steps.step import listed
from datamorph.core.table import TableSchema
from datamorph.core.typecheck import CheckedSpec


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step of a spec.

    Attributes:
        frame: name of the frame that it yields.
        kind: kind of the step, or ``read`` for a source.
        sentence: what it does.
        schema: the columns that it yields.
    """

    frame: str
    kind: str
    sentence: str
    schema: TableSchema


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a spec means, from the sources to the table.

    Attributes:
        steps: the sources, then the steps.
        outcome: what becomes of the result, one sentence each.
        pyspark: source of ``transform``, not yet formatted.
        sql: the same as one SELECT in DuckDB's dialect; empty where a step is hand-written PySpark.
        spark_sql: the same in Spark's dialect.
    """

    spec: PipelineSpec
    steps: tuple[ExplainedStep, ...]
    outcome: tuple[str, ...]
    pyspark: str
    sql: str
    spark_sql: str


def explain(checked: CheckedSpec) -> Explanation:
    """Tell what a spec means."""
    spec = checked.spec
    sources = [ExplainedStep(name, "read", f"read {ref}", checked.frames[name]) for name, ref in spec.sources.items()]
    steps = [ExplainedStep(s.name, s.step.kind, s.step.explain(), checked.frames[s.name]) for s in spec.steps]
    return Explanation(
        spec=spec,
        steps=(*sources, *steps),
        outcome=tuple(_outcome(checked)),
        pyspark=compile_pyspark(checked),
        sql=_sql(checked, "duckdb"),
        spark_sql=_sql(checked, "spark"),
    )


def _sql(checked: CheckedSpec, dialect: Dialect) -> str:
    try:
        return compile_sql(checked, dialect)
    except ExpressionError:
        return ""


def _outcome(checked: CheckedSpec) -> Iterator[str]:
    spec, target = checked.spec, checked.spec.target
    key = f", one row per {listed(target.key)}" if target.key else ""
    yield f"publish {spec.result} as {target.table} ({target.write.replace('_', ' ')}){key}"
    if checked.order:
        yield f"readers see it by {order_words(checked.order)}"
    for check in spec.all_checks:
        effect = "a failure keeps the table as it was" if check.severity == "error" else "a failure is reported only"
        yield f"check {check.name}; {effect}"
    if spec.schedule:
        yield f"run it at {spec.schedule.cron} ({spec.schedule.timezone})"
