"""A dbt project becomes models; what has no certain meaning is named."""

from __future__ import annotations

import textwrap

import pytest
import yaml

from datamorph.core.dbt import import_dbt
from datamorph.core.model_header import read_header
from datamorph.core.model_test import parse_tests
from datamorph.errors import SpecError

PROJECT = "name: shop\nvars: {least: 5}\n"


def imported(sql="select id from {{ source('web', 'orders') }}", *, path="models/totals.sql", yml="", **more):
    files = {"dbt_project.yml": PROJECT, path: sql, "models/sources.yml": SOURCES, "models/schema.yml": yml, **more}
    return import_dbt(files)


SOURCES = """
sources:
  - name: web
    tables: [{name: orders}, {name: clicks, identifier: click_log}]
"""


def the_model(found):
    ((path, text),) = [(path, text) for path, text in found.files.items() if path.endswith(".sql")]
    header = read_header(text)
    return path, header.header, header.body.strip()


def lost(found):
    return [str(note) for note in found.notes if note.is_lost]


def test_refs_and_sources_are_tables_and_variables_are_the_projects():
    path, _, sql = the_model(imported("select id from {{ source('web','clicks') }} where n > {{ var('least') }};"))

    assert path == "curated/shop/totals.sql"
    assert sql == "select id from raw.web.click_log where n > {{ least }}"
    assert imported("select {{ var('x', 7) }} as x from {{ source('web','orders') }}").variables == {"x": 7}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("models/staging/web/orders.sql", "processed/shop/orders.sql"),
        ("models/stg_orders.sql", "processed/shop/stg_orders.sql"),
        ("models/int_orders.sql", "processed/shop/int_orders.sql"),
        ("models/marts/orders.sql", "curated/shop/orders.sql"),
    ],
)
def test_staging_is_processed_and_the_rest_is_curated(path, place):
    assert the_model(imported(path=path))[0] == place


def test_an_ephemeral_model_is_a_processed_table():
    found = imported("{{ config(materialized='ephemeral') }}\nselect id from {{ source('web', 'orders') }}")

    assert the_model(found)[0] == "processed/shop/totals.sql"
    assert [note.what for note in found.notes] == ["materialized ephemeral"]
    assert lost(found) == []


INCREMENTAL = """\
{{{{ config(materialized='incremental'{more}) }}}}
select id, at from {{{{ source('web', 'orders') }}}}
{{% if is_incremental() %}}
  {block}
{{% endif %}}
"""


@pytest.mark.parametrize(
    ("more", "block", "expected"),
    [
        (", unique_key='id'", "where at > (select max(at) from {{ this }})", ("merge", ("id",), ("at", "newer"))),
        (", unique_key=['id','at']", "where at >= (select coalesce(max(at), '1900-01-01') from {{ this }})",
         ("merge", ("id", "at"), ("at", "partitions"))),
        ("", "where at > (select max(at) from {{ this }})", ("append", (), ("at", "newer"))),
        ("", "where at >= (select max(at) from {{ this }})", ("replace", (), None)),
        (", unique_key='id'", "where at > dateadd(day, -3, current_date)", ("replace", (), None)),
        (", unique_key='id'", "where at > (select max(loaded) from {{ this }})", ("replace", (), None)),
        (", incremental_strategy='insert_overwrite'", "where at > (select max(at) from {{ this }})",
         ("replace", (), None)),
    ],
)  # fmt: skip
def test_an_incremental_model_reads_what_is_new_where_that_is_certain(more, block, expected):
    found = imported(INCREMENTAL.format(more=more, block=block))
    _, header, sql = the_model(found)
    write, grain, incremental = expected

    reads = [(how.by, how.read) for how in header.incremental.values()]
    assert (header.write, header.grain, reads) == (write, grain, [incremental] if incremental else [])
    assert "where" not in sql
    assert bool(found.notes) is (write == "replace")


def test_of_an_else_the_part_that_builds_from_the_beginning_stays():
    source = "select id from {{ source('web', 'orders') }}"
    sql = f"{source} {{% if is_incremental() %}} where 1=0 {{% else %}} where id > 1 {{% endif %}}"

    assert the_model(imported(sql))[2].endswith("where id > 1")


SCHEMA = """
models:
  - name: totals
    description: "what {{ doc('word') }} means"
    config: {tags: [nightly]}
    columns:
      - name: id
        description: the number
        data_tests: [unique, not_null]
      - name: status
        tests:
          - accepted_values: {values: [open, paid], config: {severity: warn}}
          - not_null: {config: {where: "id > 1"}}
          - relationships: {to: ref('x'), field: y}
          - dbt_utils.at_least_one
unit_tests:
  - name: one row
    model: totals
    given: [{input: "source('web', 'orders')", rows: [{id: 1, at: 2024-01-31}]}]
    expect: {rows: [{id: 1}]}
  - name: from a file
    model: totals
    given: [{input: "source('web', 'orders')", format: csv, fixture: x}]
    expect: {rows: []}
"""


def test_yaml_becomes_header_checks_and_tests_and_the_rest_is_named():
    found = imported(yml=SCHEMA, **{"models/d.md": "{% docs word %}a word{% enddocs %}"})
    _, header, _ = the_model(found)

    assert (header.description, header.tags, header.grain) == ("what a word means", ("nightly",), ("id",))
    assert header.columns["id"].description == "the number"
    assert [(check.name, check.severity) for check in header.checks] == [("in_set_status", "warn")]
    (case,) = parse_tests(found.files["curated/shop/totals.test.yaml"], file="t")
    assert [row["at"] for given in case.given.values() for row in given.rows] == ["2024-01-31"]
    assert lost(found) == [
        "models/totals.sql: test not_null of status: it is limited by where",
        "models/totals.sql: test relationships of status: it compares two tables",
        "models/totals.sql: test dbt_utils.at_least_one of status: no check says the same",
        "unit_tests: from a file: its rows of source('web', 'orders') are no list of mappings, or it is no table here",
    ]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select {{ dbt_utils.star(ref('x')) }} from {{ source('web', 'orders') }}", "it has {{ dbt_utils.star"),
        ("select {{ cents('a') }} from {{ source('web', 'orders') }}", "the macro cents"),
        ("select id from {{ ref('nowhere') }}", "ref('nowhere'), which is not in the project"),
        ("{% macro m() %}{% endmacro %}", "{% macro %}"),
        ("{% set x = run_query('select 1') %} select 1", "the call run_query()"),
        ("select id from {{ this }}", "{{ this }} outside of is_incremental()"),
        ("select frob(id) from {{ source('web', 'orders') }}", "function 'frob' is not allowed"),
        ("{{ config(enabled=false) }} select id from {{ source('web', 'orders') }}", "it is not enabled"),
    ],
)
def test_a_model_without_a_certain_meaning_is_left_out_with_the_reason(sql, reason):
    found = imported(sql)

    assert found.files == {}
    assert reason in lost(found)[0]


def test_the_line_of_what_is_not_understood_is_that_of_the_dbt_file():
    sql = "{{ config(tags='x') }}\nselect id,\n  frob(id) as f\nfrom {{ source('web', 'orders') }}"

    assert lost(imported(sql, yml=SCHEMA))[0].startswith("models/totals.sql:3: model totals: function 'frob'")


def test_settings_of_folders_count_and_deeper_ones_win():
    project = textwrap.dedent("""
        name: shop
        models:
          shop:
            +materialized: view
            marts: {+materialized: table, +tags: mart}
    """)
    files = {"dbt_project.yml": project, "models/sources.yml": SOURCES}
    files["models/marts/a.sql"] = files["models/b.sql"] = "select id from {{ source('web', 'orders') }}"

    found = import_dbt(files)

    assert [(note.file, note.what) for note in found.notes] == [("models/b.sql", "materialized view")]
    assert read_header(found.files["curated/shop/a.sql"]).header.tags == ("mart",)


def test_what_is_no_model_is_named():
    found = imported(**{"macros/m.sql": "", "snapshots/s.sql": "", "models/p.py": ""})

    assert [note.what for note in found.notes if note.is_lost] == ["macro", "model in Python", "snapshot"]


@pytest.mark.parametrize("files", [{}, {"dbt_project.yml": "name: ["}])
def test_what_is_no_project_is_refused(files):
    with pytest.raises(SpecError):
        import_dbt(files)


def test_seeds_are_raw_tables_with_the_file_that_fills_them():
    found = imported("select id from {{ ref('countries') }}", **{"seeds/countries.csv": ""})

    assert found.raw == {"raw.shop.countries": "seeds/countries.csv"}
    assert yaml.safe_load(PROJECT)["name"] == "shop"
