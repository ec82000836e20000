"""The outermost edge: bugs, pipes, streams, environments."""

from __future__ import annotations

import os
import subprocess

import typer

from datamorph.cli.edge import run_command
from tests.cli.conftest import DATAMORPH


def broken():
    tree = typer.Typer(pretty_exceptions_enable=False)

    @tree.callback(invoke_without_command=True)
    def crash(ctx: typer.Context, home: str = "") -> None:
        ctx.obj.home = home
        raise ZeroDivisionError("a [bold]bug[/bold]")

    return tree


def test_a_bug_is_one_line_and_a_log_file(environment, capsys, tmp_path):
    code = run_command(["--home", str(tmp_path)], commands=broken())

    told = capsys.readouterr().err
    (log,) = (tmp_path / ".datamorph" / "logs").iterdir()
    assert code == 1
    assert told.startswith("✗ unexpected error: ZeroDivisionError: a [bold]bug[/bold]\n  fix: see ")
    assert "Traceback" not in told
    assert "ZeroDivisionError" in log.read_text()


def test_a_bug_without_a_place_for_its_log_is_told_all_the_same(environment, capsys, tmp_path):
    (tmp_path / "file").write_text("")

    code = run_command(["--home", str(tmp_path / "file")], commands=broken())

    assert code == 1
    assert "unexpected error" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error(environment, home, platform):
    command = f"{DATAMORPH} --home {home} query 'SELECT range AS n FROM range(50000)' --rows 50000 | true"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert done.stderr == ""


def test_a_closed_stdout_is_no_error(environment, home, platform):
    done = subprocess.run(
        ["bash", "-c", f"{DATAMORPH} --home {home} tables >&-"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_unicode_gets_every_character_spelled(process, platform):
    outcome = process("show", "orders", "--rows", "1", env={**os.environ, "PYTHONIOENCODING": "ascii"})

    assert outcome.code == 0
    assert "\\u2026 1 of 5 rows" in outcome.out


def test_no_colours_in_a_pipe(process, platform):
    outcome = process("show", "nope")

    assert "\x1b" not in outcome.out + outcome.err


def test_global_options_stand_before_or_behind_the_command(process, platform, home):
    before = process("--json", "tables")
    behind = process("tables", "--json", "--home", home)

    assert before.document == behind.document


def test_a_wrong_setting_names_the_places_it_is_read_from(process):
    outcome = process("tables", env={**os.environ, "DATAMORPH_ENGINE": "abacus"})

    assert outcome.code == 2
    assert "abacus" in outcome.err
    assert "DATAMORPH_ENGINE" in outcome.err


def test_the_fix_is_a_command_of_the_same_project(shop, home):
    told = shop("run", "--pipeline", "xyzzy", "--json", home=home).document["error"]

    assert told["exit_code"] == 7
    assert f"datamorph --home {home} " in told["fix"]
