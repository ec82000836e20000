"""The process in which Great Expectations runs: ``python -m datamorph.adapters.quality.worker JOB ANSWER``."""

# Great Expectations and pandas are imported where they are installed only.
# pyright: basic

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from great_expectations.core import ExpectationSuite

SHOWN = 5
NUMBER = "datamorph_number"
_NAMES = ("observed_value", "unexpected_count", "unexpected_percent", "missing_count", "element_count")


def open_context(folder: str = "") -> Any:
    """A context in memory, or in a folder, which reports are built into."""
    context = gx.get_context(mode="file", project_root_dir=folder) if folder else gx.get_context(mode="ephemeral")
    bars: Any = {"globally": False, "metric_calculations": False}
    context.variables.progress_bars = bars
    return context


def read_rows(files: Sequence[str]) -> pd.DataFrame:
    """The staged rows as pandas has them.

    A whole number beside nothing is an object, so that no digit is lost; decimals are floats, which the library needs.
    """
    table = pa.concat_tables([pq.read_table(file) for file in files])
    types = [pa.float64() if pa.types.is_decimal(field.type) else field.type for field in table.schema]
    schema = pa.schema([field.with_type(type_) for field, type_ in zip(table.schema, types, strict=True)])
    return table.cast(schema).to_pandas(integer_object_nulls=True)


def validate(context: Any, suite: Mapping[str, Any], rows: pd.DataFrame) -> list[dict[str, Any]]:
    """One answer per expectation, in order: ``success`` and what was observed, or ``error``."""
    return validate_batch(open_batch(context, rows), suite)


def validate_batch(batch: Any, suite: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same, of rows wherever they are."""
    found = batch.validate(ExpectationSuite(**_numbered(suite)), result_format="SUMMARY")
    numbered = {result.expectation_config.meta[NUMBER]: _answer(result) for result in found.results}
    return [numbered[number] for number in range(len(numbered))]


def _numbered(suite: Mapping[str, Any]) -> dict[str, Any]:
    """Results come in an order of their own: each expectation carries its number."""
    listed = [{**item, "meta": {**item["meta"], NUMBER: i}} for i, item in enumerate(suite["expectations"])]
    return {**suite, "expectations": listed}


def open_batch(context: Any, rows: pd.DataFrame) -> Any:
    """The rows as the one batch of a data source that is made anew."""
    source = context.data_sources.add_or_update_pandas("staged")
    definition = source.add_dataframe_asset("staged").add_batch_definition_whole_dataframe("all")
    return definition.get_batch({"dataframe": rows})


def build_report(suite: Mapping[str, Any], rows: pd.DataFrame, into: str) -> None:
    """Data Docs: static pages about the suite and this validation, below ``into``."""
    context = open_context(into)
    stored = context.suites.add_or_update(ExpectationSuite(**suite))
    source = context.data_sources.add_or_update_pandas("staged")
    definition = source.add_dataframe_asset("staged").add_batch_definition_whole_dataframe("all")
    validation = gx.ValidationDefinition(name="staged", data=definition, suite=stored)
    context.validation_definitions.add_or_update(validation).run(batch_parameters={"dataframe": rows})
    context.build_data_docs()


def _answer(result: Any) -> dict[str, Any]:
    data = result.to_json_dict()
    exceptions = data.get("exception_info") or {}
    raised = exceptions.get("exception_message") or next(
        (found.get("exception_message") for found in exceptions.values() if isinstance(found, dict)), None
    )
    if raised:
        return {"error": str(raised)[:500]}
    observed = {name: _plain(data["result"][name]) for name in _NAMES if data["result"].get(name) is not None}
    if listed := data["result"].get("partial_unexpected_list"):
        observed["unexpected_values"] = [_plain(value) for value in listed[:SHOWN]]
    return {"success": bool(data["success"]), **observed}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime | date | Decimal):
        return str(value)
    return value


def main(job_file: str, answer_file: str) -> None:
    """Run one job."""
    job = json.loads(Path(job_file).read_text("utf-8"))
    rows = read_rows(job["files"])
    answers = validate(open_context(), job["suite"], rows)
    if job["report_into"]:
        build_report(job["suite"], rows, job["report_into"])
    Path(answer_file).write_text(json.dumps(answers), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
