"""First code of a job's process: stands in for the machine that AWS would give it.

Executed by path, so it imports nothing of this package. ``spark SCRIPT ARGUMENTS`` gives the script a Spark session
over Sail; ``container COMMAND`` does what the container would do, in this Python.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from typing import Any

_HELD: list[Any] = []


def main() -> int:
    """Be the script, or the container's command."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _, kind, *rest = sys.argv
    if kind == "spark":
        _HELD.append(_start_sail())
        sys.argv = rest
        runpy.run_path(rest[0], run_name="__main__")
        return 0
    if rest[:2] in (["python", "-c"], ["python3", "-c"]):
        sys.argv = ["-c", *rest[3:]]
        exec(compile(rest[2], "<command>", "exec"), {"__name__": "__main__"})  # noqa: S102 (the container's command)
        return 0
    return subprocess.run(rest, check=False).returncode  # noqa: S603


def _end_with(parent: int) -> None:
    """No job outlives the AWS that runs it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(os.getpid(), signal.SIGKILL)


def _start_sail() -> Any:
    from pysail.spark import SparkConnectServer  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    address: Any = server.listening_address
    os.environ["SPARK_REMOTE"] = f"sc://{address[0]}:{address[1]}"
    return server


if __name__ == "__main__":
    sys.exit(main())
