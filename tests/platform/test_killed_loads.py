"""A load that is killed at any moment, and started again, leaves every row of every file in the table exactly once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from datamorph import open_platform

LOAD = "import sys; from datamorph import open_platform; open_platform(sys.argv[1]).sources.load('raw.web.events')"
STAGED = "events/data/*/*.parquet"
APART = "events__quarantine/metadata/*.metadata.json"
PUBLISHED = "events/metadata/*.metadata.json"


def write_files(folder, numbers):
    for number in numbers:
        lines = [f"{number * 1000 + row},x" for row in range(300)]
        lines[7] = "torn"
        (folder / f"{number:03}.csv").write_text("id,n\n" + "\n".join(lines) + "\n")


def load(home, *, kill_at=None):
    """Load in a process of its own, killed as soon as there is one more file of a kind; True when it lived on."""
    tables = home / ".datamorph" / "lake" / "tables" / "raw" / "web"
    before = set(tables.glob(kill_at or "nothing"))
    process = subprocess.Popen([sys.executable, "-c", LOAD, str(home)], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while kill_at and process.poll() is None and time.monotonic() < end:
        if set(tables.glob(kill_at)) - before:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.0005)
    return process.wait(timeout=120) == 0


@pytest.mark.long
def test_each_line_is_loaded_or_set_apart_once_whenever_the_process_dies(tmp_path):
    events = tmp_path / "events"
    events.mkdir()
    (tmp_path / "sources.yaml").write_text("sources: {raw.web.events: {files: events/}}\n")
    write_files(events, range(4))
    assert load(tmp_path)
    lived = list[bool]()

    for number, moment in enumerate((STAGED, APART, PUBLISHED)):
        write_files(events, range(4 + number * 2, 6 + number * 2))
        (events / "000.csv").write_text((events / "000.csv").read_text() + f"{999 - number},late\n")
        lived.append(load(tmp_path, kill_at=moment))
    assert load(tmp_path)

    assert not all(lived)
    platform = open_platform(tmp_path)
    files = sorted(events.glob("*.csv"))
    wanted = [int(line.split(",")[0]) for file in files for line in file.read_text().split()[1:] if "," in line]
    assert sorted(platform.read("raw.web.events")["id"].to_pylist()) == sorted(wanted)
    apart = platform.read("raw.web.events__quarantine").to_pylist()
    assert sorted((row["_file"], row["_line"]) for row in apart) == [(f"events/{file.name}", 9) for file in files]
    assert platform.sources.load("raw.web.events").is_unchanged
