"""A process that is killed at any stage leaves the last good table, no half table, and an honest record."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from shop_files import ORDERS

from datamorph import open_platform
from datamorph.core.run import RunState, Stage
from datamorph.core.spec import parse_spec

GOOD = [("cancelled", 90.25), ("completed", 1125.5)]
NEW_ORDERS = "order_id,customer_id,ordered_on,status,amount\n1,3,2024-01-01,completed,7.5\n"
NEW = [("completed", 7.5)]
SPEC = """\
name: status_totals
sources: {orders: raw.shop.orders}
steps: [{name: totals, aggregate: {from: orders, by: [status], measures: {total_amount: sum(amount)}}}]
target: {table: curated.sales.status_totals, key: [status]}
checks: [{expect_column_values_to_be_unique: {column: status}}]
"""
# Kills its own process, as the kernel would, when the run reaches the given event.
VICTIM = """\
import os, signal, sys, threading, time
from datamorph import open_platform
from datamorph.core.spec import parse_spec
home, spec, stage, kind, delay = sys.argv[1:]

def observe(run, event):
    if (event.stage.value, event.kind.value) == (stage, kind):
        if float(delay):
            threading.Timer(float(delay), os.kill, (os.getpid(), signal.SIGKILL)).start()
        else:
            os.kill(os.getpid(), signal.SIGKILL)

platform = open_platform(home)
platform.prepare()
if stage == "plan":
    platform.plan("count orders per status", observe=observe)
platform.run(platform.plan_spec(parse_spec(spec), observe=observe), observe=observe)
time.sleep(5)
"""
EARLY = (Stage.GROUND, Stage.CHECK, Stage.COMPILE, Stage.DRY_RUN)
MOMENTS = [
    *(pytest.param(stage, "started", 0.0, marks=[pytest.mark.long] if stage in EARLY else []) for stage in Stage),
    ("compile", "finished", 0.0),
    ("stage", "progress", 0.0),
    *(("publish", "started", delay) for delay in (0.01, 0.03)),
    ("publish", "finished", 0.0),
    ("register", "finished", 0.0),
]


def rows(platform):
    table = platform.read("curated.sales.status_totals")
    return sorted(zip(table["status"].to_pylist(), table["total_amount"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Two folders: where a lake was made, and a copy of it. Files of a lake name each other by absolute paths."""
    made = tmp_path_factory.mktemp("shop")
    platform = open_platform(made / "home")
    for text in (ORDERS, NEW_ORDERS):
        (made / "orders.csv").write_text(text)
        platform.load(made / "orders.csv", "raw.shop.orders")
        if text is ORDERS:
            platform.run(platform.plan_spec(parse_spec(SPEC)))
    platform.close()
    return made, shutil.copytree(made, tmp_path_factory.mktemp("kept") / "shop")


@pytest.fixture
def home(prepared):
    """The same lake for each test, as if no other had used it."""
    made, kept = prepared
    shutil.rmtree(made)
    shutil.copytree(kept, made)
    return made / "home"


@pytest.fixture
def good(home):
    """The table was published once; since then its orders have changed."""
    return open_platform(home)


@pytest.mark.parametrize(("stage", "kind", "delay"), MOMENTS, ids=str)
def test_a_killed_run_leaves_the_last_good_table_and_is_marked(stage, kind, delay, good, home):
    command = [sys.executable, "-c", textwrap.dedent(VICTIM), str(home), SPEC, stage, kind, str(delay)]

    victim = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    error = victim.communicate(timeout=120)[1]

    assert victim.returncode == -signal.SIGKILL, error
    assert rows(good) in (GOOD, NEW)
    if list(Stage).index(Stage(stage)) < list(Stage).index(Stage.PUBLISH):
        assert rows(good) == GOOD
    again = open_platform(home)
    latest = again.runs()[0]
    is_at_rest = (stage, kind) in (("register", "finished"), ("compile", "finished"))
    assert latest.state is (
        {"register": RunState.PUBLISHED, "compile": RunState.PLANNED}[stage] if is_at_rest else RunState.INTERRUPTED
    )
    assert again.run(again.plan_spec(parse_spec(SPEC))).rows == 1
    assert rows(again) == NEW


def test_the_engine_dies_with_its_parent(good, home):
    command = [sys.executable, "-c", textwrap.dedent(VICTIM), str(home), SPEC, "stage", "started", "0"]

    subprocess.run(command, check=False, timeout=120)

    deadline = time.monotonic() + 10
    while (left := engines_of(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def engines_of(home):
    """Processes whose command line names this home's jobs folder."""
    jobs, found = str(home / ".datamorph" / "jobs").encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if jobs in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found
