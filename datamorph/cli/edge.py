"""The outermost edge: the one place where an error becomes a line of text and an exit code."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import FrameType, ModuleType
from typing import NoReturn

import typer

from datamorph.cli.app import app
from datamorph.cli.session import Session
from datamorph.errors import DataMorphError, InterruptedRunError

UNEXPECTED = 1
USAGE = 2
INTERRUPTED = InterruptedRunError.exit_code


def enter() -> NoReturn:
    """Run the command that the arguments of this process tell, and end the process with its exit code."""
    _prepare_streams()
    sys.meta_path.insert(0, _WithoutPandas())
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = run_command(sys.argv[1:])
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = UNEXPECTED
        _discard_output()
    sys.exit(code)


class _WithoutPandas(MetaPathFinder):
    """pyarrow imports pandas wherever it finds it, a sixth of a cold run; no command needs it."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Nothing, but no pandas either."""
        if fullname == "pandas":
            raise ModuleNotFoundError("the command line does without pandas", name="pandas")


def run_command(arguments: Sequence[str], *, commands: typer.Typer = app) -> int:
    """Run one command and tell how it went.

    Args:
        commands: the command tree.

    Returns:
        The exit code: 0, the error's own, 2 for a usage error, 130 after Ctrl-C, 1 for a bug.
    """
    session = Session(as_json="--json" in arguments)
    try:
        return _run(session, arguments, commands)
    finally:
        session.close()


def _run(session: Session, arguments: Sequence[str], commands: typer.Typer) -> int:
    try:
        code = int(commands(list(arguments), prog_name="datamorph", standalone_mode=False, obj=session) or 0)
    except DataMorphError as error:
        return _report(session, error, error.problem, fix=error.fix, exit_code=error.exit_code)
    except typer.TyperException as error:
        return _usage(session, error)
    except (typer.Abort, KeyboardInterrupt):
        return _stopped(session)
    except BrokenPipeError:
        raise
    except Exception as error:
        return _unexpected(session, error)
    return _stopped(session) if code == INTERRUPTED else code


def _prepare_streams() -> None:
    """Text that the terminal's encoding lacks is spelled out; a closed stream is as good as a silent one."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")
    sys.stderr = sys.stderr or Path(os.devnull).open("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """The reader is gone: what is still buffered must not fail while the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM ends a run as Ctrl-C does: recorded, with nothing half done."""
    raise KeyboardInterrupt


def _report(session: Session, error: Exception, problem: str, *, fix: str, exit_code: int) -> int:
    session.fail(problem, fix=fix, kind=type(error).__name__, exit_code=exit_code,
                 retryable=bool(getattr(error, "retryable", False)))  # fmt: skip
    if session.is_verbose:
        sys.stderr.write("".join(traceback.format_exception(error)))
    return exit_code


def _usage(session: Session, error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "datamorph"
    problem = error.format_message().strip().rstrip(".")
    return _report(session, error, problem, fix=f"{path} --help", exit_code=USAGE)


def _stopped(session: Session) -> int:
    if session.err.is_terminal:
        session.tell("")  # below the ^C that the terminal shows
    session.fail("stopped", fix="run it again", kind=InterruptedRunError.__name__, exit_code=INTERRUPTED)
    return INTERRUPTED


def _unexpected(session: Session, error: Exception) -> int:
    problem = f"unexpected error: {type(error).__name__}: {error}"
    place = _keep_traceback(session, "".join(traceback.format_exception(error)))
    return _report(session, error, problem, fix=f"see {place}, or run it again with -v", exit_code=UNEXPECTED)


def _keep_traceback(session: Session, text: str) -> Path:
    """Write a traceback below the project's state, or where temporary files go when that is impossible."""
    name = f"error-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.log"
    with contextlib.suppress(DataMorphError, OSError):
        folder = session.settings.path("state") / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return _written(folder / name, text)
    return _written(Path(tempfile.mkdtemp(prefix="datamorph-")) / name, text)


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8", errors="backslashreplace")
    return file
