"""What the engines' processes leave behind, and what the JVM engine needs to start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engine_cases import ENGINE_PARAMS, needs_java

from datamorph.adapters.engines import ENGINES, open_engine
from datamorph.adapters.engines.java import find_java
from datamorph.adapters.engines.process import ProcessLimits
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import EngineError, SettingsError
from datamorph.ports import TransformJob

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
SCHEMA = TableSchema.of(id="bigint")
# Runs one transform that never ends, and tells when the engine is at work.
CALLER = """\
import sys
from pathlib import Path
from test_engine_processes import a_job
from datamorph.adapters.engines import open_engine
name, folder = sys.argv[1], Path(sys.argv[2])
code = "import time\\ndef transform(orders):\\n    time.sleep(600)\\n"
open_engine(name, folder / "jobs").run(a_job(folder, code), lambda what, facts: print(what, flush=True))
"""


def a_job(folder, code, **options):
    file = folder / "orders.parquet"
    pq.write_table(pa.table({"id": [1, 2, 3]}), file)
    inputs = {"orders": PinnedTable(TableRef.parse("raw.t.orders"), 1, SCHEMA, (str(file),), 3, 1)}
    return TransformJob("run", code, inputs, str(folder / "out"), SCHEMA, **options)


def processes_in(folder) -> dict[int, str]:
    """Name by id of every process that works in a folder or below it; the dead ones have left it."""
    found = {}
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").readlink().is_relative_to(folder):
                found[int(process.name)] = (process / "comm").read_text().strip()
        except OSError:
            continue
    return found


def none_is_left_in(folder, within_s=10.0) -> bool:
    deadline = time.monotonic() + within_s
    while processes_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes_in(folder)


def some_in(folder, within_s=30.0) -> dict[int, str]:
    """Those that work there, once there are some."""
    deadline = time.monotonic() + within_s
    while not (found := processes_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def a_java(folder, version) -> Path:
    """A folder like a JDK's whose java says that it is of a version."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2020-01-01' >&2\n")
    program.chmod(0o755)
    return folder


def test_an_unknown_engine_is_named_with_those_that_exist(tmp_path):
    with pytest.raises(SettingsError, match="unknown engine 'spork'") as error:
        open_engine("spork", tmp_path)

    assert error.value.fix == "set DATAMORPH_ENGINE to one of sail, jvm, glue, emr_serverless, emr, ecs"


def test_the_java_of_java_home_comes_before_that_of_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "home", "21.0.4")))
    monkeypatch.setenv("PATH", f"{a_java(tmp_path / 'path', '17.0.1')}/bin:{os.environ['PATH']}")

    assert find_java().version == "21.0.4"


def test_a_java_home_that_is_too_old_gives_way_to_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "home", "11.0.2")))
    monkeypatch.setenv("PATH", f"{a_java(tmp_path / 'path', '17.0.1')}/bin:{os.environ['PATH']}")

    found = find_java()

    assert (found.version, found.home) == ("17.0.1", tmp_path / "path")


def test_without_a_java_that_is_new_enough_the_engine_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    monkeypatch.setenv("PATH", f"{a_java(tmp_path / 'old', '1.8.0_382')}/bin:/bin")
    engine = open_engine("jvm", tmp_path / "jobs")

    with pytest.raises(SettingsError) as error:
        engine.prepare()

    assert f"JAVA_HOME={tmp_path}/nothing (no Java there), java on the PATH (Java 1.8.0_382)" in error.value.problem
    assert "DATAMORPH_ENGINE=sail" in error.value.fix


def test_a_heap_too_small_for_spark_is_told_before_anything_starts(tmp_path):
    engine = open_engine("jvm", tmp_path / "jobs", ProcessLimits(memory_bytes=100_000_000))

    with pytest.raises(SettingsError, match="cannot start with 100 MB") as error:
        engine.prepare()

    assert error.value.fix == "set DATAMORPH_ENGINE_MEMORY_GB to 0.5 or more"


@pytest.mark.long
@pytest.mark.slow
@needs_java
def test_a_heap_that_is_too_small_for_the_rows_is_said_to_be(tmp_path):
    engine = open_engine("jvm", tmp_path / "jobs", ProcessLimits(memory_bytes=500_000_000))
    hog = 'from pyspark.sql import functions as F\ndef transform(orders):\n    big = orders.select(F.repeat(F.lit("x"), 900000000).alias("t"))\n    return big.select(F.length("t").cast("bigint").alias("id"))\n'  # noqa: E501

    with pytest.raises(EngineError, match="ran out of memory") as error:
        engine.run(a_job(tmp_path, hog, timeout_s=120), lambda what, facts: None)

    assert "DATAMORPH_ENGINE_MEMORY_GB" in error.value.fix
    assert none_is_left_in(tmp_path)


