"""The README tells the truth: its commands run, its snippet works, its links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DATAMORPH = str(Path(sys.executable).with_name("datamorph"))
PROMPTS = 3


def commands():
    """Lines of the README that call the command, without the one that serves until it is stopped."""
    found = re.findall(r"^\.venv/bin/datamorph ([^#\n]+)", README, re.MULTILINE)
    return [line.strip() for line in found if line.strip() != "up"]


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory):
    """A home in which the demo has run once, with what it printed."""
    home = tmp_path_factory.mktemp("demo") / "home"
    return home, run(home, "demo")


def run(home, *arguments):
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        [DATAMORPH, "--home", str(home), *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_demo_publishes_three_tables_and_says_what_it_did(demo_home):
    _, printed = demo_home

    assert "336,776 rows" in printed
    assert printed.count("Understood") == PROMPTS
    assert printed.count("Published") == PROMPTS
    assert "engines_agree" in printed
    assert "ExpressJet Airlines" in printed
    assert "Traceback" not in printed


def test_a_second_demo_changes_nothing(demo_home):
    home, _ = demo_home
    before = run(home, "history", "curated.ops.delays_by_airline")

    printed = run(home, "demo")

    assert "unchanged" in printed.lower()
    assert run(home, "history", "curated.ops.delays_by_airline") == before


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_runs(command, demo_home):
    home, _ = demo_home

    assert run(home, *shlex.split(command))


def test_the_python_snippet_works(tmp_path):
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "orders.csv").write_text("order_id,status\n1,open\n2,done\n3,done\n")

    done = subprocess.run([sys.executable, "-c", snippet], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "done" in done.stdout


def test_links_and_folders_exist():
    links = re.findall(r"\]\(([^)]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_two_commands_are_targets_of_make():
    makefile = (ROOT / "Makefile").read_text()

    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile
