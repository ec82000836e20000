"""Every engine gives the rows that the spec means, and so does the second compiler."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from aws import BUCKET
from case_tables import ORDERS, TYPES, checked_spec, pin_tables
from engine_batch import run_batch
from engine_cases import EVERY_PARAMS, REMOTE, aws_options, needs_java
from step_cases import step_modules

from datamorph.adapters.engines import open_engine
from datamorph.adapters.engines.process import ProcessLimits
from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.core.functions import FUNCTIONS
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.sql import compile_sql
from datamorph.errors import EngineError, QueryError, SpecError
from datamorph.platform.verification import compare_rows
from datamorph.ports import TransformJob

# The first case of an engine waits for the job that runs all of them.
pytestmark = pytest.mark.timeout(1600)
STEPS = {f"{kind}: {name}": steps for kind, module in step_modules().items()
         for name, steps in getattr(module, "CASES", {}).items()}  # fmt: skip
FAILS = {f"fails: {name}": steps for module in step_modules().values()
         for name, steps in getattr(module, "FAILS", {}).items()}  # fmt: skip
ALL = STEPS | FAILS


def marks_of(engine, number):
    """Classic Spark takes a second a case: every sixth runs always. The long suite runs all, also on AWS's engines."""
    if engine == "sail":
        return []
    is_sample = engine == "jvm" and number % 6 == 0
    return [*([needs_java] if engine == "jvm" else []), *([] if is_sample else [pytest.mark.long])]


def on_every_engine(cases):
    return [
        pytest.param(engine, case, marks=marks_of(engine, number), id=f"{engine}-{case}")
        for engine in ("sail", "jvm", *REMOTE)
        for number, case in enumerate(cases)
    ]


def opened(name, folder, request):
    """An engine by its name; those of AWS on this machine's own."""
    if name not in REMOTE:
        return open_engine(name, folder)
    jobs = f"s3://{BUCKET}/jobs"
    return open_engine(name, folder, aws=aws_options(request.getfixturevalue("account"), jobs=jobs))


@pytest.fixture(scope="module")
def pinned(tmp_path_factory):
    return pin_tables(tmp_path_factory.mktemp("inputs"))


@pytest.fixture(scope="module")
def outcomes(request, tmp_path_factory, pinned):
    """All chosen cases of an engine, run in one job when the first of them asks."""
    chosen = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    found = {}

    def of(engine):
        if engine not in found:
            folder = tmp_path_factory.mktemp(engine)
            cases = {}
            for name in [case["case"] for case in chosen if case.get("engine_name") == engine]:
                with suppress(SpecError):  # its own test says so
                    cases[name] = checked_spec(ALL[name])
            found[engine] = run_batch(opened(engine, folder / "jobs", request), cases, pinned, folder)
        return found[engine]

    return of


@pytest.fixture(params=EVERY_PARAMS)
def engine(request, tmp_path):
    return opened(request.param, tmp_path / "jobs", request)


@pytest.fixture(params=["sail", pytest.param("jvm", marks=[needs_java, pytest.mark.long])])
def local_engine(request, tmp_path):
    return open_engine(request.param, tmp_path / "jobs")


@pytest.mark.parametrize(("engine_name", "case"), on_every_engine(STEPS))
def test_the_engine_and_the_second_compiler_give_the_same_rows_and_types(engine_name, case, outcomes, pinned):
    checked = checked_spec(STEPS[case])
    outcome = outcomes(engine_name)[case]

    queries = DuckDBQueries()
    expected = queries.query(compile_sql(checked), inputs={n: pinned[n].files for n in checked.spec.sources})

    assert not outcome.error, (outcome.error, compile_pyspark(checked))
    rows = queries.query("select * from staged", inputs={"staged": outcome.files})
    verdict = compare_rows(rows, expected, engine=engine_name)
    assert verdict.passed, (verdict.observed, verdict.failing)
    assert rows.num_rows == expected.num_rows
    promised = [(column.name, column.type.replace("`", "")) for column in checked.schema]
    assert list(outcome.columns.items()) == promised  # Spark shows fields of structs without back-ticks


@pytest.mark.parametrize(("engine_name", "case"), on_every_engine(FAILS))
def test_what_does_not_fit_fails_on_every_engine_and_never_gives_a_wrong_value(engine_name, case, outcomes, pinned):
    checked = checked_spec(FAILS[case])

    assert outcomes(engine_name)[case].error
    with pytest.raises(QueryError):
        DuckDBQueries().query(compile_sql(checked), inputs={n: pinned[n].files for n in checked.spec.sources})


def test_every_allowed_function_is_compared():
    compared = str(STEPS)
    replaced = {"current_date"}  # no engine is asked for the day: a constant stands there when it runs

    assert [name for name in FUNCTIONS if f"{name}(" not in compared and name not in replaced] == []


def test_a_failing_transform_is_an_engine_error_that_says_where_its_log_is(engine, pinned, tmp_path):
    job = TransformJob("run", "def transform(orders):\n    raise ValueError('no such luck')\n",
                       {"orders": pinned["orders"]}, str(tmp_path / "out"), TYPES["orders"])  # fmt: skip

    with pytest.raises(EngineError, match="no such luck") as error:
        engine.run(job, lambda what, facts: None)

    if engine.name not in REMOTE:
        assert "no such luck" in Path(error.value.fix.removeprefix("see ")).read_text()


def test_a_value_that_does_not_fit_its_cast_fails_the_run(local_engine, pinned, tmp_path):
    checked = checked_spec([{"name": "out", "cast": {"from": "orders", "columns": {"shop": "int"}}}])
    job = TransformJob(
        "run", compile_pyspark(checked), {"orders": pinned["orders"]}, str(tmp_path / "o"), checked.schema
    )

    with pytest.raises(EngineError, match=r"(?i)cast"):
        local_engine.run(job, lambda what, facts: None)


def test_a_transform_that_runs_too_long_is_stopped(local_engine, pinned, tmp_path):
    code = "import time\ndef transform(orders):\n    time.sleep(600)\n"
    job = TransformJob("run", code, {"orders": pinned["orders"]}, str(tmp_path / "o"), TYPES["orders"], timeout_s=4)

    with pytest.raises(EngineError, match="longer than 4 s"):
        local_engine.run(job, lambda what, facts: None)


def test_the_engine_sees_no_secret_of_its_caller(engine, pinned, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "hush")
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-Dpassword=hush -XX:TieredStopAtLevel=1")
    code = "import os\ndef transform(orders):\n    assert 'hush' not in str(os.environ)\n    return orders\n"
    job = TransformJob("run", code, {"orders": pinned["orders"]}, str(tmp_path / "out"), TYPES["orders"])

    assert engine.run(job, lambda what, facts: None).rows == ORDERS.num_rows


def test_memory_beyond_the_limit_ends_the_engine_and_not_the_caller(pinned, tmp_path):
    engine = open_engine("sail", tmp_path / "jobs", ProcessLimits(memory_bytes=300_000_000))
    job = TransformJob("run", "def transform(orders):\n    return orders\n", {"orders": pinned["orders"]},
                       str(tmp_path / "out"), TYPES["orders"], timeout_s=60)  # fmt: skip

    with pytest.raises(EngineError):
        engine.run(job, lambda what, facts: None)
