"""`datamorph cost` adds up what runs have cost, `datamorph rates` says by which prices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from datamorph.adapters.runlog.sqlite import SqliteRunLog
from datamorph.core.run import EventKind, Run, RunEvent, RunState, Stage

NOW = datetime.now(UTC)


def record(log, run_id, *, days, pipeline, engine, planned=0.0, usd=0.0, has_failed=False):  # noqa: PLR0913
    """A run as the platform writes it."""
    at = NOW - timedelta(days=days)
    run = Run(run_id, "p", RunState.PLANNING, at, at, pipeline, f"curated.sales.{pipeline}")
    log.open(run)
    planning = {"provenance": {"cost_usd": planned}} if planned else {}
    log.append(run_id, [RunEvent(Stage.PLAN, EventKind.FINISHED, at, 0.1, planning)], change(run, RunState.PLANNED))
    log.append(run_id, [RunEvent(Stage.STAGE, EventKind.STARTED, at)], change(run, RunState.RUNNING))
    facts = {"engine": engine, "rows": 10, **({"cost_usd": usd} if usd else {})}
    ended = (EventKind.FAILED, RunState.FAILED) if has_failed else (EventKind.FINISHED, RunState.PUBLISHED)
    log.append(run_id, [RunEvent(Stage.STAGE, ended[0], at, 2.0, facts)], change(run, ended[1]))


def change(run, state):
    return Run(run.run_id, run.prompt, state, run.created_at, run.updated_at, run.pipeline, run.table)


@pytest.fixture
def spent(cli, home):
    """Five runs: three of nightly, one of them failed and one old, and two of hourly."""
    state = home / ".datamorph"
    state.mkdir(parents=True, exist_ok=True)
    log = SqliteRunLog(state / "runs.db")
    record(log, "r1", days=0, pipeline="nightly", engine="glue", planned=0.02, usd=0.5)
    record(log, "r2", days=2, pipeline="nightly", engine="glue", usd=0.25, has_failed=True)
    record(log, "r3", days=90, pipeline="nightly", engine="ecs", usd=8.0)
    record(log, "r4", days=0, pipeline="hourly", engine="sail", planned=0.01)
    record(log, "r5", days=2, pipeline="hourly", engine="ecs", usd=0.125)
    return cli


def costs(outcome, by):
    return {row[by]: (row["runs"], row["usd"]) for row in outcome.document["costs"]}


def test_costs_are_added_up_by_pipeline_table_day_and_engine(spent):
    found = {by: costs(spent("--json", "cost", "--by", by), by) for by in ("pipeline", "table", "day", "engine")}

    assert found["pipeline"] == {"nightly": (2, 0.77), "hourly": (2, 0.135)}
    assert list(found["pipeline"]) == ["nightly", "hourly"]
    assert found["table"] == {"curated.sales.nightly": (2, 0.77), "curated.sales.hourly": (2, 0.135)}
    today, earlier = ((NOW - timedelta(days=days)).date().isoformat() for days in (0, 2))
    assert found["day"] == {today: (2, 0.53), earlier: (2, 0.375)}
    assert found["engine"] == {"glue": (2, 0.75), "ecs": (1, 0.125), "sail": (1, 0.0), "language model": (2, 0.03)}


def test_since_when_is_said(spent):
    year, day = (spent("--json", "cost", "--since", since).document for since in ("52w", "1d"))
    date = spent("--json", "cost", "--since", (NOW - timedelta(days=3)).date().isoformat()).document
    nonsense = spent("cost", "--since", "lately")

    assert (year["total"]["runs"], year["total"]["usd"]) == (5, 8.905)
    assert (day["total"]["runs"], day["total"]["usd"]) == (2, 0.53)
    assert date["total"]["engine_usd"] == 0.875
    assert nonsense.code == 2
    assert "'lately' is no time" in nonsense.err


def test_a_person_sees_a_table_and_what_is_left_of_today(spent):
    shown = spent("cost", width=120).out

    assert "nightly" in shown
    assert "0.9050 USD for 4 runs since" in shown
    assert "today: jobs 0.00 of 50 USD, language model 0.00 of 10 USD" in shown


def test_a_project_without_runs_says_so(cli):
    assert "there is no run since" in cli("cost").out
    assert cli("--json", "cost").document["costs"] == []


def test_the_rates_in_use_are_shown_with_their_source(cli, home):
    shipped = cli("--json", "rates").document
    home.mkdir(exist_ok=True)
    (home / "own.yaml").write_text("{as_of: 2026-01-31, source: our contract, units: {dpu_h: 0.4}}")
    (home / "datamorph.toml").write_text('engine_rates = "own.yaml"\n')
    own = cli("rates").out

    assert shipped["source"].startswith("unverified")
    assert shipped["units"]["dpu_h"] == 0.44
    assert "as of 2026-01-31: our contract" in own
