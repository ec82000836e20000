"""The command line, called in this process or as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from datamorph.cli.edge import run_command

DATAMORPH = str(Path(sys.executable).with_name("datamorph"))


@dataclass(frozen=True)
class Outcome:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


@pytest.fixture
def environment(monkeypatch):
    """80 columns and no settings from outside."""
    for name in [name for name in os.environ if name.startswith("DATAMORPH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    return monkeypatch


@pytest.fixture
def cli(environment, capsys, home):
    """Call a command in this process, in the shop's project."""

    def call(*arguments, home=home, width=80):
        environment.setenv("COLUMNS", str(width))
        capsys.readouterr()
        code = run_command(["--home", str(home), *map(str, arguments)])
        return Outcome(code, *capsys.readouterr())

    return call


@pytest.fixture
def shop(cli, platform):
    """The same, with raw.shop.customers and raw.shop.orders loaded."""
    return cli


@pytest.fixture
def process(environment, home):
    """Call a command as a process of its own, as a shell does."""

    def call(*arguments, **options):
        command = [DATAMORPH, "--home", str(home), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **options)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def start(environment, home):
    """Start a command and leave it running; what still runs at the end is killed."""
    started = []

    def call(*arguments, **options):
        command = [DATAMORPH, "--home", str(home), *map(str, arguments)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options))
        return started[-1]

    yield call
    for running in started:
        running.kill()
        running.communicate()
