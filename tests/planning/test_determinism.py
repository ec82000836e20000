"""The same prompt over the same catalog is the same plan, byte for byte, in every process.

Two hundred prompts are planned twice on every build, and the other half of the pipelines in the long suite.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from spoken import PIPELINES, QUESTIONS

PROGRAM = Path(__file__).with_name("spoken.py")


def started(seed, half):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen([sys.executable, PROGRAM, str(half)], stdout=subprocess.PIPE, env=environment)


@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.long)])
def test_two_processes_with_different_hashes_say_the_same(half):
    with started("1", half) as first, started("4242", half) as second:
        one, other = (process.communicate()[0].decode() for process in (first, second))

    assert (first.returncode, second.returncode) == (0, 0)
    assert one == other
    assert one.count("\n## ") + 1 == len(PIPELINES[half::2]) + len(QUESTIONS) > 200
    assert one.count("\nProposal\n") > 100
    assert "\nQuestions\n" in one
    assert "\nRefusal\n" in one
