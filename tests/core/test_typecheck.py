"""A spec against real schemas: the frames, or every problem in the order of the spec."""

import pytest
from core_words import TABLES, a_checked, a_spec, codes, out, outcome, problems

from datamorph.core.spec import build_spec
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, require_checked, typecheck
from datamorph.errors import SpecError


def test_a_spec_without_steps_publishes_its_source():
    checked = a_checked()

    assert checked.schema == TABLES["orders"]
    assert checked.order == ()


def test_every_frame_has_a_schema():
    checked = a_checked(
        {"name": "few", "select": {"from": "orders", "columns": ["id"]}}, out("filter", from_="few", where="id > 1")
    )

    assert list(checked.frames) == ["orders", "few", "out"]
    assert checked.frames["few"].names == ("id",)


def test_problems_come_in_the_order_of_the_spec_and_once_each():
    found = problems(
        {"name": "first", "filter": {"from": "orders", "where": "amout > 1"}},
        {"name": "second", "filter": {"from": "first", "where": "nope > 1"}},
        {"name": "third", "select": {"from": "shops", "columns": ["nam", "id", "ID"]}},
        {"name": "last", "filter": {"from": "thrid", "where": "id > 1"}},
    )

    assert [(problem.where, problem.code) for problem in found] == [
        ("first", "unknown_column"),
        ("third", "unknown_column"),
        ("third", "duplicate_column"),
        ("last", "unknown_frame"),
        ("second", "dead_step"),
        ("third", "dead_step"),
    ]
    assert found[3].hint == "did you mean third?"


def test_the_same_problems_are_found_in_the_same_order_every_time():
    checks = [{"expect_column_values_to_be_between": {"column": "id", "z": 1, "b": 2, "a": 3, "min_valu": 4}}]

    found = [problem.message for problem in problems(checks=checks)]

    assert found == [
        f"expect_column_values_to_be_between has no argument {name!r}" for name in ("z", "b", "a", "min_valu")
    ]


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"target": {"table": "raw.t.out"}}, "protected_target", "target"),
        ({"target": {"table": "curated.t.out", "key": ["ID", "nope"]}}, "unknown_column", "target"),
        ({"target": {"table": "curated.t.out", "key": ["id", "ID"]}}, "duplicate_column", "target"),
        ({"sources": {"orders": "raw.t.ordes"}}, "unknown_table", "sources"),
        ({"sources": {"orders": "raw.t.orders", "shops": "raw.t.shops"}}, "dead_step", "orders"),
        ({"checks": [{"expect_column_values_to_be_unique": {"column": "nope"}}]}, "unknown_column", "checks"),
        ({"checks": [{"expect_nothing": {}}]}, "unknown_check", "checks"),
    ],
)
def test_target_sources_and_checks_are_checked_too(fields, code, where):
    spec = build_spec({**a_spec().model_dump(mode="json"), **fields})
    if code == "dead_step":
        spec = build_spec({**spec.model_dump(mode="json"), "steps": [out("filter", from_="shops", where="id > 1")]})

    (problem,) = typecheck(spec, {TableRef.parse(f"raw.t.{name}"): schema for name, schema in TABLES.items()})

    assert (problem.code, problem.where) == (code, where)


def test_a_table_is_not_read_and_written():
    spec = build_spec({"name": "t", "sources": {"a": "curated.t.out"}, "target": {"table": "curated.t.out"}})

    (problem,) = typecheck(spec, {TableRef.parse("curated.t.out"): TableSchema.of(a="int")})

    assert problem.code == "cycle"


@pytest.mark.parametrize("name", ["orders", "one"])
def test_a_frame_is_named_once(name):
    one = {"name": "one", "filter": {"from": "orders", "where": "id > 1"}}

    assert codes(one, {"name": name, "filter": {"from": "one", "where": "id > 2"}}) == ["duplicate_frame"]


def test_a_step_reads_frames_before_it_only():
    assert codes(out("filter", from_="out", where="id > 1")) == ["unknown_frame", "dead_step"]


def test_a_result_needs_columns_with_types():
    tables = {"orders": TableSchema.of(a="interval", b="void", c="map<string,int>")}

    assert codes(tables=tables) == ["type", "type"]
    assert codes(tables={"orders": TableSchema(())}) == ["empty"]


def test_required_specs_list_every_problem_with_its_hint():
    spec = a_spec(out("filter", where="amout > 1 and nope = 2"))

    with pytest.raises(SpecError, match="did you mean amount"):
        require_checked(spec, {TableRef.parse("raw.t.orders"): TABLES["orders"]})

    assert isinstance(outcome(), CheckedSpec)
