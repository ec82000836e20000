"""Every run log tells, after any crash, exactly what was acknowledged and who is still alive."""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres_server import postgres_url, schema_of

from datamorph.adapters.runlog.dynamodb import DynamoPlace, DynamoRunLog
from datamorph.adapters.runlog.postgres import PostgresRunLog, _lock_key
from datamorph.adapters.runlog.sqlite import SqliteRunLog
from datamorph.core.run import TRANSITIONS, EventKind, Run, RunEvent, RunState, Stage
from datamorph.errors import NotFoundError
from datamorph.ports import RunLog

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)


def in_dynamodb(folder: Path) -> RunLog:
    """A table of the folder's own, on the AWS that the environment names."""
    table = f"runs-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    return DynamoRunLog(DynamoPlace(table), folder / "locks")


LOGS: dict[str, Callable[[Path], RunLog]] = {
    "sqlite": lambda folder: SqliteRunLog(folder / "runs.db"),
    "dynamodb": in_dynamodb,
    "postgres": lambda folder: PostgresRunLog(postgres_url(), schema=schema_of(folder)),
}


@pytest.fixture(autouse=True)
def _aws(request, monkeypatch) -> None:
    """Where the table is, for the test and for the processes that it starts."""
    if "dynamodb" in request.node.name:
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("aws"))


@pytest.fixture(params=LOGS.values(), ids=LOGS.keys())
def open_log(request, tmp_path) -> Callable[[], RunLog]:
    """Opens the same log again at each call, as another process would."""
    return lambda: request.param(tmp_path)


@pytest.fixture
def log(open_log) -> RunLog:
    return open_log()


def a_run(run_id: str = "r1", state: RunState = RunState.PLANNING, *, minute: int = 0) -> Run:
    at = NOON + dt.timedelta(minutes=minute)
    return Run(run_id, "total per customer", state, at, at, "customer_totals", "curated.sales.totals", "why")


def an_event(stage: Stage = Stage.PLAN, kind: EventKind = EventKind.PROGRESS, **facts) -> RunEvent:
    return RunEvent(stage, kind, NOON, 0.25, facts)


def test_a_run_is_read_back_as_it_was_opened(log, open_log):
    log.open(a_run())

    assert open_log().runs() == [a_run()]


def test_one_run_is_found_by_its_id_as_it_stands_now(log, open_log):
    for number in range(3):
        log.open(a_run(f"r{number}", minute=number))
    log.append("r1", [an_event()], replace(a_run("r1", RunState.ASKED, minute=1), reason="which table?"))

    assert open_log().find("r0") == a_run("r0")
    assert (open_log().find("r1").state, open_log().find("r1").reason) == (RunState.ASKED, "which table?")
    with pytest.raises(NotFoundError, match="r9"):
        log.find("r9")


def test_events_are_numbered_from_one_without_gaps(log, open_log):
    log.open(a_run())

    log.append("r1", [an_event(rows=1), an_event(text="ä", nested={"a": [1, None]})])
    open_log().append("r1", [an_event()])

    assert log.events("r1") == [
        (1, an_event(rows=1)),
        (2, an_event(text="ä", nested={"a": [1, None]})),
        (3, an_event()),
    ]
    assert [number for number, _ in log.events("r1", after=1)] == [2, 3]


def test_events_and_the_new_state_are_recorded_together(log, open_log):
    log.open(a_run())

    log.append("r1", [an_event()], a_run(state=RunState.PLANNED))

    assert [run.state for run in open_log().runs()] == [RunState.PLANNED]
    assert len(open_log().events("r1")) == 1


@pytest.mark.parametrize("before", RunState)
@pytest.mark.parametrize("after", RunState)
def test_only_legal_states_follow_one_another(log, before, after):
    log.open(a_run(state=before))

    if after in TRANSITIONS.get(before, ()):
        log.append("r1", [], a_run(state=after))
        assert log.runs()[0].state is after
    else:
        with pytest.raises(ValueError, match="may not follow"):
            log.append("r1", [an_event()], a_run(state=after))
        assert log.runs()[0].state is before
        assert log.events("r1") == []


def test_the_latest_runs_come_first(log):
    for minute in range(4):
        log.open(a_run(f"r{minute}", RunState.PLANNED, minute=minute))

    assert [run.run_id for run in log.runs(most=3)] == ["r3", "r2", "r1"]


def test_a_run_is_opened_once(log, open_log):
    log.open(a_run())

    with pytest.raises(ValueError, match="already"):
        open_log().open(a_run(state=RunState.PLANNED))


def test_an_unknown_run_is_said(log):
    for attempt in (lambda: log.events("nope"), lambda: log.append("nope", [an_event()])):
        with pytest.raises(NotFoundError, match="'nope'"):
            attempt()


def test_a_run_at_rest_is_taken_on_by_one_log_only(log, open_log):
    log.open(a_run(state=RunState.PLANNED))
    log.append("r1", [], a_run(state=RunState.RUNNING))

    with pytest.raises(ValueError, match=r"may not follow|another process"):
        open_log().append("r1", [], a_run(state=RunState.RUNNING))

    assert open_log().interrupt_dead() == []


