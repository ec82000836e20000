"""docs/spec.md says what the code does: its examples check and run, its tables are complete."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from datamorph.core.checks import Check
from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.expectations import EXPECTATIONS
from datamorph.core.functions import FUNCTIONS
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.core.sql import compile_sql
from datamorph.core.steps import STEPS
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import require_checked

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "spec.md").read_text()
STEPS_TEXT = (ROOT / "docs" / "steps.md").read_text()
DOCUMENT, CHECKS = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def described_table(name: str) -> TableSchema:
    text = " ".join(STEPS_TEXT.split("\n## ")[0].split())
    columns = re.search(rf"`{name}` \(([^`]*)\) and|`{name}` \(([^`]*)\)\.", text)
    assert columns, name
    pairs = re.sub(r"decimal\(10,2\)", "decimal(10;2)", columns[1] or columns[2]).split(", ")
    return TableSchema.of(**{n: t.replace(";", ",") for n, t in (pair.split(" ") for pair in pairs)})


TABLES = {name: described_table(name) for name in ("orders", "customers")}


def run(spec: PipelineSpec) -> None:
    checked = require_checked(spec, {TableRef.parse(f"raw.shop.{name}"): schema for name, schema in TABLES.items()})
    ast.parse(compile_pyspark(checked))
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
    sources = {name: f"raw.shop.{name}" for name in TABLES if re.search(rf"\b{name}\b", example)}

    run(parse_spec(f"name: t\nsources: {sources}\ntarget: {{table: curated.shop.t}}\nsteps:\n{example}"))
    assert any(kind in step for step in yaml.safe_load(example))


def test_every_check_has_an_example_that_fits():
    checks = [Check.model_validate(data) for data in yaml.safe_load(CHECKS)]

    assert {check.type for check in checks} == set(EXPECTATIONS)
    assert [problem for check in checks for problem in check.problems(TABLES["orders"])] == []


def table(header: str) -> set[str]:
    rows = TEXT.split(f"| {header} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_the_table_of_functions_is_complete():
    assert table("functions | result") == set(FUNCTIONS)


def problem_codes() -> set[str]:
    """Codes of every problem that the core can report, read from its source."""
    codes: set[str] = set()
    for path in (ROOT / "datamorph" / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("add", "ExpressionError") and any(keyword.arg == "hint" for keyword in node.keywords):
                    codes.add(str(node.args[0].value))
    return codes


def test_the_table_of_problems_is_complete():
    assert table("code | when") == problem_codes()
