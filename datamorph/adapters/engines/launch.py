"""First code of an engine's process: limits, then its Spark session or server, then the entry script.

Executed by path in an isolated interpreter, so it imports nothing of this package.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import runpy
import signal
import subprocess
import sys
import time
from importlib import import_module
from typing import Any

PR_SET_PDEATHSIG = 1
POLL_S = 0.01
# A server that is collected while its session lives makes the session's end hang; a closed pipe ends the group.
_HELD: list[Any] = []


def main() -> None:
    """Read the options that ``process.py`` gives as the first argument, then be the script."""
    options: dict[str, Any] = json.loads(sys.argv[1])
    _die_with(options["parent"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, options["memory_bytes"])
    _limit(resource.RLIMIT_CPU, options["cpu_s"])
    _HELD.append({"sail": _start_sail, "jvm": _start_jvm}[options["session"]]())
    _await_job(options["context"], options["parent"])
    sys.argv = [options["script"]]
    runpy.run_path(options["script"], run_name="__main__")


def _await_job(context: str, parent: int) -> None:
    """Wait for the job's file; it appears whole."""
    while not os.path.exists(context):  # noqa: PTH110 (pathlib would be one more import)
        if os.getppid() != parent:
            sys.exit("the parent process is gone")
        time.sleep(POLL_S)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies, however it dies (Linux only)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
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