@pytest.mark.parametrize("name", ENGINE_PARAMS)
def test_a_process_that_got_no_job_is_gone_with_all_that_it_started(name, tmp_path):
    engine = open_engine(name, tmp_path / "jobs")
    engine.prepare()
    started = some_in(tmp_path)

    engine.release()

    assert started
    assert none_is_left_in(tmp_path)
    assert not list((tmp_path / "jobs").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("name", ENGINE_PARAMS)
def test_a_caller_that_is_killed_takes_its_engine_along_even_one_that_hangs(name, tmp_path):
    caller = subprocess.Popen([sys.executable, "-c", CALLER, name, str(tmp_path)], stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "PYTHONPATH": ":".join(sys.path)})  # fmt: skip
    assert caller.stdout.readline() == "session\n"
    started = processes_in(tmp_path)
    for process, program in started.items():
        if program == "java":
            os.kill(process, signal.SIGSTOP)

    caller.kill()

    assert ("java" in started.values()) == (name == "jvm")
    assert none_is_left_in(tmp_path)
    caller.wait()


TELLS = """\
import os
from pyspark.sql import functions as F
def transform(orders):
    return orders.select(F.lit(os.%s).cast("bigint").alias("id"))
"""


def told_by(engine, folder, expression):
    """What an expression of ``os`` is in the process of a job."""
    output = engine.run(a_job(folder, TELLS % expression), lambda what, facts: None)
    ids = pq.read_table(output.files[0]).column("id").to_pylist()
    shutil.rmtree(folder / "out")
    return ids[0]


def test_every_job_has_a_process_of_its_own_that_one_server_has_forked(tmp_path):
    first, second = open_engine("sail", tmp_path / "jobs"), open_engine("sail", tmp_path / "others")

    processes = {told_by(engine, tmp_path, "getpid()") for engine in (first, first, second)}
    servers = {told_by(engine, tmp_path, "getppid()") for engine in (first, second)}

    assert len(processes) == 3
    assert len(servers) == 1
    assert os.getpid() not in servers


def test_a_job_leaves_nothing_in_the_process_of_the_next(tmp_path):
    engine = open_engine("sail", tmp_path / "jobs")
    told_by(engine, tmp_path, "environ.update(LEFT='1') or 1")

    assert told_by(engine, tmp_path, "environ.get('LEFT', '0')") == 0


def test_a_server_that_is_killed_fails_its_job_and_the_next_has_a_new_one(tmp_path):
    engine = open_engine("sail", tmp_path / "jobs")
    server = told_by(engine, tmp_path, "getppid()")

    with pytest.raises(EngineError, match="killed by signal 9"):
        told_by(engine, tmp_path, "kill(os.getppid(), 9) or __import__('time').sleep(600)")

    assert none_is_left_in(tmp_path)
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    assert told_by(engine, tmp_path, "getppid()") != server


def test_the_end_of_one_process_is_not_that_of_another(tmp_path):
    first, second = open_engine("sail", tmp_path / "jobs"), open_engine("sail", tmp_path / "others")
    first.prepare()
    second.prepare()
    assert some_in(tmp_path / "jobs")
    assert some_in(tmp_path / "others")

    first.release()

    assert not processes_in(tmp_path / "jobs")
    assert len(processes_in(tmp_path / "others")) == 1
    assert told_by(second, tmp_path, "getpid()")


def test_a_server_ends_with_its_caller(tmp_path):
    caller = subprocess.Popen([sys.executable, "-c", CALLER, "sail", str(tmp_path)], stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "PYTHONPATH": ":".join(sys.path)})  # fmt: skip
    assert caller.stdout.readline() == "session\n"
    servers = {parent_of(process) for process in processes_in(tmp_path)}

    caller.kill()
    caller.wait()

    assert len(servers) == 1
    deadline = time.monotonic() + 10
    while is_alive(*servers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(*servers)


def parent_of(process):
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def is_alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_registry_names_every_engine_as_it_names_itself(tmp_path):
    assert {name: open_engine(name, tmp_path).name for name in ENGINES} == {name: name for name in ENGINES}
