"""A lock for each run, held by the process that executes it: the kernel lets go of it when that process dies.

The launcher lays a file for a run in Dagster's local storage, the run's executor locks it and never lets go. So
everybody who shares the folder can tell whether the process lives: from other containers of the host as well, where
numbers of processes mean nothing. Where no launcher lays files, runs hold nothing.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

BEGINS_S = 180.0
"""So much later than its launch, a run that holds nothing yet has died on the way."""
KEPT_S = 86_400.0
_held: dict[Path, IO[str]] = {}
"""Open until this process ends: what closes them is the kernel, after the run's last event."""


def lay(folder: Path, run_id: str, *, is_over: Callable[[str], bool]) -> None:
    """Lay the file that the process of a run is to hold; those of long ago are removed.

    Args:
        is_over: whether a run has ended; the file of any other stays, for it may not have been missed yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > KEPT_S and not _is_locked(old) and is_over(old.name):
                old.unlink()
    (folder / run_id).write_text("", encoding="utf-8")


def hold(folder: Path, run_id: str) -> None:
    """Hold the file of a run for as long as this process lives; nothing where no file was laid.

    Raises:
        OSError: it cannot be held, so the run would be taken for dead.
    """
    with suppress(FileNotFoundError):
        handle = (folder / run_id).open("r+", encoding="utf-8")
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.write("held\n")
        handle.flush()
        _held[folder / run_id] = handle


def is_dead(folder: Path, run_id: str) -> bool:
    """True when the process of a run held its file and holds it no more, or never came to hold it."""
    file = folder / run_id
    with suppress(FileNotFoundError):
        found = file.stat()  # before the lock is looked at: whoever holds it has written to it
        return (found.st_size > 0 or time.time() - found.st_mtime > BEGINS_S) and not _is_locked(file)
    return False


def _is_locked(file: Path) -> bool:
    with file.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
