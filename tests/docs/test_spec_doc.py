"""docs/spec.md says what the code does: its examples check and run, its tables are complete."""

from __future__ import annotations

import ast
import re

import duckdb
import pytest
import yaml
from docs_words import DOCS, LAKE, TABLES, spec_of

from datamorph.core.checks import Check
from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.functions import FUNCTIONS
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.core.sql import compile_sql
from datamorph.core.steps import STEPS
from datamorph.core.typecheck import require_checked

TEXT = (DOCS / "spec.md").read_text()
DOCUMENT, *_, CHECKS = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def run(spec: PipelineSpec) -> None:
    checked = require_checked(spec, LAKE)
    ast.parse(compile_pyspark(checked))
    if not spec.has_sql:
        return
    with duckdb.connect() as connection:
        for name, schema in TABLES.items():
            columns = ", ".join(f"{column.name} {duckdb_type(column.type)}" for column in schema)
            connection.execute(f"CREATE TABLE {name} ({columns})")
        found = connection.execute(compile_sql(checked))
        assert tuple(column[0] for column in found.description) == checked.schema.names


def test_the_document_checks_and_runs():
    run(parse_spec(DOCUMENT))


@pytest.mark.parametrize("kind", STEPS)
def test_every_example_of_a_step_checks_and_runs(kind):
    example = STEPS[kind].example.strip()

    run(spec_of(example))
    assert any(kind in step for step in yaml.safe_load(example))


def test_every_check_fits():
    checks = [Check.model_validate(data) for data in yaml.safe_load(CHECKS)]

    assert checks
    assert [problem for check in checks for problem in check.problems(TABLES["orders"])] == []


def table(header: str) -> set[str]:
    rows = TEXT.split(f"| {header} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_the_table_of_functions_is_complete():
    assert table("functions | result") == set(FUNCTIONS)
