"""A checked spec in the words and languages that people read: plain English, PySpark, SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datamorph.core.catalog import CatalogTable
from datamorph.core.prediction import explain_with_rows, predict, told
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.row_facts import RowFacts
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.steps.ordering import order_words
from datamorph.core.steps.step import listed
from datamorph.core.table import TableRef, TableSchema
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


def explain(checked: CheckedSpec, tables: Mapping[TableRef, CatalogTable] | None = None) -> Explanation:
    """Tell what a spec means, with the number of rows where the statistics of the tables tell it."""
    spec = checked.spec
    facts = predict(spec, tables or {})
    sources = [ExplainedStep(name, "read", _read(spec, name, facts), checked.frames[name]) for name in spec.sources]
    sentences = explain_with_rows(spec, facts)
    steps = [
        ExplainedStep(step.name, step.step.kind, sentence, checked.frames[step.name])
        for step, sentence in zip(spec.steps, sentences, strict=True)
    ]
    return Explanation(
        spec=spec,
        steps=(*sources, *steps),
        outcome=tuple(_outcome(checked)),
        pyspark=compile_pyspark(checked),
        sql=compile_sql(checked, "duckdb"),
        spark_sql=compile_sql(checked, "spark"),
    )


def _read(spec: PipelineSpec, name: str, facts: Mapping[str, RowFacts]) -> str:
    incremental = spec.incremental.get(name)
    newer = incremental.explain() if incremental else ""
    return "; ".join(filter(None, [f"read {spec.sources[name]}", newer, told(facts[name])]))


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
