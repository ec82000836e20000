"""The inbox: a dropped file becomes a run, once; what came of it is written beside it."""

from __future__ import annotations

import json
import os

import dagster as dg
import pytest

from datamorph.assets.inbox import INBOX, inbox_sensor
from datamorph.core.run import RunState
from datamorph.platform.inbox import read_drops


@pytest.fixture
def inbox(platform):
    folder = platform.settings.path("inbox")
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def drop(inbox):
    """Put a file into the inbox that is old enough to be whole."""

    def write(name, text, *, seconds_ago=60):
        file = inbox / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(file, (file.stat().st_atime, file.stat().st_mtime - seconds_ago))
        return file

    return write


@pytest.fixture
def tick(platform, instance, load):
    """One tick of the sensor, and the runs that it asks for."""

    def run(*, execute=True):
        with dg.build_sensor_context(instance=instance, resources={"platform": platform}) as context:
            found = inbox_sensor(context)
        requests = found if isinstance(found, list) else []
        if execute:
            job = load().resolve_job_def("prompt_pipeline")
            for one in requests:
                tags = {INBOX: one.run_key}
                job.execute_in_process(run_config=one.run_config, tags=tags, instance=instance, raise_on_error=False)
        return requests

    return run


def result(inbox, folder, stem):
    return json.loads((inbox / folder / f"{stem}.result.json").read_text())


def test_a_dropped_prompt_is_run_and_its_result_written_beside_it(drop, tick, inbox, platform):
    drop("totals.txt", "count orders per status, as curated.ops.counted\n")

    tick()
    tick()

    found = result(inbox, "done", "totals")
    assert (found["state"], found["table"], found["rows"]) == ("published", "curated.ops.counted", 2)
    assert platform.read("curated.ops.counted").num_rows == 2
    assert [file.name for file in inbox.iterdir() if file.is_file()] == []
    assert (inbox / "done" / "totals.txt").read_text().startswith("count orders")


def test_a_file_is_run_once_whatever_is_restarted(drop, tick, inbox, platform):
    drop("totals.txt", "count orders per status")

    (first,) = tick(execute=False)
    (again,) = tick()

    assert first.run_key == again.run_key
    assert tick() == []
    drop("totals.txt", "count orders per status", seconds_ago=30)
    (later,) = tick()
    assert later.run_key != first.run_key
    tick()
    assert len(list((inbox / "done").glob("totals*.txt"))) == 2


def test_a_yaml_file_says_more(drop, tick, inbox, platform):
    drop(
        "daily.yaml",
        "prompt: count orders per status\ntarget: curated.ops.daily\n"
        "schedule: {cron: 0 6 * * *, timezone: Europe/Vienna}\n",
    )

    tick()
    tick()

    schedule = platform.pipeline("daily").spec.schedule
    assert result(inbox, "done", "daily")["table"] == "curated.ops.daily"
    assert (schedule.cron, schedule.timezone) == ("0 6 * * *", "Europe/Vienna")


def test_front_matter_says_more_of_a_text(drop, inbox):
    drop("a.md", "---\ntarget: curated.ops.a\n---\n\ncount orders per status\n")

    (found,) = read_drops(inbox)

    assert found.asks == {"target": "curated.ops.a", "prompt": "count orders per status"}


def test_a_question_waits_for_the_file_that_answers_it(drop, tick, inbox, platform):
    drop("best.txt", "the best orders")
    tick()
    tick()
    told = (inbox / "waiting" / "best.questions.md").read_text()
    answer = told.split("```yaml\n")[1].split("```")[0]

    drop("answer.yaml", answer)
    tick()
    tick()

    assert result(inbox, "waiting", "best")["state"] == "asked"
    done = result(inbox, "done", "answer")
    assert done["state"] == "published"
    assert done["run_id"] == result(inbox, "waiting", "best")["run_id"]
    assert platform.runs()[0].state is RunState.PUBLISHED


def test_what_fails_says_why(drop, tick, inbox):
    drop("unsafe.txt", "drop table orders")
    drop("misspelt.yaml", "promt: count orders")
    drop("binary.txt", b"\xff\xfe\x00")
    drop("empty.md", "\n")
    drop("when.yaml", "prompt: count orders per status\nschedule: daily")
    drop("list.yaml", "[count orders]")

    tick()
    tick()

    reasons = {
        file.name.split(".")[0]: json.loads(file.read_text())["reason"] for file in (inbox / "failed").glob("*.json")
    }
    assert "unknown key 'promt'" in reasons["misspelt"]
    assert "UTF-8" in reasons["binary"]
    assert "empty" in reasons["empty"]
    assert "schedule" in reasons["when"]
    assert "mapping" in reasons["list"]
    assert result(inbox, "failed", "unsafe")["state"] == "refused"
    assert not [file for file in inbox.iterdir() if file.is_file()]


def test_files_that_are_still_written_and_other_files_wait(drop, inbox, tick):
    drop("growing.txt", "count ord", seconds_ago=-5)
    drop("notes.pdf", "x")
    drop(".hidden.txt", "x")

    assert tick() == []
    assert len(list(inbox.iterdir())) == 3
