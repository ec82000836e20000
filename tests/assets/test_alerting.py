"""Failed runs and checks are told by mail and webhook, the same one once in a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from mailbox_server import mail_server, webhook_server

from datamorph import open_platform
from datamorph.assets.alerting import failed_checks, failed_runs
from datamorph.assets.automation import longest_gap
from datamorph.assets.project import project_definitions
from datamorph.core.spec import Schedule
from datamorph.platform.alerting import open_alerts
from datamorph.ports import Alert
from datamorph.settings import load_settings

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ALERT = Alert("k", "curated/sales/totals failed", "engine: out of memory", "http://127.0.0.1:3000/runs/r1")


@pytest.fixture
def ways():
    with mail_server() as (smtp, mails), webhook_server() as (hook, posts):
        yield {"alert_smtp": smtp, "alert_email": "a@x.test, b@x.test", "alert_webhook": hook}, mails, posts


def test_an_alert_goes_every_way_that_is_set(ways, tmp_path):
    settings, mails, posts = ways

    assert open_alerts(load_settings(tmp_path, **settings)).tell(ALERT, now=NOON)

    (mail,), (post,) = mails, posts
    assert "Subject: [DataMorph] curated/sales/totals failed" in mail
    assert "To: a@x.test, b@x.test" in mail
    assert "engine: out of memory" in mail
    assert post["text"].startswith("*curated/sales/totals failed*\nengine: out of memory")
    assert "<http://127.0.0.1:3000/runs/r1>" in post["text"]


def test_the_same_thing_is_told_once_in_a_while_by_whatever_process(ways, tmp_path):
    settings, _, posts = ways
    told = [
        open_alerts(load_settings(tmp_path, **settings)).tell(ALERT, now=NOON + timedelta(minutes=minute))
        for minute in (0, 5, 59, 61)
    ]

    assert told == [True, False, False, True]
    assert len(posts) == 2
    assert "2 more times" in posts[1]["text"]


def test_a_way_that_is_closed_does_not_stop_the_others(ways, tmp_path, caplog):
    settings, _, posts = ways

    open_alerts(load_settings(tmp_path, **settings | {"alert_smtp": "127.0.0.1:1"})).tell(ALERT, now=NOON)

    assert len(posts) == 1
    assert "no e-mail by 127.0.0.1:1" in caplog.text


def test_a_failed_run_and_a_warning_check_are_told(ways, platform, home, instance):
    settings, _, posts = ways
    platform = open_platform(home, **settings)

    @dg.op
    def fails():
        raise dg.Failure("the engine is on fire")

    @dg.asset(check_specs=[dg.AssetCheckSpec("rows", asset="counted")])
    def counted():
        yield dg.MaterializeResult()
        yield dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description="2 rows, wanted 3")

    failed = dg.GraphDefinition(name="burning", node_defs=[fails]).to_job()
    run = failed.execute_in_process(instance=instance, raise_on_error=False)
    warned = dg.materialize([counted], instance=instance)
    for sensor, result, event in (
        (failed_runs, run, run.get_run_failure_event()),
        (failed_checks, warned, warned.get_run_success_event()),
    ):
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name, dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run,
            resources={"platform": platform},
        )  # fmt: skip
        sensor(context.for_run_failure() if sensor is failed_runs else context)

    first, second = (post["text"] for post in posts)
    assert first.startswith("*burning failed*\nfails: the engine is on fire")
    assert second.endswith(": 1 checks warn*\ncounted rows: 2 rows, wanted 3")


def test_a_table_is_late_after_its_schedule_and_computed_on_news_where_that_is_wanted(home, saved):
    eager = open_platform(home, run_on_updates="curated.sales.*")
    definitions = project_definitions(lambda: eager)

    (spec,) = [one for one in definitions.resolve_all_asset_specs() if one.key.path[-1] == "customer_totals"]
    assert spec.automation_condition is not None
    assert [sensor.name for sensor in definitions.sensors if sensor.name == "upstream_updates"]


@pytest.mark.parametrize(
    ("cron", "hours"),
    [("0 6 * * *", 25), ("*/5 * * * *", 2), ("0 */6 * * *", 7), ("0 6 * * 1", 169), ("0 6 1 * *", 745)],
)
def test_what_is_late_follows_from_the_schedule(cron, hours):
    assert longest_gap(Schedule(cron=cron)) == timedelta(hours=hours)
