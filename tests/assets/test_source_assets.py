"""Sources as Dagster assets: raw tables that load themselves when files come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from datamorph import open_platform
from datamorph.assets.file_runs import ask_for
from datamorph.assets.project import project_definitions
from datamorph.core.table import TableRef

KEY = dg.AssetKey(["raw", "web", "events"])
SOURCES = """\
sources:
  raw.web.events: {files: events/*.csv, description: one row per event, owner: web}
  raw.crm.customers:
    postgres: {url: "postgresql://ada@localhost/crm", table: customers, password: {env: NO_PASSWORD}}
    schedule: 0 5 * * *
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "a.csv").write_text("id,n\n1,x\n2\n3,y\n")
    (tmp_path / "sources.yaml").write_text(SOURCES)
    return tmp_path


@pytest.fixture
def platform(home):
    return open_platform(home)


def tick(load, instance, platform, cursor=None):
    sensor = load().resolve_sensor_def("raw_web_events_files")
    context = dg.build_sensor_context(instance, cursor=cursor, resources={"platform": platform})
    return sensor.evaluate_tick(context)


def test_every_source_is_a_raw_asset_before_its_first_load(load, specs):
    found = specs()

    events, customers = found["raw/web/events"], found["raw/crm/customers"]
    assert (events.group_name, events.kinds, events.owners) == ("raw", {"csv", "iceberg"}, ["team:web"])
    assert events.description.startswith("one row per event")
    assert customers.kinds == {"postgres", "iceberg"}
    schedule = load().resolve_schedule_def("raw_crm_customers_load")
    assert (schedule.cron_schedule, schedule.default_status) == ("0 5 * * *", dg.DefaultScheduleStatus.RUNNING)


def test_a_load_tells_rows_files_and_what_was_set_apart(materialize, platform):
    result = materialize("raw/web/events")

    (event,) = result.asset_materializations_for_node("source_web_events")
    told = {name: event.metadata[name].value for name in ("dagster/row_count", "files", "quarantined")}
    assert told == {"dagster/row_count": 2, "files": 1, "quarantined": 1}
    assert event.metadata["snapshot_id"].value == str(platform.history("raw.web.events")[0].snapshot_id)
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert result.success


def test_what_cannot_be_loaded_fails_its_check_and_nothing_else(materialize, platform, home):
    materialize("raw/web/events")
    (home / "events" / "b.csv").write_text("id,n\nsoon,x\n")
    (home / "events" / "c.csv").write_text("id,n\n4,z\n")

    result = materialize("raw/web/events")

    (check,) = result.get_asset_check_evaluations()
    assert result.success
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "events/b.csv" in check.metadata["refused"].value
    assert platform.read("raw.web.events").num_rows == 3


def test_a_source_that_fails_says_why(materialize):
    result = materialize("raw/crm/customers")

    assert not result.success
    (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    assert "the environment has no NO_PASSWORD" in str(failure.event_specific_data)


def test_the_sensor_asks_once_for_each_set_of_new_files(load, instance, platform, home, materialize):
    first = tick(load, instance, platform).run_requests
    again = tick(load, instance, platform).run_requests
    materialize("raw/web/events")
    idle = tick(load, instance, platform)
    (home / "events" / "b.csv").write_text("id,n\n5,w\n")
    later = tick(load, instance, platform).run_requests

    assert [request.asset_selection for request in first] == [[KEY]]
    assert first[0].run_key == again[0].run_key != later[0].run_key
    assert (idle.run_requests, idle.skip_message) == ([], "no new file at events/*.csv")


def record(instance, request, status):
    """A run that a request of the sensor has become."""
    return instance.create_run_for_job(a_job, status=status, tags=dict(request.tags))


@dg.job
def a_job():
    dg.op(name="nothing")(lambda: None)()


def test_files_that_come_during_a_load_wait_for_its_end(load, instance, platform, home):
    (asked,) = tick(load, instance, platform).run_requests
    run = record(instance, asked, dg.DagsterRunStatus.STARTED)
    (home / "events" / "b.csv").write_text("id,n\n5,w\n")

    assert tick(load, instance, platform).skip_message == "a load is at work"
    instance.report_run_failed(run)
    assert len(tick(load, instance, platform).run_requests) == 1


def test_files_whose_load_failed_are_asked_for_again_later(load, instance, home):
    platform, now = open_platform(home), datetime.now(UTC)
    (first,) = tick(load, instance, platform).run_requests
    run = record(instance, first, dg.DagsterRunStatus.STARTED)
    instance.report_run_failed(run)

    told = tick(load, instance, platform).skip_message

    assert told.startswith(f"1 file is waiting: run {run.run_id[:8]} failed; it is tried again at ")
    waiting = platform.sources.waiting("raw.web.events").pieces
    ref = TableRef.parse("raw.web.events")
    second = ask_for(instance, ref, waiting, now=now + timedelta(minutes=11))
    assert second.run_key != first.run_key
    instance.report_run_canceled(record(instance, second, dg.DagsterRunStatus.STARTED))
    assert "canceled" in ask_for(instance, ref, waiting, now=now + timedelta(minutes=19))
    assert ask_for(instance, ref, waiting, now=now + timedelta(minutes=21)).run_key != second.run_key


def test_the_same_number_of_events_after_a_load_is_of_other_events(load, instance, home):
    platform, now, ref = open_platform(home), datetime.now(UTC), TableRef.parse("raw.web.events")
    waiting = platform.sources.waiting("raw.web.events").pieces
    asked, keys = ask_for(instance, ref, waiting, now=now, are_named=False), []
    for _ in range(3):
        keys.append(asked.run_key)
        run = record(instance, asked, dg.DagsterRunStatus.SUCCESS)
        asked = ask_for(instance, ref, waiting, now=now + timedelta(minutes=5), are_named=False)
    instance.delete_run(run.run_id)
    after_deletion = ask_for(instance, ref, waiting, now=now + timedelta(minutes=5), are_named=False)

    assert len({*keys, asked.run_key}) == 4
    assert after_deletion.run_key == keys[-1]
    assert "more are gathered" in ask_for(instance, ref, waiting, now=datetime.now(UTC), are_named=False)
    assert "refused, or rolled back" in ask_for(instance, ref, waiting, now=now)


def test_files_that_were_refused_wait_until_they_change(load, instance, platform, home, materialize):
    materialize("raw/web/events")
    (home / "events" / "b.csv").write_text("id,n\nsoon,x\n")
    (asked,) = tick(load, instance, platform).run_requests
    materialize("raw/web/events")
    run = record(instance, asked, dg.DagsterRunStatus.SUCCESS)

    told = tick(load, instance, platform).skip_message
    (home / "events" / "b.csv").write_text("id,n\n17,x\n")

    assert (
        told == f"1 file is not in the table after run {run.run_id[:8]}: refused, or rolled back; loaded when changed"
    )
    assert len(tick(load, instance, platform).run_requests) == 1


def test_a_wrong_source_is_one_broken_asset_beside_the_others(home, platform):
    (home / "sources.yaml").write_text(SOURCES + "  raw.web.clicks: {files: {paht: clicks/}}\n")

    found = {s.key.to_user_string(): s for s in project_definitions(lambda: platform).resolve_all_asset_specs()}

    assert "sources.yaml:6" in found["broken/raw_web_clicks"].description
    assert "raw/web/events" in found
