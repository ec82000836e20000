"""First code of an engine's process: limits, then a Spark server where one is wanted, then the entry script.

Executed by path in an isolated interpreter, so it imports nothing of this package.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import runpy
import signal
import sys
import time
from importlib import import_module
from typing import Any

PR_SET_PDEATHSIG = 1
POLL_S = 0.01
# A server that is collected while its session lives makes the session's end hang.
_SERVERS: list[Any] = []


def main() -> None:
    """Read the options that ``process.py`` gives as the first argument, then be the script."""
    options: dict[str, Any] = json.loads(sys.argv[1])
    _die_with(options["parent"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, options["memory_bytes"])
    _limit(resource.RLIMIT_CPU, options["cpu_s"])
    if options["session"] == "sail":
        _SERVERS.append(_start_sail())
    _await_job(options["context"], options["parent"])
    sys.argv = [options["script"]]
    runpy.run_path(options["script"], run_name="__main__")


def _await_job(context: str, parent: int) -> None:
    """Load what every job needs, then wait for this one's file; it appears whole."""
    import_module("pyspark.sql.connect.session")
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
    return server


if __name__ == "__main__":
    main()
