"""docs/spec.schema.json is made from the models: write it anew with DATAMORPH_WRITE_DOCS=1."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
from docs_words import DOCS, LAKE, spec_of
from hostile_specs import DATA
from jsonschema import Draft202012Validator

from datamorph.core.document import read_document
from datamorph.core.expectations import EXPECTATIONS
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.spec_schema import spec_schema
from datamorph.core.steps import STEPS
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import require_checked
from datamorph.errors import SpecError

PAGE = DOCS / "spec.schema.json"
SCHEMA = spec_schema()
HOSTILE_LAKE = {
    TableRef.parse("raw.t.orders"): TableSchema.of(
        id="bigint", amount="decimal(10,2)", status="string", note="string", ordered_on="date", is_gift="boolean"
    )
}
VALIDATOR = Draft202012Validator(SCHEMA)
DOCUMENT, *_, CHECKS = re.findall(r"^```yaml\n(.*?)^```", (DOCS / "spec.md").read_text(), re.DOTALL | re.MULTILINE)


def a_document(**parts: Any) -> dict[str, Any]:
    return {"name": "t", "sources": {"orders": "raw.t.orders"}, "target": {"table": "curated.t.out"}, **parts}


def as_written(text: str) -> Any:
    return read_document(text, origin="an example")


def messages(document: object) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_the_page_says_what_the_models_say():
    text = json.dumps(SCHEMA, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("DATAMORPH_WRITE_DOCS"):
        PAGE.write_text(text)

    assert PAGE.read_text() == text


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_kind_of_step_and_check_is_described():
    definitions = SCHEMA["$defs"]
    steps, checks = definitions["NamedStep"]["properties"], definitions["Check"]["properties"]

    assert set(steps) == {"name", *STEPS}
    assert set(checks) == {"severity", "on_fail", *EXPECTATIONS}
    assert [kind for kind in STEPS if not definitions[steps[kind]["$ref"].rpartition("/")[2]]["description"]] == []


@pytest.mark.parametrize("kind", STEPS)
def test_every_example_of_a_step_is_valid(kind):
    assert messages(a_document(steps=as_written(STEPS[kind].example))) == []


@pytest.mark.parametrize("kind", STEPS)
def test_a_field_that_a_step_does_not_have_is_refused(kind):
    steps = as_written(STEPS[kind].example)
    next(step for step in steps if kind in step)[kind]["colour"] = "red"

    assert any("colour" in message for message in messages(a_document(steps=steps)))


def test_the_document_and_the_checks_of_the_spec_are_valid():
    assert messages(as_written(DOCUMENT)) == []
    assert messages(a_document(checks=as_written(CHECKS))) == []


@pytest.mark.parametrize(
    "parts",
    [
        {"colour": "red"},
        {"name": "Total Sales"},
        {"spec_version": 2},
        {"spec_version": "1"},
        {"sources": {}},
        {"sources": {"orders": "gold.t.orders"}},
        {"sources": {"orders": "orders"}},
        {"sources": {"Orders": "raw.t.orders"}},
        {"sources": ["raw.t.orders"]},
        {"target": "curated.t.out"},
        {"target": {"table": "curated.t.out", "write": "upsert"}},
        {"steps": {"kept": {"filter": {}}}},
        {"steps": [{"name": "kept"}]},
        {"steps": [{"filter": {"from": "orders", "where": "a"}}]},
        {"steps": [{"name": "kept", "fliter": {"from": "orders", "where": "a"}}]},
        {"steps": [{"name": "kept", "filter": {"from": "orders"}}]},
        {"steps": [{"name": "kept", "filter": {"from": "orders", "where": 5}}]},
        {"steps": [{"name": "kept", "filter": {"from": "orders", "where": "a"}, "sort": {"from": "a", "by": ["a"]}}]},
        {"steps": [{"name": "kept", "step": {}}]},
        {"steps": [{"name": "s", "sort": {"from": "orders", "by": []}}]},
        {"steps": [{"name": "j", "join": {"left": "orders", "right": "orders", "how": "outer"}}]},
        {"checks": [{"expect_column_values_to_be_uniq": {"column": "a"}}]},
        {"checks": [{"expect_column_values_to_be_unique": {}}]},
        {"checks": [{"expect_column_values_to_be_unique": {"column": 5}}]},
        {"checks": [{"severity": "warn"}]},
        {"checks": [{"expect_column_values_to_be_unique": {"column": "a"}, "severity": "fatal"}]},
        {"schedule": {"cron": "daily"}},
        {"schedule": "0 6 * * *"},
    ],
    ids=str,
)
def test_what_the_schema_refuses_is_refused_by_the_product_too(parts):
    assert messages(a_document(**parts)) != []
    with pytest.raises(SpecError):
        require_checked(build_spec(a_document(**parts)), LAKE)


def test_a_spec_is_valid_as_it_is_written_to_disk():
    spec = spec_of(DOCUMENT.replace("name: customer_totals\n", ""))

    assert messages(as_written(spec.to_yaml())) == []


def runs(data: Any) -> PipelineSpec | None:
    try:
        return require_checked(build_spec(data), HOSTILE_LAKE).spec
    except SpecError:
        return None


@pytest.mark.parametrize("family", [name for name in DATA if name != "many"])
def test_what_runs_is_valid_however_odd_it_is(family):
    running = [spec for spec in map(runs, DATA[family]()) if spec is not None]

    assert running or family == "recursion"
    assert [found for spec in running for found in messages(as_written(spec.to_yaml()))] == []


def test_editors_are_told_where_the_schema_is():
    assert "# yaml-language-server: $schema=" in (DOCS / "spec.md").read_text()
