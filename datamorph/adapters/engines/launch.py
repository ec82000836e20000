"""First code of an engine's processes: a server that loads what every job needs, and forks a process for each.

Executed by path in an isolated interpreter, so it imports nothing of this package. Its standard input is a socket
with one order in JSON a line (see ``forkserver.py``): to start a job's process, or to end one. It ends with whoever
holds the other end, and whatever it has forked ends with it. A job's process is a fork, or where forks of loaded
libraries are not safe (macOS) a new interpreter.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
POLL_S, WATCH_S = 0.01, 1.0
IDLE_S = 330.0
"""A server without a job for so long gives its memory back; half a minute earlier it gets no job any more."""
FORKS = sys.platform.startswith("linux")
_LOADED = {
    "sail": ("pysail.spark", "pyspark.sql.connect.session", "pyspark.sql.functions", "dagster_pipes"),
    "jvm": ("pyspark.sql", "dagster_pipes"),
}
# A Sail server that is collected while its session lives makes the session's end hang; a closed pipe ends the group.
_HELD: list[Any] = []


def main() -> None:
    """Serve as the first argument says, or be the process of the job in the second."""
    session, *orders = sys.argv[1:]
    if orders:
        _work(session, json.loads(orders[0]))
        return
    server = _Server(session)
    if FORKS:
        for module in _LOADED[session]:
            import_module(module)
        gc.collect()
        gc.freeze()
    if (order := server.serve()) is not None:
        _work(session, order)


class _Server:
    """Starts processes for orders, and ends them."""

    def __init__(self, session: str) -> None:
        self._session, self._parent = session, os.getppid()
        self._orders, self._is_open = socket.socket(fileno=os.dup(0)), True
        self._working: dict[int, dict[str, Any]] = {}
        self._worked_at = time.monotonic()
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)

    def serve(self) -> dict[str, Any] | None:
        """Carry out orders; give the order in the process that was forked for it, and None at the end of all."""
        self._orders.send(b"+")  # loaded
        received = b""
        while self._is_open:
            *lines, received = (received + self._wait()).split(b"\n")
            for line in lines:
                if (order := self._carry_out(json.loads(line))) is not None:
                    return order
        self._end(*self._working)
        return None

    def _wait(self) -> bytes:
        """Orders, or a part of one, if some came within a while."""
        ready = select.select([self._orders, self._woken], [], [], WATCH_S)[0]
        if self._woken in ready:
            os.read(self._woken, 4096)
        self._reap()
        is_ordered = self._orders in ready
        if is_ordered or self._working:
            self._worked_at = time.monotonic()
        some = self._orders.recv(65536) if is_ordered else b""
        is_idle = time.monotonic() - self._worked_at > IDLE_S
        self._is_open = not is_idle and os.getppid() == self._parent and (bool(some) or not is_ordered)
        return some

    def _carry_out(self, order: dict[str, Any]) -> dict[str, Any] | None:
        """Start or end a process; the order in the process that is to be its."""
        if "end" in order:
            self._end(*[process for process, its in self._working.items() if its["folder"] == order["end"]])
            return None
        process = os.fork() if FORKS else self._spawned(order)
        if not process:
            self._close()
            return order
        with suppress(OSError):  # it does the same, and may have been first, or be gone
            os.setpgid(process, process)
        self._working[process] = order
        return None

    def _spawned(self, order: dict[str, Any]) -> int:
        arguments = [sys.executable, "-I", __file__, self._session, json.dumps(order)]
        return os.posix_spawn(sys.executable, arguments, os.environ)

    def _close(self) -> None:
        """Leave everything of the server to the server."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._orders.close()
        os.close(self._woken)
        os.close(self._waker)

    def _end(self, *processes: int) -> None:
        """Kill groups of processes: what a job started has its group."""
        for process in processes:
            for kill in (os.killpg, os.kill):
                with suppress(ProcessLookupError, PermissionError):
                    kill(process, signal.SIGKILL)
        self._reap()

    def _reap(self) -> None:
        """Tell how those ended that have, once what they started has ended too."""
        while self._working:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)
            order = self._working.pop(process)
            with suppress(OSError):  # the folder was removed
                part = Path(f"{order['exit']}.part")
                part.write_text(str(os.waitstatus_to_exitcode(status)))
                part.rename(order["exit"])


def _wake(_signal: int, _frame: object) -> None:
    """A process has ended: the pipe that wakes the server has been written to."""


def _work(session: str, order: dict[str, Any]) -> None:
    """Be the process of one job."""
    _settle(order)
    _HELD.append({"sail": _start_sail, "jvm": _start_jvm}[session]())
    _await_job(order["context"], order["server"])
    sys.argv = [order["script"]]
    runpy.run_path(order["script"], run_name="__main__")


def _settle(order: dict[str, Any]) -> None:
    """Take up the job's folder, log, environment and limits."""
    with suppress(OSError):
        os.setpgid(0, 0)
    _die_with(order["server"])
    os.chdir(order["folder"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order["environment"])
    tempfile.tempdir = None
    time.tzset()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, order["memory_bytes"])
    _limit(resource.RLIMIT_CPU, order["cpu_s"])


def _await_job(context: str, server: int) -> None:
    """Wait for the job's file; it appears whole."""
    while not Path(context).exists():
        if os.getppid() != server:
            sys.exit("the parent process is gone")
        time.sleep(POLL_S)


def _die_with(server: int) -> None:
    """Have the kernel kill this process when the server dies, however it dies (Linux only)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        sys.exit("the parent process is gone")


def _limit(kind: int, most: int | None) -> None:
    if most is not None:
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _start_sail() -> Any:
    # After the limits, which the server must obey too.
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    address: Any = server.listening_address
    os.environ["SPARK_REMOTE"] = f"sc://{address[0]}:{address[1]}"
    import_module("pyspark.sql.connect.session")
    return server


def _start_jvm() -> Any:
    """The session that the entry script's ``getOrCreate`` finds; its settings are in SPARK_CONF_DIR."""
    guard = _guard_group()
    return guard, import_module("pyspark.sql").SparkSession.builder.getOrCreate()


def _guard_group() -> Any:
    """Have the group killed when this process ends, however it ends: a JVM that hangs would outlive it.

    The guard reads a pipe whose other end only this process holds; at its end of file, the kernel has closed it.
    """
    return subprocess.Popen(["/bin/sh", "-c", "read _; kill -KILL 0"], stdin=subprocess.PIPE)


if __name__ == "__main__":
    main()
