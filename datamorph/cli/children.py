"""Child processes that live exactly as long as their parent: started, watched, restarted, stopped whole.

Each one leads a process group of its own, so that its descendants are stopped with it. On Linux the kernel ends
it when the parent is killed, too.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

GRACE_S = 10.0
"""A child may take that long to stop before it is killed."""
MOST_WAIT_S = 30.0
STABLE_S = 60.0
_PR_SET_PDEATHSIG = 1

log = logging.getLogger("datamorph.up")


@dataclass(slots=True)
class Child:
    """One child process and how to start it again.

    Attributes:
        log_file: its output; what it said before is kept.
        wait_s: how long the next restart waits; doubles while the child keeps dying.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    wait_s: float = 1.0
    restart_at: float | None = field(default=None)

    def start(self) -> None:
        """Start it in a process group of its own."""
        with self.log_file.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                env=dict(self.environment),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (no threads here)
            )
        self.started_at, self.restart_at = time.monotonic(), None

    def exit_code(self) -> int | None:
        """Its exit code when it has ended."""
        return self.process.poll() if self.process else None

    def revive(self) -> None:
        """Start it again when it has died, each time after twice the wait."""
        code, now = self.exit_code(), time.monotonic()
        if code is None:
            self.wait_s = 1.0 if now - self.started_at > STABLE_S else self.wait_s
        elif self.restart_at is None:
            log.warning("%s ended with code %s; it starts again in %.0f s (see %s)",
                        self.name, code, self.wait_s, self.log_file)  # fmt: skip
            self.restart_at, self.wait_s = now + self.wait_s, min(self.wait_s * 2, MOST_WAIT_S)
            stop_groups([self])
        elif now >= self.restart_at:
            self.start()

    def last_words(self, *, lines: int = 15) -> str:
        """The end of its log."""
        text = self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def stop_all(children: Iterable[Child]) -> None:
    """Stop children with all their descendants: first politely, then by force. Nothing is left."""
    children = [child for child in children if child.process]
    family = _descendants([child.process.pid for child in children if child.process])
    stop_groups(children)
    living = _processes()
    for pid, born in family.items():
        if pid in living and living[pid][1] == born:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def stop_groups(children: Iterable[Child]) -> None:
    """Stop the process groups of children; what does not end in time is killed."""
    groups = [child.process for child in children if child.process]
    for process in groups:
        _signal(process, signal.SIGTERM)
    until = time.monotonic() + GRACE_S
    while time.monotonic() < until and any(_is_alive(process) for process in groups):
        time.sleep(0.05)
    for process in groups:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _is_alive(process: subprocess.Popen[bytes]) -> bool:
    """True while any process of its group lives."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _processes() -> dict[int, tuple[str, str]]:
    """Every process: its parent and its moment of birth."""
    try:
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,lstart="], capture_output=True, text=True, check=False)  # noqa: S607
    except FileNotFoundError:  # a container without ps: process groups must do
        return {}
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return {int(row[0]): (row[1], row[2]) for row in rows if len(row) == 3}  # noqa: PLR2004


def _descendants(roots: Sequence[int]) -> dict[int, str]:
    """All processes below these, with their moments of birth; a number alone may be given to another process."""
    processes, found, wanted = _processes(), dict[int, str](), {str(root) for root in roots}
    while wanted:
        children = {pid: born for pid, (parent, born) in processes.items() if parent in wanted and pid not in found}
        found |= children
        wanted = {str(pid) for pid in children}
    return found


def _end_with_parent() -> None:
    """Let the kernel send SIGTERM when the parent dies (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
