"""Starts the processes of engines by forking one that has loaded what all of them need.

Loading pyspark takes longer than most jobs; a fork has it loaded. The idea is that of Python's
``multiprocessing.forkserver``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LAUNCH = Path(__file__).with_name("launch.py")
POLL_S = 0.005
FRESH_S = 300.0
"""A server that had no job for so long is about to end."""
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "JAVA_HOME", "SYSTEMROOT")
_KILLED = -9


class ForkServer:
    """A process that forks others; it ends when this object or this process does."""

    def __init__(self, session: str, log: Path) -> None:
        """Start the server.

        Args:
            session: the engine whose modules it loads, ``sail`` or ``jvm``.
            log: where it writes why it cannot.
        """
        ours, theirs = socket.socketpair()
        self._orders, self._lock, self._used_at = ours, threading.Lock(), time.monotonic()
        with log.open("ab") as file, theirs:
            # Bytecode is kept: installers like uv leave none, and compiling pyspark costs three seconds each time.
            self._process = subprocess.Popen(  # noqa: S603 (our own script in our own interpreter)
                [sys.executable, "-I", str(LAUNCH), session],
                stdin=theirs.fileno(), stdout=file, stderr=subprocess.STDOUT, start_new_session=True, env=environment(),
            )  # fmt: skip

    def start(self, folder: Path, log: Path, environment: Mapping[str, str], **options: Any) -> ForkedProcess:
        """Fork a process that works in a folder."""
        process = ForkedProcess(self, folder)
        order = {"folder": str(folder), "log": str(log), "environment": dict(environment), "exit": str(process.exit)}
        self._send({**order, "server": self._process.pid, **options})
        return process

    def end(self, folder: Path) -> None:
        """Kill the process that works in a folder, with all that it started."""
        self._send({"end": str(folder)})

    def use(self) -> int | None:
        """Note that there is work for it; its exit code once it has ended."""
        self._used_at = time.monotonic()
        return self._process.poll()

    def is_fresh(self) -> bool:
        """True while it is there and will be for a while."""
        return self._process.poll() is None and time.monotonic() - self._used_at < FRESH_S

    def is_loaded(self) -> bool:
        """True once it has told that it forks; before that there is nothing to wait for."""
        try:
            return bool(self._orders.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return False

    def _send(self, order: Mapping[str, Any]) -> None:
        with self._lock:
            self._used_at = time.monotonic()
            self._orders.sendall(json.dumps(order).encode() + b"\n")


class ForkedProcess:
    """A process that a server has forked, by the folder in which it works.

    Attributes:
        exit: the file that tells how it ended: a code, or minus a signal.
    """

    def __init__(self, server: ForkServer, folder: Path) -> None:
        self._server, self._folder, self.exit = server, folder, folder / "exit"

    def poll(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it runs."""
        servers = self._server.use()  # asked first: the server's last words come before its end
        try:
            return int(self.exit.read_text())
        except FileNotFoundError:
            return servers if servers is None else servers or _KILLED

    def wait(self, timeout_s: float) -> int | None:
        """The same, when it has ended or the time is over."""
        deadline = time.monotonic() + timeout_s
        while (code := self.poll()) is None and time.monotonic() < deadline:
            time.sleep(POLL_S)
        return code

    def kill(self, timeout_s: float) -> None:
        """End it with all that it started, and wait for that; a server that is still loading does so once it forks."""
        if self.poll() is None:
            with suppress(OSError):  # the server is at its end, and with it all that it has forked
                self._server.end(self._folder)
                if self._server.is_loaded():
                    self.wait(timeout_s)


def environment() -> dict[str, str]:
    """Nothing of the caller's environment but where programs and locales are: no key reaches the engine."""
    found = find_spec("pyspark")
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "TZ": "UTC",
        "RUST_LOG": "error",
        "OPENBLAS_NUM_THREADS": "1",
        "SPARK_HOME": str(Path(found.origin).parent) if found and found.origin else "",
    }


_SERVERS: dict[tuple[str, int], ForkServer] = {}
_STARTING = threading.Lock()


def start_forked(
    session: str, folder: Path, log: Path, environment: Mapping[str, str], **options: Any
) -> ForkedProcess:
    """Fork a process off the one server that this process has for a session; it is started where there is none.

    A process that is itself a fork has no server: it would share the socket of its parent's.
    """
    key = session, os.getpid()
    with _STARTING:
        server = _SERVERS.get(key)
        if server is not None and server.is_fresh():
            with suppress(OSError):  # somebody has killed it, just now
                return server.start(folder, log, environment, **options)
        server = _SERVERS[key] = ForkServer(session, log)
        return server.start(folder, log, environment, **options)
