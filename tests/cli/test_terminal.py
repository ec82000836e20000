"""A person at a terminal: questions, confirmation, Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

import pytest

from datamorph import open_platform
from tests.cli.conftest import DATAMORPH

PROMPT = "total amount per status, as curated.shop.amount_per_status"
PATIENCE_S = 60.0
BEFORE_CTRL_C_S = 0.3
ENGINE_WORKS_AFTER_S = 1.0
ENDLESS = """
    name: endless
    sources: {a: raw.big.a, b: raw.big.b, c: raw.big.c}
    steps:
    - {name: ab, join: {left: a, right: b, on: [k]}}
    - {name: abc, join: {left: ab, right: c, on: [k]}}
    - {name: counted, aggregate: {from: abc, by: [k], measures: {n: count(*)}}}
    target: {table: curated.big.endless}
"""
ESCAPE = re.compile(r"\x1b\[[0-?]*[@-~]")


class Terminal:
    """A command with a terminal of its own."""

    def __init__(self, *arguments):
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
        self.process = subprocess.Popen(
            [DATAMORPH, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )  # fmt: skip
        os.close(theirs)
        self.text, self._seen = "", 0

    def wait_for(self, words):
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.text[self._seen :]:
            assert time.monotonic() < deadline, self.text
            assert self._read(), self.text
        self._seen = self.text.index(words, self._seen) + len(words)

    def type(self, keys):
        os.write(self._ours, keys.encode())

    def interrupt(self):
        """Ctrl-C from a person, who does not press it in the very moment in which the prompt appears."""
        time.sleep(BEFORE_CTRL_C_S)
        self.type("\x03")

    def end(self):
        while self._read():
            pass
        return self.process.wait(timeout=PATIENCE_S)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self):
        if not select.select([self._ours], [], [], 0.1)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self._ours, 65536)
        except OSError:
            return False
        self.text += ESCAPE.sub("", data.decode(errors="replace"))
        return bool(data)


@pytest.fixture
def terminal(environment, home, platform):
    opened = []

    def call(*arguments):
        opened.append(Terminal("--home", str(home), *arguments))
        return opened[-1]

    yield call
    for one in opened:
        one.close()


def test_a_person_reads_the_plan_before_it_runs(terminal, platform):
    screen = terminal("run", PROMPT)

    screen.wait_for("Run it and publish curated.shop.amount_per_status?")
    screen.type("\r")

    assert screen.end() == 0, screen.text
    assert "Published curated.shop.amount_per_status" in screen.text
    assert platform.read("amount_per_status").num_rows == 2


def test_a_person_may_say_no(terminal, platform):
    screen = terminal("run", PROMPT)

    screen.wait_for("Run it and publish")
    screen.type("n\r")

    assert screen.end() == 1
    assert "nothing was run" in screen.text
    assert [str(table.ref) for table in platform.tables()] == ["raw.shop.customers", "raw.shop.orders"]


def test_questions_are_asked_with_numbered_choices(terminal, platform, home):
    (home.parent / "trains.csv").write_text("train,station,arrival_delay,departure_delay\n1,Oslo,5,2\n2,Oslo,7,4\n")
    platform.load(home.parent / "trains.csv", "raw.rail.trains")
    screen = terminal("run", "average delay per station, as curated.rail.delays", "--yes")

    screen.wait_for("2. ")
    screen.wait_for("Your choice")
    screen.type("99\r")
    screen.wait_for("Your choice")
    screen.type("1\r")

    assert screen.end() == 0, screen.text
    assert "Published curated.rail.delays" in screen.text


def test_at_a_terminal_other_words_are_typed_and_asked_about_until_they_are_understood(terminal, platform):
    screen = terminal("run", "zapped orders, as curated.shop.zapped", "--yes")

    screen.wait_for("Your choice, or other words")
    screen.type("77\r")
    screen.wait_for("Your choice, or other words")
    screen.type("grommeted\r")
    screen.wait_for("What is meant by 'grommeted'?")
    screen.type("amount over 500\r")

    assert screen.end() == 0, screen.text
    assert platform.read("curated.shop.zapped")["amount"].to_pylist() == [700.5]


def test_ctrl_c_at_a_choice_is_calm(terminal, platform, home):
    (home.parent / "trains.csv").write_text("train,station,arrival_delay,departure_delay\n1,Oslo,5,2\n")
    platform.load(home.parent / "trains.csv", "raw.rail.trains")
    screen = terminal("run", "average delay per station")

    screen.wait_for("Your choice")
    screen.interrupt()

    assert screen.end() == 130
    assert "stopped" in screen.text
    assert "Traceback" not in screen.text


def test_ctrl_c_at_the_plan_leaves_nothing_behind(terminal, platform):
    screen = terminal("run", PROMPT)

    screen.wait_for("Run it and publish")
    screen.interrupt()

    assert screen.end() == 130
    assert "Traceback" not in screen.text
    assert platform.runs()[0].state.value == "planned"


@pytest.fixture
def endless(platform, home, spec_of):
    """A published pipeline whose next run would count 64 billion rows."""
    for rows in (1, 4000):
        for name in "abc":
            (home.parent / f"{name}.csv").write_text(f"k,{name}\n" + f"1,{name}\n" * rows)
            platform.load(home.parent / f"{name}.csv", f"raw.big.{name}")
        if rows == 1:
            platform.run(platform.plan_spec(spec_of(ENDLESS)))
    return "endless"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_engine_works_changes_no_table(start, platform, home, endless, number):
    before = platform.history("endless")
    running = start("run", "--pipeline", endless, env={**os.environ, "DATAMORPH_VERIFY_ROWS": "0"})

    next(line for line in running.stderr if "dry run" in line)
    time.sleep(ENGINE_WORKS_AFTER_S)
    running.send_signal(number)
    _, told = running.communicate(timeout=PATIENCE_S)

    assert running.returncode == 130, told
    assert "stopped" in told
    assert "Traceback" not in told
    assert platform.history("endless") == before
    assert open_platform(home).runs()[0].state.value == "interrupted"