def test_living_and_resting_runs_are_left_alone(log, open_log):
    log.open(a_run("alive"))
    log.open(a_run("planned", RunState.PLANNED))
    log.open(a_run("done"))
    log.append("done", [], a_run("done", RunState.FAILED))

    assert open_log().interrupt_dead() == []
    assert log.interrupt_dead() == []


OPEN_AND_WAIT = """
import os, sys, time
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/.."]
from pathlib import Path
from test_runlog import LOGS, RunState, Stage, EventKind, a_run, an_event
log = LOGS[sys.argv[3]](Path(sys.argv[1]))
log.open(a_run("r1"))
log.append("r1", [an_event(Stage.GROUND, EventKind.STARTED), an_event(Stage.GROUND, EventKind.FINISHED)])
log.open(a_run("r2", RunState.RUNNING))
log.append("r2", [an_event(Stage.AUDIT, EventKind.STARTED), an_event(Stage.AUDIT, rows=7)])
if sys.argv[4] == "fork":
    begun, begins = os.pipe()
    if os.fork() == 0:
        os.write(begins, b"!")
        time.sleep(600)
    os.read(begun, 1)
if sys.argv[4] == "child":
    import subprocess
    subprocess.Popen(["sleep", "600"], close_fds=False)
print("ready", flush=True)
time.sleep(600)
"""


def wait_until_noticed(name: str, folder: Path) -> None:
    """A PostgreSQL server learns of a client's death by itself, a moment later; only then its locks are free."""
    if name != "postgres":
        return
    import psycopg2

    keys = [_lock_key(schema_of(folder), run_id) for run_id in ("r1", "r2")]
    sql = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = ANY(%s)"
    with closing(psycopg2.connect(postgres_url())) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        deadline = time.monotonic() + 30
        while cursor.execute(sql, (keys,)) or cursor.fetchone():
            assert time.monotonic() < deadline, "somebody still holds the locks of a process that was killed"
            time.sleep(0.01)


@pytest.mark.parametrize("children", ["none", "fork", "child"])
@pytest.mark.parametrize("name", LOGS)
def test_what_was_acknowledged_survives_a_killed_process_whose_runs_are_interrupted(name, children, tmp_path):
    command = [sys.executable, "-c", OPEN_AND_WAIT, str(tmp_path), str(Path(__file__).parent), name, children]
    log = LOGS[name](tmp_path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout.readline() == "ready\n"
        alive = log.interrupt_dead()
        process.kill()
        process.wait()
        wait_until_noticed(name, tmp_path)
        interrupted = log.interrupt_dead()
        os.killpg(process.pid, signal.SIGKILL) if children != "none" else None

    assert alive == []
    assert [(run.run_id, run.state) for run in interrupted] == [
        ("r1", RunState.INTERRUPTED),
        ("r2", RunState.INTERRUPTED),
    ]
    assert all(run.reason for run in interrupted)
    assert [run.state for run in log.runs()] == [RunState.INTERRUPTED] * 2
    last = [log.events(run_id)[-1] for run_id in ("r1", "r2")]
    assert [(number, event.stage, event.kind) for number, event in last] == [
        (3, Stage.GROUND, EventKind.FAILED),
        (3, Stage.AUDIT, EventKind.FAILED),
    ]
    assert all(event.facts["error"] for _, event in last)
    assert log.events("r2")[1][1] == an_event(Stage.AUDIT, rows=7)
    assert log.interrupt_dead() == []


def write_events(name: str, folder: Path, writer: int) -> None:
    log = LOGS[name](folder)
    for number in range(40):
        log.append("r1", [an_event(writer=writer, number=number)])


@pytest.mark.parametrize("name", LOGS)
def test_several_processes_write_one_log(name, tmp_path):
    log = LOGS[name](tmp_path)
    log.open(a_run())
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_events, args=(name, tmp_path, writer)) for writer in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    events = log.events("r1")
    assert [number for number, _ in events] == list(range(1, 121))
    for writer in range(3):
        assert [e.facts["number"] for _, e in events if e.facts["writer"] == writer] == list(range(40))


runs = st.sampled_from(["r1", "r2", "r3"])


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(runs, st.sampled_from([None, *RunState]), st.integers(0, 3)), max_size=15))
@pytest.mark.parametrize("name", LOGS)
def test_a_log_records_exactly_the_legal_steps(name, steps):
    with TemporaryDirectory() as folder:
        log, states, counts = LOGS[name](Path(folder)), dict[str, RunState](), dict[str, int]()

        for run_id, state, events in steps:
            if run_id not in states:
                states[run_id], counts[run_id] = RunState.PLANNING, 0
                log.open(a_run(run_id))
            try:
                log.append(run_id, [an_event()] * events, state and a_run(run_id, state))
            except ValueError:
                assert state not in TRANSITIONS.get(states[run_id], ())
                continue
            states[run_id] = state or states[run_id]
            counts[run_id] += events

        assert {run.run_id: run.state for run in log.runs()} == states
        assert {run_id: [n for n, _ in log.events(run_id)] for run_id in states} == {
            run_id: list(range(1, count + 1)) for run_id, count in counts.items()
        }
        assert LOGS[name](Path(folder)).interrupt_dead() == []
