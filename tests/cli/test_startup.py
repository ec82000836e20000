"""What every call pays, and what the help says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.main import get_command

from datamorph import __version__
from datamorph.cli.app import app

HEAVY = {"dagster", "pyspark", "boto3", "pyarrow", "duckdb", "pyiceberg", "pandas", "anthropic", "httpx2"}
NAMES = sorted(get_command(app).commands)  # type: ignore[attr-defined]
SCRIPT = """
import sys
from datamorph.cli import main
sys.argv = ["datamorph", *sys.argv[1:]]
try:
    main()
except SystemExit:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""

STOPPED = """
import signal, sys
from datamorph.cli import main

class Pressing:
    def find_spec(self, name, path, target=None):
        if name == "datamorph.cli.app":
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Pressing())
main()
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["nonsense"]])
def test_help_and_usage_errors_import_nothing_heavy(arguments):
    done = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=True)

    imported = set(done.stderr.splitlines()[-1].split())
    assert "typer" in imported
    assert not imported & HEAVY


def test_ctrl_c_while_it_is_imported_is_no_traceback():
    done = subprocess.run([sys.executable, "-c", STOPPED], capture_output=True, text=True, check=False)

    assert done.returncode == 130
    assert "Traceback" not in done.stderr


def test_no_arguments_show_the_help(process):
    outcome = process()

    assert outcome.code == 0
    assert all(name in outcome.out for name in NAMES)


def test_the_version(process):
    assert process("--version").out == f"datamorph {__version__}\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_an_example_and_the_global_options(cli, name):
    outcome = cli(name, "--help")

    assert outcome.code == 0
    assert f"$ datamorph {name}" in outcome.out
    assert all(option in outcome.out for option in ("--home", "--json", "--verbose"))


def test_help_is_as_wide_as_the_terminal(cli):
    for name in NAMES:
        assert max(map(len, cli(name, "--help").out.splitlines())) <= 80


def test_the_shell_completes_commands_and_options(process):
    def completed(words):
        asked = {"_DATAMORPH_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        return process(env={**os.environ, **asked}).out.split()

    assert completed("datamorph ro") == ["rollback"]
    assert "--as-of" in completed("datamorph show --")
