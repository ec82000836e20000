"""A load that is killed at any moment, and started again, leaves every row of every file in the table exactly once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

from datamorph import open_platform

LOAD = "import sys; from datamorph import open_platform; open_platform(sys.argv[1]).sources.load('raw.web.events')"
KILLS = 6


def write_files(folder, numbers):
    for number in numbers:
        lines = [f"{number * 1000 + row},x" for row in range(300)]
        lines[7] = "torn"
        (folder / f"{number:03}.csv").write_text("id,n\n" + "\n".join(lines) + "\n")


def load(home, *, kill_after_s=None):
    """Load in a process of its own; True when it lived to its end."""
    process = subprocess.Popen([sys.executable, "-c", LOAD, str(home)], stderr=subprocess.DEVNULL)
    started = time.monotonic()
    while kill_after_s is not None and process.poll() is None:
        if time.monotonic() - started > kill_after_s:
            process.send_signal(signal.SIGKILL)
        time.sleep(0.002)
    return process.wait(timeout=120) == 0


def test_each_line_is_loaded_or_set_apart_once_whenever_the_process_dies(tmp_path):
    events = tmp_path / "events"
    events.mkdir()
    (tmp_path / "sources.yaml").write_text("sources: {raw.web.events: {files: events/}}\n")
    write_files(events, range(4))
    began = time.monotonic()
    assert load(tmp_path)
    whole_s = time.monotonic() - began
    chance = random.Random(os.environ.get("PYTEST_SEED", "7"))  # noqa: S311

    for kill in range(KILLS):
        write_files(events, range(4 + kill * 2, 6 + kill * 2))
        if kill == KILLS // 2:
            write_files(events, [0])
            (events / "000.csv").write_text((events / "000.csv").read_text() + "999,late\n")
        load(tmp_path, kill_after_s=whole_s * chance.uniform(0.4, 1.0))
    assert load(tmp_path)

    platform = open_platform(tmp_path)
    files = sorted(events.glob("*.csv"))
    wanted = [int(line.split(",")[0]) for file in files for line in file.read_text().split()[1:] if "," in line]
    assert sorted(platform.read("raw.web.events")["id"].to_pylist()) == sorted(wanted)
    apart = platform.read("raw.web.events__quarantine").to_pylist()
    assert sorted((row["_file"], row["_line"]) for row in apart) == [(f"events/{file.name}", 9) for file in files]
    assert platform.sources.load("raw.web.events").is_unchanged
