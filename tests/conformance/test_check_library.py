"""One scan or Great Expectations: the same verdict, the same observed values, on rows of many kinds."""

from __future__ import annotations

import math

import pytest
from check_battery import CHECKS, SCHEMA, battery

from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.core.checks import Check, audit_sql, judge, measured, more_sql
from datamorph.core.expectations import EXPECTATIONS, STAGED, Scope
from datamorph.core.suite import suite_of

pytest.importorskip("great_expectations")
TABLES = battery()
LIBRARY = [check for check in CHECKS if "row_condition" not in check.kwargs]


@pytest.fixture(scope="module")
def context():
    from datamorph.adapters.quality.worker import open_context

    return open_context()


@pytest.fixture(scope="module", params=sorted(TABLES))
def both(request, context, tmp_path_factory):
    """What both say about one table: pairs of a result and an answer."""
    import pyarrow.parquet as pq

    from datamorph.adapters.quality.worker import read_rows, validate

    file = tmp_path_factory.mktemp("rows") / "rows.parquet"
    pq.write_table(TABLES[request.param], file)
    scope, inputs, queries = Scope(SCHEMA), {STAGED: [str(file)]}, DuckDBQueries()
    found = measured(LIBRARY, queries.query(audit_sql(LIBRARY, scope), inputs=inputs).to_pylist()[0])
    for check, observed in zip(LIBRARY, found, strict=True):
        if more := more_sql(check, observed, scope):
            observed.update(queries.query(more, inputs=inputs).to_pylist()[0])
    results = [judge(check, observed, scope) for check, observed in zip(LIBRARY, found, strict=True)]
    answers = validate(context, suite_of("battery", LIBRARY), read_rows([str(file)]))
    return list(zip(results, answers, strict=True))


def observed(result):
    """What was observed; the number of rows goes by another name."""
    is_count = result.check.type.startswith("expect_table_row_count")
    return {"observed_value": result.observed["row_count"]} if is_count else result.observed


def is_same(ours, theirs):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(is_same(a, b) for a, b in zip(ours["values"], theirs["values"], strict=True))
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, dict) or isinstance(theirs, dict | list):
        return ours == theirs
    return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-12)


def test_both_ways_give_the_same_verdict(both):
    differing = [(r.check.model_dump(), r.passed, dict(r.observed), a) for r, a in both if r.passed != a.get("success")]

    assert not differing, "\n".join(map(str, differing))


def test_both_ways_observe_the_same(both):
    differing = []
    for result, answer in both:
        for name in ("observed_value", "unexpected_count", "unexpected_percent"):
            ours, theirs = observed(result).get(name), answer.get(name)
            if EXPECTATIONS[result.check.type].path != "schema" and not is_same(ours, theirs):
                differing.append((result.check.model_dump(), name, ours, theirs))

    assert not differing, "\n".join(map(str, differing))


def test_the_battery_has_every_kind_that_runs_both_ways():
    kinds = {check.type for check in CHECKS}

    assert len(kinds) >= 30


PANDAS = {"bigint": "int64", "double": "float64", "string": "str", "boolean": "bool"}
TYPED = [
    (kind, column, types)
    for column in ("id", "weight", "text", "ok")
    for kind, types in (
        *(("column_values_to_be_of_type", [type_]) for type_ in PANDAS),
        ("column_values_to_be_in_type_list", ["bigint", "string"]),
    )
]


def test_types_have_the_same_verdict_under_the_names_that_each_has_for_them(context, tmp_path):
    import pyarrow.parquet as pq

    from datamorph.adapters.quality.worker import read_rows, validate

    def checks_with(names):
        return [
            Check(type=f"expect_{kind}", kwargs={"column": column, **arguments(kind, [names[t] for t in types])})
            for kind, column, types in TYPED
        ]

    def arguments(kind, types):
        return {"type_list": types} if kind.endswith("list") else {"type_": types[0]}

    pq.write_table(TABLES["whole"], tmp_path / "rows.parquet")
    ours = checks_with({name: name for name in PANDAS})
    suite = suite_of("types", ours)
    for item, theirs in zip(suite["expectations"], checks_with(PANDAS), strict=True):
        item["kwargs"] = theirs.kwargs

    answers = validate(context, suite, read_rows([str(tmp_path / "rows.parquet")]))

    verdicts = [judge(check, {"row_count": 60}, Scope(SCHEMA)).passed for check in ours]
    assert verdicts == [answer["success"] for answer in answers]
    assert set(verdicts) == {True, False}
