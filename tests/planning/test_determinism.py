"""The same prompt over the same catalog is the same plan, byte for byte, in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from spoken import PIPELINES, QUESTIONS


def outcomes(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    program = Path(__file__).with_name("spoken.py")
    done = subprocess.run([sys.executable, program], capture_output=True, check=True, env=environment)
    return done.stdout.decode()


def test_two_processes_with_different_hashes_say_the_same():
    one, other = outcomes("1"), outcomes("4242")

    assert one == other
    assert one.count("\n## ") + 1 == len(PIPELINES) + len(QUESTIONS) > 200
    assert one.count("\nProposal\n") > 100
    assert "\nQuestions\n" in one
    assert "\nRefusal\n" in one
