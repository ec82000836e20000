"""Who is alive: one locked file per active run, which the operating system unlocks when its process dies."""

from __future__ import annotations

import fcntl
import os
import time
import weakref
from pathlib import Path

WAIT_S = 1.0
"""How long a probe of another process, which holds a lock for a moment, is waited for."""

_instances: weakref.WeakSet[RunLocks] = weakref.WeakSet()


class RunLocks:
    """Exclusive file locks by run id. Child processes never hold them, whether forked or started.

    Args:
        folder: created at the first lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}
        _instances.add(self)

    def hold(self, run_id: str) -> bool:
        """Hold a run for this process; False when it does already.

        Raises:
            ValueError: another living process holds it.
        """
        deadline = time.monotonic() + WAIT_S
        while run_id not in self._held:
            if self.try_hold(run_id):
                return True
            if time.monotonic() > deadline:
                raise ValueError(f"run {run_id!r} belongs to another process")
            time.sleep(0.01)
        return False

    def try_hold(self, run_id: str) -> bool:
        """Hold a run if no living process does, this one included."""
        if run_id in self._held:
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(run_id)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        if not _is_same_file(handle, path):
            os.close(handle)
            return self.try_hold(run_id)
        self._held[run_id] = handle
        return True

    def free(self, run_id: str) -> None:
        """Let go of a run; nothing happens when this process does not hold it."""
        handle = self._held.pop(run_id, None)
        if handle is not None:
            self._path(run_id).unlink(missing_ok=True)
            os.close(handle)

    def free_all(self) -> None:
        """Let go of every run."""
        for run_id in list(self._held):
            self.free(run_id)

    def forget(self) -> None:
        """Close the handles that a forked child has inherited; the parent's locks stay."""
        for handle in self._held.values():
            os.close(handle)
        self._held.clear()

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{run_id.replace('/', '_')}.lock"


def _is_same_file(handle: int, path: Path) -> bool:
    """False when the file was removed by its last holder between opening and locking it."""
    try:
        return os.fstat(handle).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _forget_in_child() -> None:
    for locks in _instances:
        locks.forget()


os.register_at_fork(after_in_child=_forget_in_child)
